"""Where a setting was written: a variable of the environment, a credential of systemd, or a line of the file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from monitor import toml_lines
from monitor.errors import Problem

ENV_PREFIX = "MONITOR_"
BETWEEN = "__"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
NOWHERE = "bawaan"
"""Where a value comes from that nobody wrote."""


@dataclass(frozen=True, slots=True)
class Origins:
    """What was written where; asked about one setting at a time."""

    file: Path | None = None
    lines: Mapping[toml_lines.Path, int] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    """Name in capitals → how it is to be named."""

    @classmethod
    def of(cls, file: Path | None, text: str) -> Origins:
        """Of the settings' *file*, which says *text* (TOML), and of what overrides it in this process."""
        return cls(file, toml_lines.lines_of(text), {name.upper(): said for name, said in _overriding()})

    def where(self, path: Sequence[str | int]) -> str:
        """
        `FILE:LINE key`, or the variable that says it instead.

        Of a table, some of which variables say, both are named: it is wrong as a whole.
        """
        for end in range(len(path), 0, -1):
            if said := self.variables.get(variable(path[:end])):
                return said
        below = self._below(path)
        if tuple(path) in self.lines:
            return " dan ".join([self._in_file(path), *below])
        return " dan ".join(below) or self._beside(path)

    def _below(self, path: Sequence[str | int]) -> list[str]:
        """The variables that say something of the table *path*."""
        name = variable(path) + BETWEEN
        return [said for known, said in self.variables.items() if known.startswith(name)]

    def _beside(self, path: Sequence[str | int]) -> str:
        """Where *path* would have been written, which is nowhere: where the rest of its table is, variables or file."""
        table = path[:-1]
        said = " dan ".join(self._below(table)) if table and tuple(table) not in self.lines else ""
        return f"{said} {_key(path)}" if said else self._in_file(path)

    def _in_file(self, path: Sequence[str | int]) -> str:
        line = toml_lines.line_of(self.lines, path)
        file = str(self.file or NOWHERE)
        return f"{file if line is None else f'{file}:{line}'} {_key(path)}"

    def placed(self, problems: Iterable[Problem], tables: Iterable[str]) -> Iterator[Problem]:
        """*problems*; those that name a setting of one of *tables* by its key alone say where it was written."""
        known = frozenset(tables)
        for problem in problems:
            key, space, rest = problem.where.partition(" ")
            keys = key.split(".")
            is_setting = len(keys) > 1 and keys[0] in known and not self._is_file(key)
            where = f"{self.where(keys)}{space}{rest}" if is_setting else problem.where
            yield Problem(where, problem.message, problem.remedy)

    def _is_file(self, where: str) -> bool:
        """Whether it names the file itself, which may be called like a setting."""
        return self.file is not None and where.partition(":")[0] == str(self.file)


def _key(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path))


def variable(path: Sequence[str | int]) -> str:
    """The variable, or credential, that would say *path*."""
    return ENV_PREFIX + BETWEEN.join(map(str, path)).upper()


def _overriding() -> Iterator[tuple[str, str]]:
    """Variables and credentials of ours: name, and how it is to be named; the environment counts before the other."""
    if folder := os.environ.get(CREDENTIALS):
        with suppress(OSError):  # what cannot be read there overrides nothing
            yield from ((name, f"kredensial {name}") for name in sorted(os.listdir(folder)) if _is_ours(name))  # noqa: PTH208
    yield from ((name, name) for name in sorted(os.environ) if _is_ours(name))


def _is_ours(name: str) -> bool:
    return name.upper().startswith(ENV_PREFIX)
