"""The papers of a campaign: each takes the words that the module tells, prints them all, and opens in LibreOffice."""

import datetime as dt
import io
import runpy
import subprocess
from pathlib import Path

import docx
import pytest

from coopkit.errors import NotFound, TemplateError
from coopkit.exporters.papers import PAPERS, write_paper

ROOT = Path(__file__).parents[1]
DAY = dt.date(2025, 2, 9)

HEAD = {
    "parent": "UBND thành phố Hải Phòng",
    "organisation": "Liên minh Hợp tác xã thành phố",
    "place": "Hải Phòng",
    "long_date": "ngày 09 tháng 02 năm 2025",
    "sign_for": "TM. Ban Thường vụ",
    "signer_title": "Chủ tịch",
    "signer": "Người mẫu 001",
}
SENT = {"number": "12/TTr-LMHTX", "copies": ["Như trên", "Các khối thi đua", "Lưu: VT, HĐTĐKT"]}
CAMPAIGN = {"campaign": "Phong trào thi đua năm 2024", "block": "Khối thi đua số 1"}
BASES = [
    "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",
    "Căn cứ Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ",
    "Theo đề nghị của Hội đồng Thi đua - Khen thưởng tại Biên bản số 07/BB-HĐTĐKT",
]
UNITS = [f"HTX Mẫu {number:02}" for number in range(1, 13)]
CERTIFICATE = {
    "giver": "Chủ tịch Liên minh Hợp tác xã thành phố Hải Phòng",
    "recipient": "HTX Mẫu 01",
    "detail": "Xã Mẫu, thành phố Hải Phòng",
    "achievement": "Đã có thành tích xuất sắc trong Phong trào thi đua năm 2024 của Liên minh Hợp tác xã thành phố",
    "place": "Hải Phòng",
    "long_date": "ngày 09 tháng 02 năm 2025",
    "signer_title": "Chủ tịch",
    "signer": "Người mẫu 001",
    "decision": "15/QĐ-LMHTX ngày 09/02/2025",
    "book": "045",
}


def criterion(number, name, maximum, points, group=""):
    shown = "" if group else "Báo cáo số 03/BC-HTX; ảnh chụp"
    return {"group": group, "number": number, "name": name, "maximum": maximum, "points": points} | {
        "evidence": shown,
        "explanation": "",
    }


def summary(at):
    """A unit's line; the second and the third share a place."""
    place = "2" if at == 2 else str(at + 1)
    points = ["95,5", "94", "94,5", "94,5"]
    return {"number": str(at + 1), "name": UNITS[at], "points": points, "total": f"{107 - at},5", "place": place} | {
        "tied": "x" if at in {1, 2} else "",
        "grade": "Xuất sắc",
    }


def vote(at, in_favour, result):
    return {"number": str(at), "name": UNITS[at], "award": "Cờ thi đua của UBND thành phố", "members": "9"} | {
        "present": "8",
        "in_favour": str(in_favour),
        "share": f"{round(in_favour * 100 / 8)}%",
        "against": str(8 - in_favour),
        "needed": "5",
        "result": result,
    }


