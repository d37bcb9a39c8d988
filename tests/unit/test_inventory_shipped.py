"""The inventory as shipped, counted against the regulation's tables."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.inventory import FILES, load, render
from monitor.model import Criticality, Kind, Target, Verification

SHIPPED = Path(__file__).parents[2] / "inventory"
COUNTY = "purbalinggakab.go.id"


@cache
def shipped() -> dict[str, Target]:
    return {target.kode: target for target in load(SHIPPED)}


def of(*kinds: Kind) -> list[Target]:
    return [target for target in shipped().values() if target.kind in kinds]


def sites() -> list[Target]:
    return [target for target in shipped().values() if target.kind is not Kind.LAYANAN]


def suggestions(targets: list[Target]) -> dict[str, str | None]:
    return {
        target.host: target.suggested_url and urlsplit(target.suggested_url).hostname
        for target in targets
        if target.verification is Verification.NEEDED
    }


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        pytest.param(Kind.OPD, 30, id="30 sites of 29 opd"),
        pytest.param(Kind.KECAMATAN, 18, id="18 kecamatan"),
        pytest.param(Kind.KELURAHAN, 15, id="15 kelurahan"),
        pytest.param(Kind.DESA, 133, id="133 desa"),
        pytest.param(Kind.PUSKESMAS, 22, id="22 puskesmas"),
        pytest.param(Kind.LAYANAN, 49, id="49 services that are no site of an opd"),
    ],
)
def test_every_row_of_the_tables_is_there(kind: Kind, number: int) -> None:
    assert len(of(kind)) == number


def test_the_sites_are_218_distinct_hosts() -> None:
    assert len(sites()) == 218
    assert len({target.host for target in sites()}) == 218


def test_every_site_is_watched() -> None:
    assert all(target.active for target in sites())


def test_the_mail_addresses_are_68_of_one_domain() -> None:
    mails = [target.mail for target in shipped().values() if target.mail]

    assert len(mails) == len(set(mails)) == 68
    assert {mail.partition("@")[2] for mail in mails} == {COUNTY}
    assert Counter(target.kind for target in shipped().values() if target.mail) == {
        Kind.OPD: 28,
        Kind.KECAMATAN: 18,
        Kind.PUSKESMAS: 22,
    }


@pytest.mark.parametrize(
    ("kode", "mail"),
    [
        pytest.param("OPD-004", "bkd@purbalinggakab.go.id", id="bkppd is written bkd"),
        pytest.param("OPD-012", "dpmpstsp@purbalinggakab.go.id", id="dpmptsp keeps its listed spelling"),
        pytest.param("OPD-016", "dinpertan@purbalinggakab.go.id", id="dinperten is written dinpertan"),
        pytest.param("OPD-019B", None, id="the second site repeats no address"),
        pytest.param("OPD-021", "dkk@purbalinggakab.go.id", id="dinkes is written dkk"),
        pytest.param("OPD-028", None, id="pkk has none"),
        pytest.param("OPD-029", "rsudpantinugroho@purbalinggakab.go.id", id="after pkk the numbers shift"),
        pytest.param("KEC-018", "rembang@purbalinggakab.go.id", id="the name broken over two lines"),
    ],
)
def test_an_address_stands_with_its_owner_as_listed(kode: str, mail: str | None) -> None:
    assert shipped()[kode].mail == mail


def test_the_second_site_of_an_opd_has_a_row_of_its_own() -> None:
    first, second = shipped()["OPD-019"], shipped()["OPD-019B"]

    assert (first.host, second.host) == (f"dinporapar.{COUNTY}", f"infowisata.{COUNTY}")
    assert first.owner == second.owner


def test_a_link_whose_text_is_broken_by_a_space_is_whole() -> None:
    assert shipped()["OPD-024"].url == f"https://dinperindag.{COUNTY}"


def test_four_desa_are_listed_without_https() -> None:
    plain = {target.url for target in of(Kind.DESA) if urlsplit(target.url).scheme == "http"}

    assert plain == {
        "http://kedungbenda.desa.id/",
        "http://pandansari-purbalingga.desa.id/",
        "http://karangtengah.desa.id/",
        "http://karangjambu.desa.id/first",
    }


def test_two_desa_share_a_name_and_nothing_else() -> None:
    namesakes = [target for target in of(Kind.DESA) if target.name == "Desa Karanggedang"]

    assert {target.kode: target.host for target in namesakes} == {
        "DESA-064": "karanggedang.desa.id",
        "DESA-133": "karanggedang-purbalingga.desa.id",
    }


def test_seventeen_desa_carry_a_suffix() -> None:
    suffixes = Counter(target.host.partition(".")[0].partition("-")[2] for target in of(Kind.DESA))

    assert suffixes == {"": 116, "purbalingga": 16, "karangmoncol": 1}


def test_doubtful_entries_are_as_listed_with_the_likely_address_beside() -> None:
    assert suggestions(sites()) == {
        f"kelurahangatan.{COUNTY}": f"kelurahanpurbalinggawetan.{COUNTY}",
        f"kelurahangalor.{COUNTY}": f"kelurahanpurbalinggalor.{COUNTY}",
        f"kelurahangadul.{COUNTY}": f"kelurahanpurbalinggakidul.{COUNTY}",
        f"kelurahangalon.{COUNTY}": f"kelurahanpurbalinggakulon.{COUNTY}",
        f"kelurahankarangsantul.{COUNTY}": f"kelurahankarangsentul.{COUNTY}",
    }
    assert suggestions(of(Kind.LAYANAN)) == {
        "simita.purbalinggaka.go.id": f"simita.{COUNTY}",
        "simpspbe.purbalingga.kab.go.id": f"simpspbe.{COUNTY}",
        "indra.bnppb.go.id": "indra.bnpb.go.id",
        "inarisk.bnppb.go.id": "inarisk.bnpb.go.id",
        f"maturbub.{COUNTY}": f"maturbup.{COUNTY}",
    }


def test_a_service_is_watched_when_it_is_the_countys_own() -> None:
    watched = {target.host for target in of(Kind.LAYANAN) if target.active}
    own_domain = {host.partition(".")[0] for host in watched if host.partition(".")[2] == COUNTY}

    assert own_domain == {
        *("unifi", "dilan", "layanankominfo", "lpse", "e-kepegawaian", "wbs", "e-kinerja", "maturbub", "maturbup"),
        *("data", "jdih", "simhp", "optima", "prakerja"),
    }
    assert {host for host in watched if host.partition(".")[2] != COUNTY} == {
        "simita.purbalinggaka.go.id",
        "simpspbe.purbalingga.kab.go.id",
        "simkeu-purbalingga.simdacloud.id",
        "36.66.164.123",
        "admin.psc119purbalingga.com",
        "bit.ly",
    }


def test_the_service_said_to_be_unused_is_registered_and_not_visited() -> None:
    (unused,) = [target for target in of(Kind.LAYANAN) if target.host == "36.66.181.23"]

    assert unused.url == "http://36.66.181.23/sidomas/"
    assert not unused.active


def test_a_link_listed_twice_is_one_row_that_names_both_places() -> None:
    (budget,) = [target for target in of(Kind.LAYANAN) if target.host == "simkeu-purbalingga.simdacloud.id"]

    assert budget.source == "Layanan SPBE no. 2; Layanan SPBE no. 3"


def test_a_link_to_the_site_of_an_opd_is_no_second_row() -> None:
    assert shipped()["OPD-013"].source == "Daftar Website OPD no. 13; Daftar Email OPD no. 13; Layanan SPBE no. 18"
    assert not {target.host for target in of(Kind.LAYANAN)} & {target.host for target in sites()}


def test_every_row_says_who_owns_it_and_where_it_is_listed() -> None:
    assert all(target.owner and target.source for target in shipped().values())
    assert shipped()["DESA-064"].source == "Daftar Website Desa no. 64"


def test_what_endangers_people_or_money_when_it_fails_is_critical() -> None:
    critical = {target.kode for target in sites() if target.criticality is Criticality.HIGH}

    assert critical == {"OPD-003", "OPD-005", "OPD-008", "OPD-009", "OPD-012", "OPD-015", "OPD-021", "OPD-029"}


@pytest.mark.parametrize("file", FILES)
def test_a_shipped_file_is_byte_for_byte_what_would_be_written(file: str) -> None:
    written = render(target for target in shipped().values() if target.kind in FILES[file])

    assert (SHIPPED / file).read_bytes() == written.encode()
