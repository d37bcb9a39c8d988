"""Who is to be told of an incident only since it has developed is told, and nobody else is told again."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alert_sections import Alerts
from monitor.incident import EventKind, Incident, NoticeKind, Scope
from monitor.model import Severity
from tests.unit.incidents.making import EMPTIED, EXPIRED, HOUR, LAME, MINUTE, SECOND, TAKING, Desk, refused


def by_content(incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
    """The shipped routes in small: the CSIRT hears of content, whoever is to act on it."""
    codes = {member.key.code for member in incident.current or incident.members}
    return ("csirt", "noc") if any(code.startswith("content.") for code in codes) else ("noc",)


def by_severity(incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
    return ("noc", "piket") if incident.severity.rank >= Severity.HIGH.rank else ("noc",)


def test_what_joins_an_incident_that_was_told_reaches_whom_it_is_for() -> None:
    desk = Desk(by_content)
    desk.opens("DESA-001", EXPIRED(sha256="ab"))

    desk.after(MINUTE).opens("DESA-001", EMPTIED())

    assert [incident.number for incident in desk.incidents] == [1]
    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED]
    assert desk.kinds(1, "noc") == [NoticeKind.OPENED]
    assert desk.sent(1, "csirt")[0].due == desk.now + timedelta(seconds=5)
    assert desk.told(1)[-2:] == [EventKind.GREW, EventKind.NOTIFIED]


def test_also_when_the_first_message_is_still_gathering() -> None:
    desk = Desk(by_content)
    desk.opens("DESA-001", EXPIRED(sha256="ab"))

    desk.after(SECOND).opens("DESA-001", EMPTIED())

    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED]
    assert desk.kinds(1, "noc") == [NoticeKind.OPENED]


def test_once_and_then_its_end() -> None:
    desk = Desk(by_content)
    (expired,) = desk.opens("DESA-001", EXPIRED(sha256="ab"))
    (emptied,) = desk.after(MINUTE).opens("DESA-001", EMPTIED())
    desk.after(MINUTE).opens("DESA-001", LAME("ns1.example.go.id"))

    desk.after(MINUTE).closes(*(key for incident in desk.incidents for key in [m.key for m in incident.current]))

    assert expired != emptied
    assert desk.kinds(1, "csirt") == [NoticeKind.OPENED, NoticeKind.RESOLVED]


def test_what_gets_worse_reaches_whom_only_the_worse_is_for() -> None:
    desk = Desk(by_severity)
    (key,) = desk.opens("DESA-001", LAME("ns1.example.go.id"))
    assert desk.kinds(1, "piket") == []

    desk.after(HOUR).amends(key, Severity.HIGH)

    assert desk.kinds(1, "piket") == [NoticeKind.OPENED]
    assert desk.kinds(1, "noc") == [NoticeKind.OPENED]


def test_during_maintenance_nobody_new_is_told() -> None:
    desk = Desk(by_severity)
    (key,) = desk.opens("DESA-001", LAME("ns1.example.go.id"))
    _window, ripples = desk.book.add_window(
        scope=Scope.TARGET, value="DESA-001", start=desk.now, length=2 * HOUR, at=desk.now
    )
    desk.write(ripples)

    desk.after(HOUR).amends(key, Severity.HIGH)

    assert desk.kinds(1, "piket") == []


def test_an_outage_alone_tells_nobody_twice() -> None:
    desk = Desk(by_content)
    for count in range(20):
        desk.after(20 * SECOND).opens(f"DESA-{count:03}", refused())

    assert [len(desk.kinds(1, channel)) for channel in ("noc", "csirt")] == [1, 0]


def renamed(incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
    return ("baru",)


def test_the_end_goes_to_whom_the_routes_name_when_no_channel_that_heard_is_left() -> None:
    desk = Desk()
    keys = desk.opens("DESA-001", refused())
    desk.options, desk.channels = Alerts.model_validate({"channels": {"baru": TAKING}}), renamed
    desk.restart()

    desk.after(MINUTE).closes(*keys)

    assert [parcel.channel for parcel in desk.sent(1) if parcel.kind is NoticeKind.RESOLVED] == ["baru"]


def test_what_a_channel_that_is_gone_was_never_told_is_told_once_to_the_one_in_its_place() -> None:
    desk = Desk()
    desk.opens("DESA-001", refused())
    desk.options, desk.channels = Alerts.model_validate({"channels": {"baru": TAKING}}), renamed
    desk.restart()

    for _ in range(2):
        desk.write(desk.book.readdress([1, 1, 99], desk.now))

    assert desk.kinds(1, "baru") == [NoticeKind.OPENED]
