"""On which line of a TOML file each key stands: what its parser does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys and places in lists, from the outermost: `("alerts", "routes", 0, "hours")`."""

_TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*')"
    r"|(?P<mark>[\[\]{},=\n])"
    r"|(?P<bare>[^\s\[\]{},=\"'#]+)"
    r"|(?P<nothing>#[^\n]*|[^\S\n]+)",
    re.DOTALL,
)
"""TOML v1.0.0; bare keys keep their dots, and a value of several words is several tokens."""
_END = ""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`text`, `mark`, `bare`, or empty at the end."""
    said: str
    line: int


def lines_of(document: str) -> Mapping[Path, int]:
    """Key → its line (from 1), of tables, values and items of lists; *document* must be TOML, which is not examined."""
    reader = _Reader(tuple(_tokens(document)))
    reader.read()
    return reader.lines


def line_of(lines: Mapping[Path, int], path: Sequence[str | int]) -> int | None:
    """The line of *path*, or of the closest that is written of what it stands in; None when nothing of it is."""
    return next((lines[part] for end in range(len(path), 0, -1) if (part := tuple(path[:end])) in lines), None)


def _tokens(document: str) -> Iterator[_Token]:
    at, line = 0, 1
    while match := _TOKEN.match(document, at):
        if match.lastgroup is not None and match.lastgroup != "nothing":
            yield _Token(match.lastgroup, match[0], line)
        at, line = match.end(), line + match[0].count("\n")
    yield _Token(_END, _END, line)


@dataclass(slots=True)
class _Reader:
    """Walks through a document once; `lines` is what it found."""

    tokens: Sequence[_Token]
    lines: dict[Path, int] = field(default_factory=dict)
    _at: int = 0
    _items: dict[Path, int] = field(default_factory=dict)
    """List of tables → how many of its tables began."""

    def read(self) -> None:
        """To the end."""
        table: Path = ()
        while self._next.kind != _END:
            if self._took("\n"):
                continue
            table = self._table() if self._next.said == "[" else self._pair(table, table)

    @property
    def _next(self) -> _Token:
        return self.tokens[min(self._at, len(self.tokens) - 1)]

    def _took(self, mark: str) -> bool:
        """Whether *mark* is next; then it is behind us."""
        is_next = self._next.kind == "mark" and self._next.said == mark
        self._at += is_next
        return is_next

    def _table(self) -> Path:
        """A heading: the table that what follows belongs to."""
        line, depth = self._next.line, 0
        while self._took("["):
            depth += 1
        path = self._within((), self._keys())
        while self._took("]"):
            pass
        self._note_all((), path, line)
        if depth > 1:
            number = self._items[path] = self._items.get(path, 0) + 1
            path = (*path, number - 1)
            self._note(path, line)
        return path

    def _within(self, table: Path, keys: Sequence[str]) -> Path:
        """*keys* from *table* on; of a list of tables on the way, the table that began last is meant."""
        for place, key in enumerate(keys):
            table = (*table, key)
            if place < len(keys) - 1 and table in self._items:
                table = (*table, self._items[table] - 1)
        return table

    def _pair(self, table: Path, back: Path) -> Path:
        """A key with its value; gives *back* what it was given."""
        line = self._next.line
        path = self._within(table, self._keys())
        self._note_all(table, path, line)
        if not self._took("="):
            self._at += 1  # no TOML: go on, so that there is an end
        self._value(path)
        return back

    def _keys(self) -> list[str]:
        """What stands before `=` or `]`, in its parts."""
        found = list[str]()
        while (token := self._next).kind in {"text", "bare"}:
            self._at += 1
            found += [_unquoted(token.said)] if token.kind == "text" else _parted(token.said)
        return found

    def _value(self, path: Path) -> None:
        self._note(path, self._next.line)
        if self._took("["):
            self._list(path)
        elif self._took("{"):
            self._inline(path)
        else:
            self._at += self._next.said in {"=", "]", "}"}  # no TOML either
            while self._next.kind in {"text", "bare"}:
                self._at += 1

    def _list(self, path: Path) -> None:
        place = 0
        while self._next.kind != _END and not self._took("]"):
            if self._took("\n"):
                continue
            if self._took(","):
                place += 1
            else:
                self._value((*path, place))

    def _inline(self, path: Path) -> None:
        while self._next.kind != _END and not self._took("}"):
            if not (self._took(",") or self._took("\n")):
                self._pair(path, path)

    def _note_all(self, table: Path, path: Path, line: int) -> None:
        """Every step from *table* to *path*."""
        for end in range(len(table) + 1, len(path) + 1):
            self._note(path[:end], line)

    def _note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)


def _unquoted(text: str) -> str:
    try:
        return str(tomllib.loads(f"k = {text}")["k"])
    except tomllib.TOMLDecodeError:
        return text


def _parted(bare: str) -> list[str]:
    return [part for part in bare.split(".") if part]
