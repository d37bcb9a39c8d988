"""Where a key stands in a TOML file, whichever way TOML lets it be written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.toml_lines import Path, line_of, lines_of

WHOLE = """\
# tables [not.this] = 1
top = "a [x] = 1 # no comment"   # [nor.this]
[web]
listen = "127.0.0.1:1"
names = [
    "satu",  # a comment, with ] and "
    "dua", [1,
        2],
]
[checks.website]
every = '60s'
content.learn = 1
"quoted.key" = 2027-03-31 08:00:00
[ alerts . channels . "noc" ]
type = \"\"\"
[web]
listen = 2\"\"\"\"
url = 'x'
[[alerts.routes]]
channels = ["noc"]
[[alerts.routes]]
channels = { satu = 1, dua = { tiga = [
   3] } }
[alerts.routes.below]
x = '''
[[alerts.routes]]'''
y = -1.5e3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("web",), 3),
        (("web", "listen"), 4),
        (("web", "names"), 5),
        (("web", "names", 0), 6),
        (("web", "names", 1), 7),
        (("web", "names", 2), 7),
        (("web", "names", 2, 1), 8),
        (("checks",), 10),
        (("checks", "website", "every"), 11),
        (("checks", "website", "content"), 12),
        (("checks", "website", "content", "learn"), 12),
        (("checks", "website", "quoted.key"), 13),
        (("alerts", "channels", "noc"), 14),
        (("alerts", "channels", "noc", "type"), 15),
        (("alerts", "channels", "noc", "url"), 18),
        (("alerts", "routes"), 19),
        (("alerts", "routes", 0), 19),
        (("alerts", "routes", 0, "channels", 0), 20),
        (("alerts", "routes", 1), 21),
        (("alerts", "routes", 1, "channels", "dua", "tiga", 0), 23),
        (("alerts", "routes", 1, "below"), 24),
        (("alerts", "routes", 1, "below", "x"), 25),
        (("alerts", "routes", 1, "below", "y"), 27),
    ],
)
def test_a_key_stands_on_its_line(path: Path, line: int) -> None:
    assert lines_of(WHOLE).get(path) == line


def test_nothing_else_stands_anywhere() -> None:
    assert lines_of(WHOLE).keys() == {*_paths(tomllib.loads(WHOLE))}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("web", "port"), 3, id="a key that is missing: its table"),
        pytest.param(("web", "names", 7), 5, id="an item that is none: its list"),
        pytest.param(("checks", "tls", "every"), 10, id="a table that is missing: the one around it"),
        pytest.param(("net",), None, id="nothing of it"),
    ],
)
def test_what_is_not_written_is_looked_for_where_it_would_be(path: Path, line: int | None) -> None:
    assert line_of(lines_of(WHOLE), path) == line


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if path:
        yield path
    for key, each in items:
        yield from _paths(each, (*path, key))


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
_VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _written(value: Any) -> str:
    """As TOML, each item of a list on a line of its own."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_written(key)} = {_written(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{_written(each)},\n" for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(_TEXTS, st.dictionaries(_TEXTS, _VALUES, max_size=4), max_size=4))
def test_whatever_is_written_is_found_and_nothing_more(tables: dict[str, Any]) -> None:
    document = "".join(
        f"[{_written(name)}]\n" + "".join(f"{_written(key)} = {_written(value)}\n" for key, value in table.items())
        for name, table in tables.items()
    )

    assert tomllib.loads(document) == tables
    assert lines_of(document).keys() == {*_paths(tables)}


@given(st.text(alphabet="[]{}=,.\"'#\n\\ a1", max_size=60))
def test_what_is_no_toml_comes_to_an_end(text: str) -> None:
    lines_of(text)
