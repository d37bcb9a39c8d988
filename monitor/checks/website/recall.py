"""Answers kept for what sites go on saying, visit after visit, and within bounds that no site can move."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

MOST = 512
"""Answers that are kept of one function."""
LONGEST = 2048
"""Characters of a question that is kept: a longer one is worked out anew, or one site could fill our memory."""


def recalled(function: Callable[P, T]) -> Callable[P, T]:
    """*function* of texts, with its last answers kept where the texts are of usual length."""
    kept = cast("Callable[P, T]", lru_cache(maxsize=MOST)(function))

    @wraps(function)
    def answer(*texts: P.args, **named: P.kwargs) -> T:
        return kept(*texts, **named) if _length(texts) <= LONGEST else function(*texts, **named)

    return answer


def _length(value: str | Iterable[object]) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(_length(item) for item in value if isinstance(item, str | tuple))
