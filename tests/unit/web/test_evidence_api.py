"""Noting by the API that a month was handed out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.unit.web import caseload, record
from tests.unit.web.caseload import Office
from tests.unit.web.client import client

A, B, C = "a" * 64, "b" * 64, "c" * 64
OCTOBER = "/api/v1/evidence/2026-10"


@pytest.fixture
def office() -> Office:
    return caseload.quiet()


async def ask(office: Office, method: str, path: str, body: Any = None) -> httpx.Response:
    view = office.view()
    changes = {name: getattr(view, name) for name in ("latest", "store", "settings", "desk", "now")}
    async with client(**changes) as board:
        return await board.request(method, path, json=body)


async def test_a_month_is_noted_once_and_the_same_again_is_the_same(office: Office) -> None:
    first = await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": A.upper(), "bundle": C})
    again = await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": A, "bundle": C})

    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert first.json() == again.json()
    assert {key: first.json()[key] for key in ("month", "digest", "bundle", "reason")} == {
        "month": "2026-10", "digest": A, "bundle": C, "reason": "",
    }  # fmt: skip
    assert len((await ask(office, "GET", OCTOBER)).json()["editions"]) == 1


async def test_other_figures_need_a_reason_and_both_are_kept(office: Office) -> None:
    await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": A, "bundle": C})
    refused = await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": B, "bundle": C, "reason": "  "})
    restated = await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": B, "bundle": C, "reason": "salah catat"})

    assert refused.status_code == 409
    assert refused.json()["detail"] == "Bulan 2026-10 sudah dibekukan; menyatakannya lagi harus dengan alasan."
    assert restated.status_code == 200
    editions = (await ask(office, "GET", OCTOBER)).json()["editions"]
    assert [(item["digest"], item["reason"]) for item in editions] == [(A, ""), (B, "salah catat")]


@pytest.mark.parametrize(
    ("month", "body"),
    [
        pytest.param("2026-11", {"digest": A, "bundle": C}, id="not over"),
        pytest.param("2026-13", {"digest": A, "bundle": C}, id="no month"),
        pytest.param("2026-10", {"digest": "a" * 63, "bundle": C}, id="no digest"),
        pytest.param("2026-10", {"digest": A}, id="no bundle"),
        pytest.param("2026-10", {"digest": A, "bundle": C, "alasan": "x"}, id="an unknown field"),
        pytest.param("2026-10", {"digest": A, "bundle": C, "reason": "x" * 1001}, id="too long a reason"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_noted(
    office: Office, month: str, body: dict[str, str]
) -> None:
    answer = await ask(office, "POST", f"/api/v1/evidence/{month}/freeze", body)

    assert answer.status_code == 422
    assert office.store.handed == []


async def test_a_month_that_nobody_observed_is_noted_only_when_somebody_says_so(office: Office) -> None:
    office.store.blank = ["2026-10"]
    refused = await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": A, "bundle": C})
    assert (refused.status_code, office.store.handed) == (409, [])
    assert refused.json()["detail"] == "Bulan 2026-10 tidak memuat satu pengamatan pun; nyatakan `empty`."

    noted = await ask(office, "POST", f"{OCTOBER}/freeze", {"digest": A, "bundle": C, "empty": True})
    assert noted.status_code == 200
    assert [item.digest for item in office.store.handed] == [A]


async def test_of_a_month_that_nobody_handed_out_there_is_no_edition(office: Office) -> None:
    assert (await ask(office, "GET", OCTOBER)).json() == {"month": "2026-10", "editions": [], "others": []}


async def test_a_board_that_only_reads_notes_nothing() -> None:
    store = record.eventful()
    async with client(store=store) as board:
        answer = await board.post(f"{OCTOBER}/freeze", json={"digest": A, "bundle": C})

    assert answer.status_code == 503
    assert store.handed == []
