# Written by `make facade`; a test holds it to the table in __init__.py.

from coopkit.errors import CoopkitError
from coopkit.problem import Problem

__all__ = [
    "CoopkitError",
    "Problem",
]

__version__: str
