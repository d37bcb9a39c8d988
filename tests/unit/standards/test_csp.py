"""Reading Content-Security-Policy (CSP Level 3)."""

from __future__ import annotations

import pytest

from monitor.standards.csp import frame_ancestors, is_trivially_unsafe, parse
from tests.unit.standards.marking import errors, marked

REST = "; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("text", "unsafe"),
    [
        pytest.param("default-src 'self'", False, id="own"),
        pytest.param("DEFAULT-SRC 'SELF'", False, id="any case"),
        pytest.param("script-src 'nonce-abc' 'unsafe-inline'", False, id="a nonce takes unsafe-inline back"),
        pytest.param("script-src 'sha256-abc=' 'unsafe-inline'", False, id="so does a hash"),
        pytest.param(
            "script-src 'strict-dynamic' 'nonce-abc' https:", False, id="strict-dynamic, https: for old readers"
        ),
        pytest.param("script-src 'self' https://cdn.example", False, id="a host"),
        pytest.param("default-src *; script-src 'self'", False, id="script-src before default-src"),
        pytest.param("script-src *; script-src-elem 'self'", False, id="script-src-elem before script-src"),
        pytest.param("default-src 'none'; style-src 'unsafe-inline'", False, id="styles"),
        pytest.param("img-src 'self'", True, id="nothing on scripts"),
        pytest.param("upgrade-insecure-requests", True, id="no list at all"),
        pytest.param("default-src 'self' 'unsafe-inline'", True, id="inline by default"),
        pytest.param("script-src 'self' 'UNSAFE-INLINE'", True, id="inline in any case"),
        pytest.param("script-src *", True, id="anywhere"),
        pytest.param("script-src https:", True, id="any https"),
        pytest.param("script-src http:", True, id="any http"),
        pytest.param("script-src data:", True, id="data"),
        pytest.param("script-src 'self'; script-src-elem *", True, id="elements from anywhere"),
        pytest.param("script-src *; script-src 'self'", True, id="the first of two counts"),
    ],
)
def test_a_policy_is_trivially_unsafe_when_injected_scripts_run(text: str, *, unsafe: bool) -> None:
    value = parse(text).value

    assert value is not None
    assert is_trivially_unsafe(value) is unsafe
    assert parse(str(value)).value == value


@pytest.mark.parametrize(
    ("text", "ancestors"),
    [
        ("default-src 'none'", None),
        ("frame-ancestors 'none'", ("'none'",)),
        ("frame-ancestors 'self' https://Portal.example", ("'self'", "https://portal.example")),
        ("Frame-Ancestors", ()),
    ],
)
def test_framing_is_only_what_frame_ancestors_says(text: str, ancestors: tuple[str, ...] | None) -> None:
    value = parse(text).value

    assert value is not None
    assert frame_ancestors(value) == ancestors


@pytest.mark.parametrize(
    ("text", "name", "sources"),
    [
        ("default-src a.example", "img-src", ("a.example",)),
        ("default-src a.example; child-src b.example", "frame-src", ("b.example",)),
        ("default-src a.example; script-src b.example", "script-src-attr", ("b.example",)),
        ("default-src a.example; script-src b.example", "worker-src", ("b.example",)),
        ("default-src a.example", "base-uri", None),
        ("img-src a.example", "default-src", None),
    ],
)
def test_a_missing_directive_falls_back_as_browsers_do(text: str, name: str, sources: tuple[str, ...] | None) -> None:
    value = parse(text).value

    assert value is not None
    assert value.sources(name) == sources


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [""]),
        (" ; ;", [" ; ;"]),
        ("script_src 'self'" + REST, ["script_src"]),
        ("default-src 'slef'" + REST, ["'slef'"]),
        ("default-src 'self" + REST, ["'self"]),
        ("default-src 'self', script-src 'none'" + REST, ["'self',"]),
        ("default-src 'sha256-'" + REST, ["'sha256-'"]),
        ("default-src 'none'; img-src ex\u00e4mple.org" + REST, ["ex\u00e4mple.org"]),
    ],
)
def test_what_browsers_drop_is_pointed_at(text: str, places: list[str]) -> None:
    assert errors(text, parse(text)) == places


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("default-src 'self'" + REST, []),
        ("default-src 'self'", [("peringatan", ""), ("peringatan", "")]),
        ("default-src 'self' 'unsafe-inline'" + REST, [("peringatan", "default-src")]),
        ("script-src 'self' 'unsafe-eval'" + REST, [("peringatan", "script-src")]),
        ("script-src 'self' * data:" + REST, [("peringatan", "script-src")] * 2),
        ("default-src self" + REST, [("peringatan", "self")]),
        ("default-src 'none' a.example" + REST, [("peringatan", "'none'")]),
        ("default-src 'none'; default-src *" + REST, [("peringatan", "default-src")]),
        ("default-src 'none'; moo-src *" + REST, [("peringatan", "moo-src")]),
        ("default-src 'none'; block-all-mixed-content" + REST, [("catatan", "block-all-mixed-content")]),
    ],
)
def test_what_holds_little_back_is_remarked(text: str, remarks: list[tuple[str, str]]) -> None:
    linted = parse(text)

    assert linted.valid
    assert marked(text, linted) == remarks
