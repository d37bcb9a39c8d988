"""Where visitors are sent, as tables of paths."""

from __future__ import annotations

import pytest

from monitor.checks.website import Visit
from monitor.checks.website.visit import MAX_HOPS
from monitor.model import Severity, State
from monitor.net.facts import FailureKind, Phase
from tests.unit.checks.seeing import HOST, answered, hop, judged, page, path, target, unreached

HOME = f"https://{HOST}/"


def test_a_redirect_to_where_one_was_is_a_loop() -> None:
    back = page(hop(HOME, 302, location=f"{HOME}a"), hop(f"{HOME}a", 302, location=HOME), loop=True)

    found = judged(back)

    assert set(found) == {"redirect.loop"}
    assert found["redirect.loop"].rule.state is State.DOWN
    assert found["redirect.loop"].detail["url"] == HOME
    assert found["redirect.loop"].detail["case"] == ""


def test_a_redirect_that_only_grows_is_called_endless() -> None:
    hops = [hop(f"{HOME}?{count}", 302, location=f"{HOME}?{count + 1}") for count in range(MAX_HOPS)]

    finding = judged(page(*hops, loop=True))["redirect.loop"]

    assert finding.detail["case"] == "endless"
    assert finding.detail["hops"] == MAX_HOPS


def test_a_redirect_that_grew_too_long_is_called_endless() -> None:
    finding = judged(page(hop(HOME, 302, location=f"{HOME}?x"), hop(f"{HOME}?x", 302), loop=True))["redirect.loop"]

    assert finding.detail["case"] == "endless"
    assert finding.detail["url"] == f"{HOME}?x"


@pytest.mark.parametrize(
    ("url", "destination", "severity"),
    [
        pytest.param(HOME, "https://slot88.example/", Severity.CRITICAL, id="to a stranger"),
        pytest.param(HOME, "https://203.0.113.7/", Severity.CRITICAL, id="to an address"),
        pytest.param(HOME, "https://purbalinggakab.com/", Severity.CRITICAL, id="to an imitation"),
        pytest.param(HOME, "https://purbalinggaka.go.id/", Severity.CRITICAL, id="to an imitation under go.id"),
        pytest.param(HOME, f"https://{HOST}.example/", Severity.CRITICAL, id="to a name that begins like ours"),
        pytest.param(HOME, f"https://www.{HOST}/", None, id="to a name of ours"),
        pytest.param(HOME, "https://purbalinggakab.go.id/", None, id="to the county"),
        pytest.param(HOME, "https://sipd.kemendagri.go.id/", None, id="to a ministry"),
        pytest.param(HOME, "https://rembangkab.go.id/", None, id="to a government we do not know"),
        pytest.param(HOME, "https://onje.desa.id/", None, id="to a village"),
        pytest.param("https://bit.ly/plutpbg", "https://bit.ly/x", None, id="a stranger that stays"),
        pytest.param("https://a.example.com/", "https://b.example.com/", None, id="a stranger that stays at home"),
        pytest.param("https://bit.ly/plutpbg", "https://forms.example/", Severity.MEDIUM, id="a stranger that leaves"),
        pytest.param("https://bit.ly/plutpbg", HOME, None, id="a stranger that comes home"),
        pytest.param("http://203.0.113.7/a", "http://203.0.113.7/b", None, id="an address that stays"),
        pytest.param("http://203.0.113.7/a", "http://203.0.113.8/", Severity.MEDIUM, id="an address that leaves"),
    ],
)
def test_leaving_the_government(url: str, destination: str, severity: Severity | None) -> None:
    finding = judged(path(url, destination), target(url)).get("redirect.off_government")

    assert (finding and finding.severity) == severity


def test_leaving_is_told_of_the_host_that_sends_and_where_to() -> None:
    finding = judged(path(HOME, f"{HOME}b", "https://slot88.example/x?tunnel=1"))["redirect.off_government"]

    assert finding.subject == HOST
    assert finding.detail["destination"] == "slot88.example"
    assert finding.detail["url"] == "https://slot88.example/x?tunnel=1"
    assert finding.detail["standing"] == "non-pemerintah"


def test_strangers_that_take_turns_are_one_finding() -> None:
    turns = [
        path(HOME, f"https://r{turn}.example/", f"http://r{turn + 1}.example/", "https://slot88.example/")
        for turn in range(3)
    ]

    assert {frozenset(finding.key for finding in judged(visit).values()) for visit in turns} == {
        frozenset({("redirect.off_government", HOST)})
    }


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param(
            unreached(
                FailureKind.TIMEOUT,
                Phase.CONNECT,
                hop(HOME, 302, location="https://slot88.example/"),
                url="https://slot88.example/",
            ),
            id="that does not answer",
        ),
        pytest.param(
            page(hop(HOME, 302, location="https://slot88.example/"), hop("https://slot88.example/", 503)),
            id="that answers with an error",
        ),
        pytest.param(path(HOME, "https://slot88.example/", HOME, loop=True), id="that sends back"),
    ],
)
def test_leaving_for_a_host(visit: Visit) -> None:
    assert "redirect.off_government" in judged(visit)
    assert "redirect.off_government" in answered(visit)


@pytest.mark.parametrize(
    ("destination", "codes"),
    [
        pytest.param("http://169.254.169.254/", {"redirect.forbidden_address"}, id="a refused address"),
        pytest.param(
            "https://evil.example/", {"redirect.forbidden_address", "redirect.off_government"}, id="a stranger's name"
        ),
    ],
)
def test_a_redirect_inward_is_told_once(destination: str, codes: set[str]) -> None:
    start = hop("http://dinkominfo.purbalinggakab.go.id/", 302, location=destination)

    assert set(judged(unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.CONNECT, start, url=destination))) == codes


def test_a_redirect_between_bare_addresses_is_seen_whatever_follows() -> None:
    start = hop("http://203.0.113.7/", 302, location="http://203.0.113.8/")
    visit = unreached(FailureKind.REFUSED, Phase.CONNECT, start, url="http://203.0.113.8/")

    assert "redirect.off_government" in judged(visit, target("http://203.0.113.7/"))


@pytest.mark.parametrize(
    ("urls", "downgraded"),
    [
        pytest.param(("http://a.purbalinggakab.go.id/", "https://a.purbalinggakab.go.id/"), False, id="upgraded"),
        pytest.param(("http://a.purbalinggakab.go.id/", "http://a.purbalinggakab.go.id/b"), False, id="never safe"),
        pytest.param(("https://a.purbalinggakab.go.id/", "https://a.purbalinggakab.go.id/b"), False, id="stays safe"),
        pytest.param(("https://a.purbalinggakab.go.id/", "http://a.purbalinggakab.go.id/b"), True, id="at once"),
        pytest.param(
            (
                "http://a.purbalinggakab.go.id/",
                "https://a.purbalinggakab.go.id/",
                "http://a.purbalinggakab.go.id/b",
                "https://a.purbalinggakab.go.id/b",
            ),
            True,
            id="on the way",
        ),
    ],
)
def test_a_step_down_from_https(urls: tuple[str, ...], downgraded: bool) -> None:  # noqa: FBT001
    assert ("redirect.downgrade" in judged(path(*urls))) is downgraded


def test_a_visit_that_stopped_early_does_not_say_that_redirects_are_mended() -> None:
    early = unreached(FailureKind.TIMEOUT, Phase.TTFB, hop(HOME, 302, location=f"{HOME}a"), url=f"{HOME}a")

    assert not answered(early) & {"redirect.off_government", "redirect.downgrade", "redirect.loop"}
