"""Places through time: `Place` keyed by (code, first day), `PlaceIndex` asked by date, tree and text, and shipped data.

>>> import datetime as dt
>>> index, day = shipped_index(), dt.date(2023, 12, 31)
>>> [place.title for place in index.find("Q.Lê Chân", day)]
['Quận Lê Chân']
>>> [index.path(place, day) for place in index.find("Đ. Hải 1", day)]
['Phường Đông Hải 1, Quận Hải An, Thành phố Hải Phòng']
"""

from coopkit.place.act import Act, Change, Extent, Link, Succession, enact
from coopkit.place.atlas import Atlas, Location, Share, State, Translation, undecided
from coopkit.place.decision import PlaceDecision
from coopkit.place.index import Match, PlaceIndex
from coopkit.place.naming import LEVEL_LABELS, PLACE_TYPES, PlaceType
from coopkit.place.record import Place, place_id, place_title
from coopkit.place.shipped import (
    LIST_BEGINS,
    read_maps,
    read_places,
    shipped,
    shipped_atlas,
    shipped_index,
    shipped_places,
)

__all__ = [
    "LEVEL_LABELS",
    "LIST_BEGINS",
    "PLACE_TYPES",
    "Act",
    "Atlas",
    "Change",
    "Extent",
    "Link",
    "Location",
    "Match",
    "Place",
    "PlaceDecision",
    "PlaceIndex",
    "PlaceType",
    "Share",
    "State",
    "Succession",
    "Translation",
    "enact",
    "place_id",
    "place_title",
    "read_maps",
    "read_places",
    "shipped",
    "shipped_atlas",
    "shipped_index",
    "shipped_places",
    "undecided",
]
