"""The sentences of the admin page: each in the source's Vietnamese, each with its English, none past the catalogue."""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from tests.admin_pages import sit_here

from coopkit.admin.catalogue import CATALOGUE, Reader
from coopkit.errors import BadText
from coopkit.text import told_in

KEEPER = runpy.run_path(str(Path(__file__).parents[1] / "scripts/catalogue.py"))
ADMIN = CATALOGUE.parents[3]
SOURCES = sorted(ADMIN.glob("*.py"))


@pytest.fixture(scope="module")
def kept():
    """The catalogue as it is in the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def forms(text):
    return (text,) if isinstance(text, str) else tuple(text)


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


# ── The catalogue ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_catalogue_holds_the_source_and_nothing_else(kept):
    """What `make catalogue` would write is what is there: sorted, no sentence missing, none that is used no longer."""
    assert KEEPER["written"](KEEPER["updated"](kept)) == CATALOGUE.read_bytes()
    assert not kept.obsolete


def test_every_sentence_has_its_english(kept):
    """None is left untranslated, and none is a guess."""
    assert KEEPER["missing"](kept) == []
    assert [one.id for one in kept if one.id and one.fuzzy] == []


def test_english_has_the_places_of_the_vietnamese(kept):
    """A place left out would tell too little, one too many would fail; only "one" may be said without its number."""
    for message in kept:
        if message.id:
            wanted = places(forms(message.id)[0])
            *one, last = forms(message.string)
            assert places(last) == wanted, message.id
            assert all(wanted - {"n"} <= places(text) <= wanted for text in one), message.id


UNMARKED = {
    *["xem", "sau", "theo", "trong", "trang", "cho", "khi", "ghi", "tin", "cao", "hai", "khoa", "chia", "tt", "xong"]
}
"""Vietnamese words without any mark, of which a whole sentence here may be made."""


def test_sentences_are_vietnamese(kept):
    """An English one, or a key, would stand on the Vietnamese screen."""
    for message in kept:
        words = re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}|:[\w/-]+[\[:]", " ", forms(message.id or "")[0]).lower())
        assert not all(word.isascii() for word in words) or set(words) <= UNMARKED, message.id


# ── The source ──────────────────────────────────────────────────────────────────────────────────────────────────────

SHOWING = re.compile(
    "button|caption|checkbox|date_input|dialog|download_button|error|expander|file_uploader|form_submit_button|header|"
    "info|link_button|markdown|metric|multiselect|number_input|page_link|pills|popover|radio|segmented_control|selectbox|"
    "slider|spinner|status|subheader|success|tabs|text|text_area|text_input|title|toast|toggle|warning|write"
)
"""Methods of Streamlit whose first argument is read by people."""

READ = {"label", "placeholder", "help", "title", "text", "body", "page_title", "alt"}
"""Arguments by name that are read by people."""

AS_IT_IS = {
    "Tiếng Việt",  # a language is called by its own name
    "Ngôn ngữ / Language",  # whoever looks for it may read only one of the two
    "coopkit",  # a name
    " (mã sự cố ",  # written into the ledger, which has one language
}
MARKUP = re.compile(r":[\w-]+\[|-badge\[|:material/\w+:|[*#\[\]]")


def untranslated(source: str) -> Iterator[str]:
    """What the source shows without asking for it in the reader's language: each as "line: text"."""
    tree = ast.parse(source)
    passed = _translated(tree) | set(_documentation(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="t" | "n"), args=[text, *_]) if not isinstance(text, ast.Constant):
                yield f"{node.lineno}: a sentence must be written out: {ast.unparse(text)}"
            case ast.Call(func=ast.Attribute()):
                english = (one for one in _shown(node) if one not in passed and _is_words(one.value, ascii_=True))
                yield from (f"{one.lineno}: {one.value}" for one in english)
            case ast.Constant(value=str(text)) if node not in passed and _is_words(text, ascii_=False):
                yield f"{node.lineno}: {text}"


def _is_words(text: str, *, ascii_: bool) -> bool:
    return text not in AS_IT_IS and text.isascii() == ascii_ and bool(re.search(r"[^\W\d_]{2}", MARKUP.sub("", text)))


