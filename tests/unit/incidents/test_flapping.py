"""What comes and goes is told once, and is over when it stays away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.incident import EventKind, NoticeKind
from monitor.incidents.causes import Features
from monitor.model import Severity
from tests.unit.incidents.making import DEFACED, DOWN, EXPIRED, GAMBLING, HOUR, MINUTE, REVOKED, SECOND, Desk, refused


def blink(desk: Desk, times: int, *, every: timedelta = 5 * MINUTE, kode: str = "DESA-001") -> None:
    for _ in range(times):
        keys = desk.opens(kode, refused())
        desk.after(MINUTE).closes(*keys)
        desk.after(every - MINUTE)


def test_before_it_flaps_each_time_is_an_incident() -> None:
    desk = Desk()

    blink(desk, 2)

    assert [incident.number for incident in desk.incidents] == [1, 2]
    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.RESOLVED]


def test_the_third_time_within_the_hour_is_the_second_come_back() -> None:
    desk = Desk()
    blink(desk, 2)

    keys = desk.opens("DESA-001", refused())

    (incident,) = desk.book.open
    assert (incident.number, incident.flaps, incident.resolved) == (2, 2, None)
    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.RESOLVED, NoticeKind.UPDATED]
    assert desk.told(2)[-3:] == [EventKind.REOPENED, EventKind.FLAPPING, EventKind.NOTIFIED]

    desk.after(MINUTE).closes(*keys)
    assert desk.book.open[0].held_until == desk.now + timedelta(minutes=15)
    assert desk.book.of("DESA-001") == ()


def test_while_it_flaps_nobody_is_told_again() -> None:
    desk = Desk()
    blink(desk, 20)

    assert [incident.number for incident in desk.incidents] == [1, 2]
    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.RESOLVED, NoticeKind.UPDATED]
    assert desk.incidents[1].flaps == 19


def test_it_is_over_when_it_has_been_quiet_for_long_enough() -> None:
    desk = Desk()
    blink(desk, 3)
    quiet_until = desk.book.open[0].held_until
    assert quiet_until is not None

    desk.now = quiet_until - SECOND
    desk.after(timedelta())
    assert desk.book.open != ()
    desk.after(SECOND)

    assert desk.book.open == ()
    assert desk.kinds(2)[-1] is NoticeKind.RESOLVED
    assert desk.sent(2, "noc")[-1].due == quiet_until


def test_times_further_apart_are_no_flapping() -> None:
    desk = Desk()

    blink(desk, 6, every=31 * MINUTE)

    assert [incident.number for incident in desk.incidents] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("count", "numbers"), [(2, [1]), (5, [1, 2, 3, 4])])
def test_how_often_is_a_setting(count: int, numbers: list[int]) -> None:
    desk = Desk(flap_count=count)

    blink(desk, 6)

    assert [incident.number for incident in desk.incidents] == numbers


def test_sites_that_fall_one_after_the_other_do_not_flap() -> None:
    desk = Desk()
    for count in range(5):
        blink(desk, 1, kode=f"DESA-{count:03}")

    assert len(desk.incidents) == 5
    assert all(incident.flaps == 0 for incident in desk.incidents)


def test_a_server_that_comes_and_goes_flaps_as_one() -> None:
    desk = Desk()
    for _ in range(4):
        keys = [key for count in range(3) for key in desk.opens(f"DESA-{count:03}", refused())]
        desk.after(MINUTE).closes(*keys)
        desk.after(MINUTE)

    assert [incident.number for incident in desk.incidents] == [1, 2]
    assert desk.book.open[0].flaps == 3


def test_another_fault_of_the_site_is_no_return() -> None:
    desk = Desk()
    blink(desk, 2)

    desk.opens("DESA-001", EXPIRED(sha256="ab"))
    assert desk.book.open[0].number == 3

    desk.opens("DESA-001", GAMBLING())
    assert desk.book.open[1].number == 4


def test_what_is_worse_is_told_also_while_it_flaps() -> None:
    desk = Desk()
    blink(desk, 3)
    keys = desk.opens("DESA-001", refused())

    desk.after(MINUTE).amends(keys[0], Severity.CRITICAL)

    assert desk.kinds(2)[-1] is NoticeKind.UPDATED
    assert desk.kinds(2).count(NoticeKind.UPDATED) == 2


def test_whoever_took_it_on_had_seen_it_end() -> None:
    desk = Desk()
    blink(desk, 1)
    keys = desk.opens("DESA-001", refused())
    desk.write(desk.book.acknowledge(2, "Sari", "", desk.now))
    desk.closes(*keys)

    desk.after(MINUTE).opens("DESA-001", refused())

    assert desk.book.open[0].number == 2
    assert desk.book.open[0].acknowledged is None


def test_the_counting_goes_on_over_a_restart() -> None:
    desk = Desk()
    blink(desk, 2)
    desk.restart()

    blink(desk, 1)
    assert desk.book.open[0].flaps == 2
    desk.restart()
    assert desk.book.open[0].held_until is not None

    blink(desk, 1)
    assert desk.book.open[0].flaps == 3
    desk.restart()
    desk.after(HOUR)

    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.RESOLVED, NoticeKind.UPDATED, NoticeKind.RESOLVED]


def test_the_vantage_may_flap() -> None:
    desk = Desk()
    for _ in range(6):
        desk.write(desk.book.vantage("terputus", desk.now))
        desk.after(MINUTE).write(desk.book.vantage("", desk.now))
        desk.after(MINUTE)

    assert [incident.number for incident in desk.incidents] == [1, 2]
    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.RESOLVED, NoticeKind.UPDATED]
    assert desk.incidents[1].flaps == 5
    desk.after(HOUR)
    assert desk.kinds(2)[-1] is NoticeKind.RESOLVED


def test_a_signs_return_is_not_anothers() -> None:
    desk = Desk()
    for _ in range(2):
        desk.closes(*desk.opens("DESA-001", REVOKED(serial="1")))
        desk.after(MINUTE)

    desk.opens("DESA-001", GAMBLING())

    assert desk.book.open[0].number == 3


def test_another_intrusion_while_the_one_that_comes_and_goes_is_away_is_told() -> None:
    desk = Desk()
    for _ in range(3):
        (key,) = desk.opens("DESA-001", GAMBLING())
        desk.after(MINUTE).closes(key)
        desk.after(MINUTE)
    assert desk.book.open[0].held_until is not None
    before = len(desk.sent(2, "csirt"))

    (key,) = desk.after(2 * MINUTE).opens("DESA-001", GAMBLING())
    desk.after(MINUTE).closes(key)
    assert len(desk.sent(2, "csirt")) == before  # what is known comes back, and people know
    desk.after(2 * MINUTE).opens("DESA-001", DEFACED())

    assert [incident.number for incident in desk.book.open] == [2]
    assert desk.kinds(2, "csirt")[before:] == [NoticeKind.UPDATED]


@pytest.mark.parametrize("restarts", [False, True])
def test_what_ended_long_ago_is_let_go_of_although_an_older_one_ended_once_more_since(*, restarts: bool) -> None:
    desk = Desk()
    blink(desk, 2, every=2 * MINUTE)
    pair = [*desk.opens("DESA-002", refused()), *desk.opens("DESA-003", refused())]
    desk.after(MINUTE).closes(*pair)  # INS-3, of their address; the site's own goes on, as INS-2
    nameless = DOWN(phase="resolve", kind="servfail", address=None, host="www.example.go.id")
    for _ in range(4):
        keys = desk.opens("DESA-001", nameless, features=Features())
        desk.after(MINUTE).closes(*keys)
        desk.after(2 * MINUTE)
    desk.after(15 * MINUTE)
    assert [incident.resolved is None for incident in desk.incidents] == [False, False, False]
    ended = desk.incidents[2].resolved
    assert ended is not None
    desk.now = ended + HOUR + SECOND
    desk.after(timedelta())
    if restarts:
        desk.restart()

    assert desk.book.get(3) is None
    desk.opens("DESA-001", refused())

    assert [incident.number for incident in desk.book.open] == [2]


def test_a_sign_that_comes_and_goes_beside_others_is_told_once() -> None:
    desk = Desk()
    desk.opens("DESA-001", REVOKED())
    for _ in range(30):
        keys = desk.opens("DESA-001", GAMBLING())
        desk.after(3 * MINUTE).closes(*keys)
        desk.after(3 * MINUTE)

    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED]
    assert desk.told(1).count(EventKind.GREW) == 30

    desk.opens("DESA-001", DEFACED())
    assert desk.kinds(1, "csirt")[-1] is NoticeKind.UPDATED
    desk.after(HOUR).opens("DESA-002", GAMBLING())
    assert len(desk.book.open) == 2


@pytest.mark.parametrize(("away", "updates"), [(15 * MINUTE - SECOND, 0), (15 * MINUTE, 1)])
def test_a_sign_that_was_gone_for_long_is_told_when_it_returns(away: timedelta, updates: int) -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", REVOKED(), GAMBLING())
    desk.after(MINUTE).closes(keys[1])
    desk.after(away).opens("DESA-001", GAMBLING())

    assert desk.kinds(1, "csirt").count(NoticeKind.UPDATED) == updates
