"""Findings become incidents, by cause; the board and the outbox follow."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.incident import Cause, CauseKind, EventKind, NoticeKind
from monitor.incidents.causes import Features
from monitor.incidents.grouping import MASS, TOGETHER
from monitor.model import Audience, Severity
from tests.unit.incidents.making import (
    ADDRESS,
    DOWN,
    ERROR,
    EXPIRED,
    EXPIRING,
    GAMBLING,
    HOUR,
    HYGIENE,
    LAME,
    MINUTE,
    REVOKED,
    SECOND,
    START,
    UNREACHABLE_ZONE,
    Desk,
    refused,
)

ALIKE = Features(address=ADDRESS, name_servers=("ns1.example.go.id", "ns2.example.go.id"), domain="example.go.id")


def test_one_site_down_is_one_incident_told_once() -> None:
    desk = Desk()

    (key,) = desk.opens("DESA-001", refused())

    (incident,) = desk.book.open
    assert incident.name == "INS-1"
    assert incident.cause == Cause(CauseKind.SITE, "DESA-001")
    assert (incident.audience, incident.severity) == (Audience.NOC, Severity.HIGH)
    assert (incident.opened, incident.told, incident.notices) == (START, START + 5 * SECOND, 1)
    assert [(parcel.key, parcel.order, parcel.due) for parcel in desk.sent()] == [
        ("ins-1-1-noc", "ins-1", START + 5 * SECOND),
        ("ins-1-1-piket", "ins-1", START + 5 * SECOND),
    ]
    assert desk.told(1) == [EventKind.OPENED, EventKind.NOTIFIED]
    assert desk.book.of("DESA-001") == (incident,)
    assert desk.book.get(1) == incident
    assert incident.current[0].key == key


def test_the_end_is_told_to_whoever_heard_of_the_beginning() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())

    desk.after(HOUR).closes(*keys)

    (incident,) = desk.incidents
    assert desk.book.open == ()
    assert incident.resolved == START + HOUR
    assert incident.members[0].left == START + HOUR
    assert [(parcel.kind, parcel.due, parcel.key) for parcel in desk.sent(1, "noc")] == [
        (NoticeKind.OPENED, START + 5 * SECOND, "ins-1-1-noc"),
        (NoticeKind.RESOLVED, START + HOUR, "ins-1-2-noc"),
    ]
    assert len(desk.sent(1, "piket")) == 2
    assert desk.told(1)[-1] is EventKind.RESOLVED
    assert "setelah 1 jam" in desk.shelf.events[-1].text


def test_a_blip_is_told_in_order() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())

    desk.after(SECOND).closes(*keys)

    assert [parcel.kind for parcel in desk.sent(1, "noc")] == [NoticeKind.OPENED, NoticeKind.RESOLVED]
    assert {parcel.order for parcel in desk.sent()} == {"ins-1"}


def test_two_sites_at_one_address_are_one_incident_about_the_address() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())

    desk.after(MINUTE).opens("DESA-002", refused())

    (incident,) = desk.book.open
    assert incident.cause == Cause(CauseKind.ADDRESS, ADDRESS)
    assert incident.kodes == ("DESA-001", "DESA-002")
    assert desk.told(1) == [EventKind.OPENED, EventKind.NOTIFIED, EventKind.GREW, EventKind.WIDENED]
    assert len(desk.sent()) == 2
    assert desk.book.of("DESA-002") == (incident,)


def test_a_site_that_fails_long_after_another_is_told_of() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())

    desk.after(TOGETHER + SECOND).opens("DESA-002", refused())

    assert [incident.kodes for incident in desk.book.open] == [("DESA-001",), ("DESA-002",)]
    assert desk.kinds(2) == [NoticeKind.OPENED]


@pytest.mark.parametrize("restarts", [False, True])
def test_an_outage_gathers_as_long_as_sites_keep_failing(*, restarts: bool) -> None:
    desk = Desk()
    for count in range(6):
        desk.opens(f"DESA-{count:03}", refused())
        desk.after(TOGETHER)
        if restarts:
            desk.restart()

    assert len(desk.book.open) == 1


SITES = [(f"DESA-{count:03}", f"192.0.2.{count % 5}") for count in range(218)]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from(["refused", "timeout", "reset"]))
def test_five_dead_servers_are_five_incidents_in_whatever_order_their_sites_fail(random: object, kind: str) -> None:
    order = list(SITES)
    random.shuffle(order)  # type: ignore[attr-defined]
    desk = Desk()

    for place, (kode, address) in enumerate(order):
        desk.now = START + place * SECOND
        finding = DOWN(phase="connect", kind=kind, address=address, host="a.example.go.id")
        desk.opens(kode, finding, features=ALIKE)

    assert len(desk.book.open) == 5
    assert {incident.cause for incident in desk.book.open} == {
        Cause(CauseKind.ADDRESS, f"192.0.2.{last}") for last in range(5)
    }
    assert sorted(chain.from_iterable(incident.kodes for incident in desk.book.open)) == [kode for kode, _ in SITES]
    assert len(desk.sent()) == 10
    for kode, _ in SITES:
        assert len(desk.book.of(kode)) == 1


def test_names_that_nobody_answers_for_are_one_incident_with_their_zone() -> None:
    desk = Desk()
    lost = DOWN(phase="resolve", kind="servfail", address=None, host="a.example.go.id")
    desk.opens("DESA-001", lost, features=ALIKE)
    desk.opens("OPD-002", lost, features=ALIKE)

    desk.after(5 * MINUTE).opens("example.go.id", UNREACHABLE_ZONE("example.go.id"), features=ALIKE)

    (incident,) = desk.book.open
    assert incident.cause == Cause(CauseKind.NAME_SERVER, "ns1.example.go.id")
    assert incident.kodes == ("DESA-001", "OPD-002", "example.go.id")


def test_a_newcomer_may_show_a_wider_cause() -> None:
    desk = Desk()
    desk.opens("one", LAME("ns1.example.go.id"), features=Features(domain="example.go.id"))
    desk.opens("two", LAME("ns1.example.go.id"), features=Features(domain="other.go.id"))
    assert desk.book.open[0].cause == Cause(CauseKind.NAME_SERVER, "ns1.example.go.id")

    desk.opens("three", LAME("ns2.example.go.id"), features=Features(domain="example.go.id"))

    (incident,) = desk.book.open
    assert incident.cause == Cause(CauseKind.DOMAIN, "example.go.id")


def test_what_else_a_site_has_joins_its_outage() -> None:
    desk = Desk()
    desk.opens("DESA-001", EXPIRED(sha256="ab"), refused())

    desk.after(MINUTE).opens("DESA-001", LAME("ns1.x"))

    (incident,) = desk.book.open
    assert [member.key.code for member in incident.members] == ["site.down", "certificate.expired", "zone.lame"]
    assert incident.cause == Cause(CauseKind.SITE, "DESA-001")
    assert desk.kinds(1) == [NoticeKind.OPENED]


def test_an_outage_after_a_warning_is_told_and_so_is_its_end() -> None:
    desk = Desk()
    desk.opens("DESA-001", EXPIRED(sha256="ab"))
    (down,) = desk.after(MINUTE).opens("DESA-001", refused())
    assert desk.kinds(2) == [NoticeKind.OPENED]

    desk.after(HOUR).closes(down)

    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.RESOLVED]
    assert [incident.number for incident in desk.book.open] == [1]


def test_a_fault_that_takes_another_form_goes_on() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())

    (again,) = desk.after(5 * HOUR).opens("DESA-001", ERROR(status=503, address=ADDRESS), closes=keys)

    (incident,) = desk.book.open
    assert incident.number == 1
    assert [member.key for member in incident.current] == [again]
    assert NoticeKind.RESOLVED not in desk.kinds(1)


def test_a_certificate_that_expired_is_news_to_who_knew_that_it_would() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", EXPIRING(severity=Severity.HIGH, sha256="ab"))

    desk.after(100 * HOUR).opens("DESA-001", EXPIRED(sha256="ab"), closes=keys)

    assert len(desk.incidents) == 1
    assert desk.kinds(1)[-1] is NoticeKind.UPDATED


def test_what_joins_on_an_address_and_is_worse_is_told() -> None:
    desk = Desk()
    mail = EXPIRED.__class__("mail.mx_unreachable", Severity.MEDIUM, Audience.NOC)
    desk.opens("example.go.id", mail(phase="connect", kind="timeout", address=ADDRESS))

    desk.after(MINUTE).opens("DESA-001", refused())
    desk.after(MINUTE).opens("DESA-002", refused())

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.sent(1, "noc")[1].due == START + MINUTE + 5 * SECOND


def test_hygiene_is_no_incident_and_a_rise_makes_one() -> None:
    desk = Desk()
    desk.opens("DESA-001", HYGIENE())
    (key,) = desk.opens("DESA-001", EXPIRING(sha256="ab"))
    assert desk.incidents == []

    desk.after(HOUR).amends(key, Severity.HIGH)
    assert desk.kinds(1) == [NoticeKind.OPENED]

    desk.after(HOUR).amends(key, Severity.LOW)
    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.RESOLVED]


def test_a_rise_to_critical_is_told_once() -> None:
    desk = Desk()
    expiring = EXPIRED.__class__("registration.expiring", Severity.LOW, Audience.NOC)
    (key,) = desk.opens("example.go.id", expiring("example.go.id", severity=Severity.MEDIUM))

    for severity in (Severity.HIGH, Severity.CRITICAL, Severity.HIGH, Severity.CRITICAL):
        desk.after(MINUTE).amends(key, severity)

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.told(1).count(EventKind.WORSENED) == 2
    assert desk.book.open[0].severity is Severity.CRITICAL


def test_the_csirt_has_its_own_incident() -> None:
    desk = Desk()

    desk.opens("DESA-001", refused(), GAMBLING("https://a/"))

    assert [(incident.number, incident.audience) for incident in desk.book.open] == [
        (1, Audience.NOC),
        (2, Audience.CSIRT),
    ]
    assert {parcel.channel for parcel in desk.sent(2)} == {"csirt"}


def test_a_server_broken_into_is_one_incident_for_half_an_hour() -> None:
    desk = Desk()
    desk.opens("DESA-001", GAMBLING())
    desk.after(MASS).opens("DESA-002", GAMBLING())
    desk.after(SECOND).opens("DESA-003", GAMBLING())

    assert [incident.kodes for incident in desk.book.open] == [("DESA-001", "DESA-002"), ("DESA-003",)]
    assert desk.book.open[0].cause == Cause(CauseKind.ADDRESS, ADDRESS)
    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED, NoticeKind.UPDATED]


def test_other_signs_on_the_server_are_another_matter() -> None:
    desk = Desk()
    desk.opens("DESA-001", GAMBLING())
    desk.opens("DESA-002", EXPIRED.__class__("redirect.off_government", Severity.CRITICAL, Audience.CSIRT)())

    assert len(desk.book.open) == 2


def test_a_revoked_issuer_is_one_incident_however_long_it_takes_to_be_seen() -> None:
    desk = Desk()
    revoked = REVOKED.__class__("tls.issuer_revoked", Severity.CRITICAL, Audience.CSIRT)
    for count in range(4):
        desk.after(HOUR).opens(f"DESA-{count:03}", revoked(holder="CN=X"))

    (incident,) = desk.book.open
    assert incident.cause == Cause(CauseKind.AUTHORITY, "CN=X")


def test_more_for_the_csirt_rides_along_with_what_is_about_to_leave() -> None:
    desk = Desk()
    desk.opens("DESA-001", GAMBLING())
    desk.after(2 * SECOND).opens("DESA-002", GAMBLING())
    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED]

    desk.after(MINUTE).opens("DESA-003", GAMBLING())
    desk.after(2 * SECOND).opens("DESA-004", GAMBLING())

    opened, updated = desk.sent(1, "csirt")
    assert (updated.kind, updated.key) == (NoticeKind.UPDATED, "ins-1-2-csirt")
    assert updated.due == START + MINUTE + 7 * SECOND
    assert opened.due < updated.due


def test_forty_sites_in_half_an_hour_are_a_handful_of_messages() -> None:
    desk = Desk()
    for count in range(40):
        desk.opens(f"DESA-{count:03}", GAMBLING())
        desk.after(45 * SECOND)

    (incident,) = desk.book.open
    assert len(incident.kodes) == 40
    assert 3 <= len(desk.sent(1)) <= 8
    dues = [parcel.due for parcel in desk.sent(1)]
    assert dues == sorted(dues)


def test_an_old_incident_hears_of_something_new_at_once() -> None:
    desk = Desk()
    desk.opens("DESA-001", REVOKED(serial="1"))
    desk.after(1000 * HOUR)
    before = len(desk.sent(1))

    desk.opens("DESA-001", GAMBLING())

    assert [parcel.kind for parcel in desk.sent(1)[before:]] == [NoticeKind.UPDATED]
    assert desk.sent(1)[-1].due == desk.now + 5 * SECOND


def test_a_target_that_is_no_longer_watched_leaves() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused(), GAMBLING())
    desk.opens("DESA-002", refused())

    desk.write(desk.book.retire("DESA-001", desk.now))

    assert [incident.number for incident in desk.book.open] == [1]
    assert [member.key.kode for member in desk.book.open[0].current] == ["DESA-002"]
    assert desk.incidents[1].resolved == START
    assert desk.book.of("DESA-001") == ()


def test_our_own_network_is_one_incident() -> None:
    desk = Desk()
    desk.write(desk.book.vantage("sentinel tidak menjawab", desk.now))
    desk.write(desk.book.vantage("sentinel tidak menjawab", desk.now))

    (incident,) = desk.book.open
    assert incident.cause == Cause(CauseKind.VANTAGE, "")
    assert desk.kinds(1) == [NoticeKind.OPENED]
    assert desk.shelf.events[0].text == "sentinel tidak menjawab"

    desk.after(MINUTE).write(desk.book.vantage("", desk.now))
    desk.write(desk.book.vantage("", desk.now))

    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.RESOLVED]
    assert desk.book.open == ()


def test_nobody_is_reminded_of_sites_that_nobody_can_see() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())
    desk.write(desk.book.vantage("terputus", desk.now))

    desk.after(5 * HOUR)
    assert desk.kinds(1) == [NoticeKind.OPENED]
    assert desk.kinds(2) == [NoticeKind.OPENED, NoticeKind.REMINDER]

    desk.write(desk.book.vantage("", desk.now))
    desk.after(SECOND)
    assert desk.kinds(1) == [NoticeKind.OPENED, NoticeKind.REMINDER]


def test_a_channel_that_fails_is_told_over_the_others() -> None:
    desk = Desk()
    desk.write(desk.book.delivery("noc", "550 kotak surat penuh " + "x" * 999, desk.now))
    desk.write(desk.book.delivery("noc", "lagi", desk.now))

    assert {parcel.channel for parcel in desk.sent(1)} == {"piket"}
    assert len(desk.book.open) == 1
    assert len(desk.shelf.events[0].text) <= 200

    desk.after(MINUTE).write(desk.book.delivered("noc", desk.now))
    desk.write(desk.book.delivered("piket", desk.now))

    assert desk.kinds(1, "piket") == [NoticeKind.OPENED, NoticeKind.RESOLVED]
    assert desk.kinds(1, "noc") == []


@pytest.mark.parametrize("restarts", [False, True])
def test_more_that_a_channel_refuses_is_told_once_an_hour(*, restarts: bool) -> None:
    desk = Desk()
    for number in range(122):
        desk.write(desk.book.delivery("noc", f"ins-{number}-1-noc: 550", desk.now))
        desk.after(MINUTE)
        if restarts:
            desk.restart()

    assert desk.told(1).count(EventKind.GREW) == 121
    # Each left 5 s after its minute: after that of 1.01 the next is for 2.02.
    assert desk.kinds(1, "piket") == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert desk.kinds(1, "noc") == []

    desk.write(desk.book.delivery("noc", "ins-122-1-noc: 550", desk.now))
    assert desk.kinds(1, "piket") == [NoticeKind.OPENED, NoticeKind.UPDATED, NoticeKind.UPDATED]
    assert "ins-122-1-noc" in [event for event in desk.shelf.events if event.kind is EventKind.GREW][-1].text

    desk.write(desk.book.delivered("noc", desk.now))
    assert desk.kinds(1, "piket")[-1] is NoticeKind.RESOLVED


def test_that_our_own_network_is_still_lost_is_no_growth() -> None:
    desk = Desk()
    desk.write(desk.book.vantage("terputus", desk.now))
    desk.now += 2 * HOUR

    assert not desk.book.vantage("terputus", desk.now)


def test_every_channel_may_fail() -> None:
    desk = Desk()
    desk.write(desk.book.delivery("noc", "x", desk.now))
    desk.write(desk.book.delivery("piket", "x", desk.now))

    assert [parcel.channel for parcel in desk.sent()] == ["piket", "noc"]


def test_who_is_told_only_by_day_hears_of_the_night_in_the_morning() -> None:
    desk = Desk(channels=lambda incident, kind, at: ("noc",) if at >= START + 6 * HOUR else ())
    desk.opens("DESA-001", refused())
    desk.opens("DESA-002", refused("192.0.2.9"))
    desk.closes(*[member.key for member in desk.book.open[1].members])
    assert desk.sent() == []

    desk.after(6 * HOUR)

    assert [(parcel.incident, parcel.kind, parcel.due) for parcel in desk.sent()] == [
        (1, NoticeKind.OPENED, START + 6 * HOUR + 5 * SECOND)
    ]
    assert "tidak ada yang diberi tahu" in [event for event in desk.shelf.events if event.number == 2][-1].text


def test_a_clock_that_is_put_back_does_no_harm() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())
    desk.now -= timedelta(hours=2)

    desk.opens("DESA-002", refused())
    desk.after(SECOND).closes(*keys)

    (incident,) = desk.book.open
    assert all(event.at == START for event in desk.shelf.events)
    assert incident.members[0].left == incident.members[1].joined == START


def test_what_was_taken_is_not_taken_twice() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())
    events = len(desk.shelf.events)

    desk.opens("DESA-001", refused())
    assert len(desk.shelf.events) == events

    desk.closes(*keys)
    assert desk.book.open == ()
    assert not desk.book.tick(desk.now)


def test_what_was_resolved_long_ago_is_the_records_alone() -> None:
    desk = Desk()
    desk.closes(*desk.opens("DESA-001", refused()))
    assert desk.book.get(1) is not None

    desk.after(HOUR)
    assert desk.book.get(1) is not None
    desk.after(SECOND)

    assert desk.book.get(1) is None
    desk.opens("DESA-001", refused())
    assert desk.book.open[0].number == 2


@pytest.mark.parametrize("restarts", [False, True])
def test_numbers_are_never_given_twice(*, restarts: bool) -> None:
    desk = Desk()
    for count in range(1, 4):
        desk.closes(*desk.opens("DESA-001", refused()))
        desk.after(2 * HOUR)
        if restarts:
            desk.restart()
        assert sorted(desk.shelf.incidents) == list(range(1, count + 1))