WORDS = {
    "pledge": HEAD
    | CAMPAIGN
    | {
        "organiser": "Liên minh Hợp tác xã thành phố",
        "theme": "Đổi mới, hợp tác, phát triển bền vững",
        "venue": "trụ sở Liên minh Hợp tác xã thành phố",
        "sign_for": "TM. Khối thi đua số 1",
        "signer_title": "Khối trưởng",
        "contents": [
            "Tổ chức sản xuất, kinh doanh đạt hiệu quả",
            "Phát triển thành viên",
            "Chấp hành pháp luật về HTX",
        ],
        "units": [
            {
                "number": str(at),
                "name": name,
                "promise": "Doanh thu tăng 10%; kết nạp 5 thành viên; 01 sản phẩm OCOP",
                "representative": f"Người mẫu {at:03}",
            }
            for at, name in enumerate(UNITS, 1)
        ],
    },
    "self_score": HEAD
    | CAMPAIGN
    | {
        "parent": "",
        "organisation": UNITS[0],
        "sign_for": "",
        "signer_title": "Giám đốc",
        "stage": "Tự chấm điểm",
        "rows": [
            criterion("I", "Tổ chức sản xuất, kinh doanh", "60", "52,5", "x"),
            criterion("1", "Doanh thu, lợi nhuận tăng so với năm trước", "30", "27,5"),
            criterion("2", "Tỷ lệ đáp ứng sản phẩm, dịch vụ cho thành viên", "30", "25"),
            criterion("II", "Thành viên và cộng đồng", "40", "35", "x"),
            *(criterion(str(at), f"Tiêu chí mẫu số {at}", "2,5", "2") for at in range(3, 19)),
        ],
        "maximum": "100",
        "total": "87,5",
        "preparer": "Người mẫu 002",
    },
    "block_summary": HEAD
    | CAMPAIGN
    | {
        "stages": ["Tự chấm", "Chấm chéo", "Thẩm định", "Họp khối"],
        "rows": [summary(at) for at in range(11)],
        "notes": ["Ghi chú: HTX Mẫu 02 và HTX Mẫu 03 bằng điểm; thể lệ không phân định được nên xếp đồng hạng."],
        "secretary_signer": "Người mẫu 003",
        "sign_for": "TM. Khối thi đua số 1",
        "signer_title": "Khối trưởng",
    },
    "minutes": HEAD
    | SENT
    | CAMPAIGN
    | {
        "number": "07/BB-HĐTĐKT",
        "subject": "Họp Hội đồng Thi đua - Khen thưởng",
        "opened": "08 giờ 00, ngày 05 tháng 02 năm 2025",
        "closed": "11 giờ 30 cùng ngày",
        "venue": "trụ sở Liên minh Hợp tác xã thành phố",
        "chair": "Chủ tịch Hội đồng",
        "secretary": "Thư ký Hội đồng",
        "secretary_signer": "Người mẫu 003",
        "sign_for": "",
        "signer_title": "Chủ trì",
        "seats": [
            {"number": str(at), "seat": seat, "unit": "", "presence": "Vắng" if at == 9 else "Có mặt"}
            for at, seat in enumerate(["Chủ tịch Hội đồng", "Phó Chủ tịch", *["Ủy viên Hội đồng"] * 7], 1)
        ],
        "members": "9",
        "present": "8",
        "quorum": "ít nhất 2/3 tổng số thành viên có mặt",
        "quorum_result": "đủ điều kiện tiến hành",
        "items": ["Nghe báo cáo kết quả chấm điểm của các khối.", "Thảo luận, bỏ phiếu kín từng trường hợp."],
        "threshold": "trên 1/2 số người có mặt",
        "votes": [vote(1, 8, "Thông qua"), vote(2, 6, "Thông qua"), vote(3, 3, "Không thông qua")],
        "conclusions": ["Đề nghị tặng Cờ thi đua cho 02 tập thể.", "Giao Thường trực Hội đồng hoàn thiện hồ sơ."],
    },
    "submission": HEAD
    | SENT
    | {
        "addressee": "Ủy ban nhân dân thành phố Hải Phòng",
        "subject": "đề nghị khen thưởng Phong trào thi đua năm 2024",
        "bases": BASES,
        "summary": "Năm 2024, 12 đơn vị đã tham gia phong trào, chấm điểm và bình xét đúng thể lệ.",
        "nominees": [
            {
                "number": str(at),
                "name": UNITS[at],
                "kind": "Tập thể",
                "award": "Cờ thi đua của UBND thành phố",
                "total": "107,5",
                "place": str(at),
                "votes": "8/8",
                "achievement": "Dẫn đầu Khối thi đua số 1 năm 2024",
            }
            for at in range(1, 4)
        ],
        "attachments": ["Biên bản họp Hội đồng", "Báo cáo thành tích của từng đơn vị"],
    },
    "decision": HEAD
    | SENT
    | {
        "number": "15/QĐ-LMHTX",
        "authority": "Chủ tịch Liên minh Hợp tác xã thành phố",
        "subject": "khen thưởng Phong trào thi đua năm 2024",
        "bases": BASES,
        "granted": "Tặng Giấy khen cho 12 tập thể đã có thành tích xuất sắc trong Phong trào thi đua năm 2024",
        "funding": "Quỹ thi đua, khen thưởng của Liên minh Hợp tác xã thành phố",
        "executors": "Chánh Văn phòng, các phòng, ban và các tập thể có tên trong danh sách",
        "recipients": [
            {"number": str(at), "name": name, "kind": "Tập thể", "award": "Giấy khen", "reward": "1.560.000"}
            for at, name in enumerate(UNITS, 1)
        ],
        "reward_total": "18.720.000",
    },
    "certificate": CERTIFICATE,
    "merit": CERTIFICATE
    | {"giver": "Chủ tịch Ủy ban nhân dân thành phố Hải Phòng", "recipient": "Người mẫu 001", "detail": ""},
}


def written(key, **other):
    return write_paper(key, WORDS[key] | other, created=DAY)


def text(data):
    """All that a paper says, its tables' cells and nested lines included."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join("".join(run.text or "" for run in line.iter(f"{{{W}}}t")) for line in body.iter(f"{{{W}}}p"))


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
