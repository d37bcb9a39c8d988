"""Incidents and what goes with them: short to write, and any at all for Hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from monitor.incident import (
    Cause,
    CauseKind,
    Event,
    EventKind,
    FindingKey,
    Incident,
    Mark,
    Member,
    NoticeKind,
    Parcel,
    ParcelState,
    Ripples,
    Scope,
    Verb,
    Window,
)
from monitor.model import Audience, Finding, Severity, State
from tests.integration.store.records import NOON


def key(finding: Finding, at: datetime = NOON, kode: str = "DESA-001") -> FindingKey:
    """Of what `records.opened` opens."""
    return FindingKey(kode=kode, check="website", code=finding.code, subject=finding.subject, opened=at)


def member(finding: Finding, at: datetime = NOON, kode: str = "DESA-001", left: datetime | None = None) -> Member:
    return Member(key=key(finding, at, kode), severity=finding.severity, joined=at, left=left)


def incident(number: int = 1, *members: Member, **fields: Any) -> Incident:
    values: dict[str, Any] = {
        "cause": Cause(CauseKind.SITE, "DESA-001"),
        "audience": Audience.NOC,
        "severity": Severity.HIGH,
        "opened": NOON,
    }
    return Incident(number=number, members=members, **values | fields)


def event(number: int = 1, kind: EventKind = EventKind.OPENED, at: datetime = NOON, **fields: Any) -> Event:
    return Event(number=number, at=at, kind=kind, **fields)


def parcel(name: str = "ins-1-1-noc", due: datetime = NOON, **fields: Any) -> Parcel:
    values: dict[str, Any] = {"channel": "noc", "kind": NoticeKind.OPENED, "order": name, "created": NOON}
    return Parcel(key=name, due=due, **values | fields)


def parcels(*items: Parcel) -> Ripples:
    return Ripples(parcels=items)


def window(number: int = 1, **fields: Any) -> Window:
    values: dict[str, Any] = {
        "scope": Scope.TARGET,
        "value": "DESA-001",
        "start": NOON,
        "length": timedelta(hours=2),
        "created": NOON,
    }
    return Window(number=number, **values | fields)


def mark(finding: Finding, verb: Verb = Verb.NOTE, at: datetime = NOON, **fields: Any) -> Mark:
    return Mark(key=key(finding), verb=verb, actor="ani", at=at, **fields)


def _to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000, fold=0)


instants = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    _to_the_millisecond
)
maybe = st.none() | instants
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
counts = st.integers(0, 2**31 - 1)


causes = st.builds(Cause, st.sampled_from(CauseKind), texts)


def members(keys: list[FindingKey]) -> st.SearchStrategy[tuple[Member, ...]]:
    """Any of *keys*, in any order."""

    def with_fates(chosen: list[FindingKey]) -> st.SearchStrategy[tuple[Member, ...]]:
        return st.tuples(
            *(
                st.builds(
                    Member,
                    key=st.just(one),
                    severity=st.sampled_from(Severity),
                    joined=instants,
                    left=maybe,
                    state=st.none() | st.sampled_from(State),
                    causes=st.lists(causes, max_size=3).map(tuple),
                    address=texts,
                )
                for one in chosen
            )
        )

    return st.lists(st.sampled_from(keys), unique=True).flatmap(with_fates)


def incidents(number: int, keys: list[FindingKey]) -> st.SearchStrategy[Incident]:
    return st.builds(
        Incident,
        number=st.just(number),
        cause=causes,
        audience=st.sampled_from(Audience),
        severity=st.sampled_from(Severity),
        opened=instants,
        resolved=maybe,
        members=members(keys),
        told=maybe,
        notices=counts,
        channels=st.lists(texts, max_size=3).map(tuple),
        acknowledged=maybe,
        acknowledged_by=texts,
        assignee=texts,
        flaps=counts,
        held_until=maybe,
    )


def events(number: int) -> st.SearchStrategy[Event]:
    return st.builds(
        Event,
        number=st.just(number),
        at=instants,
        kind=st.sampled_from(EventKind),
        actor=texts,
        text=texts,
        kodes=st.lists(texts, max_size=4).map(tuple),
    )


def windows(number: int) -> st.SearchStrategy[Window]:
    return st.builds(
        Window,
        number=st.just(number),
        scope=st.sampled_from(Scope),
        value=texts,
        start=instants,
        length=st.integers(1, 10**11).map(lambda ms: timedelta(milliseconds=ms)),
        rule=texts,
        reason=texts,
        actor=texts,
        created=instants,
        ended=maybe,
    )


def marks(keys: list[FindingKey]) -> st.SearchStrategy[Mark]:
    return st.builds(
        Mark,
        key=st.sampled_from(keys),
        verb=st.sampled_from(Verb),
        actor=texts,
        at=instants,
        text=texts,
        until=maybe,
    )


def parcels_of(name: str) -> st.SearchStrategy[Parcel]:
    fates = st.just((ParcelState.WAITING, None)) | st.tuples(
        st.sampled_from([ParcelState.SENT, ParcelState.DEAD]), instants
    )
    bodies = st.none() | st.dictionaries(texts, texts | st.integers() | st.lists(texts, max_size=3), max_size=4)

    def with_fate(fate: tuple[ParcelState, datetime | None]) -> st.SearchStrategy[Parcel]:
        return st.builds(
            Parcel,
            key=st.just(name),
            channel=texts,
            kind=st.sampled_from(NoticeKind),
            order=texts,
            created=instants,
            due=instants,
            incident=st.none() | counts,
            body=bodies,
            attempts=counts,
            error=texts,
            state=st.just(fate[0]),
            settled=st.just(fate[1]),
        )

    return fates.flatmap(with_fate)
