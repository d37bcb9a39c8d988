"""What changes something is taken from the board's own pages and from programs, and from nobody else."""

from __future__ import annotations

import pytest

from monitor.web.guard import MAX_BODY
from tests.unit.web.client import client

HERE = "http://localhost:8620"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 503, id="a program"),
        pytest.param({"origin": HERE, "sec-fetch-site": "same-origin"}, 503, id="our own page"),
        pytest.param({"origin": HERE}, 503, id="our own page in an old browser"),
        pytest.param({"origin": "HTTP://LOCALHOST:8620"}, 503, id="any case"),
        pytest.param({"sec-fetch-site": "none"}, 503, id="typed by a person"),
        pytest.param({"origin": "https://situs.desa.id", "sec-fetch-site": "cross-site"}, 403, id="another site"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="another site that hides its name"),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="another port of this host"),
        pytest.param({"origin": "http://localhost:8621"}, 403, id="another port, old browser"),
        pytest.param({"origin": "null"}, 403, id="a page without an origin"),
        pytest.param({"origin": "https://evil.example"}, 403, id="another site, old browser"),
        pytest.param({"origin": f"{HERE}.evil.example"}, 403, id="a name that begins well"),
        pytest.param({"sec-fetch-site": "cross-site", "origin": HERE}, 403, id="contradictions"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/incidents/1/acknowledge", "/insiden/1/terima"])
async def test_only_our_own_pages_and_programs_may_act(path: str, headers: dict[str, str], status: int) -> None:
    async with client() as board:
        answer = await board.post(path, json={"actor": "x"}, headers=headers)

    assert answer.status_code == status
    if path.startswith("/api/"):
        assert answer.headers["content-type"] == "application/problem+json"
    if status == 403:
        assert "datang dari halaman lain" in answer.text


async def test_reading_is_not_refused_to_a_link_from_elsewhere() -> None:
    async with client() as board:
        answer = await board.get("/", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("length", "status"),
    [(str(MAX_BODY + 1), 413), ("9" * 5000, 413), ("-1", 413), ("1e3", 413), ("\u0663", 413)],
)
async def test_what_is_too_long_is_not_read(length: str, status: int) -> None:
    async with client() as board:
        headers = [(b"content-length", length.encode())]
        answer = await board.post("/insiden/1/terima", content=b"", headers=headers)

    assert answer.status_code == status


async def test_what_just_fits_is_read() -> None:
    async with client() as board:
        fits = await board.post("/api/v1/incidents/1/note", content=b" " * MAX_BODY)
        over = await board.post("/api/v1/incidents/1/note", content=b" " * (MAX_BODY + 1))

    assert (fits.status_code, over.status_code) == (422, 413)
    assert over.json()["detail"] == "Isi permintaan paling banyak 64 KiB, dan panjangnya harus disebut."


async def test_what_does_not_say_its_length_is_not_read() -> None:
    async with client() as board:
        answer = await board.post("/insiden/1/terima", content=b"x", headers={"transfer-encoding": "chunked"})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        pytest.param("/insiden/1/terima", "GET", "POST", id="what can only be done"),
        pytest.param("/pemeliharaan", "DELETE", "GET, HEAD, POST", id="what can be read and done"),
        pytest.param("/api/v1/maintenance", "PUT", "GET, HEAD, POST", id="by the API"),
        pytest.param("/api/v1/outbox/x/retry", "GET", "POST", id="an act of the API"),
        pytest.param("/insiden/1", "POST", "GET, HEAD", id="what can only be read"),
    ],
)
async def test_another_way_of_asking_is_told_which_ones_there_are(path: str, method: str, allowed: str) -> None:
    async with client() as board:
        answer = await board.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
