"""Problems: what is wrong in the user's data, where, and how to mend it."""

from __future__ import annotations

from coopkit.problem import Problem, Severity
from coopkit.text import Label

UNREADABLE = Problem(
    "date.unreadable",
    Label("không phải là ngày", "is not a date"),
    Label("viết dd/mm/yyyy", "write dd/mm/yyyy"),
)


def test_a_problem_learns_its_place_on_the_way_up():
    """The reader of a cell does not know the file; whoever does fills it in, and what is known stays."""
    found = UNREADABLE.at(cell="C7").at(sheet="HTX", cell="A1").at(file="an-lao.xlsx")
    assert found.where == "an-lao.xlsx · HTX · C7"
    assert UNREADABLE.where == ""


def test_a_problem_is_a_sentence_in_both_languages():
    """What, seen and mend stand in one sentence; without a place or a value it reads on."""
    assert str(UNREADABLE) == "không phải là ngày. Cách sửa: viết dd/mm/yyyy."
    assert UNREADABLE.at(sheet="HTX").in_("en") == "HTX: is not a date. To mend it: write dd/mm/yyyy."


def test_a_problem_leaves_the_row_out_unless_it_says_so():
    """Errors leave rows out; a warning keeps the row."""
    assert UNREADABLE.severity is Severity.ERROR
