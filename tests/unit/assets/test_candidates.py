"""Hosts that were seen and are not listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.assets import (
    ATTACKS,
    Candidate,
    Judgement,
    Scout,
    Sighting,
    Stand,
    Unfit,
    Way,
    candidates_of,
    hostile_hosts,
    judgement,
)
from monitor.assets.candidates import ALTOGETHER, PER_TARGET
from monitor.checks import build
from monitor.checks.website import evidence
from monitor.content.examine import Content
from monitor.content.facts import CLEAN, Verdict
from monitor.ground import rules_of
from monitor.model import Audience
from monitor.settings import Settings
from tests.unit.assets.making import DOMAIN, HOST, NOW, VILLAGE, after, entry, mail, names, target, website

COUNTY = "purbalinggakab.go.id"
DAY = 24 * 60


def scout(*more: Any) -> Scout:
    made = Scout()
    made.settle([target(), VILLAGE, DOMAIN, *more])
    return made


def found(minutes: float = 0, of: Any = None, **facts: Any) -> list[tuple[str, Way]]:
    seen = scout().update(entry(of, **facts), after(minutes))
    return [(sighting.host, sighting.way) for sighting in seen]


def moved(to: str, source: str = f"https://{HOST}/") -> dict[str, Any]:
    return {"hops": [{"url": source, "status": 302, "location": to}]}


def certified(*hosts: str) -> dict[str, Any]:
    return website(certificates={"ab12": {"names": list(hosts)}})


def linked(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"content": {"services": [[host, text] for host, text in pairs]}}


@pytest.mark.parametrize(
    ("facts", "host", "way"),
    [
        pytest.param(
            {"website": moved("https://baru.purbalinggakab.go.id/x")}, f"baru.{COUNTY}", Way.REDIRECT, id="ours"
        ),
        pytest.param(
            {"website": moved("https://simkeu.simdacloud.id/")}, "simkeu.simdacloud.id", Way.REDIRECT, id="away"
        ),
        pytest.param({"website": certified(f"mail.{COUNTY}")}, f"mail.{COUNTY}", Way.CERTIFICATE, id="a name beside"),
        pytest.param(
            {"website": certified("lama.onje.desa.id")}, "lama.onje.desa.id", Way.CERTIFICATE, id="a village's"
        ),
        pytest.param({"website": linked(("psc119.com", "Layanan PSC"))}, "psc119.com", Way.LINK, id="a service"),
        pytest.param({"mail": mail(f"mx.{COUNTY}")}, f"mx.{COUNTY}", Way.MAIL, id="a mail server"),
        pytest.param({"mail": mail("MX1.Example.com.")}, "mx1.example.com", Way.MAIL, id="a foreign one, as a name is"),
        pytest.param(
            {"names": names(resolved={"aliases": [f"web1.{COUNTY}"]})}, f"web1.{COUNTY}", Way.ALIAS, id="an alias"
        ),
        pytest.param(
            {"names": names(voices=[{"word": "records", "aliases": [f"web2.{COUNTY}"]}])},
            f"web2.{COUNTY}",
            Way.ALIAS,
            id="by the zone's own server",
        ),
    ],
)
def test_a_host_that_is_not_listed_comes_up(facts: dict[str, Any], host: str, way: Way) -> None:
    assert (host, way) in found(**facts)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"website": moved(f"https://www.{HOST}/")}, id="a listed host with www"),
        pytest.param({"website": moved("https://onje.desa.id/")}, id="another listed host"),
        pytest.param({"website": moved(f"https://{COUNTY}/")}, id="the domain itself"),
        pytest.param({"website": moved("https://layanan.go.id/")}, id="an agency's"),
        pytest.param({"website": moved("https://x.example.com/", "https://asing.example.org/")}, id="a stranger sends"),
        pytest.param({"website": moved("https://36.66.181.23/")}, id="an address"),
        pytest.param({"website": moved("/relatif")}, id="no host"),
        pytest.param({"website": certified("cdn.example.com")}, id="a shared certificate names strangers"),
        pytest.param({"website": certified(f"*.{COUNTY}")}, id="a wildcard is no host"),
        pytest.param({"website": linked(("forms.gle", "Pengaduan"))}, id="a form"),
        pytest.param({"website": linked(("youtube.com", "Layanan"))}, id="a public service"),
        pytest.param({"names": names(resolved={"aliases": ["x.github.io"]})}, id="an alias to a stranger"),
        pytest.param({"mail": mail("", "bukan nama", "a" * 300, "mx")}, id="no names"),
        pytest.param({"mail": {"exchangers": {"kind": "timeout"}}}, id="nobody could say"),
        pytest.param({"website": {"hops": "?", "certificates": [1], "content": 3}}, id="nonsense"),
    ],
)
def test_what_is_listed_or_nobodys_business_does_not(facts: dict[str, Any]) -> None:
    assert found(**facts) == []


def seen(verdict: Verdict) -> dict[str, Any]:
    """What a visit keeps of a page with that verdict."""
    return evidence._content(Content(gambling=replace(CLEAN, verdict=verdict)))


@pytest.mark.parametrize("verdict", [Verdict.SUSPECT, Verdict.INJECTED])
def test_what_a_visit_keeps_of_a_hijacked_page_is_understood(verdict: Verdict) -> None:
    facts = {**moved("https://slot.example/"), "content": seen(verdict)}
    assert ("slot.example", Way.REDIRECT) not in found(website=facts)


@pytest.mark.parametrize(
    ("verdict", "host", "comes_up"),
    [
        ("bersih", "slot.example", True),
        (Verdict.SUSPECT.value, "slot.example", False),
        (Verdict.INJECTED.value, "slot.example", False),
        (Verdict.INJECTED.value, f"baru.{COUNTY}", True),
        ("aneh", "slot.example", True),
        ({"verdict": "tersisipi"}, "slot.example", True),
    ],
)
@pytest.mark.parametrize("way", [Way.REDIRECT, Way.LINK])
def test_where_a_hijacked_page_leads_is_no_candidate(way: Way, verdict: Any, host: str, comes_up: bool) -> None:  # noqa: FBT001
    content = {**seen(Verdict.CLEAN), "gambling": verdict}
    if way is Way.REDIRECT:
        facts = {**moved(f"https://{host}/"), "content": content}
    else:
        facts = {"content": content | linked((host, "Layanan"))["content"]}

    assert ((host, way) in found(website=facts)) is comes_up


def test_of_a_hijacked_site_the_certificate_still_tells() -> None:
    facts = {**certified(f"mail.{COUNTY}"), "content": seen(Verdict.INJECTED)}

    assert (f"mail.{COUNTY}", Way.CERTIFICATE) in found(website=facts)


def test_a_host_is_told_once_a_day_and_the_days_are_counted() -> None:
    watching = scout()
    facts: dict[str, Any] = {"mail": mail("mx.x.com")}
    told = [watching.update(entry(**facts), after(minutes)) for minutes in (0, 10, 600, DAY, DAY + 10, 2 * DAY)]

    assert [len(seen) for seen in told] == [1, 0, 0, 1, 0, 1]
    last = told[-1][0]
    assert (last.first, last.last, last.days) == (NOW, after(2 * DAY), 3)


def test_a_day_is_one_of_wib() -> None:
    watching = scout()
    facts: dict[str, Any] = {"mail": mail("mx.x.com")}
    before_midnight = after(15 * 60 + 54)  # 23.59 WIB

    assert watching.update(entry(**facts), before_midnight)
    assert watching.update(entry(**facts), after(15 * 60 + 55))


def test_a_restart_tells_nothing_twice() -> None:
    seen = scout().update(entry(mail=mail("mx.x.com")), NOW)
    again = Scout(seen)
    again.settle([target(), VILLAGE, DOMAIN])

    assert again.update(entry(mail=mail("mx.x.com")), after(10)) == ()


def test_a_page_that_makes_up_names_does_not_fill_the_record() -> None:
    watching = scout()
    for turn in range(3 * PER_TARGET):
        watching.update(entry(website=linked((f"n{turn}.example.com", "Layanan"))), after(turn))

    assert watching.update(entry(website=linked(("akhir.example.com", "Layanan"))), after(9999)) == ()
    assert watching.update(entry(VILLAGE, website=linked(("n0.example.com", "Layanan"))), after(9999))


def test_there_is_an_end_to_candidates_altogether() -> None:
    known = [
        Sighting(host=f"n{number}.example.com", kode=f"X-{number}", way=Way.LINK, first=NOW, last=NOW)
        for number in range(ALTOGETHER)
    ]
    watching = Scout(known)
    watching.settle([target(), VILLAGE])

    assert watching.update(entry(mail=mail("baru.example.com")), after(0)) == ()
    assert watching.update(entry(mail=mail("n7.example.com")), after(0))


def sighted(host: str = "mx.x.com", minutes: float = 0, **values: Any) -> Sighting:
    at = after(minutes)
    return Sighting(**{"host": host, "kode": "OPD-009", "way": Way.MAIL, "first": at, "last": at, **values})


def test_a_candidate_gathers_where_it_was_seen() -> None:
    (item,) = candidates_of([sighted(days=2), sighted(minutes=5, kode="DESA-046", way=Way.LINK)], [])

    assert (item.first, item.last, item.count) == (NOW, after(5), 3)
    assert [place.kode for place in item.sightings] == ["DESA-046", "OPD-009"]
    assert item.stand is Stand.PROPOSED


def test_the_latest_decision_counts_and_all_are_kept() -> None:
    said = [
        Judgement(host="mx.x.com", at=after(1), stand=Stand.IGNORED, actor="A", reason="milik orang"),
        Judgement(host="mx.x.com", at=after(2), stand=Stand.ACCEPTED, actor="B", reason="milik kita"),
        Judgement(host="lain.com", at=after(3), stand=Stand.IGNORED, actor="B", reason="x"),
    ]
    (item,) = candidates_of([sighted()], said)

    assert (item.stand, len(item.judgements)) == (Stand.ACCEPTED, 2)


@pytest.mark.parametrize("listed", ["mx.x.com", "www.mx.x.com", "MX.X.com"])
def test_what_is_listed_by_now_is_none_any_more(listed: str) -> None:
    assert candidates_of([sighted()], [], [listed]) == ()


def test_the_latest_seen_come_first() -> None:
    found: tuple[Candidate, ...] = candidates_of([sighted("a.com"), sighted("b.com", 5), sighted("c.com", 5)], [])

    assert [item.host for item in found] == ["b.com", "c.com", "a.com"]


@pytest.mark.parametrize(
    ("stand", "actor", "reason", "said"),
    [
        ("entah", "Sari", "x", "'entah' tidak dikenal"),
        ("diterima", " ", "x", "nama harus diisi"),
        ("diterima", "S" * 81, "x", "nama harus diisi"),
        ("diterima", "Sa\x1b[31mri", "x", "nama harus diisi"),
        ("diabaikan", "Sari", "\n", "alasan harus diisi"),
        ("diabaikan", "Sari", "x" * 1001, "alasan harus diisi"),
    ],
)
def test_a_decision_needs_who_and_why(stand: str, actor: str, reason: str, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        judgement("mx.x.com", stand, actor, reason, NOW)


def test_a_decision_is_kept_as_it_was_meant() -> None:
    assert judgement(" MX.x.com ", "diterima", " Sari  Dewi ", "milik\nkita ", NOW) == Judgement(
        host="mx.x.com", at=NOW, stand=Stand.ACCEPTED, actor="Sari Dewi", reason="milik kita"
    )


LISTED = ("www.onje.desa.id", f"dinkes.{COUNTY}")


@pytest.mark.parametrize(
    ("detail", "hosts"),
    [
        ({"links": ["https://www.gacor.example/?x=1", "http://Slot.example:80"]}, {"gacor.example", "slot.example"}),
        ({"url": "https://gacor.example/", "host": "onje.desa.id"}, {"gacor.example"}),
        ({"destination": "c.example", "hosts": ("a.example", "b.example")}, {"a.example", "b.example", "c.example"}),
        ({"links": ["https://onje.desa.id/slot", f"https://lama.{COUNTY}/"]}, set()),
        ({"links": None, "url": "", "hosts": [7, {"x": 1}], "location": "https://[::1"}, set()),
        ({"excerpt": "https://gacor.example/", "hits": ["slot (title): gacor.example"]}, set()),
        ({}, set()),
    ],
)  # fmt: skip
def test_where_an_attack_leads_is_read_from_its_evidence(detail: dict[str, Any], hosts: set[str]) -> None:
    assert hostile_hosts([detail], LISTED) == hosts


def test_a_host_to_which_a_hijacked_page_leads_is_no_candidate_unless_somebody_decided() -> None:
    seen = [
        Sighting(host=host, kode="OPD-009", way=Way.REDIRECT, first=NOW, last=NOW)
        for host in ("www.gacor.example", "slot.example", "simkeu.simdacloud.id")
    ]
    decided = [judgement("slot.example", "diterima", "Sari", "sudah diperiksa", NOW)]

    found = candidates_of(seen, decided, (), frozenset({"gacor.example", "slot.example"}))

    assert {item.host for item in found} == {"slot.example", "simkeu.simdacloud.id"}
    assert len(candidates_of(seen, decided)) == 3


def test_every_rule_of_an_attack_is_one_that_there_is() -> None:
    rules = rules_of(build(Settings().checks))

    assert {rules[code].audience for code in ATTACKS} == {Audience.CSIRT}
    assert not [code for code in ATTACKS if code.endswith("suspected")], "a suspicion bars nobody"
