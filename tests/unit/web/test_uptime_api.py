"""Availability for machines: the figures of the record, by month, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.availability import History
from monitor.web.etag import matches
from tests.unit.web import record
from tests.unit.web.client import client


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


async def test_a_month_of_a_site_has_every_figure_and_its_outages(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/v1/targets/DESA-101/availability?month=2026-11")).json()

    assert (found["kode"], found["jenis"], found["month"], found["running"]) == ("DESA-101", "desa", "2026-11", True)
    assert found["since"] == "2026-11-01T00:00:00+07:00"
    assert found["until"] == "2026-11-24T08:05:09+07:00"
    assert found["down_s"] == 6 * 3600 + 7500
    assert (found["degraded_s"], found["unobserved_s"], found["maintained_s"]) == (86_400, 7_200, 3_600)
    assert found["ratio"] == 0.985515
    assert (found["target"], found["meets"], found["outages"]) == (0.98, True, 2)
    assert (found["longest_s"], found["mttr_s"]) == (21_600, 21_600)
    assert (found["answers"], found["response_median_ms"], found["response_p95_ms"]) == (1440, 240.0, 910.0)
    assert found["outage_list"] == [
        {
            "start": "2026-11-01T00:00:00+07:00", "end": "2026-11-01T06:00:00+07:00", "duration_s": 21_600,
            "maintained_s": 3_600, "cause": "site.down", "continued": False,
        },
        {
            "start": "2026-11-24T06:00:09+07:00", "end": None, "duration_s": 7_500, "maintained_s": 0,
            "cause": "site.down", "continued": False,
        },
    ]  # fmt: skip


async def test_a_month_before_anybody_looked_has_nulls_and_not_zeros(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/v1/targets/OPD-001/availability?month=2026-08")).json()

    assert (found["ratio"], found["meets"], found["mttr_s"], found["running"]) == (None, None, None, False)
    assert found["until"] == "2026-09-01T00:00:00+07:00"


async def test_one_second_down_is_not_rounded_away() -> None:
    life = record.life()
    steps = [life.steps[0], life.steps[1]._replace(at=life.steps[1].at + 100), life.steps[2]]
    short = record.life(steps=[*steps[:2], steps[2]._replace(at=steps[1].at + 1)], gaps=(), maintained=())
    store = record.eventful()
    store.lives = {"DESA-101": short}
    async with client(store=store) as api:
        found = (await api.get("/api/v1/targets/DESA-101/availability?month=2026-11")).json()

    assert (found["down_s"], found["ratio"]) == (1, 0.999999)


async def test_the_list_of_a_month_comes_in_pages_that_together_are_everything(api: httpx.AsyncClient) -> None:
    pages = [
        (await api.get("/api/v1/availability", params={"month": "2026-11", "limit": 100, "offset": offset})).json()
        for offset in (0, 100, 200, 300)
    ]

    assert [page["total"] for page in pages] == [352] * 4
    kodes = [item["kode"] for page in pages for item in page["items"]]
    assert kodes == [entry.target.kode for entry in record.settled().entries()]


async def test_the_list_is_of_this_month_unless_told_and_of_a_jenis_when_told(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/v1/availability?jenis=domain&limit=1000")).json()

    assert {item["jenis"] for item in found["items"]} == {"domain"}
    assert {(item["month"], item["target"], item["meets"]) for item in found["items"]} == {("2026-11", None, None)}


async def test_what_left_the_inventory_is_in_the_months_in_which_it_counted() -> None:
    store = record.eventful()
    store.lives = {**store.lives, "OPD-099": record.life()}
    async with client(store=store) as api:
        october = (await api.get("/api/v1/availability?month=2026-10&limit=1000")).json()
        august = (await api.get("/api/v1/availability?month=2026-08&limit=1000")).json()
        alone = (await api.get("/api/v1/targets/OPD-099/availability?month=2026-10")).json()

    assert october["items"][-1]["kode"] == alone["kode"] == "OPD-099"
    assert alone["ratio"] == 1.0
    assert "OPD-099" not in {item["kode"] for item in august["items"]}


@pytest.mark.parametrize("path", ["/api/v1/availability", "/api/v1/targets/DESA-101/availability"])
@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "26-11", "2026-11-01", "november", "2026-12", "9999-01", "0001-01", "٢٠٢٦-11"]
)
async def test_a_month_that_is_none_is_refused_as_a_problem(api: httpx.AsyncClient, path: str, month: str) -> None:
    answer = await api.get(path, params={"month": month})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Nilai tidak dikenal"


async def test_who_asks_for_a_month_to_come_is_told_which_is_the_last(api: httpx.AsyncClient) -> None:
    problem = (await api.get("/api/v1/availability?month=2027-01")).json()

    assert problem["detail"] == "Bulan 2027-01 belum dimulai; yang terakhir ada adalah 2026-11."


async def test_a_site_that_there_is_not_is_not_found(api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/v1/targets/DESA-999/availability")).status_code == 404


async def test_it_is_described(api: httpx.AsyncClient) -> None:
    paths = (await api.get("/api/v1/openapi.json")).json()["paths"]

    for path in ("/api/v1/availability", "/api/v1/targets/{kode}/availability"):
        names = {item["name"] for item in paths[path]["get"]["parameters"]}
        assert "month" in names
        assert "application/problem+json" in paths[path]["get"]["responses"]["422"]["content"]


@pytest.mark.parametrize("path", ["/api/v1/targets", "/api/v1/findings", "/api/v1/availability", "/api/v1/vantage"])
async def test_who_has_a_document_already_is_not_sent_it_again(api: httpx.AsyncClient, path: str) -> None:
    first = await api.get(path)
    again = await api.get(path, headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    plain = await api.get(path, headers={"if-none-match": first.headers["etag"], "accept-encoding": "identity"})

    assert first.headers["etag"].startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    for answer in (again, plain):
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == first.headers["etag"]
        assert "content-type" not in answer.headers


async def test_a_document_that_changed_is_sent() -> None:
    store = record.eventful()
    async with client(store=store) as api:
        first = await api.get("/api/v1/targets/DESA-101/availability")
    store.lives = {"DESA-101": History(begin=None, horizon=0)}
    async with client(store=store) as api:
        second = await api.get(
            "/api/v1/targets/DESA-101/availability", headers={"if-none-match": first.headers["etag"]}
        )

    assert second.status_code == 200
    assert second.json()["ratio"] is None


async def test_pages_and_problems_have_no_tag(api: httpx.AsyncClient) -> None:
    for path in ("/", "/api/v1/targets/X", "/metrics"):
        answer = await api.get(path)
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("known", "is_known"),
    [("", False), ("*", True), ('W/"a"', True), ('"a"', True), ('"b", W/"a"', True), ('"ab"', False), ("a", False)],
)
def test_tags_are_compared_weakly(known: str, is_known: bool) -> None:  # noqa: FBT001
    assert matches(known, 'W/"a"') is is_known
