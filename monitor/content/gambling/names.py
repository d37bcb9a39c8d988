"""Names that look like those of gambling houses and are none, as `names.toml` has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What is known of them; patterns are of one piece of a name, as dots and hyphens part them, and of all of it."""

    everyday: re.Pattern[str]
    """Names of schools, stations and shops, which end like those of houses."""
    mild: re.Pattern[str]
    """Names with an ending that many others have, too."""
    warning: re.Pattern[str]
    """Names of those who warn of gambling, or take reports of it."""
    queue: frozenset[str]
    """What may stand beside a slot in which somebody has a turn: alone they name no game."""


@lru_cache(maxsize=1)
def names() -> Names:
    """Those that come with this package."""
    source = files("monitor.content.gambling").joinpath("names.toml").read_text(encoding="utf-8")
    return made(tomllib.loads(source))


def made(data: Mapping[str, Any]) -> Names:
    """The names that *data* describes; raises `KeyError` when something is missing."""
    groups = data["everyday"]
    state, numbered, whole = (_words(group for group in groups if group.get(kind)) for kind in _KINDS)
    others = _words(group for group in groups if not any(map(group.get, _KINDS)))
    more = rf"(?:{others}|{_words(data['more'])}){{0,{_MOST}}}"
    warns, against = _words(data["warning"]), _words(data["against"])
    return Names(
        everyday=re.compile(
            rf"(?:{state})n?\d+|(?:{numbered})\d+|(?:{others}){more}(?:\d+|play|spin|cash|jp)|(?:{whole})\d*"
        ),
        mild=re.compile(rf".*(?:{_words(data['mild'], 'endings')})"),
        warning=re.compile(rf"(?:{warns})(?:{against})*|(?:{against})+(?:{warns})"),
        queue=frozenset(word for group in data["queue"] for word in group["words"]),
    )


def _words(groups: Iterable[Mapping[str, Any]], key: str = "words") -> str:
    """Any of all words of *groups*, as a pattern."""
    return "|".join(re.escape(word) for group in groups for word in group[key])


_KINDS = ("state", "numbered", "whole")
_MOST = 2
"""Words that may stand between the first of an everyday name and its end."""
