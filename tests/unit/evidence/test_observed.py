from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.domains import Domains
from monitor.evidence import observed
from monitor.evidence.data import Status
from monitor.store.stored import StoredFacts, TargetChange
from monitor.store.told import Told
from tests.unit.evidence import fake

LEAF = {"subject": "CN=a", "issuer": "R11", "not_before": "2026-09-01T00:00:00+00:00", "not_after": ""}


def told(**fields: Any) -> Told:
    values: dict[str, Any] = {
        "targets": (),
        "moves": (),
        "states": {},
        "facts": {},
        "looked": {},
        "looks": 0,
        "rolled_until": None,
        "findings": (),
        "marks": {},
        "joined": {},
        "incidents": (),
        "timelines": {},
        "exhibits": {},
    }
    return Told(**values | fields)


def facts(**said: Any) -> StoredFacts:
    return StoredFacts(at=fake.SINCE, digest="00", facts=said)


def visit(not_after: str, code: int = 0) -> StoredFacts:
    session = {"version": "TLSv1.3", "chain": ["ab"], "verify_code": code, "verify_message": "kedaluwarsa"}
    return facts(hops=[{"tls": None}, {"tls": session}], certificates={"ab": {**LEAF, "not_after": not_after}})


SITE = fake.month().sites[0]


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        ("2026-10-31T17:00:00+00:00", 0),
        ("2026-10-31T16:59:59+00:00", -1),
        ("2026-11-01T16:59:59+00:00", 0),
        ("2026-11-01T17:00:00+00:00", 1),
        ("kapan-kapan", None),
        ("2026-11-01T17:00:00", None),
    ],
)
def test_what_is_left_of_a_certificate_is_counted_from_the_cut(ends: str, left: int | None) -> None:
    found = observed.certificates([SITE], told(facts={(SITE.kode, "website"): visit(ends)}), fake.UNTIL)
    assert [item.days_left for item in found] == [left]


@pytest.mark.parametrize(("code", "trust"), [(0, ""), (62, "nama host tidak cocok"), (999, "kedaluwarsa")])
def test_trust_is_what_the_handshake_said(code: int, trust: str) -> None:
    kept = visit("2026-12-31T00:00:00+00:00", code)
    (found,) = observed.certificates([SITE], told(facts={(SITE.kode, "website"): kept}), fake.UNTIL)
    assert (found.trust, found.version, found.issuer) == (trust, "TLSv1.3", "R11")


def test_a_site_that_is_down_still_has_the_certificate_of_the_last_look_at_its_tls() -> None:
    known = {
        (SITE.kode, "website"): facts(hops=[{"tls": None}], certificates={}),
        (SITE.kode, "tls"): facts(chain=[{**LEAF, "not_after": "2026-12-31T00:00:00+00:00"}], verify_code=0),
    }
    (found,) = observed.certificates([SITE], told(facts=known), fake.UNTIL)
    assert found.days_left == 60


def test_evidence_of_another_shape_says_nothing() -> None:
    odd = facts(hops="x", certificates=["y"])
    assert not list(observed.certificates([SITE], told(facts={(SITE.kode, "website"): odd}), fake.UNTIL))


MX = [[10, "mx.example.id"]]
GREETED = {"host": "mx.example.id", "session": {"greeting": {"code": 220}}}
SILENT = {"host": "mx.example.id", "session": {"failure": {"kind": "timeout"}}}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"exchangers": {"records": MX, "hosts": [GREETED]}}, Status.ACTIVE),
        ({"exchangers": {"records": MX, "hosts": [SILENT, GREETED]}}, Status.ACTIVE),
        ({"exchangers": {"records": MX, "hosts": [SILENT]}, "outgoing": "open"}, Status.INACTIVE),
        ({"exchangers": {"records": MX, "hosts": [SILENT]}, "outgoing": "blocked"}, Status.UNOBSERVED),
        ({"exchangers": {"records": MX, "hosts": [SILENT]}, "outgoing": "unknown"}, Status.UNOBSERVED),
        ({"exchangers": {"records": MX, "hosts": []}, "outgoing": "open"}, Status.UNOBSERVED),
        ({"exchangers": {"records": [[0, ""]], "hosts": []}}, Status.INACTIVE),
        ({"exchangers": {"records": [], "exists": True, "implicit": []}}, Status.INACTIVE),
        ({"exchangers": {"records": [], "exists": False}}, Status.INACTIVE),
        ({"exchangers": {"kind": "timeout", "text": ""}}, Status.UNOBSERVED),
        ({}, Status.UNOBSERVED),
    ],
)
def test_whether_a_domain_takes_mail(said: dict[str, Any], status: Status) -> None:
    assert observed.mail_status(said) is status


def test_could_not_ask_is_not_is_not_there() -> None:
    domain = next(target for target in _domains() if target.target.host == "purbalinggakab.go.id")
    kept = facts(
        domain="purbalinggakab.go.id",
        exchangers={"records": MX, "exists": True, "hosts": [GREETED]},
        spf={"kind": "servfail", "text": ""},
        dmarc={"texts": []},
        dkim=[],
        mta_sts={"texts": {"kind": "timeout"}},
        tls_rpt=["v=TLSRPTv1"],
    )
    answers = {
        item.question: item.answer
        for item in observed.mail([domain], told(facts={(domain.target.kode, "mail"): kept}), ())
    }
    assert answers["SPF"] == "tidak dapat dipastikan (servfail)"
    assert answers["DMARC"] == "tidak ada"
    assert answers["MX"] == "10 mx.example.id"
    assert answers["MTA-STS"] == "tidak dapat dipastikan (timeout)"
    assert answers["TLS-RPT"] == "v=TLSRPTv1"


def _domains() -> list[Any]:
    from monitor.inventory import with_domains  # noqa: PLC0415
    from monitor.model import Kind  # noqa: PLC0415
    from monitor.store.stored import StoredTarget  # noqa: PLC0415

    return [
        StoredTarget(target=target, first_seen=fake.SINCE, retired=None)
        for target in with_domains(tuple(fake.listed()))
        if target.kind is Kind.DOMAIN
    ]


def test_foreign_addresses_and_those_that_moved_home() -> None:
    sites = {site.kode: site for site in fake.month().sites}
    moved = TargetChange(
        at=fake.SINCE + timedelta(days=2), kode="LYN-008", field="url", before="https://lpse.example.com/", after="x"
    )
    domains = Domains.of(fake.listed())
    found = {item.kode: item for item in observed.foreign(sites.values(), told(moves=(moved,)), (), domains)}
    assert found["LYN-017"].mandated
    assert found["LYN-017"].standing == "non-pemerintah"
    assert found["LYN-008"].standing == "pemerintah"
    assert "lpse.example.com" in found["LYN-008"].moves[0]
    assert "OPD-001" not in found
    assert not found["LYN-033"].watched
