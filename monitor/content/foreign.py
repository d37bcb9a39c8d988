"""Whom a page brings along: scripts and frames of other hosts, and public services that it sends visitors to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from monitor.content.facts import Document, Link
from monitor.domains import GOVERNMENT_SUFFIXES, host_of, registrable

MAX_HOSTS = 30
MAX_SERVICES = 20
MAX_TEXT = 60
"""Characters of a link's text that are kept."""
_MAX_LINK_TEXT = 80
"""A longer one is a headline that mentions a service."""


@dataclass(frozen=True, slots=True)
class Service:
    """A link that calls itself a public service and leads to another host."""

    host: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Hosts that are neither under the page's own domain nor under one that only governments get; sorted."""

    scripts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    partial: bool = False
    """There were more than are kept."""


NONE = Foreign()


@dataclass(frozen=True, slots=True)
class Group:
    """Public services of one kind."""

    name: str
    use: str
    source: str
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Services:
    """What is known of public services."""

    groups: tuple[Group, ...]
    forms: frozenset[str]
    """Forms, shortened addresses and messengers."""
    words: re.Pattern[str]
    """What a link to a public service calls itself."""


@lru_cache(maxsize=1)
def services() -> Services:
    """Those that are shipped."""
    data = tomllib.loads((files("monitor.content") / "services.toml").read_text(encoding="utf-8"))
    groups = tuple(Group(item["name"], item["use"], item["source"], frozenset(item["hosts"])) for item in data["group"])
    words = "|".join(re.escape(word) for word in sorted(data["service"]["words"], key=len, reverse=True))
    return Services(groups, frozenset(data["forms"]["hosts"]), re.compile(rf"(?<![\w-])(?:{words})(?![\w-])"))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(host for group in services().groups for host in group.hosts)


@lru_cache(maxsize=8_192)
def is_public_service(host: str, added: frozenset[str] = frozenset()) -> bool:
    """Whether *host* is, or is under, one of the public services that are shipped, or of those *added* by settings."""
    return _is_under(host, _known()) or _is_under(host, added)


@lru_cache(maxsize=8_192)
def is_form(host: str) -> bool:
    """Whether *host* hands out forms, shortened addresses, or conversations."""
    return _is_under(host, services().forms)


def _is_under(host: str, names: frozenset[str]) -> bool:
    labels = host.lower().rstrip(".").split(".")
    return any(".".join(labels[start:]) in names for start in range(len(labels)))


def foreign(document: Document, own: str) -> Foreign:
    """What *document* loads and whom it sends to, that is not of the host *own*, nor of a government."""
    scripts, frames = (_hosts(urls, own) for urls in (document.scripts, document.frames))
    found = _services(document.links, own)
    return Foreign(
        scripts=tuple(scripts[:MAX_HOSTS]),
        frames=tuple(frames[:MAX_HOSTS]),
        services=tuple(found[:MAX_SERVICES]),
        partial=len(scripts) > MAX_HOSTS or len(frames) > MAX_HOSTS or len(found) > MAX_SERVICES,
    )


def _hosts(urls: Iterable[str], own: str) -> list[str]:
    return sorted({host for host in map(host_of, urls) if is_foreign(host, own)})


def is_foreign(host: str, own: str) -> bool:
    """Whether *host* is of another registrant than *own*, and under no suffix that only governments get."""
    if not host or host == own:
        return False
    shared = registrable(host) or host
    return shared != (registrable(own) or own) and shared.partition(".")[2] not in GOVERNMENT_SUFFIXES


def _services(links: Iterable[Link], own: str) -> list[Service]:
    """One for each host, with the first text in the alphabet: a page may list its links in any order."""
    found: dict[str, str] = {}
    for host, text in _calls(links, own):
        found[host] = min(text, found.get(host, text))
    return [Service(host, found[host]) for host in sorted(found)]


def _calls(links: Iterable[Link], own: str) -> Iterator[tuple[str, str]]:
    words = services().words
    for link in islice(links, 2_000):
        text = " ".join(link.text[: 4 * _MAX_LINK_TEXT].split())
        if not link.hidden and 0 < len(text) <= _MAX_LINK_TEXT and words.search(text.lower()):
            host = host_of(link.url)
            if is_foreign(host, own):
                yield host, text[:MAX_TEXT]
