"""Where `connect_to` leads."""

from __future__ import annotations

import pytest

from monitor.errors import ConfigError
from monitor.net.routes import Routes

RULES = {
    "situs.example.id:443": "192.0.2.1:8443",
    "situs.example.id:*": "192.0.2.2:",
    "*:80": ":8080",
    "*:*": "[2001:db8::1]:9",
    "[2001:DB8::5]:443": "192.0.2.5:",
    "bücher.example.id:443": "192.0.2.6:",
}


@pytest.mark.parametrize(
    ("host", "port", "route"),
    [
        pytest.param("situs.example.id", 443, ("192.0.2.1", 8443), id="host and port"),
        pytest.param("situs.example.id", 80, ("192.0.2.2", 80), id="host before port, port unchanged"),
        pytest.param("lain.example.id", 80, (None, 8080), id="port alone keeps the look-up"),
        pytest.param("lain.example.id", 443, ("2001:db8::1", 9), id="anything"),
        pytest.param("2001:db8::5", 443, ("192.0.2.5", 443), id="an IPv6 host"),
        pytest.param("xn--bcher-kva.example.id", 443, ("192.0.2.6", 443), id="an international name"),
    ],
)
def test_the_most_exact_rule_wins(host: str, port: int, route: tuple[str | None, int]) -> None:
    assert Routes(RULES).route(host, port) == route


def test_without_rules_nothing_changes() -> None:
    assert Routes({}).route("situs.example.id", 443) == (None, 443)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        pytest.param("situs.example.id", "192.0.2.1:1", id="no port"),
        pytest.param("situs.example.id:", "192.0.2.1:1", id="empty port"),
        pytest.param(":443", "192.0.2.1:1", id="no host"),
        pytest.param("situs.example.id:https", "192.0.2.1:1", id="a port's name"),
        pytest.param("situs.example.id:70000", "192.0.2.1:1", id="a port too high"),
        pytest.param("2001:db8::1:443", "192.0.2.1:1", id="IPv6 without brackets"),
        pytest.param("*:*", "localhost:1", id="to a name"),
        pytest.param("*:*", "192.0.2.1", id="to no port"),
        pytest.param("*:*", "192.0.2.1:0", id="to port 0"),
        pytest.param("*:*", "2001:db8::1:443", id="to IPv6 without brackets"),
        pytest.param("*:*", "[2001:db8::1]", id="to brackets alone"),
    ],
)
def test_an_unreadable_rule_is_refused_by_name(source: str, target: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Routes({source: target, "*:80": ":8080"})

    (problem,) = caught.value.problems
    assert source in problem.where
    assert target in problem.message


def test_every_unreadable_rule_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Routes({"a": "b", "c": "d"})

    assert len(caught.value.problems) == 2
