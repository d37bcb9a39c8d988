"""What people do: take on, note, dismiss, plan maintenance – and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.incident import EventKind, FindingKey, NoticeKind, Ripples, Scope, Verb, Window
from monitor.incidents.causes import Features
from monitor.incidents.errors import NoSuchFinding, NoSuchIncident, NoSuchWindow, Senseless
from monitor.incidents.windows import parse_rule
from monitor.model import Audience, OpenFinding, Rule, Severity
from tests.unit.incidents.making import (
    ADDRESS,
    EXPIRED,
    GAMBLING,
    HOUR,
    HYGIENE,
    LAME,
    MINUTE,
    SECOND,
    START,
    Desk,
    refused,
)

MAIL = Rule("mail.mx_unreachable", Severity.MEDIUM, Audience.NOC)


def plan(
    desk: Desk,
    scope: Scope = Scope.ALL,
    value: str = "",
    *,
    length: timedelta = HOUR,
    rule: str = "",
    start: timedelta = timedelta(),
) -> Window:
    window, ripples = desk.book.add_window(
        scope=scope,
        value=value,
        start=desk.now + start,
        length=length,
        rule=rule,
        reason="pembaruan server",
        actor="Budi",
        at=desk.now,
    )
    desk.write(ripples)
    return window


# Reminders and who took it on.


def test_people_are_told_again_while_nobody_has_taken_it_on() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())

    desk.after(4 * HOUR + 4 * SECOND)
    assert desk.kinds(1) == [NoticeKind.OPENED]
    desk.after(SECOND)
    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.REMINDER]
    desk.after(4 * HOUR - SECOND)
    assert len(desk.kinds(1)) == 2
    desk.after(SECOND)

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.REMINDER, NoticeKind.REMINDER]
    assert desk.told(1).count(EventKind.REMINDED) == 2
    assert [parcel.key for parcel in desk.sent(1, "noc")] == ["ins-1-1-noc", "ins-1-2-noc", "ins-1-3-noc"]


def test_what_is_not_grave_is_left_to_the_digest() -> None:
    desk = Desk()
    desk.opens("example.go.id", LAME("ns1.x"))

    desk.after(48 * HOUR)

    assert desk.kinds(1) == [NoticeKind.OPENED]


def test_who_took_it_on_is_not_reminded_until_it_is_given_back() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())
    desk.write(desk.book.acknowledge(1, "Sari", "saya periksa", desk.now))
    incident = desk.book.open[0]
    assert (incident.acknowledged, incident.acknowledged_by) == (START, "Sari")

    desk.after(10 * HOUR)
    assert desk.kinds(1) == [NoticeKind.OPENED]

    desk.write(desk.book.unacknowledge(1, "Sari", "", desk.now))
    desk.after(SECOND)
    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.REMINDER]


def test_findings_may_be_taken_on_one_by_one() -> None:
    desk = Desk()
    first, second = desk.opens("DESA-001", refused(), EXPIRED(sha256="ab"))
    desk.marks(first, Verb.ACKNOWLEDGE)
    desk.after(5 * HOUR)
    assert len(desk.kinds(1)) == 2  # the other is still nobody's

    desk.marks(second, Verb.ACKNOWLEDGE)
    desk.after(5 * HOUR)
    assert len(desk.kinds(1)) == 2

    desk.marks(second, Verb.WITHDRAW)
    desk.after(SECOND)
    assert len(desk.kinds(1)) == 3


def test_the_csirt_hears_of_more_also_when_somebody_is_on_it() -> None:
    desk = Desk()
    desk.opens("DESA-001", GAMBLING())
    desk.write(desk.book.acknowledge(1, "Sari", "", desk.now))

    desk.after(MINUTE).opens("DESA-002", GAMBLING())

    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.book.open[0].acknowledged_by == "Sari"
    assert "tetap ditangani Sari" in desk.shelf.events[-1].text


def test_notes_and_assignments_are_in_the_timeline() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())
    desk.write(desk.book.assign(1, "Sari", "Budi", desk.now))
    desk.write(desk.book.note(1, "Budi", "listrik padam", desk.now))
    desk.closes(*keys)
    desk.after(5 * HOUR).write(desk.book.note(1, "Budi", "UPS diganti", desk.now))

    said = [(event.kind, event.actor, event.text) for event in desk.shelf.events if event.actor]
    assert said == [
        (EventKind.ASSIGNED, "Sari", "Budi"),
        (EventKind.NOTED, "Budi", "listrik padam"),
        (EventKind.NOTED, "Budi", "UPS diganti"),
    ]
    assert desk.incidents[0].assignee == "Budi"


ACTS: list[Callable[[Desk, int], Ripples]] = [
    lambda desk, number: desk.book.acknowledge(number, "Sari", "", desk.now),
    lambda desk, number: desk.book.unacknowledge(number, "Sari", "", desk.now),
    lambda desk, number: desk.book.assign(number, "Sari", "Budi", desk.now),
]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_over_cannot_be_taken_on(act: Callable[[Desk, int], Ripples]) -> None:
    desk = Desk()
    desk.closes(*desk.opens("DESA-001", refused()))
    with pytest.raises(Senseless, match="INS-1 sudah selesai"):
        act(desk, 1)

    desk.after(5 * HOUR)
    with pytest.raises(Senseless, match="INS-1 sudah selesai"):
        act(desk, 1)


@pytest.mark.parametrize("act", [*ACTS, lambda desk, number: desk.book.note(number, "Sari", "x", desk.now)])
@pytest.mark.parametrize("number", [-1, 0, 2])
def test_what_never_was_is_not_there(act: Callable[[Desk, int], Ripples], number: int) -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())

    with pytest.raises(NoSuchIncident, match=f"INS-{number}"):
        act(desk, number)


def test_what_nobody_took_on_cannot_be_given_back() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())

    with pytest.raises(Senseless, match="belum diterima"):
        desk.book.unacknowledge(1, "Sari", "", desk.now)


# False positives.


def test_a_false_positive_counts_no_more() -> None:
    desk = Desk()
    first, second = desk.opens("DESA-001", refused(), EXPIRED(sha256="ab"))

    desk.marks(first, Verb.DISMISS, START + 24 * HOUR)
    assert [member.key for member in desk.book.open[0].current] == [second]
    assert desk.book.dismissed(first, START + 24 * HOUR - SECOND)
    assert not desk.book.dismissed(first, START + 24 * HOUR)

    desk.marks(second, Verb.DISMISS, START + 24 * HOUR)
    assert desk.book.open == ()
    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.RESOLVED]
    assert [event.kind for event in desk.shelf.events if event.actor == "Sari"] == [EventKind.DISMISSED] * 2
    assert "positif palsu" in next(event for event in desk.shelf.events if event.kind is EventKind.RESOLVED).text


@pytest.mark.parametrize("restarts", [False, True])
def test_when_its_time_is_over_and_it_is_still_there_people_are_told(*, restarts: bool) -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", refused())
    desk.marks(key, Verb.DISMISS, START + 24 * HOUR)
    desk.after(24 * HOUR - SECOND)
    if restarts:
        desk.restart()
    desk.after(timedelta())
    assert len(desk.incidents) == 1

    desk.after(SECOND)

    (incident,) = desk.book.open
    assert incident.number == 2
    assert incident.members[0].key == key
    assert incident.opened == START
    assert desk.kinds(2) == [NoticeKind.OPENED]
    assert "berakhir" in next(event for event in desk.shelf.events if event.number == 2).text
    if restarts:
        desk.restart()
    desk.after(HOUR)
    assert len(desk.incidents) == 2


@pytest.mark.parametrize("restarts", [False, True])
def test_what_comes_back_at_one_time_does_so_in_one_order(*, restarts: bool) -> None:
    desk = Desk()
    elsewhere = Features(address="192.0.2.9")
    (first,) = desk.opens("DESA-001", refused())
    (second,) = desk.opens("DESA-002", refused("192.0.2.9"), features=elsewhere)
    desk.marks(first, Verb.DISMISS, desk.now + MINUTE)
    desk.after(MINUTE)  # it counts again, and then not any more
    desk.marks(second, Verb.DISMISS, desk.now + 5 * HOUR)
    desk.marks(first, Verb.DISMISS, desk.now + 5 * HOUR)
    if restarts:
        desk.restart()

    desk.after(5 * HOUR)

    assert [incident.kodes for incident in desk.book.open] == [("DESA-001",), ("DESA-002",)]


@pytest.mark.parametrize("restarts", [False, True])
def test_what_is_due_at_one_time_is_told_in_the_order_of_the_incidents(*, restarts: bool) -> None:
    desk = Desk()
    (first,) = desk.opens("DESA-001", refused())
    desk.after(SECOND)
    desk.opens("DESA-002", refused("192.0.2.9"), features=Features(address="192.0.2.9"))
    desk.marks(first, Verb.DISMISS, desk.now + SECOND)
    desk.after(MINUTE)  # it counts again, in an incident that began before the second and has a higher number
    if restarts:
        desk.restart()

    desk.after(5 * HOUR)

    assert [incident.opened for incident in desk.book.open] == [desk.incidents[1].opened, first.opened]
    reminders = dict.fromkeys(parcel.incident for parcel in desk.sent() if parcel.kind is NoticeKind.REMINDER)
    assert [*reminders] == [2, 3]


def test_it_comes_back_to_its_incident_when_that_is_still_open() -> None:
    desk = Desk()
    first, second = desk.opens("DESA-001", refused(), EXPIRED(sha256="ab"))
    desk.marks(second, Verb.DISMISS, START + MINUTE)

    desk.after(MINUTE)

    (incident,) = desk.book.open
    assert [(member.key, member.left) for member in incident.members] == [(first, None), (second, None)]


@pytest.mark.parametrize("restarts", [False, True])
def test_when_it_was_mended_meanwhile_nothing_comes_back(*, restarts: bool) -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", refused())
    desk.marks(key, Verb.DISMISS, START + 24 * HOUR)
    desk.after(HOUR).closes(key)
    assert desk.book.marks(key) == ()
    if restarts:
        desk.restart()

    desk.after(24 * HOUR)
    assert desk.book.open == ()

    (again,) = desk.opens("DESA-001", refused())
    assert again != key
    assert desk.book.open != ()


def test_a_dismissal_taken_back_is_told() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", refused())
    desk.marks(key, Verb.DISMISS, START + 24 * HOUR)

    desk.after(MINUTE).marks(key, Verb.WITHDRAW)

    assert desk.book.open[0].number == 2
    assert desk.told(2)[-1] is EventKind.WITHDRAWN
    assert [mark.verb for mark in desk.book.marks(key)] == [Verb.DISMISS, Verb.WITHDRAW]
    desk.after(48 * HOUR)
    assert len(desk.incidents) == 2


def test_a_dismissal_may_be_made_longer() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", refused())
    desk.marks(key, Verb.DISMISS, START + HOUR)
    desk.marks(key, Verb.DISMISS, START + 3 * HOUR)

    desk.after(2 * HOUR)
    assert desk.book.open == ()
    desk.after(HOUR)
    assert desk.book.open != ()


def test_a_finding_for_the_digest_may_be_marked_and_makes_no_incident() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", HYGIENE())

    desk.marks(key, Verb.DISMISS, START + HOUR)

    assert desk.book.dismissed(key, desk.now)
    desk.after(2 * HOUR)
    assert desk.incidents == []
    assert not desk.book.dismissed(key, desk.now)


def test_what_is_dismissed_does_not_come_back_by_getting_worse() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", EXPIRED(severity=Severity.HIGH, sha256="ab"))
    desk.marks(key, Verb.DISMISS, START + HOUR)

    desk.amends(key, Severity.CRITICAL)

    assert desk.book.open == ()


def test_marks_on_what_is_not_open_are_refused() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", refused())

    with pytest.raises(NoSuchFinding, match="DESA-002"):
        desk.marks(replace(key, kode="DESA-002"), Verb.NOTE)
    with pytest.raises(NoSuchFinding):
        desk.marks(replace(key, opened=START - SECOND), Verb.NOTE)
    desk.closes(key)
    with pytest.raises(NoSuchFinding):
        desk.marks(key, Verb.ACKNOWLEDGE)
    assert desk.shelf.marks == []


@pytest.mark.parametrize("until", [None, START, START - SECOND])
def test_a_dismissal_has_an_end_to_come(until: datetime | None) -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", refused())

    with pytest.raises(Senseless, match="kemudian hari"):
        desk.marks(key, Verb.DISMISS, until)
    with pytest.raises(Senseless, match="tidak diterima"):
        desk.marks(key, Verb.WITHDRAW)


# Maintenance.


@pytest.mark.parametrize(
    ("scope", "value"),
    [
        (Scope.ALL, ""),
        (Scope.TARGET, "DESA-001"),
        (Scope.KIND, "desa"),
        (Scope.ADDRESS, ADDRESS),
        (Scope.ADDRESS, "192.0.2.0/24"),
    ],
)
@pytest.mark.parametrize("restarts", [False, True])
def test_a_fault_during_maintenance_is_told_when_it_outlasts_it(scope: Scope, value: str, *, restarts: bool) -> None:
    desk = Desk()
    plan(desk, scope, value)
    desk.opens("DESA-001", refused())
    assert desk.book.is_maintained("DESA-001", desk.now)
    if restarts:
        desk.restart()
    desk.after(HOUR - SECOND)
    assert desk.sent() == []
    assert desk.told(1) == [EventKind.OPENED, EventKind.HELD]

    desk.after(SECOND)

    assert desk.kinds(1) == [NoticeKind.OPENED]
    assert desk.sent(1, "noc")[0].due == START + HOUR + 5 * SECOND


def test_a_fault_that_ends_with_the_maintenance_is_nobodys_business() -> None:
    desk = Desk()
    plan(desk)
    keys = desk.opens("DESA-001", refused())

    desk.after(MINUTE).closes(*keys)
    desk.after(5 * HOUR)

    assert desk.sent() == []
    assert "tidak ada yang diberi tahu" in desk.shelf.events[-1].text


def test_maintenance_elsewhere_holds_nothing() -> None:
    desk = Desk()
    plan(desk, Scope.TARGET, "DESA-002")

    desk.opens("DESA-001", refused())
    desk.opens("DESA-002", refused())

    assert desk.kinds(1) == [NoticeKind.OPENED]
    assert desk.incidents[0].kodes == ("DESA-001", "DESA-002")


def test_a_held_incident_is_told_when_a_site_outside_the_maintenance_joins() -> None:
    desk = Desk()
    plan(desk, Scope.TARGET, "DESA-001")
    desk.opens("DESA-001", refused())
    assert desk.sent() == []

    desk.opens("DESA-002", refused())

    assert desk.kinds(1) == [NoticeKind.OPENED]


def test_nothing_of_the_csirt_is_held() -> None:
    desk = Desk()
    plan(desk)

    desk.opens("DESA-001", GAMBLING())
    desk.after(MINUTE).opens("DESA-002", GAMBLING())

    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED, NoticeKind.UPDATED]


def test_nobody_is_reminded_during_maintenance() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())
    desk.after(HOUR)
    plan(desk, length=10 * HOUR)

    desk.after(9 * HOUR)
    assert desk.kinds(1) == [NoticeKind.OPENED]
    desk.after(HOUR)
    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.REMINDER]


@pytest.mark.parametrize("restarts", [False, True])
def test_what_got_worse_in_maintenance_is_told_at_its_end(*, restarts: bool) -> None:
    desk, grave = Desk(), EXPIRED("c.example.go.id", severity=Severity.CRITICAL)
    desk.opens("DESA-001", EXPIRED())
    desk.after(HOUR)
    plan(desk, length=2 * HOUR)
    desk.after(MINUTE).opens("DESA-001", EXPIRED("b.example.go.id"))
    desk.after(MINUTE).opens("DESA-001", grave)
    desk.after(HOUR)
    if restarts:
        desk.restart()
    assert desk.kinds(1) == [NoticeKind.OPENED]

    desk.after(HOUR)

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.shelf.events[-1].text.startswith("menjadi kritis")
    desk.after(MINUTE)
    assert len(desk.kinds(1)) == 2


def test_also_what_was_there_before_it_and_only_that() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", EXPIRED())
    desk.opens("DESA-002", EXPIRED(), features=Features(address="192.0.2.9"))
    desk.after(HOUR)
    plan(desk, length=2 * HOUR)
    desk.after(MINUTE).amends(key, Severity.CRITICAL)
    assert desk.kinds(1) == desk.kinds(2) == [NoticeKind.OPENED]

    desk.after(2 * HOUR)

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.kinds(2) == [NoticeKind.OPENED]


def test_also_what_a_visitor_feels_since() -> None:
    desk = Desk()
    desk.opens("example.go.id", MAIL(phase="connect", kind="timeout", address=ADDRESS))
    desk.after(10 * MINUTE)
    plan(desk, length=2 * HOUR)
    desk.after(MINUTE).opens("DESA-002", refused())  # at the same address
    assert [len(incident.current) for incident in desk.book.open] == [2]

    desk.after(2 * HOUR)

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.shelf.events[-1].text.startswith("memburuk")


def test_what_got_worse_and_better_again_in_maintenance_is_nobodys_business() -> None:
    desk, grave = Desk(), EXPIRED("c.example.go.id", severity=Severity.CRITICAL)
    desk.opens("DESA-001", EXPIRED())
    desk.after(HOUR)
    plan(desk, length=2 * HOUR)
    keys = desk.after(MINUTE).opens("DESA-001", grave)
    desk.after(HOUR).closes(*keys)

    desk.after(HOUR)

    assert desk.kinds(1) == [NoticeKind.OPENED]


def test_a_finding_that_opens_again_is_nobodys_though_others_are_open() -> None:
    desk = Desk()
    _first, second = desk.opens("DESA-001", refused(), EXPIRED())
    desk.write(desk.book.acknowledge(1, "Sari", "", desk.now))
    desk.after(MINUTE).opens("DESA-001", EXPIRED("b.example.go.id"))
    assert desk.book.open[0].acknowledged_by == "Sari"

    desk.after(MINUTE).closes(second)
    desk.after(MINUTE).opens("DESA-001", EXPIRED())

    (incident,) = desk.book.open
    assert (incident.acknowledged, incident.acknowledged_by) == (None, "")
    said = [event for event in desk.shelf.events if event.kind is EventKind.WITHDRAWN]
    assert [(event.kodes, event.actor) for event in said] == [(("DESA-001",), "")]
    desk.after(5 * HOUR)
    assert desk.kinds(1)[-1] is NoticeKind.REMINDER


def test_maintenance_that_a_person_ends_is_over() -> None:
    desk = Desk()
    window = plan(desk, rule=parse_rule("FREQ=DAILY"))
    desk.opens("DESA-001", refused())
    assert desk.book.windows_now("DESA-001", "", desk.now) == (window,)

    desk.after(MINUTE).write(desk.book.end_window(1, "Sari", desk.now))

    assert desk.shelf.windows[1].ended == desk.now
    assert "Sari" in desk.shelf.windows[1].reason
    assert desk.book.windows == ()
    assert not desk.book.is_maintained("DESA-001", desk.now)
    desk.after(SECOND)
    assert desk.kinds(1) == [NoticeKind.OPENED]
    with pytest.raises(NoSuchWindow, match="nomor 1"):
        desk.book.end_window(1, "Sari", desk.now)
    with pytest.raises(NoSuchWindow):
        desk.book.end_window(7, "Sari", desk.now)


@pytest.mark.parametrize("restarts", [False, True])
def test_maintenance_that_is_planned_twice_is_planned_once(*, restarts: bool) -> None:
    desk = Desk()
    first = plan(desk, rule="FREQ=DAILY", start=HOUR)
    if restarts:
        desk.restart()
    desk.now += SECOND

    again = plan(desk, rule="FREQ=DAILY", start=HOUR - SECOND)
    other = plan(desk, rule="FREQ=DAILY", start=HOUR)

    assert again == first
    assert other.number == 2


def test_what_somebody_ended_can_be_planned_again() -> None:
    desk = Desk()
    window = plan(desk, start=HOUR)
    desk.write(desk.book.end_window(window.number, "Sari", desk.now))

    assert plan(desk, start=HOUR).number == 2


def test_windows_are_numbered_over_restarts() -> None:
    desk = Desk()
    plan(desk)
    desk.write(desk.book.end_window(1, "Sari", desk.now))
    desk.restart()

    assert plan(desk).number == 2


@pytest.mark.parametrize(
    ("scope", "value", "rule", "start", "message"),
    [
        (Scope.TARGET, "", "", timedelta(), "daftar"),
        (Scope.KIND, "kota", "", timedelta(), "jenis"),
        (Scope.ADDRESS, "server", "", timedelta(), "alamat IP"),
        (Scope.ALL, "", "tiap hari", timedelta(), "aturan ulang"),
        (Scope.ALL, "", "", -2 * HOUR, "sudah lewat"),
    ],
)
def test_maintenance_that_would_be_none_is_refused(
    scope: Scope, value: str, rule: str, start: timedelta, message: str
) -> None:
    desk = Desk()
    desk.book._kind_of = lambda kode: None

    with pytest.raises(Senseless, match=message):
        plan(desk, scope, value, rule=rule, start=start)
    assert desk.book.windows == ()


# What machines that keep their own alerts are not to hear of.


def item_of(desk: Desk, key: FindingKey) -> OpenFinding:
    return desk.shelf.open[key]


def test_a_false_positive_is_quiet_until_it_ends() -> None:
    desk = Desk()
    (key,) = desk.opens("DESA-001", GAMBLING())
    assert not desk.book.is_quiet("DESA-001", item_of(desk, key), desk.now)

    desk.marks(key, Verb.DISMISS, START + HOUR)

    assert desk.book.is_quiet("DESA-001", item_of(desk, key), START + HOUR - SECOND)
    assert not desk.book.is_quiet("DESA-001", item_of(desk, key), START + HOUR)


def test_what_begins_in_maintenance_is_quiet_while_it_lasts_but_not_the_csirts() -> None:
    desk = Desk()
    (before,) = desk.opens("DESA-001", EXPIRED(sha256="ab"))
    plan(desk, Scope.TARGET, "DESA-001", start=MINUTE)
    desk.after(MINUTE)
    within, gambling = desk.opens("DESA-001", refused(), GAMBLING())

    quiet = [desk.book.is_quiet("DESA-001", item_of(desk, key), desk.now) for key in (before, within, gambling)]
    assert quiet == [False, True, False]
    assert not desk.book.is_quiet("DESA-001", item_of(desk, within), START + MINUTE + HOUR)
