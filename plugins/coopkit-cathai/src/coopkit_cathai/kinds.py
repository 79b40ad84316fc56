"""The seasons that a cooperative of Cát Hải reports, each as one event of its own, from a first day to a last."""

from __future__ import annotations

from coopkit import Choice, EventKind, Label, Unit, amount_field, choice_field, count_field

# Measured, not counted: so "12 tấn" is refused, where a count would take the word for a noun and read 12 kg.
KILOGRAMS = Unit("kg", Label("kg", "kg"), kind="share")
TRIPS = Unit("trip", Label("chuyến", "trips"), one="trip")
BOATS = Unit("boat", Label("tàu", "boats"), one="boat")
GUESTS = Unit("guest", Label("lượt khách", "guests"), one="guest")


class Season(Choice):
    """The two halves of the fishing year, by the monsoon: April to September, and October to March.

    >>> Season.NORTH.label.vi
    'Vụ cá Bắc'
    """

    SOUTH = "south", "Vụ cá Nam", "Southern season"
    NORTH = "north", "Vụ cá Bắc", "Northern season"


# The season follows from the first day; it is told where the boats went out early or late. The catch may be "khoảng
# 12.000". All three figures are asked for: a season without its trips or boats would add 0 to them and say nothing.
FISHING_SEASON = EventKind(
    "cathai.fishing_season",
    Label("Vụ khai thác thủy sản", "Fishing season"),
    (
        choice_field("Vụ cá", "Season", Season).named("season", required=False),
        amount_field("Sản lượng (kg)", "Catch (kg)", KILOGRAMS).named("catch"),
        count_field("Số chuyến biển", "Trips", TRIPS).named("trips"),
        count_field("Số tàu", "Boats", BOATS).named("boats"),
    ),
    single=True,
    sheet=Label("Vụ khai thác", "Fishing seasons"),
)
"""What a cooperative's boats brought home in one season: catch, trips, and how many boats went out."""

# The guests from abroad are asked for too: their share would be too low where some cooperatives leave them out.
TOUR_SEASON = EventKind(
    "cathai.tour_season",
    Label("Mùa du lịch", "Tourist season"),
    (
        count_field("Lượt khách", "Guests", GUESTS).named("guests"),
        count_field("Lượt khách quốc tế", "Guests from abroad", GUESTS).named("foreign_guests"),
    ),
    single=True,
)
"""The guests that a cooperative received in one season, and how many of these came from abroad."""

KINDS = (FISHING_SEASON, TOUR_SEASON)
"""The kinds that the plugin offers."""
