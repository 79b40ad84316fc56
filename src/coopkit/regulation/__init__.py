"""Thresholds and classes of laws as dated data with citations; what no source states is unknown, never a guess.

>>> import datetime as dt
>>> found = shipped_regulation().size(dt.date(2024, 12, 31), "agriculture", members=320, revenue=60 * 10**9)
>>> found.label.vi, found.scheme, found.source
('Lớn', 'nd-113-2024', 'NĐ 113/2024/NĐ-CP Điều 5')
"""

from coopkit.regulation.classes import Class, Regulation, shipped_regulation

__all__ = ["Class", "Regulation", "shipped_regulation"]
