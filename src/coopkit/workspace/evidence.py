"""`EvidenceFiles`: the files that prove points, kept by what they hold; a score's text names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from attrs import frozen

from coopkit.access import Action, can
from coopkit.archive import Archive
from coopkit.campaign import SCORING, Score
from coopkit.errors import BadText, NotFound
from coopkit.exporters import DOCX, XLSX
from coopkit.text import nfc
from coopkit.untrusted import Caps, acting, parts, safe_name
from coopkit.workspace import runs
from coopkit.workspace.campaign_desk import CampaignDesk

LIMIT: Final = 10 * 2**20
"""The most bytes that a file may have."""

MEDIA: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": DOCX,
    "xlsx": XLSX,
}
"""What may be handed in, by the ending of its name."""

_BEGINS: Final = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_OFFICE: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ACTIVE: Final = re.compile(r"(?i)(^|/)(vbaproject.*\.bin|vbadata\.xml|activex/.*|embeddings/.*|macrosheets/.*)$")
"""Parts of an office file that can act when it is opened."""
_CAPS: Final = Caps(unpacked=200_000_000)
_NAMED: Final = re.compile(r"(?:^|;) *([^;]+?) \(sha256:([0-9a-f]{64})\)(?= *(?:;|$))")
_UNSAFE: Final = re.compile(r'[;\\/:*?"<>|()]+')
_LONGEST: Final = 100


@frozen
class Proof:
    """A file that was kept: what it is called, and the digest of what it holds.

    >>> Proof("bien-ban.pdf", "0" * 64).media
    'application/pdf'
    """

    name: str
    digest: str

    @property
    def media(self) -> str:
        """The type that a browser is told."""
        return MEDIA[_ending(self.name)]


@frozen
class Told:
    """What the evidence of a score says: its words, and the files that it names.

    >>> told = Told("Biên bản số 3", (Proof("bb.pdf", "0" * 64),))
    >>> Told.read(told.text) == told, Told.read("chỉ có chữ")
    (True, Told(words='chỉ có chữ', files=()))
    """

    words: str = ""
    files: tuple[Proof, ...] = ()

    @staticmethod
    def read(text: str) -> Told:
        """What an evidence text says."""
        files = dict.fromkeys(Proof(name, digest) for name, digest in _NAMED.findall(text) if _ending(name) in MEDIA)
        words = text
        for one in files:
            words = words.replace(_written(one), "")
        return Told("; ".join(filter(None, (part.strip() for part in words.split(";")))), tuple(files))

    @property
    def text(self) -> str:
        """The evidence text of a score: what was read comes back from it."""
        return "; ".join(filter(None, (self.words.strip(), *map(_written, self.files))))


def _written(proof: Proof) -> str:
    return f"{proof.name} (sha256:{proof.digest})"


def _ending(name: str) -> str:
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return "jpg" if ending == "jpeg" else ending


def check_file(name: str, data: bytes) -> str:
    """The name under which a file may be kept. Raises `BadText` for one too large, empty, or not what its name says.

    The type is told by the bytes, not only by the name: a programme is refused whatever it is called, and so is an
    office file with macros, embedded files or controls, with what fetches something when it is opened, or a zip bomb.

    >>> check_file("Biên bản.PDF", b"%PDF-1.7")
    'Biên bản.pdf'
    >>> check_file("anh.png", b"MZ")
    Traceback (most recent call last):
        ...
    coopkit.errors.BadText: «anh.png» không phải là tệp PNG: ...
    """
    ending, called = _ending(name), safe_name(name)
    if ending not in MEDIA:
        raise _refused(called, "là loại tệp không nhận", "is of a type that is not taken", _TYPES)
    if len(data) > LIMIT:
        raise _refused(called, "lớn hơn 10 MB", "is over 10 MB", ("nén hoặc chia nhỏ tệp", "make it smaller"))
    if ending in _BEGINS and not data.startswith(_BEGINS[ending]):
        raise _refused(called, f"không phải là tệp {ending.upper()}", f"is no {ending.upper()} file", _TYPES)
    if ending in _OFFICE:
        _refuse_active(called, data, ending)
    stem = nfc(_UNSAFE.sub(" ", PurePath(called).stem)).strip(" .-")[:_LONGEST].rstrip()
    return f"{stem or 'minh-chung'}.{ending}"


def _refuse_active(called: str, data: bytes, ending: str) -> None:
    try:
        active = _active(data, ending)
    except BadText as bad:
        raise _refused(called, *bad.what, bad.mend) from bad
    if active:
        mend = (
            "bỏ macro, tệp nhúng và liên kết ra ngoài rồi nộp lại",
            "take macros, embedded files and links out of it",
        )
        raise _refused(called, f"có phần chạy được ({active})", f"holds something that can act ({active})", mend)


_TYPES: Final = ("nộp tệp pdf, jpg, png, docx hoặc xlsx", "hand in a pdf, jpg, png, docx or xlsx")


def _refused(name: str, vi: str, en: str, mend: tuple[str, str]) -> BadText:
    return BadText((f"«{name}» {vi}", f"{name!r} {en}"), mend)


def _active(data: bytes, ending: str) -> str:
    """What of an office file can act, or fetch something, when it is opened; "" where nothing can.

    Raises `BadText` where it is no such file, or one that may not be unpacked.
    """
    held = parts(data, _CAPS)
    if not {"[Content_Types].xml", _OFFICE[ending]} <= set(held):
        raise BadText((f"không phải là tệp {ending.upper()}", f"is no {ending.upper()} file"), _TYPES)
    named = next((part for part in held if _ACTIVE.search(part)), "")
    return named or next(iter(acting(data, fields=ending == "docx")), "")


@frozen
class EvidenceFiles:
    """The files of a campaign's scores, at one actor's desk: in the archive beside the ledger, named by their digest.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.campaign import Definition
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Stages, Workspace
    >>> rules = Definition.of({"name": "Thử", "period": "2024", "launched": "2023-12-20"})
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     at = Stages.new(workspace.as_(Actor.office("an")), rules).at
    ...     EvidenceFiles(at).get("0" * 64)
    Traceback (most recent call last):
        ...
    coopkit.errors.NotFound: Không có tệp minh chứng này...
    """

    at: CampaignDesk

    @property
    def _archive(self) -> Archive:
        return runs.archive_beside(self.at.desk.workspace.ledger.file)

    def keep(self, name: str, data: bytes) -> Proof:
        """Keep a file that a score will name: the same bytes once, for who may see that score.

        Raises `BadText` as `check_file`, `AccessDenied`, and `CampaignError` while no points are given.
        """
        self.at.open_stage(*SCORING)
        gives = [one for one in (Action.SCORE, Action.SCORE_FOR) if can(self.at.desk.actor, one).allowed]
        if not gives:
            self.at.may(Action.SCORE)
        return Proof(check_file(name, data), self._archive.put(data))

    def get(self, digest: str) -> tuple[Proof, bytes]:
        """A file and its bytes. Raises `NotFound` for one that no score names which the actor may see."""
        for one in self.at.desk.snapshot().records(Score):
            if one.campaign == self.at.campaign and digest in (one.evidence or ""):
                for proof in Told.read(one.evidence or "").files:
                    if proof.digest == digest:
                        data = self._archive.get(digest)
                        check_file(proof.name, data)  # a text may name what is no evidence
                        return proof, data
        raise NotFound(
            "Không có tệp minh chứng này, hoặc điểm dùng nó chưa được xem (no such evidence, or its score is not open)"
        )
