from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.ecs import Line, Observer, line_of
from monitor.alerts.feed import BATCH, NAME, Feed
from monitor.alerts.sinks import fields, frame
from monitor.model import Audience, Finding, Kind, Rule, Severity, Turn
from monitor.store.stored import StoredChange, StoredFinding
from tests.unit.alerts.post import START, Loop, once, play

HIJACK = Rule("redirect.off_government", Severity.CRITICAL, Audience.CSIRT)
OBSERVER = Observer(hostname="pantau.example.id")


def change(number: int = 1, turn: Turn = Turn.OPENED, **detail: Any) -> StoredChange:
    found = Finding(HIJACK, "judi.example", Severity.CRITICAL, {"host": "judi.example", **detail})
    item = StoredFinding(id=7, kode="OPD-009", check="website", finding=found, opened=START, resolved=None)
    at = START if turn is Turn.OPENED else START + timedelta(hours=2)
    return StoredChange(
        id=number, at=at, turn=turn, finding=item, kind=Kind.OPD, name="Dinkes\nJahat", url="https://dinkes.id/a"
    )


def document(item: StoredChange) -> Any:
    return json.loads(line_of(item, OBSERVER).json)


def test_an_opening_in_the_words_of_ecs() -> None:
    said = document(change())
    assert said["@timestamp"] == "2026-11-24T01:05:09.123Z"
    assert said["event"] == {
        "id": "1",
        "kind": "alert",
        "category": ["web"],
        "type": ["info"],
        "action": "finding-opened",
        "severity": 99,
        "module": "monitor",
        "dataset": "monitor.finding",
        "provider": "website",
        "start": "2026-11-24T01:05:09.123Z",
    }
    assert said["rule"]["id"] == "redirect.off_government"
    assert said["rule"]["name"] != "redirect.off_government"
    assert said["host"] == {"name": "dinkes.id"}
    assert said["url"]["full"] == "https://dinkes.id/a"
    assert said["labels"]["kode"] == "OPD-009"
    assert said["observer"]["hostname"] == "pantau.example.id"
    assert said["ecs"]["version"]
    assert json.loads(said["monitor"]["detail"]) == {"host": "judi.example"}


def test_a_resolution_has_an_end() -> None:
    said = document(change(turn=Turn.RESOLVED))["event"]
    assert (said["kind"], said["type"], said["action"]) == ("event", ["info"], "finding-resolved")
    assert said["end"] == "2026-11-24T03:05:09.123Z"
    assert said["duration"] == 7200 * 10**9


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("content.gambling", ["intrusion_detection", "web"]),
        ("cloaking.any", ["intrusion_detection", "web"]),
        ("mail.spf_missing", ["email"]),
        ("zone.serial", ["network"]),
        ("site.down", ["web"]),
    ],
)
def test_categories_are_of_the_closed_list(code: str, category: list[str]) -> None:
    item = change()
    found = replace(item.finding.finding, rule=replace(HIJACK, code=code))
    assert document(replace(item, finding=replace(item.finding, finding=found)))["event"]["category"] == category


def test_hostile_evidence_is_one_short_line_of_ascii() -> None:
    line = line_of(change(text="\n\u2028é<x>" * 9999), OBSERVER)
    assert line.json.isascii()
    assert "\n" not in line.json
    assert "\n" not in line.text
    assert len(line.json) < 24_000


@pytest.mark.parametrize(
    "detail",
    [
        pytest.param({"text": "é" * 4000}, id="a long text"),
        pytest.param({"names": ["a" * 90] * 99}, id="a long list"),
        pytest.param({f"name{number}": '"' * 90 for number in range(99)}, id="many quotes"),
        pytest.param({"n" * 5000: 1}, id="a name with no room"),
        pytest.param({"text": "a" * 3960}, id="one that fits but for what says so"),
    ],
)
def test_evidence_that_has_no_room_is_json_all_the_same(detail: dict[str, Any]) -> None:
    said = document(change(**detail, status=200))["monitor"]["detail"]
    told = json.loads(said)
    assert len(said) <= 4000
    assert (told["host"], told["status"]) == ("judi.example", 200)
    assert ("truncated" in told) is (told != {"host": "judi.example", "status": 200, **detail})
    assert set(told) <= {"host", "status", "truncated", *detail}


