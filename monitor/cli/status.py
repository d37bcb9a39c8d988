"""`monitor status`: what the record says now, read without disturbing the daemon."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor import catalogue, inventory
from monitor.app import now, rules_of
from monitor.checks import build
from monitor.cli.report import COLOUR
from monitor.cli.serve import run
from monitor.cli.state import State as Options
from monitor.findings import Ledger
from monitor.latest import Entry
from monitor.model import Severity, State, Target, Transition
from monitor.settings import Settings
from monitor.store import Remembered, Store
from monitor.vitals import Vitals
from monitor.words import duration, table

STALE = timedelta(minutes=3)
"""When the newest sample is older than this, nobody is watching."""


def status(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
    threshold: Annotated[
        Severity, typer.Option("--ambang", help="Keluar dengan kode 1 bila ada temuan seberat ini atau lebih.")
    ] = Severity.MEDIUM,
) -> None:
    """
    Keadaan semua situs dan temuan terbuka menurut catatan; daemon boleh sedang berjalan.

    Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai · 3 tidak ada yang memantau.
    """
    options: Options = ctx.obj
    settings = options.settings()
    targets = [target for target in inventory.load(settings.inventory.directory) if target.active]
    known, last = run(_read(settings))
    entries = [_entry(target, known) for target in targets]
    if as_json:
        typer.echo(json.dumps(_as_json(entries, last), ensure_ascii=False, indent=2))
    else:
        _show(Console(), entries, last)
    if any(item.finding.severity.rank >= threshold.rank for entry in entries for item in entry.findings):
        raise typer.Exit(1)
    if last is None or now() - last > STALE:
        raise typer.Exit(3)


async def _read(settings: Settings) -> tuple[Remembered, datetime | None]:
    url = settings.database.url.get_secret_value()
    store = Store.open(url, Vitals(started=now()), rules_of(build(settings.checks)), read_only=True)
    try:
        return await store.load(), await store.last_sample_at()
    finally:
        await store.close()


def _entry(target: Target, known: Remembered) -> Entry:
    last = known.transitions.get(target.kode, Transition(target.kode, now(), State.UNOBSERVED))
    ledger = Ledger({(item.check, *item.finding.key): item for item in known.open.get(target.kode, ())})
    since = last.at if target.kode in known.transitions else None
    return Entry(target, last.state, since, last.cause, ledger)


def _as_json(entries: Sequence[Entry], last: datetime | None) -> dict[str, Any]:
    return {
        "last_sample": last.isoformat() if last else None,
        "states": _counts(entries),
        "targets": [
            {
                "kode": entry.target.kode,
                "state": entry.state.value,
                "since": entry.since.isoformat() if entry.since else None,
                "findings": [
                    {
                        "code": item.finding.code,
                        "severity": item.finding.severity.value,
                        "opened": item.opened.isoformat(),
                    }
                    for item in entry.findings
                ],
            }
            for entry in entries
        ],
    }


def _counts(entries: Sequence[Entry]) -> Mapping[str, int]:
    return Counter(entry.state.value for entry in entries)


def _show(console: Console, entries: Sequence[Entry], last: datetime | None) -> None:
    if last is None:
        console.print("Belum ada catatan: jalankan `monitor serve`.")
    elif now() - last > STALE:
        console.print(f"[red]Tidak ada yang memantau sejak {table(last)}[/] ({duration(now() - last)} yang lalu).")
    else:
        console.print(f"Pengamatan terakhir {table(last)}.")
    for kind, count in _counts(entries).items():
        console.print(f"  [{COLOUR[State(kind)]}]{catalogue.state_text(State(kind))}[/] {count}")
    rows = Table(box=None, header_style="bold")
    for name in ("KODE", "NAMA", "KEADAAN", "SEJAK", "TEMUAN"):
        rows.add_column(name)
    for entry in entries:
        if entry.findings:
            rows.add_row(
                escape(entry.target.kode),
                escape(entry.target.name),
                f"[{COLOUR[entry.state]}]{catalogue.state_text(entry.state)}[/]",
                duration(now() - entry.since) if entry.since else "–",
                escape("\n".join(catalogue.describe(item.finding) for item in entry.findings)),
            )
    if rows.row_count:
        console.print(rows)
