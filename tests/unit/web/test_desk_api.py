"""What people do by the API: each act, and each way in which it can be refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from monitor.incident import ParcelState, Verb
from tests.unit.web import caseload
from tests.unit.web.caseload import Office
from tests.unit.web.client import client
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE

SITI = {"actor": "Siti"}
MAY_31 = {"scope": "sasaran", "value": "OPD-001", "start": "2027-05-31T22:00:00+07:00", "length": "2h", "reason": "x"}


@pytest.fixture
def office() -> Office:
    return caseload.busy()


async def ask(office: Office, method: str, path: str, **arguments: Any) -> httpx.Response:
    view = office.view()
    changes = {name: getattr(view, name) for name in ("latest", "store", "settings", "desk", "teller", "reach", "now")}
    async with client(**changes) as board:
        return await board.request(method, f"/api/v1/{path}", **arguments)


async def refused(office: Office, path: str, status: int, body: Any) -> str:
    """The detail of the problem that *body* sent to *path* is answered with."""
    answer = await ask(office, "POST", path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["instance"] == f"/api/v1/{path}"
    return str(problem["detail"])


async def test_open_incidents_come_newest_first_and_the_past_when_asked_for(office: Office) -> None:
    now = (await ask(office, "GET", "incidents")).json()
    ever = (await ask(office, "GET", "incidents?open=false")).json()

    assert [item["number"] for item in now["items"]] == [4, 3, 2]
    assert now["total"] == 3
    assert [item["number"] for item in ever["items"]] == [4, 3, 2, 1]
    assert ever["items"][-1]["resolved"] is not None
    shared = now["items"][-1]
    assert shared["cause"] == {"kind": "alamat", "value": caseload.SHARED}
    assert len(shared["kodes"]) == len(shared["members"]) == 85


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("audience=csirt", [3], id="of an audience"),
        pytest.param("kode=DESA-085", [2], id="of a site"),
        pytest.param("kode=OPD-009", [], id="of a site whose incident is over"),
        pytest.param("kode=OPD-009&open=false", [1], id="of a site, ever"),
        pytest.param("limit=1&offset=1", [3], id="a part"),
    ],
)
async def test_incidents_can_be_asked_for(office: Office, query: str, numbers: list[int]) -> None:
    found = (await ask(office, "GET", f"incidents?{query}")).json()

    assert [item["number"] for item in found["items"]] == numbers


@pytest.mark.parametrize(
    "path",
    ["incidents?limit=0", "incidents?audience=x", "incidents?oppen=1", "outbox?state=x", "maintenance?ended=x"],
)
async def test_a_list_that_there_is_not_is_a_problem(office: Office, path: str) -> None:
    answer = await ask(office, "GET", path)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_one_incident_has_its_timeline(office: Office) -> None:
    item = (await ask(office, "GET", "incidents/3")).json()

    assert (item["severity"], item["audience"]) == ("kritis", "csirt")
    assert [event["kind"] for event in item["timeline"]] == ["dibuka", "diberitahukan"]
    assert item["opened"].endswith("+07:00")


@pytest.mark.parametrize("number", [99, 0, -1, 2**31, 10**30])
async def test_an_incident_that_there_is_not_is_not_found(office: Office, number: int) -> None:
    answer = await ask(office, "GET", f"incidents/{number}")

    assert (answer.status_code, answer.json()["detail"]) == (404, f"Tidak ada insiden INS-{number}.")


async def test_an_incident_is_taken_on_and_given_back(office: Office) -> None:
    taken = (await ask(office, "POST", "incidents/3/acknowledge", json={**SITI, "text": "sedang dibersihkan"})).json()
    back = (await ask(office, "POST", "incidents/3/unacknowledge", json=SITI)).json()

    assert taken["acknowledged_by"] == "Siti"
    last = taken["timeline"][-1]
    assert (last["kind"], last["actor"], last["text"]) == ("diterima", "Siti", "sedang dibersihkan")
    assert (back["acknowledged"], back["acknowledged_by"]) == (None, "")
    assert office.store.flushes == 2, "safe before it is answered"


async def test_an_incident_is_assigned_and_noted(office: Office) -> None:
    assigned = (await ask(office, "POST", "incidents/2/assign", json={**SITI, "to": "  Budi   Santoso "})).json()
    noted = (await ask(office, "POST", "incidents/2/note", json={**SITI, "text": "kabel\nputus"})).json()

    assert assigned["assignee"] == "Budi Santoso"
    assert noted["timeline"][-1]["text"] == "kabel\nputus"


async def test_a_note_may_follow_when_it_is_over_and_nothing_else(office: Office) -> None:
    noted = await ask(office, "POST", "incidents/1/note", json={**SITI, "text": "tindakan koreksi"})

    assert noted.status_code == 200
    assert "sudah selesai" in await refused(office, "incidents/1/acknowledge", 409, SITI)


@pytest.mark.parametrize("act", ["acknowledge", "unacknowledge"])
async def test_what_there_is_not_cannot_be_acted_upon(office: Office, act: str) -> None:
    assert await refused(office, f"incidents/99/{act}", 404, SITI) == "tidak ada insiden INS-99"


@pytest.mark.parametrize(
    ("path", "status", "body", "said"),
    [
        pytest.param("incidents/2/unacknowledge", 409, SITI, "belum diterima siapa pun", id="not taken on"),
        pytest.param("incidents/2/note", 422, {**SITI, "text": " \n"}, "catatan kosong", id="an empty note"),
        pytest.param("incidents/2/note", 422, {"text": "x"}, "Periksa nilai", id="nobody"),
        pytest.param("incidents/2/note", 422, {"actor": "  ", "text": "x"}, "Periksa nilai", id="a blank name"),
        pytest.param("incidents/2/note", 422, {**SITI, "text": "x" * 1001}, "Periksa nilai", id="too long"),
        pytest.param("incidents/2/note", 422, {**SITI, "text": "x", "admin": 1}, "Periksa nilai", id="unknown field"),
        pytest.param("incidents/2/assign", 422, {**SITI, "to": ""}, "Periksa nilai", id="to nobody"),
        pytest.param("incidents/2/acknowledge", 422, [], "Periksa nilai", id="no object"),
        pytest.param(
            "findings/mark",
            404,
            {**SITI, "kode": "DESA-100", "code": "x.y", "verb": "terima"},
            "Tidak ada temuan x.y",
            id="no such finding",
        ),
        pytest.param(
            "findings/mark",
            422,
            {**SITI, "kode": "DESA-001", "code": "site.down", "verb": "hapus"},
            "Periksa nilai",
            id="no such verb",
        ),
        pytest.param(
            "findings/mark",
            422,
            {**SITI, "kode": "DESA-001", "code": "site.down", "verb": "positif-palsu", "text": "x"},
            "tanggal berakhir kosong",
            id="a dismissal for ever",
        ),
        pytest.param(
            "findings/mark",
            409,
            {**SITI, "kode": "DESA-001", "code": "site.down", "verb": "cabut"},
            "tidak diterima dan tidak ditandai",
            id="nothing to take back",
        ),
        pytest.param(
            "maintenance", 422, {**SITI, **MAY_31, "length": 1e300}, "Periksa nilai", id="no clock counts that"
        ),
        pytest.param("maintenance", 422, {**SITI, **MAY_31, "length": "32d"}, "Periksa nilai", id="a long one"),
        pytest.param("maintenance", 422, {**SITI, **MAY_31, "length": 0}, "Periksa nilai", id="none at all"),
        pytest.param(
            "maintenance", 422, {**SITI, **MAY_31, "start": "2027-05-31T22:00:00"}, "Periksa nilai", id="no zone"
        ),
        pytest.param(
            "maintenance", 422, {**SITI, **MAY_31, "start": "9999-12-31T23:59:59Z"}, "sepuluh tahun", id="far ahead"
        ),
        pytest.param(
            "maintenance", 422, {**SITI, **MAY_31, "start": "0001-01-01T00:00:00+14:00"}, "sepuluh tahun", id="long ago"
        ),
        pytest.param("maintenance", 422, {**SITI, **MAY_31, "rule": "FREQ=SECONDLY"}, "aturan ulang", id="a bad rule"),
        pytest.param("maintenance", 422, {**SITI, **MAY_31, "value": "OPD-404"}, "tidak ada dalam daftar", id="nobody"),
        pytest.param(
            "maintenance", 422, {**SITI, **MAY_31, "scope": "alamat", "value": "x"}, "bukan alamat IP", id="no address"
        ),
        pytest.param(
            "maintenance", 422, {**SITI, **MAY_31, "reason": " "}, "alasan pemeliharaan kosong", id="no reason"
        ),
        pytest.param("maintenance/99/end", 404, SITI, "tidak ada jadwal pemeliharaan nomor 99", id="no such window"),
        pytest.param("maintenance/3/end", 404, SITI, "nomor 3", id="a window that was ended"),
        pytest.param("outbox/ins-2-1-noc/retry", 404, SITI, "Tidak ada pesan gagal", id="sent already"),
        pytest.param("targets/OPD-404/forget", 404, {**SITI, "check": WEBSITE}, "Tidak ada situs", id="no such site"),
        pytest.param(
            "targets/OPD-001/forget", 422, {**SITI, "check": "zone"}, "yang ada: website, transport", id="no such check"
        ),
    ],
)
async def test_what_cannot_be_done_is_refused_with_why(
    office: Office, path: str, status: int, body: Any, said: str
) -> None:
    before = dict(office.store.cases), dict(office.store.plans), list(office.store.marked)

    assert said in await refused(office, path, status, body)
    assert (dict(office.store.cases), dict(office.store.plans), list(office.store.marked)) == before


async def test_a_finding_is_dismissed_for_a_while(office: Office) -> None:
    until = NOW + timedelta(days=30)
    body = {**SITI, "kode": "DESA-100", "code": "content.gambling", "verb": "positif-palsu", "text": "artikel"}

    answer = await ask(office, "POST", "findings/mark", json={**body, "until": until.isoformat()})

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"kode": "DESA-100", "code": "content.gambling", "subject": "", "verb": "positif-palsu"}
    mark = office.store.marked[-1]
    assert (mark.verb, mark.actor, mark.text, mark.until) == (Verb.DISMISS, "Siti", "artikel", until)
    assert all("DESA-100" not in item.kodes for item in office.book.open)


async def test_maintenance_is_planned_listed_and_ended(office: Office) -> None:
    planned = await ask(office, "POST", "maintenance", json={**SITI, **MAY_31, "rule": "freq=weekly"})
    listed = (await ask(office, "GET", "maintenance")).json()
    ended = await ask(office, "POST", "maintenance/4/end", json=SITI)
    ever = (await ask(office, "GET", "maintenance?ended=true&limit=2")).json()

    assert planned.status_code == 201
    assert planned.json()["number"] == 4
    assert (planned.json()["rule"], planned.json()["length"]) == ("FREQ=WEEKLY", "2h")
    assert [item["number"] for item in listed["items"]] == [4, 2, 1]
    assert ended.json() == {"number": 4}
    assert (ever["total"], [item["number"] for item in ever["items"]]) == (4, [4, 3])
    assert ever["items"][0]["ended"] is not None


async def test_messages_are_listed_in_parts_with_their_number(office: Office) -> None:
    every = (await ask(office, "GET", "outbox?limit=2&offset=1")).json()
    dead = (await ask(office, "GET", "outbox?state=gagal")).json()
    other = (await ask(office, "GET", "outbox?channel=csirt")).json()

    assert (every["total"], len(every["items"]), every["offset"]) == (6, 2, 1)
    assert [item["error"] for item in dead["items"]] == ["401: token ditolak"]
    assert (other["total"], {item["channel"] for item in other["items"]}) == (1, {"csirt"})
    assert "body" not in every["items"][0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("outbox?key=ins-4-1-noc", ["ins-4-1-noc"]),
        ("outbox?key=ins-4-1-noc&state=gagal", ["ins-4-1-noc"]),
        ("outbox?key=ins-4-1", []),
        ("outbox?key=", []),
        ("maintenance?number=2", [2]),
        ("maintenance?number=3", []),
        ("maintenance?number=3&ended=true", [3]),
        ("maintenance?number=99999999999999999999", []),
    ],
)
async def test_one_that_is_known_by_name_is_asked_for_alone(office: Office, query: str, found: list[Any]) -> None:
    listed = (await ask(office, "GET", query)).json()
    assert [item.get("key", item.get("number")) for item in listed["items"]] == found
    assert listed["total"] == len(found)


async def test_a_message_that_was_given_up_is_sent_again(office: Office) -> None:
    answer = await ask(office, "POST", "outbox/ins-4-1-noc/retry", json=SITI)

    assert answer.json() == {"key": "ins-4-1-noc"}
    assert office.store.parcels["ins-4-1-noc"].state is ParcelState.WAITING
    assert office.nudges == 1


async def test_what_was_learned_is_forgotten_in_memory_and_in_the_record(office: Office) -> None:
    entry = office.entry("OPD-001")
    entry.memory = {WEBSITE: {"seen": 9}, "freshness": {"x": 1}}

    answer = await ask(office, "POST", "targets/OPD-001/forget", json={**SITI, "check": WEBSITE})

    assert answer.json() == {"kode": "OPD-001", "check": WEBSITE}
    assert entry.memory == {"freshness": {"x": 1}}
    assert office.store.forgotten == [("OPD-001", WEBSITE)]


async def test_a_board_that_only_reads_says_so() -> None:
    async with client() as board:
        answer = await board.post("/api/v1/incidents/1/acknowledge", json=SITI)

    assert (answer.status_code, answer.json()["detail"]) == (503, "Papan pantau ini hanya dapat dibaca.")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(
            b'{"actor": "x", "kode": "\\ud800", "code": "site.down", "verb": "terima"}', 422, id="half a character"
        ),
        pytest.param(b'{"actor": "x", "text": ', 422, id="half a document"),
        pytest.param(b"\xff\xfe", 422, id="no text at all"),
        pytest.param(b'{"actor": "x", "kode": NaN}', 422, id="not a number"),
    ],
)
async def test_what_is_no_proper_json_is_a_problem_and_no_crash(office: Office, content: bytes, status: int) -> None:
    answer = await ask(office, "POST", "findings/mark", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
