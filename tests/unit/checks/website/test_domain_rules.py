"""What the listed address alone says, and that it says so in every visit."""

from __future__ import annotations

import pytest

from monitor.checks.website import Visit
from monitor.model import Kind, Severity
from tests.unit.checks.seeing import HOST, answered, hop, judged, page, target, unreached


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param(f"https://{HOST}/", None, id="the county's"),
        pytest.param("http://onje.desa.id/first", None, id="a village's"),
        pytest.param("https://sipd.kemendagri.go.id/", None, id="a ministry's"),
        pytest.param("https://rembangkab.go.id/", None, id="an unknown government's"),
        pytest.param("https://simkeu-purbalingga.simdacloud.id/", "domain.non_government", id="a vendor's"),
        pytest.param("https://admin.psc119purbalingga.com/login", "domain.non_government", id="bought somewhere"),
        pytest.param("https://bit.ly/plutpbg", "domain.non_government", id="a shortener's"),
        pytest.param("http://36.66.164.123:88/", "domain.bare_address", id="an address with a port"),
        pytest.param("http://[2001:db8::1]/", "domain.bare_address", id="an IPv6 address"),
        pytest.param("https://simita.purbalinggaka.go.id", "domain.misspelt", id="a letter short"),
        pytest.param("https://simpspbe.purbalingga.kab.go.id/", "domain.misspelt", id="a dot too many"),
    ],
)
def test_the_listed_address(url: str, code: str | None) -> None:
    assert set(judged(page(hop(url)), target(url, kind=Kind.LAYANAN))) == ({code} if code else set())


def test_somebody_elses_service_is_information_only() -> None:
    url = "https://www.bukalapak.com/u/tukatukupbg"

    watched = judged(page(hop(url)), target(url, kind=Kind.LAYANAN))
    unwatched = judged(page(hop(url)), target(url, kind=Kind.LAYANAN, active=False))

    assert watched["domain.non_government"].severity is Severity.HIGH
    assert unwatched["domain.non_government"].severity is Severity.INFO


def test_a_misspelling_says_what_was_meant() -> None:
    url = "https://simita.purbalinggaka.go.id"
    listed = target(url, suggested_url="https://simita.purbalinggakab.go.id")

    detail = judged(page(hop(url)), listed)["domain.misspelt"].detail

    assert detail["known"] == "purbalinggakab.go.id"
    assert detail["suggested"] == "https://simita.purbalinggakab.go.id"


@pytest.mark.parametrize("visit", [page(), unreached(), page(hop(status=503))], ids=["page", "refused", "error"])
def test_it_can_always_be_answered(visit: Visit) -> None:
    assert answered(visit) >= {"domain.non_government", "domain.bare_address", "domain.misspelt"}
