"""Passwords: how one is known again without being kept, and which are too easy to guess."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from coopkit.text import Label, fold

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST: Final = 12
"""Letters that a password has at least (OWASP ASVS 5.0.0, 6.2.1, asks for 8)."""
MOST: Final = 128
"""… and at most: a longer one would only keep the machine busy."""

_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""argon2id takes 64 MiB and a tenth of a second: many who try at once must not take all the memory there is."""

_WORDS: Final = (
    *("administrator", "quantrivien", "quantri", "admin", "hethong", "matkhau", "password", "passwd", "secret"),
    *("welcome", "letmein", "qwerty", "iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "abc"),
    *("lienminh", "hoptacxa", "haiphong", "vietnam", "thanhpho", "thidua", "khenthuong", "htx", "coopkit", "liminh"),
    *("anhyeuem", "emyeuanh", "giadinh", "hanhphuc", "congty", "vanphong", "nguyen", "chamchi", "baomat", "test"),
)
"""Words that stand in so many passwords that what is made of them and of figures alone is guessed first."""
_ROWS: Final = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT: Final = frozenset(pair for row in _ROWS for pair in pairwise(row)) | frozenset(
    pair for row in _ROWS for pair in pairwise(reversed(row))
)
_LOOKS: Final = str.maketrans("@0135$47", "aoiesstt")


def new_token() -> str:
    """A secret that nobody guesses: 256 bits.

    >>> len(new_token())
    43
    """
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A secret of 79 bits that a person can type: four groups of four letters and figures, none like another."""
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def digest_of(secret: str) -> str:
    """The SHA-256 by which a long random secret is known again.

    >>> digest_of("a")[:8]
    'ca978112'
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its own salt."""
    with _AT_ONCE:
        return _hasher().hash(_normal(password))


def matches(hash_: str | None, password: str) -> bool:
    """Whether a password is the one of a hash. Without a hash the work is the same, and the answer no.

    >>> matches(None, "x")
    False
    """
    from argon2.exceptions import VerificationError

    typed = _normal(password)
    with _AT_ONCE:
        try:
            _hasher().verify(hash_ or _nobodys(), typed[:MOST])
        except VerificationError:
            return False
    return hash_ is not None and len(typed) <= MOST


def weakness(password: str, login: str = "", name: str = "") -> Label | None:
    """What makes a password too easy to guess for that account; None where nothing does.

    >>> weakness("ngắn").vi
    'cần ít nhất 12 ký tự'
    >>> weakness("Haiphong@2025").vi
    'quá dễ đoán: chỉ gồm từ thông dụng, dãy phím hoặc chữ lặp lại'
    >>> weakness("thuyền về trước mùa bão") is None
    True
    """
    plain = fold(_normal(password))
    if len(_normal(password)) < LEAST:
        return Label(f"cần ít nhất {LEAST} ký tự", f"at least {LEAST} characters are needed")
    if len(_normal(password)) > MOST:
        return Label(f"nhiều nhất {MOST} ký tự", f"at most {MOST} characters")
    bare = re.sub(r"[^a-z0-9]", "", plain)
    own = [re.sub(r"[^a-z0-9]", "", fold(word)) for word in (login, name)]
    if any(len(word) >= 3 and len(bare.replace(word, "")) < LEAST // 2 for word in own):
        return Label("gần như là tên của chính tài khoản", "is hardly more than the account's own name")
    if _is_common(_normal(password), bare):
        return Label(
            "quá dễ đoán: chỉ gồm từ thông dụng, dãy phím hoặc chữ lặp lại",
            "too easy to guess: only common words, rows of keys, or repetition",
        )
    return None


def _is_common(password: str, bare: str) -> bool:
    plain, looks = password.casefold(), fold(password.translate(_LOOKS))
    left = min(_beside_words(bare), _beside_words(looks))
    rows = sum(pair in _NEXT or pair[0] == pair[1] for pair in pairwise(bare))
    steps = max(len(bare) - 1, 1)
    repeats = re.fullmatch(r"(.{1,6}?)\1+.{0,5}", plain) is not None
    return left < 4 or rows > 0.7 * steps or repeats or len(set(plain)) < 5


def _beside_words(text: str) -> int:
    """How many letters stand beside the words that everybody uses; many where there is none of these."""
    letters = re.sub(r"[^a-z]", "", text)
    left = letters
    for word in sorted(_WORDS, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) if left != letters else MOST


def _normal(password: str) -> str:
    """The same letters in one spelling, however the keyboard makes them."""
    return unicodedata.normalize("NFKC", password)


@lru_cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache
def _nobodys() -> str:
    """The hash of a password that nobody knows."""
    return _hasher().hash(new_token())
