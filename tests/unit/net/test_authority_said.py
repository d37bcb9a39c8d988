"""What a name server's message amounts to when it was asked as an authority."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from monitor.net.delegation import LIFE, LIFE_NEGATIVE, Delegation, Delegations, NameServer, enclosing
from monitor.net.dns_answer import question
from monitor.net.dns_said import Word, glue, listed, read

ZONE = "onje.desa.id"
SOA = f"{ZONE}. 60 IN SOA ns. admin. 1 2 3 4 5"


def message(
    *answer: str,
    name: str = ZONE,
    rdtype: str = "A",
    authority: tuple[str, ...] = (),
    additional: tuple[str, ...] = (),
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR,
    flags: int = dns.flags.AA,
) -> dns.message.Message:
    made = dns.message.make_response(dns.message.make_query(name, rdtype))
    made.flags |= flags
    made.set_rcode(rcode)
    for section, lines in ((made.answer, answer), (made.authority, authority), (made.additional, additional)):
        for line in lines:
            owner, ttl, rdclass, kind, data = line.split(maxsplit=4)
            section.append(dns.rrset.from_text(owner, int(ttl), rdclass, kind, *data.split(" | ")))
    return dns.message.from_wire(made.to_wire())


A = f"{ZONE}. 60 IN A 203.0.113.9"
NO_AA = 0


@pytest.mark.parametrize(
    ("said", "word"),
    [
        pytest.param(message(A), Word.RECORDS, id="records"),
        pytest.param(message(f"{ZONE}. 60 IN CNAME a.example."), Word.RECORDS, id="an alias"),
        pytest.param(message(authority=(SOA,)), Word.NODATA, id="no data"),
        pytest.param(message(), Word.NODATA, id="nothing at all, with authority"),
        pytest.param(message(authority=(SOA,), rcode=dns.rcode.NXDOMAIN), Word.NXDOMAIN, id="no such name"),
        pytest.param(message(rcode=dns.rcode.NXDOMAIN, flags=NO_AA), Word.LAME, id="no such name, by hearsay"),
        pytest.param(message(A, flags=NO_AA), Word.LAME, id="records by hearsay"),
        pytest.param(message(rcode=dns.rcode.REFUSED, flags=NO_AA), Word.LAME, id="refused"),
        pytest.param(message(rcode=dns.rcode.NOTAUTH, flags=NO_AA), Word.LAME, id="not authoritative"),
        pytest.param(message(rcode=dns.rcode.SERVFAIL, flags=NO_AA), Word.SERVFAIL, id="failed"),
        pytest.param(
            message(authority=("id. 60 IN NS a.dns.id.",), flags=NO_AA), Word.LAME, id="a referral upwards is none"
        ),
        pytest.param(message(authority=(". 60 IN NS a.root.",), flags=NO_AA), Word.LAME, id="to the root is none"),
        pytest.param(
            message(authority=("lain.desa.id. 60 IN NS a.dns.id.",), flags=NO_AA), Word.LAME, id="sideways is none"
        ),
        pytest.param(message(authority=(f"{ZONE}. 60 IN NS ns.",), flags=NO_AA), Word.REFERRAL, id="a referral"),
        pytest.param(message(authority=(f"{ZONE}. 60 IN NS ns.",)), Word.REFERRAL, id="one that claims authority"),
        pytest.param(message(authority=(SOA, f"{ZONE}. 60 IN NS ns.")), Word.NODATA, id="SOA beside NS: no data"),
    ],
)
def test_a_message_amounts_to_a_word(said: dns.message.Message, word: Word) -> None:
    assert read(said, question(ZONE, "A"), "desa.id", "ns", "192.0.2.1").word is word


def test_a_referral_to_the_zone_itself_is_no_referral() -> None:
    said = message(authority=(f"{ZONE}. 60 IN NS ns.",), flags=NO_AA)
    assert read(said, question(ZONE, "A"), ZONE, "ns", "192.0.2.1").word is Word.LAME


def test_records_come_sorted_and_aliases_in_order() -> None:
    said = message(
        f"{ZONE}. 60 IN CNAME a.{ZONE}.",
        f"a.{ZONE}. 60 IN CNAME B.{ZONE}.",
        f"b.{ZONE}. 60 IN A 203.0.113.9 | 203.0.113.10",
    )
    heard = read(said, question(ZONE, "A"), ZONE, "ns", "192.0.2.1")

    assert heard.records == ("203.0.113.10", "203.0.113.9")
    assert heard.aliases == (f"a.{ZONE}", f"b.{ZONE}")


def test_a_list_and_its_glue_are_found_wherever_they_stand() -> None:
    said = message(
        f"{ZONE}. 60 IN NS NS2.{ZONE}.",
        authority=(f"{ZONE}. 60 IN NS ns1.{ZONE}.", "other. 60 IN NS x."),
        additional=(f"ns1.{ZONE}. 60 IN AAAA 2001:db8::1", f"ns1.{ZONE}. 60 IN A 192.0.2.1", "x. 60 IN A 192.0.2.2"),
    )
    assert listed(said, ZONE) == (f"ns1.{ZONE}", f"ns2.{ZONE}")
    assert glue(said, f"ns1.{ZONE}") == ("192.0.2.1", "2001:db8::1")
    assert glue(said, f"ns2.{ZONE}") == ()


GOOD = Delegation(zone=ZONE, parent="desa.id", servers=(NameServer(name="ns", addresses=("192.0.2.1",)),))


@pytest.mark.parametrize(
    ("found", "life"),
    [
        pytest.param(GOOD, LIFE, id="a delegation"),
        pytest.param(Delegation(zone=ZONE, parent="desa.id", exists=False), LIFE_NEGATIVE, id="none"),
        pytest.param(Delegation(zone=ZONE, parent="desa.id", servers=(NameServer(name="ns"),)), 0, id="no address"),
    ],
)
def test_a_delegation_is_remembered_for_its_time(found: Delegation, life: float) -> None:
    known = Delegations()
    known.put(found, now=100.0)
    assert known.get(ZONE, 100.0 + life - 0.1) is (found if life else None)
    assert known.get(ZONE, 100.0 + life) is None


def test_the_zones_above_come_nearest_first_and_without_the_root() -> None:
    assert list(enclosing(ZONE)) == ["desa.id", "id"]
