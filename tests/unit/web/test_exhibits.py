"""Evidence is handed out so that nothing of it can run: in an archive, or as a picture of our own."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from hashlib import sha256

import httpx
import pytest

from monitor.web.exhibits import packed
from tests.unit.web import caseload
from tests.unit.web.caseload import HIJACKED, PAGE, PNG, Office
from tests.unit.web.client import client


@pytest.fixture
def office() -> Office:
    return caseload.busy()


async def get(office: Office, path: str) -> httpx.Response:
    async with client(latest=office.latest, store=office.store) as board:
        return await board.get(path)


async def test_an_archive_holds_what_was_received_and_when(office: Office) -> None:
    answer = await get(office, f"/situs/{HIJACKED}/bukti/1")

    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    assert bundle.namelist() == ["BACA-DULU.txt", "keterangan.json", "kepala.txt", "isi.bin"]
    assert bundle.read("isi.bin") == PAGE
    told = json.loads(bundle.read("keterangan.json"))
    assert told["sha256_isi"] == sha256(PAGE).hexdigest()
    assert (told["kode"], told["sebagai"], told["status"]) == (HIJACKED, "pengunjung", 200)
    assert (told["byte"], told["terpotong"], told["waktu"]) == (len(PAGE), True, "2026-11-24T07:34:09+07:00")
    assert bundle.read("kepala.txt").decode().splitlines()[0] == "content-type: text/html"


@pytest.mark.parametrize("path", ["bukti/1", "bukti/2", "bukti/2/gambar"])
async def test_nothing_of_it_can_run_in_our_name(office: Office, path: str) -> None:
    headers = (await get(office, f"/situs/{HIJACKED}/{path}")).headers

    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] in {"application/zip", "image/png"}
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


async def test_an_archive_is_saved_under_a_name_that_tells_what_it_is(office: Office) -> None:
    saved = (await get(office, f"/situs/{HIJACKED}/bukti/1")).headers["content-disposition"]

    assert saved == f'attachment; filename="bukti-{HIJACKED}-pengunjung-20261124-073409.zip"'


async def test_a_label_cannot_break_out_of_the_name(office: Office) -> None:
    kept, head, body = office.store.evidence[1]
    office.store.evidence[1] = replace(kept, label='x"\r\nset-cookie: a=b; ü/..'), head, body

    headers = (await get(office, f"/situs/{HIJACKED}/bukti/1")).headers

    assert "set-cookie" not in headers
    assert headers["content-disposition"].count('"') == 2
    assert "/" not in headers["content-disposition"]


async def test_a_picture_of_ours_is_shown(office: Office) -> None:
    answer = await get(office, f"/situs/{HIJACKED}/bukti/2/gambar")

    assert (answer.headers["content-type"], answer.content) == ("image/png", PNG)
    assert "content-disposition" not in answer.headers


async def test_what_is_no_picture_is_never_shown_whatever_it_calls_itself(office: Office) -> None:
    kept, head, body = office.store.evidence[1]
    office.store.evidence[1] = replace(kept, media_type="image/png", label="tangkapan-layar"), head, body

    answer = await get(office, f"/situs/{HIJACKED}/bukti/1/gambar")

    assert answer.status_code == 404
    assert "bukan gambar" in answer.text
    assert b"alert(1)" not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/situs/DESA-001/bukti/1", id="of another site"),
        pytest.param("/situs/DESA-001/bukti/2/gambar", id="a picture of another site"),
        pytest.param(f"/situs/{HIJACKED}/bukti/9", id="no such number"),
        pytest.param(f"/situs/{HIJACKED}/bukti/0", id="zero"),
        pytest.param(f"/situs/{HIJACKED}/bukti/{2**63}", id="more than a database counts"),
        pytest.param(f"/situs/{HIJACKED}/bukti/-1", id="below zero"),
    ],
)
async def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    answer = await get(office, path)

    assert answer.status_code == 404
    assert "Tidak ada bukti dengan nomor itu" in answer.text


def test_the_same_exhibit_is_the_same_archive(office: Office) -> None:
    kept, head, body = office.store.evidence[1]

    assert packed(kept, head, body) == packed(kept, head, body)


def test_a_picture_keeps_its_kind_in_the_archive(office: Office) -> None:
    bundle = zipfile.ZipFile(io.BytesIO(packed(*office.store.evidence[2])))

    assert bundle.namelist()[-1] == "layar.png"


def test_a_header_of_half_characters_is_packed(office: Office) -> None:
    kept, _head, body = office.store.evidence[1]

    bundle = zipfile.ZipFile(io.BytesIO(packed(kept, (("x", "a\udc80b"),), body)))

    assert bundle.read("kepala.txt") == b"x: a?b\n"


async def test_the_site_lists_its_evidence_and_shows_the_newest_picture(office: Office) -> None:
    page = (await get(office, f"/situs/{HIJACKED}")).text

    assert f'href="/situs/{HIJACKED}/bukti/1" download' in page
    assert page.count("<img") == 1
    assert f'<img src="/situs/{HIJACKED}/bukti/2/gambar"' in page
