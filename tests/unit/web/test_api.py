from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from monitor.latest import Latest
from tests.unit.web import domains, record, regency
from tests.unit.web.client import client


@pytest.fixture
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


async def test_the_list_of_sites_comes_in_pages_that_together_are_everything(api: httpx.AsyncClient) -> None:
    pages = [
        (await api.get("/api/v1/targets", params={"limit": 100, "offset": offset})).json()
        for offset in (0, 100, 200, 300)
    ]

    assert [page["total"] for page in pages] == [352] * 4
    kodes = [item["kode"] for page in pages for item in page["items"]]
    assert kodes == [entry.target.kode for entry in record.settled().entries()]


async def test_the_list_can_be_narrowed(api: httpx.AsyncClient) -> None:
    query = {"jenis": "desa", "state": "terganggu", "severity": "tinggi", "q": "lor"}

    found = (await api.get("/api/v1/targets", params=query)).json()

    assert [item["kode"] for item in found["items"]] == ["DESA-101"]


async def test_domains_are_a_jenis_of_their_own(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/v1/targets", params={"jenis": "domain", "q": "purbalinggakab"})).json()

    (county,) = found["items"]
    assert (county["kode"], county["url"]) == ("purbalinggakab.go.id", "dns://purbalinggakab.go.id")
    assert county["grade"] == {"letter": "B", "score": 84}


async def test_the_list_can_be_narrowed_by_grade(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/v1/targets", params={"grade": "F"})).json()

    assert {item["grade"]["letter"] for item in found["items"]} == {"F"}
    assert found["total"] == 4


async def test_the_steps_of_a_grade_add_up_to_its_score(api: httpx.AsyncClient) -> None:
    site = (await api.get("/api/v1/targets/OPD-016")).json()

    assert sum(step["points"] for step in site["grade_steps"]) == site["grade"]["score"] == 29


async def test_each_check_says_what_came_of_its_last_run_beside_the_last_it_saw(api: httpx.AsyncClient) -> None:
    checks = {item["check"]: item for item in (await api.get(f"/api/v1/targets/{domains.COUNTY}")).json()["checks"]}

    assert checks["zone"]["outcome"] == "observed"
    assert checks["zone"]["next"] == "2026-11-24T08:07:09+07:00"
    late = checks["registration"]
    assert (late["outcome"], late["reason"]) == ("unreachable", "registri tidak menjawab dalam 30 detik")
    assert late["seen_at"] < late["at"]
    assert late["facts"]["record"]["registrar"] == domains.HOSTILE_REGISTRAR


async def test_findings_can_be_narrowed_by_rule_and_audience(api: httpx.AsyncClient) -> None:
    async def codes(**query: str) -> set[str]:
        return {item["code"] for item in (await api.get("/api/v1/findings", params=query)).json()["items"]}

    assert await codes(code="site.down") == {"site.down"}
    assert {item["audience"] for item in (await api.get("/api/v1/findings?audience=owner")).json()["items"]} == {
        "owner"
    }


async def test_a_target_that_is_not_watched_says_so(api: httpx.AsyncClient) -> None:
    problem = await api.get("/api/v1/targets/LAYANAN-002")

    assert problem.status_code == 404
    assert "tidak dipantau" in problem.json()["detail"]


async def test_a_site_says_its_state_since_when_in_wib_and_what_is_open(api: httpx.AsyncClient) -> None:
    site = (await api.get("/api/v1/targets/KECAMATAN-003")).json()

    assert site["state"] == "terganggu"
    assert site["since"] == "2026-11-20T08:05:09+07:00"
    assert site["cause"] == "certificate.expired"
    assert site["pemilik"] == regency.HOSTILE_OWNER
    assert site["certificate_expires"] == "2026-11-20T13:05:09+07:00"
    assert site["url_usulan"] == "https://benar.purbalinggakab.go.id"
    hop = site["visit"]["hops"][0]
    assert hop["tls"]["verified"] is False
    assert hop["phases_ms"].keys() == {"resolve", "connect", "tls", "processing", "transfer"}
    assert [finding["code"] for finding in site["findings"]] == ["certificate.expired"]


async def test_a_failed_site_says_where_and_why(api: httpx.AsyncClient) -> None:
    site = (await api.get("/api/v1/targets/DESA-046")).json()

    assert site["response_ms"] is None
    assert site["visit"]["failure"] == {"phase": "connect", "kind": "timeout", "detail": "", "address": "192.0.2.7"}


async def test_a_site_never_visited_has_nulls_and_not_zeros(api: httpx.AsyncClient) -> None:
    site = (await api.get("/api/v1/targets/DESA-120")).json()

    assert [
        site[name] for name in ("since", "response_ms", "certificate_expires", "worst_severity", "run", "visit")
    ] == [None] * 6


async def test_a_run_that_failed_on_our_side_says_so_beside_the_last_real_visit(api: httpx.AsyncClient) -> None:
    site = (await api.get("/api/v1/targets/DESA-090")).json()

    assert site["run"]["outcome"] == "broken"
    assert site["visit"]["hops"][0]["status"] == 200


async def test_findings_come_worst_first_with_their_remedy(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/v1/findings", params={"severity": "sedang"})).json()

    ranks = [["info", "rendah", "sedang", "tinggi", "kritis"].index(item["severity"]) for item in found["items"]]
    assert ranks == sorted(ranks, reverse=True)
    assert min(ranks) == 2
    assert all(item["fix"] and item["why"] and item["seen"] for item in found["items"])


async def test_the_status_adds_up(api: httpx.AsyncClient) -> None:
    status = (await api.get("/api/v1/status")).json()

    assert sum(status["states"].values()) == status["targets"] == 219
    assert (status["domains"], status["idle"]) == (133, 1)
    assert status["now"] == "2026-11-24T08:05:09+07:00"
    assert status["vantage_connected"] is True


@pytest.mark.parametrize(
    ("vantage", "connected"),
    [
        pytest.param(record.Vantage(record.CUT), False, id="lost"),
        pytest.param(record.Vantage(record.UNGUARDED), None, id="no sentinels"),
        pytest.param(record.Vantage(None), None, id="not looked at yet"),
    ],
)
async def test_the_vantage_is_true_false_or_unknown(vantage: record.Vantage, connected: object) -> None:
    async with client(vantage=vantage) as api:
        assert (await api.get("/api/v1/vantage")).json()["connected"] is connected
        assert (await api.get("/api/v1/status")).json()["vantage_connected"] is connected


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/api/v1/targets/TIDAK-ADA", 404, id="unknown kode"),
        pytest.param("/api/v1/tidak-ada", 404, id="unknown path"),
        pytest.param("/api/v1/targets?limit=0", 422, id="limit too small"),
        pytest.param("/api/v1/targets?limit=1001", 422, id="limit too large"),
        pytest.param("/api/v1/targets?offset=-1", 422, id="offset before the beginning"),
        pytest.param("/api/v1/targets?state=mati", 422, id="unknown state"),
        pytest.param("/api/v1/targets?sate=turun", 422, id="a misspelt parameter is not ignored"),
        pytest.param("/api/v1/findings?q=" + "x" * 101, 422, id="text too long"),
    ],
)
async def test_errors_are_problem_details(api: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await api.get(path)

    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.keys() >= {"type", "title", "status", "detail", "instance"}
    assert problem["instance"] == path.partition("?")[0]


async def test_a_refused_value_is_named_and_not_repeated(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/targets", params={"state": "<script>rahasia"})

    assert answer.json()["errors"][0]["pointer"] == "query/state"
    assert "rahasia" not in answer.text


async def test_the_description_of_the_api_knows_every_path_and_its_errors(api: httpx.AsyncClient) -> None:
    described: dict[str, Any] = (await api.get("/api/v1/openapi.json")).json()

    assert described["paths"].keys() == {
        f"/api/v1/{path}"
        for path in (
            *("targets", "targets/{kode}", "targets/{kode}/forget", "findings", "findings/mark", "status", "vantage"),
            *("incidents", "incidents/{number}", "incidents/{number}/acknowledge", "incidents/{number}/unacknowledge"),
            *("incidents/{number}/note", "incidents/{number}/assign"),
            *("maintenance", "maintenance/{number}/end", "outbox", "outbox/{key}/retry"),
            *("assets", "candidates", "candidates/{host}"),
            *("evidence", "evidence/{month}", "evidence/{month}/freeze"),
            *("audit", "availability", "targets/{kode}/availability"),
        )
    }
    for path, ways in described["paths"].items():
        for method, way in ways.items():
            refusals = {code for code, answer in way["responses"].items() if int(code) >= 400}
            assert refusals >= ({"403", "404", "409", "413", "422"} if method == "post" else {"422"}), path
            assert way.get("description"), path
            for code in refusals:
                assert "application/problem+json" in way["responses"][code]["content"], (path, code)
    answers = described["paths"]["/api/v1/targets/{kode}"]["get"]["responses"]
    assert "application/problem+json" in answers["404"]["content"]


async def test_an_empty_inventory_has_empty_lists() -> None:
    async with client(latest=Latest()) as api:
        assert (await api.get("/api/v1/targets")).json()["items"] == []
        assert (await api.get("/api/v1/findings")).json()["total"] == 0


async def test_a_false_positive_is_listed_as_one_and_counts_for_nothing() -> None:
    latest = regency.latest()
    latest.heed(lambda kode, item: (kode, item.finding.code) == ("OPD-016", "site.error"))
    async with client(latest=latest) as made:
        page = (await made.get("/api/v1/findings?limit=1000")).json()
        site = (await made.get("/api/v1/targets/OPD-016")).json()
        described = (await made.get("/api/v1/openapi.json")).json()["components"]["schemas"]

    marked = [(item["kode"], item["code"]) for item in page["items"] if item["false_positive"]]
    assert marked == [("OPD-016", "site.error")]
    assert page["total"] == len(page["items"]), "it is open all the same"
    assert [item["false_positive"] for item in site["findings"] if item["code"] == "site.error"] == [True]
    assert (site["findings_open"], site["false_positives"]) == (len(site["findings"]), 1)
    assert site["grade"]["score"] > 29
    assert not any("galat" in step["text"].lower() for step in site["grade_steps"])
    assert "false positive" in described["FindingItem"]["properties"]["false_positive"]["description"]
    assert described["TargetItem"]["properties"]["false_positives"]["description"]
