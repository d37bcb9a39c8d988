"""`monitor status`: what the record says now, read without disturbing the daemon."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor import catalogue, inventory
from monitor.availability import CADENCES_UNOBSERVED
from monitor.checks import build
from monitor.cli.loop import run
from monitor.cli.report import COLOUR
from monitor.cli.state import State as Options
from monitor.cli.state import console
from monitor.findings import BADNESS, Ledger
from monitor.ground import now, rules_of
from monitor.incident import FindingKey, Mark
from monitor.incidents.marks import Marks
from monitor.latest import Entry, Latest, apart, by_state
from monitor.model import Finding, OpenFinding, Severity, State, Target, Verification
from monitor.settings import Settings
from monitor.store import Remembered, Store
from monitor.vitals import Vitals
from monitor.web.rows import Row, row, spelled
from monitor.words import DASH, SEVERITIES, VERIFICATIONS, duration, iso, number, table

PIPED = 160
"""Columns of the list where no terminal says how many it has; what is longer goes on below."""


def status(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
    threshold: Annotated[
        Severity, typer.Option("--ambang", help="Keluar dengan kode 1 bila ada temuan seberat ini atau lebih.")
    ] = Severity.MEDIUM,
    everything: Annotated[
        bool, typer.Option("--semua", help="Juga temuan di bawah ambang pada situs yang aktif.")
    ] = False,
) -> None:
    """
    Keadaan semua situs dan temuan terbuka menurut catatan; daemon boleh sedang berjalan.

    Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai · 3 tidak ada yang memantau.
    """
    options: Options = ctx.obj
    settings = options.settings()
    listed = inventory.with_domains(inventory.load(settings.inventory.directory))
    known, last = run(_read(settings))
    entries = _entries(listed, known)
    is_watched = last is not None and now() - last <= stale_after(settings)
    if as_json:
        typer.echo(json.dumps(_as_json(entries, last), ensure_ascii=False, indent=2))
    else:
        _show(console(), entries, last, is_watched=is_watched)
        _list(console(), entries, Severity.INFO if everything else threshold)
    if any(item.finding.severity.rank >= threshold.rank for entry in entries for item in entry.counted):
        raise typer.Exit(1)
    if not is_watched or blind(entries):
        raise typer.Exit(3)


def blind(entries: Sequence[Entry]) -> str:
    """Why nothing at all is in sight (our own connection is lost, say); empty when something is."""
    if not entries or any(entry.state is not State.UNOBSERVED for entry in entries):
        return ""
    return Counter(entry.cause for entry in entries).most_common(1)[0][0] or "belum ada yang diamati"


def stale_after(settings: Settings) -> timedelta:
    """When the newest run of all began longer ago than this, nobody is watching."""
    website = settings.checks.website
    return CADENCES_UNOBSERVED * website.every + website.timeout


async def _read(settings: Settings) -> tuple[Remembered, datetime | None]:
    url = settings.database.url.get_secret_value()
    store = Store.open(url, Vitals(started=now()), rules_of(build(settings.checks)), read_only=True)
    try:
        return await store.load(), await store.last_sample_at()
    finally:
        await store.close()


def _entries(listed: Iterable[Target], known: Remembered) -> tuple[Entry, ...]:
    """What is watched, as the daemon would have it: also what people take for a false positive."""
    latest = Latest()
    latest.settle(listed)
    for entry in latest.entries():
        kode = entry.target.kode
        if last := known.transitions.get(kode):
            entry.state, entry.since, entry.cause = last.state, last.at, last.cause
        entry.ledger = Ledger({(item.check, *item.finding.key): item for item in known.open.get(kode, ())})
    latest.heed(_false_ones(known.marks))
    return latest.entries()


def _false_ones(marks: Iterable[Mark]) -> Callable[[str, OpenFinding], bool]:
    """Whether, by *marks*, what is open on a kode is taken for a false positive."""
    known = Marks()
    for mark in marks:
        known.put(mark)

    def is_false(kode: str, item: OpenFinding) -> bool:
        code, subject = item.finding.key
        key = FindingKey(kode=kode, check=item.check, code=code, subject=subject, opened=item.opened)
        return known.is_dismissed(key, now())

    return is_false


def _as_json(entries: Sequence[Entry], last: datetime | None) -> dict[str, Any]:
    sites, domains = apart(entries)
    return {
        "last_sample": iso(last) if last else None,
        "blind": blind(entries),
        "states": _counts(sites),
        "tainted": _tainted(sites),
        "domains": _counts(domains),
        "targets": [_target(entry) for entry in entries],
    }


def _target(entry: Entry) -> dict[str, Any]:
    line = row(entry, now())
    return {
        "kode": line.target.kode,
        "state": line.state.value,
        "since": iso(entry.since) if entry.since else None,
        "tainted": line.is_tainted,
        "critical_since": iso(line.critical_since) if line.critical_since else None,
        "worst_severity": line.worst.value if line.worst else None,
        "findings": [
            {
                "code": item.finding.code,
                "severity": item.finding.severity.value,
                "opened": iso(item.opened),
                "false_positive": entry.is_false(item),
            }
            for item in entry.findings
        ],
    }


def _counts(entries: Iterable[Entry]) -> dict[str, int]:
    return {state.value: count for state, count in by_state(entries).items()}


def _tainted(entries: Iterable[Entry]) -> int:
    """How many are up with something critical open, as the board marks them."""
    return sum(row(entry, now()).is_tainted for entry in entries)


def _show(out: Console, entries: Sequence[Entry], last: datetime | None, *, is_watched: bool) -> None:
    if last is None:
        out.print("Belum ada catatan: jalankan `monitor serve`.")
    elif not is_watched:
        out.print(f"[red]Tidak ada yang memantau sejak {table(last)}[/] ({duration(now() - last)} yang lalu).")
    else:
        out.print(f"Pengamatan terakhir {table(last)}.")
    if reason := blind(entries):
        out.print(f"[magenta]Tidak satu pun sasaran teramati:[/] {escape(reason)}")
    for some in filter(None, apart(entries)):
        out.print(f"{spelled(entry.target for entry in some)}:")
        tainted = _tainted(some)
        for state, count in by_state(some).items():
            aside = f" ({number(tainted)} di antaranya dengan temuan kritis)" if state is State.UP and tainted else ""
            out.print(f"  [{COLOUR[state]}]{catalogue.state_text(state)}[/] {number(count)}[red]{aside}[/]")


def _list(out: Console, entries: Sequence[Entry], threshold: Severity) -> None:
    """Who is in trouble, worst first; of the rest, only findings at or above *threshold*."""
    rows = Table(box=None, header_style="bold")
    for name in ("KODE", "NAMA", "KEADAAN", "SELAMA", "TEMUAN"):
        rows.add_column(name)
    for line, entry in sorted(((row(entry, now()), entry) for entry in entries), key=lambda pair: _trouble(pair[0])):
        shown = [item.finding for item in entry.counted if _counts_here(entry, item.finding, threshold)]
        if shown:
            rows.add_row(
                escape(line.target.kode),
                escape(line.target.name),
                _mark(line),
                duration(now() - line.lasting) if line.lasting else DASH,
                escape("\n".join(map(catalogue.describe, shown))),
            )
    if rows.row_count:
        out.print(rows, width=min(out.width, PIPED))


def _mark(line: Row) -> str:
    """Its state; what is up and hijacked must not look well."""
    if line.is_tainted:
        return f"[red]{SEVERITIES[Severity.CRITICAL]}[/]"
    if line.is_doubtful:
        return f"[{COLOUR[line.state]}]{VERIFICATIONS[Verification.NEEDED]}[/]"
    return f"[{COLOUR[line.state]}]{catalogue.state_text(line.state)}[/]"


def _trouble(line: Row) -> tuple[bool, int, int, str]:
    """What is critical first, as on the board; then by state, by the worst finding, by kode."""
    worst = -1 if line.worst is None else line.worst.rank
    return line.worst is not Severity.CRITICAL, -BADNESS.index(line.state), -worst, line.target.kode


def _counts_here(entry: Entry, finding: Finding, threshold: Severity) -> bool:
    return finding.severity.rank >= threshold.rank or (finding.rule.state is not None and entry.state is not State.UP)
