"""Vietnamese text: one spelling, search keys, alphabetical order, names of cooperatives."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopkit.text import Label, confusable_name, fold, name_key, nfc, normalize, sort_key

VIETNAMESE = st.text(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵĐÐ 12&-."
)
ANY = st.one_of(VIETNAMESE, st.text())


def test_label_speaks_both_languages():
    """A label gives either language and prints in Vietnamese."""
    label = Label("hợp tác xã", "cooperative")
    assert (label.in_("vi"), label.in_("en"), label.in_(), str(label)) == (
        "hợp tác xã",
        "cooperative",
        "hợp tác xã",
        "hợp tác xã",
    )


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("a\u00a0b\t c\n", "a b c"),
        ("đầu\u200b tư\ufeff", "đầu tư"),
        ("hợp\u00adtác", "hợptác"),
        (unicodedata.normalize("NFD", "Nguyễn Đức Ưng"), "Nguyễn Đức Ưng"),
        ("e\u0301\u0302", "ế"),
        ("e\u0301\u200b\u0302", "ế"),
        ("o\u0323\u031b", "ợ"),
        ("  HTX   A ", "HTX A"),
        ("", ""),
    ],
)
def test_nfc_composes_and_drops_what_cannot_be_seen(typed, clean):
    """Text comes out composed, without invisible characters, with single spaces."""
    assert nfc(typed) == clean


@pytest.mark.parametrize(
    ("typed", "one_style"),
    [
        ("hoà", "hòa"),
        ("Hoà", "Hòa"),
        ("HOÀ", "HÒA"),
        ("thuỷ", "thủy"),
        ("Thuý", "Thúy"),
        ("khoẻ", "khỏe"),
        ("uỷ", "ủy"),
        ("oẹ", "ọe"),
        ("loè", "lòe"),
        ("hoá-chất", "hóa-chất"),
        ("\u00d0ồng \u00f0ất", "Đồng đất"),
    ],
)
def test_normalize_brings_spellings_together(typed, one_style):
    """One tone style and one Đ, case kept."""
    assert normalize(typed) == one_style


@pytest.mark.parametrize(
    "word",
    [
        *("hoàn", "suýt", "quý", "Quỳ", "quỷ", "giặt", "già", "hòa", "thủy", "khuỷu", "Huỳnh", "quả", "toàn", "ngoáy"),
        *("hoạt", "xoèn", "huỵch", "khoẻo", "lúa", "mùa", "loại", "Hải Phòng", "tiến", "người", "QUÝ"),
    ],
)
def test_normalize_leaves_right_words_alone(word):
    """A tone that already stands where it must is not moved."""
    assert normalize(word) == word


@given(ANY)
def test_cleaning_twice_changes_nothing_more(text):
    """nfc, normalize, fold and name_key are stable: a key of a key is the key."""
    for clean in (nfc, normalize, fold, name_key):
        assert clean(clean(text)) == clean(text)


@given(ANY)
def test_composed_and_decomposed_text_is_the_same(text):
    """However the marks are stored, every key is the same."""
    for key in (nfc, normalize, fold, name_key, sort_key, confusable_name):
        assert key(unicodedata.normalize("NFD", text)) == key(unicodedata.normalize("NFC", text))


@given(VIETNAMESE)
def test_fold_leaves_plain_letters_and_digits(text):
    """A search key of Vietnamese text holds only a-z, digits and single spaces."""
    key = fold(text)
    assert key.isascii()
    assert key == " ".join(key.lower().split())
    assert all(c.isalnum() or c == " " for c in key)


def test_fold_finds_what_was_typed_without_marks():
    """A name is found by its letters alone, whatever the punctuation."""
    assert fold("Hợp tác xã Đồng-Tiến") == fold("HOP TAC XA, dong tien") == "hop tac xa dong tien"
    assert fold("a_b m²") == "a b m2"


def test_sort_key_follows_the_vietnamese_alphabet():
    """Letters with marks have their own place; đ comes after d."""
    words = ["đa", "da", "ê", "e", "f", "g", "ơ", "ô", "o", "p", "ư", "u", "v", "w", "x", "y", "z", "ă", "â", "a", "j"]
    assert sorted(words, key=sort_key) == (
        ["a", "ă", "â", "da", "đa", "e", "ê", "f", "g", "j", "o", "ô", "ơ", "p", "u", "ư", "v", "w", "x", "y", "z"]
    )
    assert sorted(["Đức", "Dũng", "Ân", "Ánh", "An", "Bình"], key=sort_key) == (
        ["An", "Ánh", "Ân", "Bình", "Dũng", "Đức"]
    )


def test_sort_key_weighs_letters_before_tones_before_case():
    """Tones decide only where all letters agree, and case only where the tones do too."""
    assert sorted(["bà con", "ba ba", "bà ba"], key=sort_key) == ["ba ba", "bà ba", "bà con"]
    assert sorted(["An", "án", "an", "à n", "Án", "an toàn", "3 an", "ω"], key=sort_key) == (
        ["3 an", "à n", "an", "An", "án", "Án", "an toàn", "ω"]
    )


@given(ANY, ANY)
def test_sort_key_ties_only_the_same_text(one, other):
    """Two texts share a place exactly when they are the same word in two spellings."""
    assert (sort_key(one) == sort_key(other)) == (normalize(one) == normalize(other))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("HTX DVNN An Bình", "Hợp tác xã dịch vụ nông nghiệp An Bình"),
        ("htx.dvnn an bình", "Hợp Tác Xã Dịch Vụ Nông Nghiệp An Bình"),
        ("HTXNN An Bình", "Hợp tác xã nông nghiệp An Bình"),
        ("LHHTX An Bình", "Liên hiệp hợp tác xã An Bình"),
        ("Liên hiệp HTX An Bình", "Liên hiệp hợp tác xã An Bình"),
        ("LH HTX An Bình", "Liên hiệp hợp tác xã An Bình"),
        ("THT SXKD Hoà Bình", "Tổ hợp tác sản xuất kinh doanh Hòa Bình"),
        ("QTDND An Bình", "Quỹ tín dụng nhân dân An Bình"),
        ("HTX DVTH An Bình", "Hợp tác xã dịch vụ tổng hợp An Bình"),
        ("HTX TM-DV An Bình", "Hợp tác xã thương mại, dịch vụ An Bình"),
        ("HTX VSMT An Bình", "Hợp tác xã vệ sinh môi trường An Bình"),
    ],
)
def test_name_key_writes_abbreviations_out(short, long):
    """An abbreviated name and the full one are one name."""
    assert name_key(short) == name_key(long)
    assert confusable_name(short) == confusable_name(long)
    assert fold(name_key(short)) == fold(long)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTX An Bình", "HTX An Bính"),
        ("HTX An Bình", "THT An Bình"),
        ("HTX TH An Bình", "HTX tổng hợp An Bình"),
        ("HTX An Bình 1", "HTX An Bình 2"),
    ],
)
def test_name_key_keeps_different_names_apart(one, other):
    """Marks, the kind of organisation, doubtful abbreviations and numbers tell names apart."""
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    "other",
    [
        *("HTX An Bình 2", "HTX An Bình số 2", "HTX An Bình II", "HTX An Bình B", "HTX An Bình2", "HTX Tân An Bình"),
        *(
            "HTX An Bình mới",
            "HTX mới An Bình",
            "HTX An Bình miền Bắc",
            "HTX An & Bình",
            "HTX An và Bình",
            "HTX An-Bình",
        ),
        *("hợp tác xã an bình.", "HTX Tân An Bình 3"),
    ],
)
def test_confusable_name_follows_the_decree(other):
    """Names that differ only by what NĐ 92/2024 Art 17 lists share a key, and stay different names."""
    assert confusable_name(other) == confusable_name("Hợp tác xã An Bình")


def test_confusable_name_hears_i_and_y_alike():
    """Names that are read the same share a key."""
    assert confusable_name("HTX Mỹ Lý") == confusable_name("HTX Mĩ Lí")
    assert confusable_name("HTX Quý") == confusable_name("HTX Quí")
    assert confusable_name("HTX Thúy") != confusable_name("HTX Thúi")


@pytest.mark.parametrize("name", ["HTX Tân", "HTX Số 5", "HTX 19", "THT mới", "HTX Miền Tây", "HTX DVNN", ""])
def test_confusable_name_never_strips_a_name_bare(name):
    """A name made only of such words keeps one of them."""
    own = confusable_name(name).removeprefix("hợp tác xã").removeprefix("tổ hợp tác").strip()
    assert own or name in {"", "HTX DVNN"}


@given(VIETNAMESE)
def test_the_keys_go_from_strict_to_loose(name):
    """Names that are one by the stricter key are one by the looser one."""
    assert name_key(normalize(name)) == name_key(name)
    assert confusable_name(name_key(name)) == confusable_name(name)