def _translated(tree: ast.AST) -> set[ast.AST]:
    """What stands within c.t, c.n, a Label or an error, which say it in both languages, or in a line of the log."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="t" | "n"), args=[text, *_]):
                found |= set(ast.walk(text))
            case ast.Raise() | ast.Call(func=ast.Name(id="Label") | ast.Attribute(value=ast.Name(id="_LOG"))):
                found |= set(ast.walk(node))
    return found


def _documentation(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for one in getattr(node, "body", []) if not isinstance(node, ast.Lambda | ast.IfExp) else []:
            if isinstance(one, ast.Expr):
                yield one.value


def _shown(call: ast.Call) -> Iterator[ast.Constant]:
    """The literal texts among what a call of Streamlit's shows, not those that another call makes something of."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    showing = SHOWING.fullmatch(method)
    waiting: list[ast.AST] = call.args[:1] if showing else []
    waiting += [one.value for one in call.keywords if one.arg in READ and (showing or method == "Page")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        if isinstance(node, ast.List | ast.Tuple | ast.JoinedStr | ast.BinOp | ast.IfExp | ast.BoolOp):
            waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_nothing_is_shown_past_the_catalogue(file):
    """Every text that people read goes through c.t, c.n or a Label."""
    assert list(untranslated(file.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('st.title("Overview")', ["1: Overview"]),
        ('row.button("Lưu", key="luu")', ["1: Lưu"]),
        ('st.tabs(["Details", c.t("Số liệu")])', ["1: Details"]),
        ('st.text_input(label, placeholder="Search")', ["1: Search"]),
        ('st.markdown(f"**Total** {n}")', ["1: **Total** "]),
        ('st.info("Saved" if done else c.t("Chưa lưu"))', ["1: Saved"]),
        ('st.Page(show, title="Reports")', ["1: Reports"]),
        ('told = "Đã lưu"', ["1: Đã lưu"]),
        ('rows = {"Tên": one.name}', ["1: Tên"]),
        ('c.t(f"Có {n} đơn vị")', ["1: a sentence must be written out: f'Có {n} đơn vị'"]),
        ('c.t("{who} đã ghi", who="Ông An")', ["1: Ông An"]),
        ('st.title(c.t("Tổng quan"))', []),
        ('st.markdown(f"**{name}** :green-badge[{told}]")', []),
        ('st.button(c.t("Về"), key="back", icon=":material/arrow_back:")', []),
        ('Label("Số liệu", "Figures").in_(c.lang)', []),
        ('"""Trang báo cáo."""', []),
        ('_LOG.error("Mã sự cố %s", number)', []),
        ('st.selectbox(label, ["a", "b"])', []),
    ],
)
def test_finder_of_untranslated_texts(source, found):
    """It finds what is planted, and lets pass what is told in both languages or read by nobody."""
    assert list(untranslated(source)) == found


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_every_call_fills_the_places(file):
    """A sentence is given just the values it names."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="t" | "n" as kind), args=[ast.Constant(value=str(text)), *_]):
                given = {one.arg for one in node.keywords} | ({"n"} if kind == "n" else set())
                assert given == places(text) or None in given, f"{file.name}:{node.lineno}"  # None: **values


# ── The keeper ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_keeper_takes_translations_and_drops_what_is_gone(tmp_path):
    """New sentences come empty, what is filled in stays, what the source no longer says goes; faults are told."""
    page = tmp_path / "page.py"
    page.write_text('c.t("Lưu")\nst.text(f"{c.n(\'{n} lô\', 2)}")\n', "utf-8")
    (tmp_path / "a.html").write_text("<p>{{ t('Mã') }}</p>", "utf-8")
    first = KEEPER["extracted"](tmp_path)
    assert sorted(KEEPER["missing"](first), key=str) == [("{n} lô", "{n} lô"), "Lưu", "Mã"]
    told = {"Lưu": "Save", "{n} lô": ["{n} batch", "{n} batches"], "Mã": ["a", "b"], "Xóa": "Delete"}
    assert [one.split(":")[0] for one in KEEPER["merge"](first, told)] == ["'Mã'", "'Xóa'"]
    page.write_text("c.n('{n} lô', 2)", "utf-8")
    again = KEEPER["updated"](first, tmp_path)
    assert again.get("{n} lô").string == ("{n} batch", "{n} batches")
    assert again.get("Lưu") is None
    assert KEEPER["missing"](again) == ["Mã"]


# ── What a reader is told ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message", "vi", "en"),
    [
        ("Không có lô số 7 (there is no batch 7)", "Không có lô số 7", "there is no batch 7"),
        ("a.xlsx: hỏng (the file is damaged (no zip))", "a.xlsx: hỏng", "the file is damaged (no zip)"),
        ("Xã Tân An (cũ) không có (no such commune)", "Xã Tân An (cũ) không có", "no such commune"),
        ("Không có xã 'Tân An' (no commune 'Tân An' is there)", "Không có xã 'Tân An'", "no commune 'Tân An' is there"),
        (
            "Một sai (the first is); hai sai (the second is)",
            "Một sai; hai sai",
            "the first is; the second is",
        ),
        ("'x' không phải là chỉ tiêu (is no metric)", "'x' không phải là chỉ tiêu", None),
        ("Không có bảng 'x' (no such table): a, b", None, None),
        ("Lỗi (an error of it); khóa (của nó)", None, None),
        ("Không có xã Tân An (huyện Vĩnh Bảo)", None, None),
        ("Không có kỳ này (2023)", None, None),
        ("Đã đóng) mà chưa mở", None, None),
        ("(only this)", None, None),
        ("", None, None),
    ],
)
def test_message_in_one_language(message, vi, en):
    """Only a message of the form "Vietnamese (English)" is parted; any other is told whole."""
    assert told_in(message, "vi") == (message if vi is None else vi)
    assert told_in(message, "en") == (message if en is None else en)


def test_error_is_told_in_the_readers_language():
    """A text that cannot be read carries both languages itself; any other error is parted."""
    bad = BadText(("không phải là ngày", "is not a date"), ("viết dd/mm/yyyy", "write dd/mm/yyyy"))
    assert Reader("en").told(bad) == "is not a date: write dd/mm/yyyy"
    assert Reader("vi").told(bad) == "không phải là ngày: viết dd/mm/yyyy"
    assert Reader("en").told(ValueError("Sổ đang bận (the ledger is busy)")) == "the ledger is busy"


@pytest.mark.parametrize(
    ("lang", "number", "told"),
    [
        ("vi", 1, "1 đơn vị"),
        ("vi", 1234, "1.234 đơn vị"),
        ("en", 1, "1 unit"),
        ("en", 1234, "1,234 units"),
    ],
)
def test_number_decides_the_plural(lang, number, told):
    """Vietnamese has one form, English two; each writes numbers its own way."""
    assert Reader(lang).n("{n} đơn vị", number) == told


def test_values_are_no_sentences():
    """What is filled in is not read as a place itself; a sentence without values may hold braces."""
    assert Reader("vi").t("Lô {number}", number="{x}") == "Lô {x}"
    assert Reader("en").t("Không ai dịch {câu này}") == "Không ai dịch {câu này}"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("COOPKIT_LEDGER", f"sqlite:///{tmp_path}/so.db")
    sit_here(monkeypatch)
    shown = AppTest.from_file(str(ADMIN / "main.py"), default_timeout=60)

    def at(address, **query):
        shown._page_hash = calc_hash(address)
        shown.query_params.clear()
        shown.query_params.update({key.replace("_", "-"): value for key, value in query.items()})
        shown.run()
        assert not shown.exception
        return shown

    return at


def test_language_stays_in_the_url(opened):
    """The URL opens the page in English; another page keeps it, Vietnamese needs no word in the URL."""
    assert opened("htx", ngon_ngu="en").title[0].value == "Cooperatives"
    shown = opened("bao-cao")
    assert shown.title[0].value == "Reports"
    assert shown.query_params["ngon-ngu"] == "en"
    shown.sidebar.radio(key="lang").set_value("vi").run()
    assert shown.title[0].value == "Báo cáo"
    assert "ngon-ngu" not in shown.query_params


def test_unknown_language_is_vietnamese(opened):
    """Vietnamese is what there is unless English is asked for."""
    assert opened("htx", ngon_ngu="fr").title[0].value == "Hợp tác xã"
