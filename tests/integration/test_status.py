"""`monitor status` over a real record."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor import inventory
from monitor.checks import build
from monitor.cli import app
from monitor.cli.status import PIPED, stale_after
from monitor.ground import now, rules_of
from monitor.incident import FindingKey, Mark, Ripples, Verb
from monitor.latest import Latest
from monitor.model import Change, Outcome, Record, Severity, State, Target, Transition, Turn
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals
from monitor.web.board import board
from monitor.web.wanted import Wanted
from monitor.words import SEVERITIES, STATES
from tests.unit.making import target

SITE = target(url="https://dinkominfo.purbalinggakab.go.id", source="Daftar Website OPD no. 9")
DOMAIN = "purbalinggakab.go.id"
RULES = rules_of(build(Settings().checks))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inventory.dump([SITE], Path("inventory"))


def recorded(*records: Record, ripples: Ripples | None = None) -> None:
    """Write *records*, and then *ripples*, as the daemon would have."""

    async def write() -> None:
        store = Store.open(Settings().database.url.get_secret_value(), Vitals(started=now()), RULES)
        await store.sync(watched(), now())
        for record in records:
            store.put(record)
        if ripples is not None:
            store.put_ripples(ripples)
        await store.close()

    Path("var").mkdir(exist_ok=True)
    asyncio.run(write())


def watched() -> tuple[Target, ...]:
    return inventory.with_domains([SITE])


def run(ago: timedelta, kode: str = SITE.kode, check: str = "website", **values: Any) -> Record:
    at = now() - ago
    fields = {"outcome": Outcome.OBSERVED, "state": State.UP, "duration": timedelta(seconds=1), **values}
    return Record(kode=kode, check=check, at=at, **fields)


def test_a_domains_finding_is_told_and_decides_the_exit_code() -> None:
    at, finding = now(), RULES["registration.expiring"]()
    change = Change(kode=DOMAIN, check="registration", finding=finding, turn=Turn.OPENED, at=at, opened=at)
    recorded(run(timedelta(0)), run(timedelta(0), DOMAIN, "registration", changes=(change,)))
    ended = CliRunner().invoke(app, ["status", "--json", "--ambang", finding.severity.value])

    assert ended.exit_code == 1, ended.output
    told = {row["kode"]: [item["code"] for item in row["findings"]] for row in json.loads(ended.output)["targets"]}
    assert told == {SITE.kode: [], DOMAIN: [finding.code]}


@pytest.mark.parametrize(
    ("every", "code"), [pytest.param("60s", 3, id="by default"), pytest.param("10m", 0, id="seldom by the settings")]
)
def test_whether_anybody_watches_depends_on_how_often_sites_are_looked_at(
    every: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_CHECKS__WEBSITE__EVERY", every)
    nine = timedelta(minutes=9)
    recorded(run(nine, transition=Transition(SITE.kode, now() - nine, State.UP)))

    assert CliRunner().invoke(app, ["status"]).exit_code == code


def test_a_turn_that_was_missed_is_no_sign_that_nobody_watches() -> None:
    settings = Settings()

    assert stale_after(settings) > 2 * settings.checks.website.every + settings.checks.website.timeout


def test_in_a_pipe_the_list_is_no_wider_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    at, finding = now(), replace(RULES["site.down"](), subject="x" * 300)
    change = Change(kode=SITE.kode, check="website", finding=finding, turn=Turn.OPENED, at=at, opened=at)
    recorded(run(timedelta(0), changes=(change,)))
    ended = CliRunner().invoke(app, ["status"])

    assert SITE.kode in ended.output
    assert max(map(len, ended.output.splitlines())) <= PIPED


def test_it_counts_as_the_board_does_domains_apart_from_sites() -> None:
    at, finding = now(), RULES["site.down"]()
    change = Change(kode=SITE.kode, check="website", finding=finding, turn=Turn.OPENED, at=at, opened=at)
    down = Transition(SITE.kode, at, State.DOWN, "site.down")
    recorded(run(timedelta(0), state=State.DOWN, changes=(change,), transition=down))
    told, as_json = CliRunner().invoke(app, ["status"]).output, CliRunner().invoke(app, ["status", "--json"]).output

    latest = Latest()
    latest.settle(watched())
    entry = latest.get(SITE.kode)
    assert entry is not None
    entry.state = State.DOWN
    shown = board(latest, at, Wanted())
    assert shown.counts[State.DOWN] == shown.total == 1
    assert json.loads(as_json)["states"] == {state.value: count for state, count in shown.counts.items()}
    assert json.loads(as_json)["domains"] == {state.value: count for state, count in shown.domains.counts.items()}
    lines = [" ".join(line.split()) for line in told.splitlines()]
    first = lines.index(f"{shown.spelled}:")
    assert lines[first + 1 : first + 5] == [f"{STATES[state]} {count}" for state, count in shown.counts.items()]
    assert lines[first + 5] == f"{shown.domains.total} domain:"
    assert "Tidak teramati 1" in lines[first + 6 : first + 10]


HIJACKED = "content.gambling"


def hijacked(*, ago: timedelta = timedelta(hours=3)) -> Record:
    """It answers as ever, and something critical was opened on it."""
    at, finding = now() - ago, RULES[HIJACKED]()
    assert finding.severity is Severity.CRITICAL
    change = Change(kode=SITE.kode, check="website", finding=finding, turn=Turn.OPENED, at=at, opened=at)
    up = Transition(SITE.kode, at - timedelta(days=1), State.UP)
    return run(timedelta(0), changes=(change,), transition=up)


def test_what_is_up_and_hijacked_does_not_look_well() -> None:
    recorded(hijacked())
    told = [
        " ".join(line.split())
        for line in CliRunner().invoke(app, ["status"], env={"COLUMNS": "200"}).output.splitlines()
    ]
    document = json.loads(CliRunner().invoke(app, ["status", "--json"]).output)

    assert "Aktif 1 (1 di antaranya dengan temuan kritis)" in told
    (line,) = (line for line in told if line.startswith(SITE.kode))
    assert f" {SEVERITIES[Severity.CRITICAL]} 3 jam " in line
    assert STATES[State.UP] not in line
    (site,) = (row for row in document["targets"] if row["kode"] == SITE.kode)
    assert document["tainted"] == 1
    assert (site["state"], site["tainted"], site["worst_severity"]) == ("aktif", True, "kritis")
    assert site["critical_since"] == site["findings"][0]["opened"]


def test_what_people_take_for_a_false_positive_makes_nothing_critical() -> None:
    record = hijacked()
    (change,) = record.changes
    key = FindingKey(kode=SITE.kode, check="website", code=HIJACKED, subject="", opened=change.opened)
    mark = Mark(
        key=key, verb=Verb.DISMISS, actor="Siti", at=now(), text="artikel", until=now() + timedelta(days=9)
    )  # fmt: skip
    recorded(record, ripples=Ripples(marks=(mark,)))
    told, as_json = (CliRunner().invoke(app, ["status", *words]) for words in ([], ["--json"]))

    document = json.loads(as_json.output)
    (site,) = (row for row in document["targets"] if row["kode"] == SITE.kode)
    assert (told.exit_code, as_json.exit_code, document["tainted"]) == (0, 0, 0)
    assert HIJACKED not in told.output
    assert [(item["code"], item["false_positive"]) for item in site["findings"]] == [(HIJACKED, True)]
    assert (site["tainted"], site["critical_since"], site["worst_severity"]) == (False, None, None)


def test_instants_for_machines_are_told_in_wib() -> None:
    recorded(hijacked())
    document = json.loads(CliRunner().invoke(app, ["status", "--json"]).output)

    (site,) = (row for row in document["targets"] if row["kode"] == SITE.kode)
    instants = [document["last_sample"], site["since"], site["critical_since"], site["findings"][0]["opened"]]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00", instant) for instant in instants), instants
