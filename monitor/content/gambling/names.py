"""Names that look like those of houses and are none, as `names.toml` has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What is known of them."""

    everyday: re.Pattern[str]
    """Names of schools, stations and shops, which end like those of houses."""
    mild: re.Pattern[str]
    """Endings of likely names that many others have, too."""
    queue: frozenset[str]
    """What may stand beside a slot in which somebody has a turn: alone they name no game."""


@lru_cache(maxsize=1)
def names() -> Names:
    """Those that come with this package."""
    source = files("monitor.content.gambling").joinpath("names.toml").read_text(encoding="utf-8")
    return made(tomllib.loads(source))


def made(data: Mapping[str, Any]) -> Names:
    """The names that *data* describes; raises `KeyError` when something is missing."""
    numbered, others = (
        [
            re.escape(word)
            for group in data["everyday"]
            if bool(group.get("numbered")) is wanted
            for word in group["words"]
        ]
        for wanted in (True, False)
    )
    endings = "|".join(re.escape(ending) for group in data["mild"] for ending in group["endings"])
    return Names(
        everyday=re.compile(
            rf"(?:^|[.-])(?:(?:{'|'.join(numbered)})n?|(?:{'|'.join(others)})[a-z]{{0,8}}?)"
            r"(?:\d+|play|spin|cash|jp)(?=$|[.-])"
        ),
        mild=re.compile(rf"(?:{endings})(?=$|[.-])"),
        queue=frozenset(word for group in data["queue"] for word in group["words"]),
    )
