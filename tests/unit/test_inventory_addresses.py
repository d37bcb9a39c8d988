"""What the address of a site is refused for, and what is none of our business."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.inventory import load
from tests.unit.inventory_files import CELLS, EXAMPLE, GOOD, empty_folder, problems, row, sheet, write

WRONG_HOST = "pakai huruf, angka, tanda hubung, dan titik; periksa titik ganda"
WRONG_PORT = "hapus port, atau tulis angka 1–65535; IPv6 harus dalam kurung siku"
IPV6 = "tulis seperti https://[2001:db8::1]/"
SCHEME = f"alamat tidak diawali http:// atau https:// (huruf kecil) – tulis lengkap, misalnya {EXAMPLE}"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_folder(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("dinkes.purbalinggakab.go.id", SCHEME, id="no scheme"),
        pytest.param("https:/dinkes.go.id", SCHEME, id="one slash"),
        pytest.param("HTTPS://dinkes.go.id", SCHEME, id="a scheme in capitals"),
        pytest.param("ftp://dinkes.go.id", SCHEME, id="another scheme"),
        pytest.param("javascript:alert(1)", SCHEME, id="no address at all"),
        pytest.param(
            "https://dinkes.go.i d",
            "alamat memuat spasi – hapus spasinya; satu sel hanya untuk satu alamat",
            id="a space",
        ),
        pytest.param(
            "https://dinkes–purbalingga.go.id",
            "alamat memuat huruf '–' (U+2013) – "
            "ketik ulang huruf itu; nama domain berhuruf khusus ditulis dalam bentuk xn--",
            id="a hyphen made a dash",
        ),
        pytest.param(
            "https:\\\\dinkes.go.id",
            f"alamat memuat tanda \\ – hapus tanda itu; bentuk yang benar misalnya {EXAMPLE}",
            id="backslashes",
        ),
        pytest.param(
            "<https://dinkes.go.id>",
            f"alamat memuat tanda < – hapus tanda itu; bentuk yang benar misalnya {EXAMPLE}",
            id="angle brackets",
        ),
        pytest.param(
            "https://", f"alamat tidak memuat nama host – tulis lengkap, misalnya {EXAMPLE}", id="nothing else"
        ),
        pytest.param(
            "https:///profil", f"alamat tidak memuat nama host – tulis lengkap, misalnya {EXAMPLE}", id="a path only"
        ),
        pytest.param(
            "https://dinkes",
            f"nama host 'dinkes' tidak lengkap – tulis dengan domainnya, misalnya {EXAMPLE}",
            id="a bare name",
        ),
        pytest.param("https://dinkes..go.id", f"nama host 'dinkes..go.id' tidak sah – {WRONG_HOST}", id="two dots"),
        pytest.param(
            "https://dinkes.go.id./", f"nama host 'dinkes.go.id.' tidak sah – {WRONG_HOST}", id="a dot at the end"
        ),
        pytest.param(
            "https://-dinkes.go.id", f"nama host '-dinkes.go.id' tidak sah – {WRONG_HOST}", id="a hyphen first"
        ),
        pytest.param(
            "https://din_kes.go.id", f"nama host 'din_kes.go.id' tidak sah – {WRONG_HOST}", id="an underscore"
        ),
        pytest.param(
            f"https://{'a' * 64}.go.id", f"nama host '{'a' * 39}…' tidak sah – {WRONG_HOST}", id="a label of 64 letters"
        ),
        pytest.param(
            "http://90.220.07.1/",
            "'90.220.07.1' bukan alamat IP yang sah – tulis empat angka 0–255 tanpa nol di depan",
            id="an address with a leading zero",
        ),
        pytest.param(
            "http://108.1.20.07.5/",
            "'108.1.20.07.5' bukan alamat IP yang sah – tulis empat angka 0–255 tanpa nol di depan",
            id="an address of five numbers",
        ),
        pytest.param(
            "http://0x7f.1/",
            "'0x7f.1' bukan alamat IP yang sah – tulis empat angka 0–255 tanpa nol di depan",
            id="an address only browsers read",
        ),
        pytest.param("http://dinkes.go.id:/", f"port tidak sah – {WRONG_PORT}", id="an empty port"),
        pytest.param("http://dinkes.go.id:0/", f"port tidak sah – {WRONG_PORT}", id="port 0"),
        pytest.param("http://dinkes.go.id:65536/", f"port tidak sah – {WRONG_PORT}", id="port 65536"),
        pytest.param("http://dinkes.go.id:8o/", f"port tidak sah – {WRONG_PORT}", id="a letter in the port"),
        pytest.param(
            "http://2001:db8::1/",
            "'2001' bukan alamat IP yang sah – tulis empat angka 0–255 tanpa nol di depan"
            f"|port tidak sah – {WRONG_PORT}",
            id="IPv6 without brackets",
        ),
        pytest.param(
            "http://[2001:db8::1/", f"kurung siku alamat IPv6 tidak berpasangan – {IPV6}", id="half a bracket"
        ),
        pytest.param(
            "http://2001:db8::1]/", f"kurung siku alamat IPv6 tidak berpasangan – {IPV6}", id="the other half"
        ),
        pytest.param(
            "http://[2001:db8::1]x/", f"kurung siku alamat IPv6 tidak berpasangan – {IPV6}", id="more after it"
        ),
        pytest.param(
            "http://[dinkes.go.id]/", f"alamat IPv6 di dalam kurung siku tidak sah – {IPV6}", id="a name inside"
        ),
        pytest.param("http://[fe80::1%25eth0]/", f"alamat IPv6 di dalam kurung siku tidak sah – {IPV6}", id="a zone"),
        pytest.param(
            "https://dinkes.go.id/#profil",
            "alamat memuat bagian #… – hapus tanda # dan semua sesudahnya; server tidak pernah menerimanya",
            id="a fragment",
        ),
        pytest.param(
            "https://admin:rahasia@dinkes.go.id/",
            "alamat memuat nama pengguna atau kata sandi (bagian sebelum @) – hapus bagian itu sampai tanda @",
            id="a password",
        ),
    ],
)
def test_a_wrong_address_is_explained(directory: Path, url: str, said: str) -> None:
    write(directory, {"opd.csv": sheet(row(url=url))})

    assert problems(directory) == [f"inventory/opd.csv:2:url: {fault}" for fault in said.split("|")]


@pytest.mark.parametrize(
    "url",
    [
        "https://admin:rahasia@dinkes.go.id:x/#a",
        "htps://admin:rahasia@dinkes.go.id",
        "https://admin:rahasia@dinkes .go.id",
        "https://admin:rahasia",
        "https://admin:rahasia@[::1",
    ],
)
def test_a_password_is_never_repeated(directory: Path, url: str) -> None:
    write(directory, {"opd.csv": sheet(row(url=url))})

    assert "rahasia" not in "".join(problems(directory))


@pytest.mark.parametrize(
    "url",
    [
        "http://36.66.164.123:88/",
        "https://[2001:db8::1]:8443/a?b=c",
        "https://play.google.com/store/apps/details?id=id.dinhubpbg",
        "https://xn--bcher-kva.desa.id/a/@b",
        "https://Dinkes.Purbalinggakab.go.id",
    ],
)
def test_an_unusual_address_is_kept_as_written(directory: Path, url: str) -> None:
    write(directory, {"opd.csv": sheet(row(url=url))})

    (target,) = load(directory)

    assert target.url == url


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(CELLS["url"], id="to the letter"),
        pytest.param("https://BUPATI.purbalinggakab.go.id:443/", id="in capitals, with port and slash"),
        pytest.param("http://bupati.purbalinggakab.go.id/", id="without TLS"),
    ],
)
def test_an_address_in_two_files_is_one_too_many(directory: Path, again: str) -> None:
    service = row(kode="LYN-001", jenis="layanan", url=again)
    write(directory, {"opd.csv": sheet(GOOD), "layanan.csv": sheet(service)})

    (said,) = problems(directory)

    assert said == (
        "inventory/layanan.csv:2:url: alamat ini sudah dicatat di inventory/opd.csv:2:url"
        " – hapus salah satu baris, atau perbaiki alamatnya"
    )


def test_two_paths_or_ports_of_one_host_are_two_addresses(directory: Path) -> None:
    urls = ("http://x.go.id/", "http://x.go.id/a", "http://x.go.id:88/", "http://x.go.id/?a=1")
    write(directory, {"opd.csv": sheet(*(row(kode=f"OPD-00{n}", url=url) for n, url in enumerate(urls)))})

    assert len(load(directory)) == len(urls)
