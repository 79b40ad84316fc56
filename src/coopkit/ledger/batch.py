"""What a writer hands to the ledger: a batch of changes with who, why, when and from which file."""

from __future__ import annotations

import datetime as dt

from attrs import frozen


@frozen
class Change:
    """A record as it should be. `base` is the revision it was read at; None says that it is new.

    `origin` says where the row stood, as the user sees it ("an-lao.xlsx · Hợp tác xã · dòng 7").

    >>> from coopkit.group import Group
    >>> Change(Group(id="g", kind="club", name="OCOP")).base is None
    True
    """

    record: object
    base: int | None = None
    origin: str = ""


@frozen
class Removal:
    """A record that should be no more. `base` is the revision it was read at.

    >>> Removal("group", "g", base=2).base
    2
    """

    table: str
    record_id: str
    base: int
    origin: str = ""


@frozen
class Batch:
    """Changes that belong together: all of them are written, or none.

    `token` names the form they come from: a token that was written before writes nothing more, whatever comes with it,
    and gives the first batch's receipt.

    >>> from coopkit.group import Group
    >>> batch = Batch("van-phong", "nhập danh sách câu lạc bộ", dt.datetime(2024, 1, 5, 8, 0, tzinfo=dt.UTC),
    ...               changes=(Change(Group(id="g", kind="club", name="OCOP")),))
    >>> len(batch.changes)
    1
    """

    actor: str
    reason: str
    time: dt.datetime
    source: str = ""
    changes: tuple[Change | Removal, ...] = ()
    undoes: int | None = None
    token: str = ""
