"""Which failures a vantage takes upon itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.net.facts import Phase
from monitor.net.vantage import NAMES_LOST, NETWORK_LOST, Sentinel, View

AT = datetime(2026, 11, 24, tzinfo=UTC)
LATER = tuple(phase for phase in Phase if phase is not Phase.DNS)


def view(sentinels: str) -> View:
    """`tcp+ dns-`: a living TCP sentinel and a dead name sentinel."""
    return View(AT, tuple(Sentinel(word, word[-1] == "+", "", word[:-1]) for word in sentinels.split()))


@pytest.mark.parametrize(
    ("sentinels", "resolving", "later"),
    [
        pytest.param("", "", "", id="none configured: never gates"),
        pytest.param("tcp+ dns+", "", "", id="all alive"),
        pytest.param("tcp- tcp+ dns- dns+", "", "", id="one of each kind is enough"),
        pytest.param("tcp- https+ dns+", "", "", id="HTTP stands for the network as TCP does"),
        pytest.param("tcp+ dns-", NAMES_LOST, "", id="our name servers dead: only resolving is ours"),
        pytest.param("tcp- dns+", NETWORK_LOST, NETWORK_LOST, id="a name server near us does not prove the network"),
        pytest.param("tcp- http- dns-", NETWORK_LOST, NETWORK_LOST, id="all dead"),
        pytest.param("dns+", "", "", id="names alone, alive"),
        pytest.param("dns- dns-", NAMES_LOST, NAMES_LOST, id="names alone, dead: they stand for both"),
        pytest.param("tcp+", "", "", id="network alone, alive"),
        pytest.param("http-", NETWORK_LOST, NETWORK_LOST, id="network alone, dead: it stands for both"),
    ],
)
def test_what_is_lost(sentinels: str, resolving: str, later: str) -> None:
    seen = view(sentinels)
    assert seen.lost(Phase.DNS) == resolving
    assert {seen.lost(phase) for phase in LATER} == {later}
    assert seen.reason == resolving


@pytest.mark.parametrize(
    ("sentinels", "connected"), [("", None), ("tcp+ dns+", True), ("tcp+ dns-", False), ("tcp-", False), ("dns+", True)]
)
def test_whether_targets_can_be_judged_from_here(*, sentinels: str, connected: bool | None) -> None:
    assert view(sentinels).connected is connected
