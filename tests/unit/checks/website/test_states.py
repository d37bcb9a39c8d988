"""What a site's state is while its faults follow one another: never up in between, never an outage that is none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.checks.base import judge
from monitor.checks.website import Visit
from monitor.findings import Ledger, advance, settled_state
from monitor.model import CheckResult, Outcome, State, Target, Verification
from monitor.net.facts import FailureKind, Phase
from tests.unit.checks.seeing import CHECK, NOW, POLICY, hop, page, target, unreached

REFUSED = unreached()
NAMELESS = unreached(FailureKind.NAME_NOT_FOUND, Phase.DNS)
INWARD = unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.CONNECT)
ERROR = page(hop(status=503))
MISSING = page(hop(status=404))
LOOP = page(hop(status=302, location="https://dinkominfo.purbalinggakab.go.id/"), loop=True)
SLOW = page(hop(took=timedelta(seconds=9)))
GOOD = page()


def states(*visits: Visit, of: Target | None = None) -> list[State]:
    """The settled state after each of *visits*."""
    ledger, seen = Ledger(), []
    for visit in visits:
        found, codes = judge(CHECK, of or target(), visit, POLICY, NOW)
        result: CheckResult[Any] = CheckResult(
            target=of or target(),
            check=CHECK.name,
            started=NOW,
            duration=timedelta(seconds=1),
            outcome=Outcome.OBSERVED,
            facts=visit,
            findings=found,
            judged=codes,
        )
        ledger = advance(ledger, result).ledger
        seen.append(settled_state(ledger)[0])
    return seen


OUTAGES = [
    pytest.param(REFUSED, id="refused"),
    pytest.param(NAMELESS, id="no such name"),
    pytest.param(INWARD, id="a private address"),
    pytest.param(ERROR, id="5xx"),
    pytest.param(LOOP, id="a loop"),
]


@pytest.mark.parametrize("first", OUTAGES)
@pytest.mark.parametrize("second", OUTAGES)
def test_one_outage_after_another_is_one_time_down(first: Visit, second: Visit) -> None:
    assert set(states(first, first, first, second, first, second, second)[2:]) == {State.DOWN}


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_good_page_ends_every_outage(outage: Visit) -> None:
    assert states(outage, outage, outage, GOOD)[2:] == [State.DOWN, State.UP]


@pytest.mark.parametrize("outage", [REFUSED, ERROR, NAMELESS])
def test_what_may_pass_is_down_only_at_the_third_look(outage: Visit) -> None:
    assert states(outage, outage, outage) == [State.UP, State.UP, State.DOWN]


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_refusal_after_an_outage_is_no_gap(outage: Visit) -> None:
    assert states(outage, outage, outage, MISSING)[-1] is State.DEGRADED


@pytest.mark.parametrize("outage", [REFUSED, ERROR, NAMELESS])
def test_a_degraded_site_stays_degraded_until_the_outage_is_confirmed(outage: Visit) -> None:
    assert states(MISSING, outage, outage, outage) == [*[State.DEGRADED] * 3, State.DOWN]
    assert states(SLOW, SLOW, SLOW, outage, outage, outage)[2:] == [*[State.DEGRADED] * 3, State.DOWN]


def test_a_doubtful_name_is_neither_up_nor_down() -> None:
    doubtful = target(verification=Verification.NEEDED)

    assert states(NAMELESS, NAMELESS, NAMELESS, NAMELESS, of=doubtful) == [State.UNOBSERVED] * 4
    assert states(NAMELESS, GOOD, of=doubtful)[-1] is State.UP
