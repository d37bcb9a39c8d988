"""The registries and dates that an operator writes down."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from pydantic import ValidationError

from monitor.settings import Registration, Settings, masked

WRITTEN = """
[checks.registration]
servers = { "ID." = "https://rdap.pandi.id/rdap/", "go.id" = "https://rdap.example.go.id" }

[checks.registration.declared_expiry]
"Purbalinggakab.go.id" = 2027-03-31
"onje.desa.id" = "2027-04-01"
"""


def test_suffixes_and_domains_are_read_as_dns_compares_them() -> None:
    chosen = Settings(**tomllib.loads(WRITTEN)).checks.registration

    assert set(chosen.servers) == {"id", "go.id"}
    assert chosen.declared_expiry == {"purbalinggakab.go.id": date(2027, 3, 31), "onje.desa.id": date(2027, 4, 1)}


def test_what_is_shown_of_the_dates_can_be_read_back() -> None:
    chosen = Settings(**tomllib.loads(WRITTEN))

    assert Registration(**masked(chosen)["checks"]["registration"]) == chosen.checks.registration


@pytest.mark.parametrize("url", ["rdap.pandi.id/rdap/", "ftp://rdap.pandi.id/", "https://", ""])
def test_a_server_is_a_web_address(url: str) -> None:
    with pytest.raises(ValidationError, match=r"http\(s\)"):
        Registration(servers={"id": url})
