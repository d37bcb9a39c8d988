"""Whose domain a host is under, as tables of hosts that people and attackers write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domains import AGENCIES, Domains, Standing, host_of, is_one_edit, registrable
from monitor.inventory import load
from monitor.model import Kind, Target, Verification

VILLAGES = frozenset(
    f"{name}.desa.id"
    for name in ("karangjambe", "karangjambu", "bojong", "onje", "tlahabkidul", "tlahablor", "jetis-purbalingga")
)
DOMAINS = Domains(frozenset({"purbalinggakab.go.id"}), VILLAGES)


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("purbalinggakab.go.id", id="the county itself"),
        pytest.param("dinkominfo.purbalinggakab.go.id", id="an OPD"),
        pytest.param("a.b.c.purbalinggakab.go.id", id="deep down"),
        pytest.param("DinKominfo.PurbalinggaKab.GO.ID", id="upper case"),
        pytest.param("dinkominfo.purbalinggakab.go.id.", id="with the root's dot"),
        pytest.param("dinkominfo。purbalinggakab。go。id", id="ideographic dots"),
        pytest.param("bojong.desa.id", id="a listed village"),
        pytest.param("www.karangjambe.desa.id", id="under a listed village"),
        pytest.param("karangjambu.desa.id", id="a listed village one edit from another"),
        pytest.param("tlahablor.desa.id", id="a listed village with a listed neighbour"),
        pytest.param("indra.bnpb.go.id", id="an agency"),
        pytest.param("sicantikui.layanan.go.id", id="an agency's shared service"),
        pytest.param("purbalinggakab.sipd.kemendagri.go.id", id="the county's name inside an agency's"),
        pytest.param("bursakerja.jatengprov.go.id", id="the province"),
        pytest.param("bpn.go.id", id="an agency one edit from another"),
    ],
)
def test_known_names_are_governments(host: str) -> None:
    assert DOMAINS.standing(host) is Standing.GOVERNMENT
    assert DOMAINS.resembled(host) is None


@pytest.mark.parametrize(
    ("host", "known"),
    [
        pytest.param("simita.purbalinggaka.go.id", "purbalinggakab.go.id", id="a letter lost"),
        pytest.param("xpurbalinggakab.go.id", "purbalinggakab.go.id", id="a letter in front"),
        pytest.param("purbalinggakabb.go.id", "purbalinggakab.go.id", id="a letter doubled"),
        pytest.param("purbalinggakba.go.id", "purbalinggakab.go.id", id="two letters swapped"),
        pytest.param("purba1inggakab.go.id", "purbalinggakab.go.id", id="a digit for a letter"),
        pytest.param("purbalinggаkab.go.id", "purbalinggakab.go.id", id="a Cyrillic letter"),
        pytest.param("xn--purbalinggkab-51k.go.id", "purbalinggakab.go.id", id="a Cyrillic letter in an A-label"),
        pytest.param("purbalingga-kab.go.id", "purbalinggakab.go.id", id="a hyphen"),
        pytest.param("purbalingga.go.id", "purbalinggakab.go.id", id="without its kab"),
        pytest.param("kab.go.id", "purbalinggakab.go.id", id="nothing but a kab"),
        pytest.param("simpspbe.purbalingga.kab.go.id", "purbalinggakab.go.id", id="in two pieces"),
        pytest.param("bnppb.go.id", "bnpb.go.id", id="an agency with a letter too many"),
        pytest.param("inarisk.bnppb.go.id", "bnpb.go.id", id="under it"),
        pytest.param("purbalinggakab.com", "purbalinggakab.go.id", id="the wrong top"),
        pytest.param("purbalinggakab.co.id", "purbalinggakab.go.id", id="a company's suffix"),
        pytest.param("purbalinggakab.desa.id", "purbalinggakab.go.id", id="a village's suffix"),
        pytest.param("www.purbalinggakab.go.id.evil.com", "purbalinggakab.go.id", id="in front of a stranger's"),
        pytest.param("bojong.desa.id.evil.com", "bojong.desa.id", id="a village in front of a stranger's"),
        pytest.param("purbalinggakab.go.ld", "purbalinggakab.go.id", id="a look-alike of the suffix"),
        pytest.param("purbalinggakab.example.org", "purbalinggakab.go.id", id="a label of a stranger's"),
        pytest.param("bojong.go.id", "bojong.desa.id", id="a village under the agencies' suffix"),
        pytest.param("bojonk.desa.id", "bojong.desa.id", id="a village with a wrong letter"),
    ],
)
def test_imitations_are_misspelt_and_say_of_whom(host: str, known: str) -> None:
    assert DOMAINS.standing(host) is Standing.MISSPELT
    assert DOMAINS.resembled(host) == known


@pytest.mark.parametrize(
    ("host", "standing"),
    [
        pytest.param("rembangkab.go.id", Standing.OTHER_GOVERNMENT, id="another county"),
        pytest.param("purbalinggakab.rembangkab.go.id", Standing.OTHER_GOVERNMENT, id="our name in another county's"),
        pytest.param("www.go.id", Standing.OTHER_GOVERNMENT, id="a name we do not know"),
        pytest.param("bnpx.go.id", Standing.OTHER_GOVERNMENT, id="four letters, one other: an agency of its own"),
        pytest.param("pum.go.id", Standing.OTHER_GOVERNMENT, id="too short to be a slip"),
        pytest.param("sukamaju.desa.id", Standing.OTHER_GOVERNMENT, id="a village of somewhere"),
        pytest.param("simkeu-purbalingga.simdacloud.id", Standing.NON_GOVERNMENT, id="a vendor's cloud"),
        pytest.param("bit.ly", Standing.NON_GOVERNMENT, id="a shortener"),
        pytest.param("bojong.com", Standing.NON_GOVERNMENT, id="a common word elsewhere"),
        pytest.param("bnpb.co.id", Standing.NON_GOVERNMENT, id="an agency's letters elsewhere"),
        pytest.param("onje.blogspot.com", Standing.NON_GOVERNMENT, id="a hosting platform"),
        pytest.param("evilgo.id", Standing.NON_GOVERNMENT, id="ends like go.id"),
        pytest.param("go.id", Standing.NON_GOVERNMENT, id="the public suffix itself"),
        pytest.param("desa.id", Standing.NON_GOVERNMENT, id="the villages' suffix itself"),
        pytest.param("localhost", Standing.NON_GOVERNMENT, id="no suffix"),
        pytest.param("", Standing.NON_GOVERNMENT, id="nothing"),
        pytest.param(".", Standing.NON_GOVERNMENT, id="the root"),
        pytest.param(" ", Standing.NON_GOVERNMENT, id="a space"),
        pytest.param("purbalinggakab.go.id:443", Standing.NON_GOVERNMENT, id="a port is no part of a host"),
        pytest.param("purbalinggakab.go.id@evil.com", Standing.NON_GOVERNMENT, id="user information"),
        pytest.param("evil.com/purbalinggakab.go.id", Standing.NON_GOVERNMENT, id="a path"),
        pytest.param("a..purbalinggakab.go.id", Standing.NON_GOVERNMENT, id="an empty label"),
        pytest.param("a." * 127 + "purbalinggakab.go.id", Standing.NON_GOVERNMENT, id="longer than names can be"),
        pytest.param("36.66.181.23", Standing.ADDRESS, id="IPv4"),
        pytest.param("2001:db8::1", Standing.ADDRESS, id="IPv6"),
        pytest.param("[2001:db8::1]", Standing.ADDRESS, id="IPv6 in brackets"),
        pytest.param("90.220.07.1", Standing.ADDRESS, id="almost IPv4"),
        pytest.param("2130706433", Standing.ADDRESS, id="IPv4 as one number"),
        pytest.param("0x7f.0.0.0x1", Standing.ADDRESS, id="IPv4 in hexadecimal"),
    ],
)
def test_everybody_else(host: str, standing: Standing) -> None:
    assert DOMAINS.standing(host) is standing


@given(st.text(max_size=400))
@example("xn--")
@example("xn--999999999.go.id")
@example("[::1")
@example("\ud800.go.id")
def test_no_text_makes_it_raise(host: str) -> None:
    assert DOMAINS.standing(host) in Standing
    DOMAINS.resembled(host)
    registrable(host)
    host_of(host)


@given(st.text(alphabet="abckgo.id-", max_size=40))
def test_a_name_is_the_governments_only_under_a_known_domain(host: str) -> None:
    is_known = registrable(host) in DOMAINS.known

    assert (DOMAINS.standing(host) is Standing.GOVERNMENT) == is_known


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        pytest.param("a.b.purbalinggakab.go.id", "purbalinggakab.go.id", id="go.id is a public suffix"),
        pytest.param("www.onje.desa.id", "onje.desa.id", id="desa.id is a public suffix"),
        pytest.param("onje.blogspot.com", "blogspot.com", id="platforms are no registries"),
        pytest.param("go.id", "", id="a suffix alone"),
        pytest.param("127.0.0.1", "", id="an address"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_registrable_domain(host: str, domain: str) -> None:
    assert registrable(host) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://Onje.desa.id:8443/first?a#b", "onje.desa.id", id="everything"),
        pytest.param("http://[2001:db8::1]:88/", "2001:db8::1", id="IPv6 with a port"),
        pytest.param("http://user:secret@bit.ly/x", "bit.ly", id="user information"),
        pytest.param("http://a.go.id:port/", "a.go.id", id="a port that is none"),
        pytest.param("http://[::1", "", id="an open bracket"),
        pytest.param("plain", "", id="no URL"),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abc", "abc", False),
        ("abc", "ab", True),
        ("abc", "bc", True),
        ("abc", "axbc", True),
        ("abc", "axc", True),
        ("abc", "acb", True),
        ("abc", "cba", False),
        ("abcd", "badc", False),
        ("abc", "a", False),
        ("", "a", True),
        ("ab", "cd", False),
    ],
)
def test_one_edit(one: str, other: str, expected: bool) -> None:  # noqa: FBT001
    assert is_one_edit(one, other) is expected
    assert is_one_edit(other, one) is expected


def _target(url: str, kind: Kind = Kind.OPD, verification: Verification = Verification.OK) -> Target:
    return Target(kode=url, kind=kind, name=url, url=url, verification=verification)


def test_the_inventory_teaches_the_countys_and_the_villages_domains() -> None:
    domains = Domains.of(
        [
            _target("https://a.purbalinggakab.go.id"),
            _target("https://b.purbalinggakab.go.id", Kind.PUSKESMAS),
            _target("http://onje.desa.id/first", Kind.DESA),
        ]
    )

    assert domains == Domains(frozenset({"purbalinggakab.go.id"}), frozenset({"onje.desa.id"}), AGENCIES)


@pytest.mark.parametrize(
    "stray",
    [
        pytest.param(_target("https://x.purbalinggaka.go.id"), id="a typing error in a trusted row"),
        pytest.param(_target("https://x.purbalingga.go.id", verification=Verification.NEEDED), id="a doubtful row"),
        pytest.param(_target("https://x.example.go.id", Kind.LAYANAN), id="somebody else's service"),
        pytest.param(_target("https://x.example.com"), id="no government suffix"),
        pytest.param(_target("https://10.0.0.1"), id="an address"),
        pytest.param(_target("not a URL"), id="no URL"),
    ],
)
def test_a_stray_row_does_not_become_the_countys_domain(stray: Target) -> None:
    county = [_target("https://a.purbalinggakab.go.id"), _target("https://b.purbalinggakab.go.id")]

    assert Domains.of([stray, *county]).own == {"purbalinggakab.go.id"}


def test_the_shipped_inventory_is_told_apart_as_the_regulation_lists_it() -> None:
    targets = load(Path(__file__).parents[2] / "inventory")
    domains = Domains.of(targets)
    strange = {
        standing: {target.host for target in targets if domains.standing(target.host) is standing}
        for standing in Standing
    }

    assert domains.own == {"purbalinggakab.go.id"}
    assert len(domains.villages) == 133
    assert strange[Standing.OTHER_GOVERNMENT] == set()
    assert strange[Standing.ADDRESS] == {"36.66.181.23", "36.66.164.123"}
    assert strange[Standing.MISSPELT] == {
        "simita.purbalinggaka.go.id",
        "simpspbe.purbalingga.kab.go.id",
        "indra.bnppb.go.id",
        "inarisk.bnppb.go.id",
    }
    assert len(strange[Standing.NON_GOVERNMENT]) == 10
