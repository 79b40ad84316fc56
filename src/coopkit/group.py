"""Groups of cooperatives with dated membership: clubs, emulation blocks, unions; and the alliance itself."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from attrs import frozen

from coopkit.field import Choice, choice, day, identifier, place, reference, text
from coopkit.record import Span, record


class GroupKind(Choice):
    """What brings the members of a group together.

    >>> GroupKind.BLOCK.label.vi
    'Khối thi đua'
    """

    CLUB = "club", "Câu lạc bộ", "Club"
    BLOCK = "block", "Khối thi đua", "Emulation block"
    UNION = "union", "Liên hiệp hợp tác xã", "Cooperative union"


class GroupRole(Choice):
    """What a cooperative is in its group.

    >>> GroupRole.MEMBER.label.vi
    'Thành viên'
    """

    LEAD = "lead", "Khối trưởng / Chủ nhiệm", "Lead"
    DEPUTY = "deputy", "Khối phó / Phó chủ nhiệm", "Deputy"
    MEMBER = "member", "Thành viên", "Member"


@record("alliance", "Liên minh hợp tác xã", "Cooperative alliance", identity=("name",))
@frozen
class Alliance:
    """The alliance whose register this is, and the province or city it answers for.

    >>> Alliance(id="a", name="Liên minh HTX thành phố", place="31@1900-01-01").place
    '31@1900-01-01'
    """

    id: Annotated[str, identifier()]
    name: Annotated[str, text("Tên Liên minh", "Name of the alliance")]
    place: Annotated[str, place("Địa bàn phụ trách", "Province or city it answers for")]


@record("group", "Nhóm", "Group", identity=("kind", "name"))
@frozen
class Group:
    """A club, emulation block or union of cooperatives.

    >>> Group(id="g", kind=GroupKind.CLUB, name="OCOP Hải Phòng").kind.label.vi
    'Câu lạc bộ'
    """

    id: Annotated[str, identifier()]
    kind: Annotated[GroupKind, choice("Loại nhóm", "Kind of group", GroupKind)]
    name: Annotated[str, text("Tên nhóm", "Name of the group", aliases=("Tên câu lạc bộ", "Tên khối"))]
    founded: Annotated[dt.date | None, day("Ngày thành lập nhóm", "Group founded")] = None
    decision: Annotated[str | None, text("Quyết định thành lập", "Founding decision")] = None


@record(
    "group_membership",
    "Thành viên nhóm",
    "Group membership",
    identity=("group", "cooperative", "joined"),
    span=Span(("group", "cooperative"), "joined", "left", last_counts=False),
)
@frozen
class GroupMembership:
    """A cooperative's membership in a group, dated, with its role.

    >>> GroupMembership(id="m", group="g", cooperative="c", role=GroupRole.MEMBER).left is None
    True
    """

    id: Annotated[str, identifier()]
    group: Annotated[str, reference("Nhóm", "Group", "group")]
    cooperative: Annotated[str, reference("Đơn vị", "Cooperative", "cooperative")]
    role: Annotated[GroupRole, choice("Vai trò", "Role", GroupRole)]
    joined: Annotated[dt.date | None, day("Tham gia từ ngày", "Joined")] = None
    left: Annotated[dt.date | None, day("Tham gia đến ngày", "Left")] = None
