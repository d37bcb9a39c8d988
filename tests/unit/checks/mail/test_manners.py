"""How often a mail server is called on."""

from __future__ import annotations

import pytest

from monitor.checks.mail.facts import Outgoing
from monitor.checks.mail.manners import HOUR, RECENT, Manners
from monitor.net.facts import FailureKind, Phase
from monitor.net.smtp import SmtpSession
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


def test_the_wait_doubles_up_to_a_day_and_begins_anew_after_a_good_look(manners: Manners, clock: Clock) -> None:
    waits = []
    for _ in range(7):
        manners.note(MX1, declined())
        began = clock.now
        while manners.waiting(MX1):
            clock.now += HOUR / 2
        waits.append((clock.now - began) / HOUR)
    manners.note(MX1, session())
    manners.note(MX1, declined())
    began = clock.now
    clock.now += HOUR

    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert not manners.waiting(MX1)
    assert clock.now == began + HOUR


def test_a_good_look_is_not_repeated_at_once(manners: Manners, clock: Clock) -> None:
    good = session()
    manners.note(MX1, good)
    clock.now += RECENT - 1

    assert manners.recent(MX1) is good
    clock.now += 1
    assert manners.recent(MX1) is None


@pytest.mark.parametrize("shown", [SILENT, failed(FailureKind.TLS_ERROR, Phase.TLS), declined()])
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


def test_an_old_greeting_proves_nothing_any_more(manners: Manners, clock: Clock) -> None:
    manners.note(MX1, session())
    clock.now += 24 * HOUR

    assert manners.outgoing() is Outgoing.UNKNOWN
