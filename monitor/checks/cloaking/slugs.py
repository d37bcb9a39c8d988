"""Does an address speak of gambling? Read as the words it is made of, by the lexicon that pages are read by."""

from __future__ import annotations

from monitor.content.gambling.links import in_path

MAX_ADDRESS = 2048
_SURE = 2.0
"""Weight of what nobody but gambling pages says; what may be the subject of an article does not count."""


def speaks_of_gambling(address: str) -> bool:
    """Whether the path or query of *address* (a URL, or a path) names gambling, and does not warn of it."""
    return any(found.entry.weight >= _SURE and not found.guarded for found in in_path(address[:MAX_ADDRESS]))
