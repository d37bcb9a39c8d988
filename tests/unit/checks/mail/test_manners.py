"""How often a mail server is called on."""

from __future__ import annotations

import pytest

from monitor.checks.mail.facts import Outgoing
from monitor.checks.mail.manners import HOUR, RECENT, Manners
from monitor.net.facts import FailureKind, Phase
from monitor.net.smtp import Reply, SmtpSession
from tests.unit.checks.mail.mailing import MX1, MX2, declined, failed, session, unencrypted

SILENT = failed(FailureKind.TIMEOUT)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def manners(clock: Clock) -> Manners:
    return Manners(clock)


@pytest.mark.parametrize(
    ("shown", "waits"),
    [
        pytest.param(session(), False, id="good"),
        pytest.param(unencrypted(), False, id="no encryption"),
        pytest.param(declined(421), True, id="421"),
        pytest.param(declined(554), True, id="554"),
        pytest.param(failed(FailureKind.CLOSED, Phase.TTFB), True, id="hung up"),
        pytest.param(failed(FailureKind.TIMEOUT, Phase.TTFB), True, id="would not greet"),
        pytest.param(failed(FailureKind.REFUSED), False, id="closed port"),
        pytest.param(SILENT, False, id="unreachable"),
        pytest.param(failed(FailureKind.TLS_ERROR, Phase.TLS), False, id="failed handshake"),
    ],
)
def test_who_declines_us_is_left_alone(manners: Manners, shown: SmtpSession, waits: object) -> None:
    manners.note(MX1, shown)

    assert manners.waiting(MX1) is waits
    assert not manners.waiting(MX2)


def minutes_of_waiting(manners: Manners, clock: Clock) -> float:
    began = clock.now
    while manners.waiting(MX1):
        clock.now += 60
    return (clock.now - began) / 60


def test_who_declined_once_is_called_on_again_an_hour_later(manners: Manners, clock: Clock) -> None:
    manners.note(MX1, declined())
    clock.now += HOUR - 60

    assert not manners.waiting(MX1)


def test_the_wait_doubles_up_to_a_day_and_begins_anew_after_a_good_look(manners: Manners, clock: Clock) -> None:
    waits = []
    for _ in range(7):
        manners.note(MX1, declined())
        waits.append(minutes_of_waiting(manners, clock))
    manners.note(MX1, session())
    manners.note(MX1, declined())

    assert waits == [55, 110, 220, 440, 880, 1440, 1440]
    assert minutes_of_waiting(manners, clock) == 55


def test_a_good_look_is_not_repeated_at_once(manners: Manners, clock: Clock) -> None:
    good = session()
    manners.note(MX1, good)
    clock.now += RECENT - 1

    assert manners.recent(MX1) is good
    clock.now += 1
    assert manners.recent(MX1) is None


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(SILENT, id="silent"),
        pytest.param(failed(FailureKind.TLS_ERROR, Phase.TLS), id="failed handshake"),
        pytest.param(declined(), id="declined"),
        pytest.param(session(starttls=Reply(454, ("4.7.0 not now",)), tls=None), id="encryption put off"),
    ],
)
def test_what_may_be_a_passing_fault_is_looked_at_again(manners: Manners, shown: SmtpSession) -> None:
    manners.note(MX1, shown)

    assert manners.recent(MX1) is None


@pytest.mark.parametrize(
    ("calls", "outgoing"),
    [
        pytest.param({}, Outgoing.UNKNOWN, id="nobody called yet"),
        pytest.param({"mx1.a.go.id": session()}, Outgoing.OPEN, id="greeted"),
        pytest.param({"mx1.a.go.id": declined(554)}, Outgoing.OPEN, id="greeted unkindly"),
        pytest.param({"mx1.a.go.id": SILENT}, Outgoing.UNKNOWN, id="one is silent"),
        pytest.param({"mx1.a.go.id": SILENT, "mx2.a.go.id": SILENT}, Outgoing.UNKNOWN, id="two of one provider"),
        pytest.param({"mx1.a.go.id": SILENT, "mx.b.com": SILENT}, Outgoing.BLOCKED, id="two providers"),
        pytest.param(
            {"mx1.a.go.id": SILENT, "mx.b.com": failed(FailureKind.REFUSED)}, Outgoing.UNKNOWN, id="one refuses"
        ),
        pytest.param(
            {"mx1.a.go.id": SILENT, "mx.b.com": SILENT, "mx.c.id": failed(FailureKind.REFUSED)},
            Outgoing.UNKNOWN,
            id="a third refuses",
        ),
        pytest.param({"mx1.a.go.id": SILENT, "mx.b.com": SILENT, "mx.c.id": session()}, Outgoing.OPEN, id="a third"),
    ],
)
def test_what_is_known_of_our_own_way_out(manners: Manners, calls: dict[str, SmtpSession], outgoing: Outgoing) -> None:
    for host, shown in calls.items():
        manners.note(host, shown)

    assert manners.outgoing() is outgoing


@pytest.mark.parametrize(
    ("after", "silent", "outgoing"),
    [
        pytest.param(23, ("mx.b.com", "mx.c.id"), Outgoing.OPEN, id="it greeted lately"),
        pytest.param(25, (), Outgoing.OPEN, id="nobody is silent"),
        pytest.param(25, (MX1,), Outgoing.OPEN, id="it alone is silent, for a day"),
        pytest.param(25, ("mx.b.com", "mx.c.id"), Outgoing.UNKNOWN, id="two others are silent"),
        pytest.param(25, (MX1, "mx.b.com"), Outgoing.BLOCKED, id="it and another are silent"),
        pytest.param(49, ("mx.b.com", "mx.c.id"), Outgoing.BLOCKED, id="it is nobody's any more"),
        pytest.param(49, ("mx.b.com",), Outgoing.OPEN, id="a single one does not say that we were locked in"),
    ],
)
def test_an_old_greeting_counts_until_a_second_provider_is_silent(
    manners: Manners, clock: Clock, after: int, silent: tuple[str, ...], outgoing: Outgoing
) -> None:
    manners.note(MX1, session())
    clock.now += after * HOUR
    for each in silent:
        manners.note(each, SILENT)

    assert manners.outgoing() is outgoing
