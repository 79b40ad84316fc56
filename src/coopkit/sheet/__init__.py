"""The layout of workbooks, derived from fields: one `Sheet` says what importers read and exporters write.

>>> from coopkit.event import OWN_KINDS
>>> [sheet.title.vi for sheet in register_sheets(OWN_KINDS)][:3]
['Thông tin', 'Hợp tác xã', 'Số liệu năm']
"""

from coopkit.sheet.column import Column, Role
from coopkit.sheet.layout import Part, Sheet
from coopkit.sheet.register import event_sheet, register_sheets

__all__ = ["Column", "Part", "Role", "Sheet", "event_sheet", "register_sheets"]
