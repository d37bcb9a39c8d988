"""The scenario: which site misbehaves, how, and when; read from TOML, pure over time."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.lab.faults import PLACED, Fault, FaultName, PageName, Visitor

EVERYTHING = "*"
"""The site of a fault that is the whole lab's."""
_WHEN = ("from", "to", "every")
_TEXTS = ("label", "note")
_PARAMETERS: Mapping[str, type[Any]] = {
    "status": int,
    "location": str,
    "hops": int,
    "delay": float,
    "pause": float,
    "days": float,
    "size": int,
    "page": str,
    "visitor": str,
}
_CHOICES: Mapping[str, type[StrEnum]] = {"fault": FaultName, "page": PageName, "visitor": Visitor}
"""Keys whose values are closed lists."""


class ScenarioError(ValueError):
    """A scenario that cannot be played; every problem, one a line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One site (kode or host), jenis, or `*`, and its fault from `start` to `end`, again after each `every` seconds."""

    site: str
    fault: Fault
    start: float = 0.0
    end: float = math.inf
    every: float | None = None
    label: str = ""
    note: str = ""
    """What a person should see, in Indonesian."""

    def active(self, now: float) -> bool:
        """Whether it holds *now* seconds after the beginning."""
        return now >= self.start and now < self._turn(now) + self.end - self.start

    def next_change(self, now: float) -> float:
        """The first moment after *now* at which `active` changes; infinity when it never does."""
        if now < self.start:
            return self.start
        turn = self._turn(now)
        moments = (turn + self.end - self.start, turn + self.every if self.every else math.inf)
        return next((moment for moment in moments if moment > now), math.inf)

    def _turn(self, now: float) -> float:
        """When the turn that *now* falls in began."""
        if not self.every:
            return self.start
        turns = math.floor((now - self.start) / self.every)
        later = self.start + (turns + 1) * self.every
        return later if later <= now else self.start + turns * self.every  # a quotient can be rounded down


@dataclass(frozen=True, slots=True)
class Scenario:
    """Rules in order: where two speak of one site, the later one holds."""

    rules: tuple[Rule, ...] = ()
    title: str = ""
    ttl: int = 60
    """Of every answer of the name server, in seconds."""
    sites: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Know the selectors once."""
        object.__setattr__(self, "sites", frozenset(rule.site for rule in self.rules))

    def at(self, now: float) -> Iterator[Rule]:
        """The rules that hold *now*, in order."""
        return (rule for rule in self.rules if rule.active(now))

    def next_change(self, now: float) -> float:
        """When `at` next changes; infinity when it never does."""
        return min((rule.next_change(now) for rule in self.rules), default=math.inf)

    def placed(self) -> Iterator[str]:
        """The selectors whose sites will at some time need a machine of their own."""
        return (rule.site for rule in self.rules if rule.fault.name in PLACED)


CALM = Scenario(title="tenang")


def load(path: Path) -> Scenario:
    """The scenario in *path*. Raises `ScenarioError` with every problem, or `OSError`."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: {error}") from error
    problems = [f"{path}: {problem}" for problem in _of_the_whole(values)]
    tables = [] if problems else values.get("fault", [])
    rules = [_rule(f"{path}: fault {number}", table, problems) for number, table in enumerate(tables, 1)]
    if problems:
        raise ScenarioError("\n".join(problems))
    known = tuple(rule for rule in rules if rule)
    return Scenario(known, title=values.get("title", path.stem), ttl=values.get("ttl", 60))


def _of_the_whole(values: dict[str, Any]) -> Iterator[str]:
    yield from (f"unknown key {key!r}" for key in sorted(values.keys() - {"title", "ttl", "fault"}))
    if type(values.get("ttl", 60)) is not int:
        yield "'ttl' is not a whole number"
    if type(values.get("title", "")) is not str:
        yield "'title' is not text"
    faults = values.get("fault", [])
    if type(faults) is not list or any(type(table) is not dict for table in faults):
        yield "'fault' is not a list of tables"


def _rule(where: str, table: dict[str, Any], problems: list[str]) -> Rule | None:
    before = len(problems)
    known = {"site", "fault", *_WHEN, *_TEXTS, *_PARAMETERS}
    problems.extend(f"{where}: unknown key {key!r}" for key in sorted(table.keys() - known))
    problems.extend(f"{where}: {key!r} is missing" for key in ("site", "fault") if key not in table)
    problems.extend(f"{where}: {key!r} is not a number" for key in _WHEN if not _is_number(table.get(key, 0)))
    problems.extend(_wrong_types(where, table))
    problems.extend(_unknown_choices(where, table))
    return _made(table) if len(problems) == before and not _wrong_times(where, table, problems) else None


def _wrong_types(where: str, table: dict[str, Any]) -> Iterator[str]:
    for key in ("site", *_TEXTS, *_PARAMETERS):
        wanted = _PARAMETERS.get(key, str)
        value = table.get(key, wanted())
        if not (_is_number(value) if wanted is float else type(value) is wanted):
            yield f"{where}: {key!r} is not {wanted.__name__}"


def _unknown_choices(where: str, table: dict[str, Any]) -> Iterator[str]:
    for key, choices in _CHOICES.items():
        if key in table and table[key] not in list(choices):
            yield f"{where}: unknown {key} {table[key]!r}; known are {', '.join(filter(None, choices))}"


def _wrong_times(where: str, table: dict[str, Any], problems: list[str]) -> bool:
    start, end, every = table.get("from", 0), table.get("to", math.inf), table.get("every", math.inf)
    if not 0 <= start < end:
        problems.append(f"{where}: 'to' is not after 'from'")
    elif every < end - start:
        problems.append(f"{where}: 'every' is shorter than the fault lasts")
    else:
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _made(table: dict[str, Any]) -> Rule:
    parameters: dict[str, Any] = {key: _CHOICES.get(key, _same)(table[key]) for key in _PARAMETERS if key in table}
    return Rule(
        site=table["site"],
        fault=Fault(FaultName(table["fault"]), **parameters),
        start=table.get("from", 0.0),
        end=table.get("to", math.inf),
        every=table.get("every"),
        label=table.get("label", table["fault"]),
        note=table.get("note", ""),
    )


def _same(value: Any) -> Any:
    return value


assert {*_PARAMETERS, "name"} == {item.name for item in fields(Fault)}
