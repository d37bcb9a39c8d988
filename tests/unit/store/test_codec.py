"""Numbers and texts of rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incident import CauseKind, EventKind, NoticeKind, ParcelState, Scope, Verb
from monitor.model import Audience, Outcome, Severity, State, Turn
from monitor.store import codec


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (codec.STATES, State),
        (codec.OUTCOMES, Outcome),
        (codec.SEVERITIES, Severity),
        (codec.TURNS, Turn),
        (codec.PARCEL_STATES, ParcelState),
    ],
    ids=["states", "outcomes", "severities", "turns", "parcels"],
)
def test_every_value_has_a_number_of_its_own(table: dict[Any, int], values: type[Enum]) -> None:
    assert set(table) == set(values)
    assert len(set(table.values())) == len(table)


def test_published_numbers_never_change() -> None:
    assert list(codec.STATES.items()) == [
        (State.UP, 0),
        (State.DEGRADED, 1),
        (State.DOWN, 2),
        (State.UNOBSERVED, 3),
    ]
    assert [codec.OUTCOMES[outcome] for outcome in Outcome] == [0, 1, 2, 3]
    assert [codec.SEVERITIES[severity] for severity in Severity] == [0, 1, 2, 3, 4]
    assert (codec.TURNS[Turn.OPENED], codec.TURNS[Turn.RESOLVED]) == (1, 2)
    assert [codec.PARCEL_STATES[state] for state in ParcelState] == [0, 1, 2]


PUBLISHED: dict[type[StrEnum], str] = {
    CauseKind: "situs alamat server-nama domain sertifikat penerbit titik-pantau pengiriman",
    EventKind: (
        "dibuka bertambah berkurang meluas memburuk diberitahukan diingatkan ditahan naik-turun kambuh diterima"
        " dicatat ditugaskan positif-palsu dicabut selesai"
    ),
    NoticeKind: "gangguan perkembangan pengingat pulih ringkasan uji",
    Scope: "sasaran jenis alamat semua",
    Verb: "terima catat tugaskan positif-palsu cabut",
    Audience: "noc csirt owner",
}
"""Words that rows keep as they are: one more is welcome, one that changed makes old rows unreadable."""


@pytest.mark.parametrize("values", PUBLISHED, ids=lambda values: str(values.__name__))
def test_published_words_never_change(values: type[StrEnum]) -> None:
    assert set(PUBLISHED[values].split()) <= {item.value for item in values}


@given(st.timedeltas(timedelta(0), timedelta(days=9_999)))
def test_a_span_comes_back_to_the_millisecond(span: timedelta) -> None:
    lost = span - timedelta(milliseconds=codec.span_to_ms(span))

    assert timedelta(0) <= lost < timedelta(milliseconds=1)


def test_what_did_not_happen_is_none_both_ways() -> None:
    assert (codec.ms_or_none(None), codec.from_ms_or_none(None)) == (None, None)
    assert (codec.ms_or_none(codec.EPOCH), codec.from_ms_or_none(0)) == (0, codec.EPOCH)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_millisecond(at: datetime) -> None:
    lost = at - codec.from_ms(codec.to_ms(at))

    assert timedelta(0) <= lost < timedelta(milliseconds=1)


def test_the_zone_of_an_instant_does_not_matter() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=7)))

    assert codec.from_ms(codec.to_ms(noon)) == datetime(2026, 11, 24, 5, tzinfo=UTC)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.to_ms(datetime(2026, 11, 24))  # noqa: DTZ001 - that is the point


@given(st.text(st.characters(codec=None)) | st.text(min_size=501, max_size=600))
def test_any_text_is_made_fit_for_both_databases(value: str) -> None:
    kept = codec.text(value)

    assert "\0" not in kept
    assert len(kept.encode()) < 2700
    assert codec.text(value) == kept


@given(st.text("abc", min_size=490, max_size=510), st.text("abc", min_size=490, max_size=510))
def test_different_texts_stay_different(one: str, other: str) -> None:
    assert (codec.text(one) == codec.text(other)) is (one == other)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(codec=None)), json_values, max_size=4))
def test_evidence_comes_back_from_its_packed_form(facts: dict[str, Any]) -> None:
    document = codec.to_json(facts)

    assert codec.unpack(codec.pack(document)) == facts
    assert document.isascii()


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_the_order_of_keys_does_not_change_the_digest(facts: dict[str, Any]) -> None:
    other = MappingProxyType(dict(reversed(facts.items())))

    assert codec.digest(codec.to_json(facts)) == codec.digest(codec.to_json(other))


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", datetime(2026, 1, 1, tzinfo=UTC), {1}, float("inf")],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        codec.to_json({"a": [value]})
