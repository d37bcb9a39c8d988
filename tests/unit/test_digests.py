"""Digests: each once, at its time or up to five hours later, and never for a time before the record began."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.digests import WEEK, Digests
from monitor.incident import Cause, CauseKind, Incident, NoticeKind, Parcel, ParcelState
from monitor.latest import Latest
from monitor.model import Audience, Severity
from monitor.seal import BadSeal, Sealed
from monitor.seal.keys import Signer
from monitor.seal.witness import head_in
from monitor.words import WIB
from tests.unit.seal import fake
from tests.unit.web import caseload, regency
from tests.unit.web.caseload import CHANNELS, Cases, Office, Past

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY, TUESDAY = datetime(2026, 11, 23, tzinfo=WIB), datetime(2026, 11, 24, tzinfo=WIB)
BOTH = {**CHANNELS, "owner": {"type": "webhook", "url": "http://127.0.0.1:9/owner", "secret": "x"}}


class Store(Cases):
    """Also what was mended."""

    closed: tuple[Past, ...] = ()
    sealed: Sealed | Exception | None = None

    async def last_seal(self) -> Sealed | None:
        if isinstance(self.sealed, Exception):
            raise self.sealed
        return self.sealed

    async def findings_closed_since(self, at: datetime, limit: int = 1000) -> tuple[Past, ...]:
        return tuple(past for past in self.closed if past.resolved is not None and past.resolved >= at)[:limit]


def office(**changes: Any) -> Office:
    result = caseload.quiet(**changes)
    result.store.__class__ = Store
    return result


def digests(of: Office, known_since: datetime = LONG_AGO) -> Digests:
    assert isinstance(of.store, Store)
    return Digests(of.store, of.latest, of.teller, of.settings.alerts, known_since)


async def keys(of: Digests, *at: datetime) -> list[str]:
    return [parcel.key for each in at for parcel in (await of.due(each)).parcels]


def clock(day: datetime, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return day + timedelta(hours=hour, minutes=minute, seconds=second)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        pytest.param(clock(TUESDAY, 6, 59, 59), False, id="not yet"),
        pytest.param(clock(TUESDAY, 7), True, id="on time"),
        pytest.param(clock(TUESDAY, 7).astimezone(UTC), True, id="on time, in UTC"),
        pytest.param(clock(TUESDAY, 11, 59, 59), True, id="late"),
        pytest.param(clock(TUESDAY, 12), False, id="too late"),
        pytest.param(clock(TUESDAY, 23, 59), False, id="much too late"),
    ],
)
async def test_the_morning_digest_is_due_from_seven_to_noon(at: datetime, due: bool) -> None:  # noqa: FBT001
    assert await keys(digests(office()), at) == (["digest-noc-2026-11-24"] if due else [])


async def test_each_is_made_once_a_day() -> None:
    made = digests(office())

    told = await keys(made, clock(TUESDAY, 7), clock(TUESDAY, 7, 0, 30), clock(TUESDAY + timedelta(days=1), 7))

    assert told == ["digest-noc-2026-11-24", "digest-noc-2026-11-25"]


async def test_after_a_restart_the_record_knows_its_key() -> None:
    of = office()

    first, again = await keys(digests(of), clock(TUESDAY, 7)), await keys(digests(of), clock(TUESDAY, 9))

    assert first == again, "and a key that is known is left alone by the record"


async def test_what_could_not_be_made_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = digests(office())

    async def broken(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(made, "morning", broken)
        with pytest.raises(RuntimeError):
            await made.due(clock(TUESDAY, 7))

    assert await keys(made, clock(TUESDAY, 7, 1)) == ["digest-noc-2026-11-24"]


async def test_of_a_time_before_the_record_there_is_nothing_to_tell() -> None:
    of = office()

    assert await keys(digests(of, clock(TUESDAY, 7, 0, 1)), clock(TUESDAY, 8)) == []
    assert await keys(digests(of, clock(TUESDAY, 7)), clock(TUESDAY, 8)) == ["digest-noc-2026-11-24"]


async def test_a_digest_of_the_night_is_caught_up_after_midnight_under_the_same_key() -> None:
    of = office(digest_at="23:30")

    on_time, late = await keys(digests(of), clock(MONDAY, 23, 30)), await keys(digests(of), clock(TUESDAY, 1))

    assert on_time == late == ["digest-noc-2026-11-23"]
    assert await keys(digests(of), clock(TUESDAY, 4, 30)) == []


async def test_midnight_belongs_to_the_day_that_it_begins() -> None:
    made = digests(office(digest_at="00:00"))

    assert await keys(made, clock(MONDAY, 23, 59), clock(TUESDAY, 0)) == ["digest-noc-2026-11-24"]


async def test_owners_hear_on_mondays_each_of_their_own() -> None:
    of = office(channels=BOTH)
    made = digests(of)

    monday, tuesday = await made.due(clock(MONDAY, 7)), await made.due(clock(TUESDAY, 7))

    owners = [parcel for parcel in monday.parcels if parcel.channel == "owner"]
    named = {entry.target.owner for entry in of.latest.entries() if entry.target.owner and entry.since}
    assert len(owners) == len(named) == len({parcel.key for parcel in owners})
    assert all(parcel.key.startswith("digest-owner-") and "2026-W48" in parcel.key for parcel in owners)
    assert [parcel.channel for parcel in tuesday.parcels] == ["noc"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"channels": {"csirt": CHANNELS["csirt"]}}, [], id="no channel of that name"),
        pytest.param({"channels": {}}, [], id="no channel"),
        pytest.param({"digest": {"noc": "csirt"}}, ["csirt"], id="another channel"),
        pytest.param(
            {"channels": {"noc": {"type": "alertmanager", "url": "http://127.0.0.1:9093"}}}, [], id="takes no messages"
        ),
    ],
)
async def test_a_digest_goes_where_the_settings_say(changes: dict[str, object], told: list[str]) -> None:
    parcels = (await digests(office(**changes)).due(clock(TUESDAY, 7))).parcels

    assert [parcel.channel for parcel in parcels] == told


async def test_a_digest_is_a_parcel_with_its_message() -> None:
    at = clock(TUESDAY, 8)
    (parcel,) = (await digests(office()).due(at)).parcels

    assert (parcel.kind, parcel.due, parcel.incident, parcel.order) == (NoticeKind.DIGEST, at, None, parcel.key)
    assert parcel.body is not None
    assert parcel.body["key"] == parcel.key


def incident(
    number: int, opened: datetime, resolved: datetime | None = None, kind: CauseKind = CauseKind.SITE
) -> Incident:
    return Incident(
        number=number,
        cause=Cause(kind, ""),
        audience=Audience.NOC,
        severity=Severity.HIGH,
        opened=opened,
        resolved=resolved,
        told=opened,
        notices=1,
    )


async def test_what_is_open_is_told_however_old_and_what_is_over_only_when_it_is_news() -> None:
    of, at = office(), clock(TUESDAY, 7)
    hour = timedelta(hours=1)
    of.store.cases = {1: incident(1, at - 900 * hour), 2: incident(2, at - 50 * hour, at - 25 * hour)}
    of.store.cases |= {number: incident(number, at - 49 * hour, at - 48 * hour) for number in range(3, 260)}
    of.store.cases[260] = incident(260, at - 3 * hour, at - 2 * hour)

    (parcel,) = (await digests(of).due(at)).parcels

    assert parcel.body is not None
    counts = parcel.body["data"]["digest"]
    assert (counts["open"], counts["opened"], counts["resolved"]) == (1, 1, 1)
    assert set(re.findall(r"INS-\d+", str(parcel.body))) == {"INS-260"}


async def test_how_long_we_saw_nothing_is_told_within_the_day() -> None:
    of, at = office(), clock(TUESDAY, 7)
    lost = incident(1, at - timedelta(hours=30), at - timedelta(hours=23), CauseKind.VANTAGE)
    of.store.cases = {1: lost, 2: replace(lost, number=2, opened=at - timedelta(minutes=10), resolved=None)}

    (parcel,) = (await digests(of).due(at)).parcels

    assert "1 jam 10 menit" in str(parcel.body)


async def test_messages_that_were_given_up_since_yesterday_are_told() -> None:
    of, at = office(), clock(TUESDAY, 7)
    dead = Parcel(
        key="a", channel="csirt", kind=NoticeKind.OPENED, order="a", created=at, due=at, state=ParcelState.DEAD,
        error="401: token ditolak", settled=at - timedelta(hours=2),
    )  # fmt: skip
    old = replace(dead, key="b", channel="kuno", settled=at - timedelta(days=3))
    of.store.parcels = {"a": dead, "b": old}

    (parcel,) = (await digests(of).due(at)).parcels

    assert "401: token ditolak" in str(parcel.body)
    assert "kuno" not in str(parcel.body)


async def test_an_empty_regency_has_a_quiet_morning() -> None:
    of = office()
    of.latest = Latest()
    of.__post_init__()

    assert await keys(digests(of), clock(TUESDAY, 7)) == ["digest-noc-2026-11-24"]


async def test_owners_hear_what_got_better() -> None:
    of = office(channels=BOTH)
    assert isinstance(of.store, Store)
    target = next(regency.targets())
    finding = caseload.EXPIRED(days=-4, not_after="2026-11-20T00:00:00+00:00", host=target.host)
    of.store.closed = (
        Past(target.kode, "website", finding, clock(MONDAY, -100), clock(MONDAY, -30)),
        Past(target.kode, "website", caseload.refused(), clock(MONDAY, -900), clock(MONDAY, -800)),
    )

    parcels = (await digests(of).due(clock(MONDAY, 7))).parcels

    mine = next(parcel for parcel in parcels if target.kode in str(parcel.body) and parcel.channel == "owner")
    assert "Sertifikat" in str(mine.body)


@pytest.mark.parametrize("is_given_up", [False, True])
async def test_what_got_better_in_a_week_whose_letter_was_missed_is_in_the_next(*, is_given_up: bool) -> None:
    of = office(channels=BOTH)
    assert isinstance(of.store, Store)
    target = next(regency.targets())
    finding = caseload.EXPIRED(days=-4, not_after="2026-11-20T00:00:00+00:00", host=target.host)
    for letter in (await digests(of).due(clock(MONDAY, 10) - 2 * WEEK)).parcels:
        of.store.parcels[letter.key] = letter
    if is_given_up:
        mine = of.store.parcels.items()
        of.store.parcels = {key: replace(letter, state=ParcelState.DEAD) for key, letter in mine}
    of.store.closed = (Past(target.kode, "website", finding, clock(MONDAY, -500), clock(MONDAY, -325)),)

    parcels = (await digests(of).due(clock(MONDAY, 7))).parcels  # that of a week ago was not made

    letter = next(parcel for parcel in parcels if target.kode in str(parcel.body) and parcel.channel == "owner")
    assert ("Membaik sejak ringkasan sebelumnya" in str(letter.body)) is not is_given_up


async def test_what_was_told_in_a_late_letter_is_not_told_again() -> None:
    of = office(channels=BOTH)
    assert isinstance(of.store, Store)
    target = next(regency.targets())
    finding = caseload.EXPIRED(days=-4, not_after="2026-11-20T00:00:00+00:00", host=target.host)
    for letter in (await digests(of).due(clock(MONDAY, 11) - WEEK)).parcels:
        of.store.parcels[letter.key] = letter
    of.store.closed = (Past(target.kode, "website", finding, clock(MONDAY, -500), clock(MONDAY, 9) - WEEK),)

    parcels = (await digests(of).due(clock(MONDAY, 7))).parcels

    assert parcels != ()
    assert "Membaik" not in str([parcel.body for parcel in parcels])


async def test_the_head_of_the_chain_is_handed_to_whoever_keeps_the_mail() -> None:
    of = office()
    assert isinstance(of.store, Store)
    of.store.sealed = fake.chain(Signer.new(), 2)[-1]

    (parcel,) = (await digests(of).due(clock(TUESDAY, 7))).parcels

    assert parcel.body is not None
    line = parcel.body["data"]["digest"]["seal"]
    assert line.startswith("Segel catatan s.d. 25 November 2026 (hari ke-2): ")
    assert head_in(line) == of.store.sealed.head
    assert [line] in [section[1] for section in parcel.body["sections"]]


async def test_a_chain_that_cannot_be_read_is_told_instead() -> None:
    of = office()
    assert isinstance(of.store, Store)
    of.store.sealed = BadSeal("dokumen segel tidak dapat dibaca")

    (parcel,) = (await digests(of).due(clock(TUESDAY, 7))).parcels

    assert "Segel catatan tidak dapat dibaca: dokumen segel tidak dapat dibaca" in str(parcel.body)
