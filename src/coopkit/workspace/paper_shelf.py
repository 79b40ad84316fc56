"""`PaperShelf`: every paper of a campaign, what it is for, whether it can be made now, and its files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from coopkit.errors import CoopkitError, NotFound
from coopkit.exporters import DOCX
from coopkit.exporters.papers import PAPERS, Paper
from coopkit.exporters.zipped import timeless
from coopkit.text import Label
from coopkit.workspace.papers import Papers
from coopkit.workspace.runs import Progress, silent

ZIP: Final = "application/zip"

_PURPOSES: Final[Mapping[str, Label]] = {
    "pledge": Label("Các đơn vị của khối ký kết thi đua đầu năm", "The units of a block sign at the year's start"),
    "self_score": Label("Bảng điểm mỗi đơn vị tự chấm, để ký và nộp", "What each unit gave itself, to be signed"),
    "block_summary": Label(
        "Điểm, hạng và xếp loại cả khối, trình cuộc họp khối", "A block's points and places, for its meeting"
    ),
    "minutes": Label("Ghi ai dự họp và tổng số phiếu của từng đề nghị", "Who took part, and the totals of every vote"),
    "submission": Label("Trình mỗi cấp khen thưởng danh sách đề nghị", "The list of nominees, for each giver"),
    "decision": Label("Quyết định kèm danh sách được tặng và tiền thưởng", "The recipients and their rewards"),
    "certificate": Label("In cho từng tập thể, cá nhân được tặng Giấy khen", "Printed for each recipient"),
    "merit": Label("In cho từng tập thể, cá nhân được tặng Bằng khen", "Printed for each recipient"),
}
_LACKING: Final[Mapping[str, Label]] = {
    "pledge": Label("chưa đơn vị nào ký giao ước (giai đoạn Ký giao ước)", "no unit has pledged yet (stage Pledge)"),
    "self_score": Label("thể lệ không có giai đoạn tự chấm", "the campaign has no self-scoring"),
    "block_summary": Label("phong trào không có khối nào", "the campaign has no block"),
    "minutes": Label(
        "chưa cuộc họp nào bỏ phiếu (giai đoạn Họp khối, Hội đồng)", "no meeting has voted yet (Block, Council)"
    ),
    "submission": Label("chưa có đề nghị nào (mục Đề nghị)", "nobody is proposed yet (Proposals)"),
    "decision": Label("chưa có quyết định nào (giai đoạn Quyết định)", "nothing is decided yet (stage Decision)"),
    "certificate": Label("chưa quyết định nào tặng Giấy khen", "no certificate is granted yet"),
    "merit": Label("chưa quyết định nào tặng Bằng khen", "no certificate of merit is granted yet"),
}


@frozen
class Offer:
    """A paper: what it is for, and the names of the files it makes now; where there are none, `why`."""

    paper: Paper
    purpose: Label
    files: tuple[str, ...] = ()
    why: Label | None = None


@frozen
class Made:
    """A file to be taken away: its name, its bytes, its kind."""

    name: str
    data: bytes
    mime: str = DOCX


@frozen
class PaperShelf:
    """The papers of one campaign, for who runs it.

    >>> import datetime as dt, tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     [offer, *_] = PaperShelf(Papers(at, dt.date(2024, 12, 20))).offers()
    ...     offer.paper.key, offer.why.en
    ('pledge', 'no unit has pledged yet (stage Pledge)')
    """

    papers: Papers

    def offers(self) -> list[Offer]:
        """Every paper, in the order in which a campaign needs them. Raises `AccessDenied`."""
        return [self._offer(paper) for paper in PAPERS.values()]

    def _offer(self, paper: Paper) -> Offer:
        try:
            files = tuple(self.papers.files(paper.key))
        except CoopkitError as error:
            vi, _, en = str(error).rpartition(" (")
            return Offer(paper, _PURPOSES[paper.key], why=Label(vi, en.removesuffix(")")))
        return Offer(paper, _PURPOSES[paper.key], files, None if files else _LACKING[paper.key])

    def made(self, key: str, file: str = "", template: bytes | None = None, *, progress: Progress = silent) -> Made:
        """The files of a paper, or the one of that name: a Word document, several as one zip.

        `template` is the office's own; `progress` is told of each file. Raises `NotFound`, and `TemplateError` that
        names what it cannot fill in.
        """
        made = self.papers.write(key, file=file, template=template, progress=progress)
        if len(made) == 1:
            [(name, data)] = made.items()
            return Made(name, data)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in made.items():
                archive.writestr(name, data)
        return Made(f"{PAPERS[key].label.vi}.zip", timeless(out.getvalue()), ZIP)

    def tried(self, key: str, template: bytes) -> None:
        """Fill the first file of a paper into an own template. Raises `TemplateError` that names what it cannot."""
        files = self.papers.files(key)
        if not files:
            raise NotFound(f"{PAPERS[key].label.vi}: {_LACKING[key].vi} ({_LACKING[key].en})")
        self.papers.write(key, file=files[0], template=template)
