"""DER: written as OpenSSL writes it, read with suspicion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.seal import BadSeal, der


@given(st.binary(max_size=70_000))
def test_what_is_written_is_read(content: bytes) -> None:
    value = der.only(der.tagged(der.OCTETS, content), der.OCTETS)

    assert value.content == content


@given(st.integers(0, 2**130))
def test_numbers_come_back(number: int) -> None:
    assert der.only(der.integer(number), der.INTEGER).number == number


@given(st.tuples(st.integers(0, 2), st.integers(0, 39)), st.lists(st.integers(0, 2**40), max_size=6))
def test_object_identifiers_come_back(first: tuple[int, int], rest: list[int]) -> None:
    dotted = ".".join(map(str, (*first, *rest)))

    assert der.only(der.oid(dotted), der.OID).dotted == dotted


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "020100"), (127, "02017f"), (128, "02020080"), (256, "02020100")],
)
def test_numbers_have_the_shortest_form(value: int, written: str) -> None:
    assert der.integer(value).hex() == written


@given(st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        _walk(der.Parts(data), 0)
    except BadSeal:
        return


def _walk(parts: der.Parts, depth: int) -> None:
    for value in parts.all():
        if value.tag & 0x20 and depth < 10:
            _walk(value.inside(), depth + 1)


@pytest.mark.parametrize(
    "data",
    ["", "30", "3080", "3081", "30810100", "3082000100", "30850000000001", "1f0100", "3002", "040100ff", "0600"],
)
def test_what_is_not_der_is_refused(data: str) -> None:
    with pytest.raises(BadSeal):
        _ = der.only(bytes.fromhex(data), bytes.fromhex(data)[0] if data else der.SEQUENCE).dotted
