"""The papers of an emulation campaign, filled into Word templates that staff may edit: pledge to certificate.

What a template takes are texts, numbers among them already as Vietnamese writes them ("7,5"), and lists. A text may be
empty where it says "or empty", a list always; a word that is missing is a `TemplateError` that names it. Lists of
mappings are written `rows: a, b`, each mapping with the texts a and b.

Of every paper but the certificates: `parent` (the body above, or empty), `organisation`, `place` ("Hải Phòng"),
`long_date` ("ngày 09 tháng 02 năm 2024"), and of its signature `sign_for` ("TM. BAN THƯỜNG VỤ", or empty),
`signer_title` ("CHỦ TỊCH") and `signer` (a name, or empty). Those that are sent have a `number` ("12/TTr-LMHTX", or
empty) and `copies`, the list of texts under "Nơi nhận" ("Như trên"; the template puts the dashes).

`pledge`, Giao ước thi đua, signed by every unit of a block
    `campaign`, `block`, `organiser`, `theme` (or empty), `venue`; `contents`: a list of texts;
    `units`: number, name, promise, representative (a name, or empty).
`self_score`, Bảng tự chấm điểm of one unit (`organisation`)
    `campaign`, `block`, `stage`; `rows`: group ("x" for a group of criteria, else empty), number, name, maximum,
    points, evidence, explanation; `maximum`, `total`; `preparer` (a name, or empty).
`block_summary`, Bảng tổng hợp điểm của khối
    `campaign`, `block`; `stages`: a list of texts; `rows`: number, name, points (a list of texts, one a stage), total,
    place, tied ("x" where others share the place, else empty), grade; `notes`: a list of texts;
    `secretary_signer` (a name, or empty).
`minutes`, Biên bản họp of a block or of the council; votes are totals only
    `number`, `copies`, `campaign`, `subject` ("Họp bình xét của Khối thi đua số 1"), `opened` ("08 giờ 00, ngày …"),
    `closed`, `venue`, `chair` and `secretary` (offices), `secretary_signer` (a name, or empty); `seats`: number, seat,
    unit (or empty), presence ("Có mặt"); `members`, `present`, `quorum` ("ít nhất 2/3 tổng số thành viên có mặt"),
    `quorum_result` ("đủ điều kiện tiến hành"); `items`: a list of texts; `threshold` ("trên 1/2 số người có mặt");
    `votes`: number, name, award, members, present, in_favour, share ("75%"), against, needed, result; `conclusions`: a
    list of texts.
`submission`, Tờ trình đề nghị khen thưởng
    `number`, `copies`, `addressee`, `subject` ("đề nghị khen thưởng phong trào thi đua năm 2024"), `summary`; `bases`
    and `attachments`: lists of texts; `nominees`: number, name, kind, award, total, place, votes, achievement.
`decision`, Quyết định khen thưởng
    `number`, `copies`, `authority` ("CHỦ TỊCH LIÊN MINH HTX"), `subject`; `bases`: a list of texts; `granted` ("Tặng
    Giấy khen cho 02 tập thể có thành tích …"), `funding` ("Quỹ thi đua, khen thưởng"), `executors`; `recipients`:
    number, name, kind, award, reward (or empty); `reward_total` (in đồng, or empty).
`certificate`, Giấy khen, and `merit`, Bằng khen, one for each recipient
    `giver` ("CHỦ TỊCH LIÊN MINH HTX THÀNH PHỐ"), `recipient`, `detail` (address or office, or empty), `achievement`,
    `place`, `long_date`, `signer_title`, `signer` (or empty), `decision` ("15/QĐ-LMHTX ngày 09/02/2025"), `book` (the
    number in the book of honour, or empty).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from coopkit.errors import NotFound
from coopkit.exporters.word import fill_word_template
from coopkit.text import Label


@frozen
class Paper:
    """A paper of a campaign: its name, the file of its template, and whether `each` recipient gets one.

    >>> PAPERS["merit"].label.vi, PAPERS["merit"].each
    ('Bằng khen', True)
    """

    key: str
    label: Label
    template: str
    each: bool = False

    def own_template(self) -> bytes:
        """The template that comes with coopkit, for staff to edit in Word.

        >>> PAPERS["pledge"].own_template()[:2]
        b'PK'
        """
        return (files("coopkit.exporters") / "templates" / "campaign" / self.template).read_bytes()


_ALL: Final = (
    Paper("pledge", Label("Giao ước thi đua", "Pledge"), "pledge.docx"),
    Paper("self_score", Label("Bảng tự chấm điểm", "Self-score"), "self_score.docx"),
    Paper("block_summary", Label("Bảng tổng hợp điểm của khối", "Summary of a block's points"), "block_summary.docx"),
    Paper("minutes", Label("Biên bản họp", "Minutes of a meeting"), "minutes.docx"),
    Paper("submission", Label("Tờ trình đề nghị khen thưởng", "Proposal of awards"), "submission.docx"),
    Paper("decision", Label("Quyết định khen thưởng", "Decision on awards"), "decision.docx"),
    Paper("certificate", Label("Giấy khen", "Certificate of commendation"), "certificate.docx", each=True),
    Paper("merit", Label("Bằng khen", "Certificate of merit"), "merit.docx", each=True),
)

PAPERS: Final[Mapping[str, Paper]] = MappingProxyType({paper.key: paper for paper in _ALL})
"""The papers by their keys, in the order in which a campaign needs them."""


def write_paper(key: str, words: Mapping[str, Any], *, created: dt.date, template: bytes | None = None) -> bytes:
    """A paper as a Word document: its words in coopkit's template, or in an own one.

    The same words, date and template give the same bytes. Raises `NotFound` for a key that is no paper's, and
    `TemplateError` for a word that is missing (it is named) or a template that cannot be filled.

    >>> write_paper("merit", {}, created=dt.date(2025, 2, 9))
    Traceback (most recent call last):
        ...
    coopkit.errors.TemplateError: Mẫu Word không điền được: không có gì tên 'giver'...
    """
    if key not in PAPERS:
        raise NotFound(f"Không có văn bản {key!r}: {', '.join(PAPERS)} (no such paper)")
    filled = PAPERS[key].own_template() if template is None else template
    return fill_word_template(filled, words, created=created)