@pytest.mark.parametrize(
    ("code", "turn", "types"),
    [
        ("content.gambling", Turn.OPENED, ["info"]),
        ("site.down", Turn.RESOLVED, ["info"]),
        ("mail.spf_missing", Turn.OPENED, ["info"]),
        ("zone.serial", Turn.OPENED, ["start", "info"]),
        ("zone.serial", Turn.RESOLVED, ["end", "info"]),
    ],
)
def test_types_are_those_that_the_category_expects(code: str, turn: Turn, types: list[str]) -> None:
    item = change(turn=turn)
    found = replace(item.finding.finding, rule=replace(HIJACK, code=code))
    assert document(replace(item, finding=replace(item.finding, finding=found)))["event"]["type"] == types


def test_a_syslog_frame_counts_its_octets() -> None:
    line = line_of(change(), OBSERVER)
    length, _space, message = frame(line, "pantau .id\u00e9").partition(b" ")
    assert int(length) == len(message)
    head, _brace, _rest = message.partition(b"{")
    assert head == b"<130>1 2026-11-24T01:05:09.123Z pantau.id monitor - finding - "
    assert frame(line, "").split(b" ")[3] == b"-"


def test_a_journal_entry_is_fields() -> None:
    line = replace(line_of(change(), OBSERVER), text="satu\ndua")
    entry = fields(line)
    assert entry.startswith(b"MESSAGE\n" + struct.pack("<Q", 8) + b"satu\ndua\n")
    assert b"\nPRIORITY=2\n" in entry
    assert b"\nMONITOR_KODE=OPD-009\n" in entry
    assert b"\nMONITOR_ECS={" in entry


class Record:
    """Changes and a position that outlive every feed."""

    def __init__(self, count: int) -> None:
        self.changes = [change(number) for number in range(1, count + 1)]
        self.position = 0
        self.moved = list[int]()
        self.asked = 0

    async def changes_since(self, change_id: int, limit: int) -> Sequence[StoredChange]:
        self.asked += 1
        return [item for item in self.changes if item.id > change_id][:limit]

    async def feed_position(self, name: str) -> int:
        assert name == NAME
        return self.position

    async def set_feed_position(self, name: str, change_id: int) -> None:
        self.position = change_id
        self.moved.append(change_id)


class Bin:
    """A sink that fails as often as told, and hangs when told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.got = list[int]()
        self.tries = list[float]()
        self.closed = False

    async def deliver(self, lines: Sequence[Line]) -> None:
        self.tries.append(asyncio.get_running_loop().time())
        if self.failures:
            self.failures -= 1
            raise Undelivered("penuh")
        self.got += [line.id for line in lines]

    async def aclose(self) -> None:
        self.closed = True


def follow(record: Record, sink: Bin, until: int) -> Feed:
    async def script(_loop: Loop) -> Feed:
        feed = Feed(record, sink, OBSERVER)
        running = asyncio.ensure_future(feed.run())
        await once(lambda: record.position >= until or running.done())
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return feed

    return play(script)


def test_everything_is_handed_over_in_order_and_then_counted() -> None:
    record, sink = Record(2 * BATCH + 5), Bin()
    feed = follow(record, sink, 2 * BATCH + 5)
    assert sink.got == list(range(1, 2 * BATCH + 6))
    assert record.moved == [BATCH, 2 * BATCH, 2 * BATCH + 5]
    assert sink.closed
    assert feed.standing.well


def test_it_goes_on_where_it_stood() -> None:
    record, sink = Record(9), Bin()
    record.position = 6
    follow(record, sink, 9)
    assert sink.got == [7, 8, 9]


def test_a_siem_that_takes_nothing_is_asked_ever_less_often() -> None:
    record, sink = Record(3), Bin(failures=9)
    follow(record, sink, 3)
    assert sink.got == [1, 2, 3]
    gaps = [round(later - earlier) for earlier, later in zip(sink.tries, sink.tries[1:], strict=False)]
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_nudge_is_heard() -> None:
    record, sink = Record(0), Bin()

    async def script(loop: Loop) -> float:
        feed = Feed(record, sink, OBSERVER)
        running = asyncio.ensure_future(feed.run())
        await once(lambda: record.asked == 1, 0)  # it found nothing, and rests
        record.changes.append(change(1))
        feed.nudge()
        await once(lambda: bool(sink.got), 0.1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return loop.time()

    assert play(script) < 1
