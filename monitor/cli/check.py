"""`monitor check`: look once, now, and say what was seen and what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from monitor import inventory, log
from monitor.app import now, policy_of
from monitor.checks import build
from monitor.checks.base import Check
from monitor.cli import report
from monitor.cli.serve import run
from monitor.cli.state import State
from monitor.errors import Problem, UsageError
from monitor.model import CheckResult, Kind, Outcome, Severity, Target
from monitor.net import open_network
from monitor.runner import Runner
from monitor.settings import Settings

CANNOT_LOOK = 3
"""Exit code when nothing could be observed: not "fine", and not the target's fault."""

Result = CheckResult[Any]


def check(
    ctx: typer.Context,
    what: Annotated[
        list[str] | None, typer.Argument(metavar="KODE|URL…", help="Kode inventaris (DESA-046) atau URL lengkap.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Semua sasaran aktif di inventaris.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip, satu objek per sasaran.")] = False,
    threshold: Annotated[
        Severity, typer.Option("--ambang", help="Keluar dengan kode 1 bila ada temuan seberat ini atau lebih.")
    ] = Severity.MEDIUM,
) -> None:
    """
    Lihat sekali, sekarang juga, tanpa basis data: putusan, tahap tiap lompatan, sertifikat, temuan dan perbaikannya.

    Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai · 3 tidak dapat melihat.
    """
    state: State = ctx.obj
    settings = state.settings()
    log.configure(settings.log)
    targets = inventory.load(settings.inventory.directory)
    chosen = _chosen(what or [], targets, everything=everything)
    results = run(_look(settings, targets, chosen, _shower(as_json=as_json, single=len(chosen) == 1)))
    if not as_json and len(chosen) > 1:
        report.summary(Console(), results)
    raise typer.Exit(exit_code(results, threshold))


def exit_code(results: Sequence[Result], threshold: Severity) -> int:
    """0 fine, 1 a finding at or above *threshold*, 3 something could not be looked at (and nothing was found)."""
    if any(finding.severity.rank >= threshold.rank for result in results for finding in result.findings):
        return 1
    return CANNOT_LOOK if any(result.outcome is not Outcome.OBSERVED for result in results) else 0


def _chosen(words: Sequence[str], targets: Sequence[Target], *, everything: bool) -> tuple[Target, ...]:
    if everything:
        return tuple(target for target in targets if target.active)
    if not words:
        raise UsageError([Problem("monitor check", "tidak ada yang disebut", "beri KODE atau URL, atau --all")])
    known = {target.kode: target for target in targets}
    found, problems = [], []
    for word in words:
        target = _ad_hoc(word) if "://" in word else known.get(word.upper())
        if target is None:
            problems.append(
                Problem(
                    word, "bukan kode inventaris dan bukan URL", "lihat `monitor inventory list`, atau tulis https://…"
                )
            )
        else:
            found.append(target)
    if problems:
        raise UsageError(problems)
    return tuple(found)


def _ad_hoc(url: str) -> Target | None:
    """A target of no inventory; None when *url* is not one to visit."""
    target = Target(kode="-", kind=Kind.LAYANAN, name=url, url=url)
    try:
        usable = url.startswith(("http://", "https://")) and bool(target.host)
    except ValueError:
        return None
    return target if usable else None


async def _look(
    settings: Settings, listed: Sequence[Target], chosen: Sequence[Target], show: Callable[[Sequence[Target]], Any]
) -> list[Result]:
    net = open_network(settings.dns, settings.net, settings.vantage)
    runner = Runner(net, policy_of(settings, listed), now)
    checks = build(settings.checks)
    seats = asyncio.Semaphore(settings.runner.width)

    async def one(item: Check[Any], target: Target) -> Result:
        async with seats:
            return await runner.run(item, target, fresh=True)

    try:
        runs = [one(item, target) for target in chosen for item in checks if item.applies(target)]
        results = []
        async with show(chosen) as done:
            for result in asyncio.as_completed(runs):
                results.append(await result)
                done(results[-1])
        return results
    finally:
        await net.aclose()


def _shower(*, as_json: bool, single: bool) -> Callable[[Sequence[Target]], Any]:
    """How each result is shown as it comes: JSON lines, one full report, or a progress bar before the summary."""

    @asynccontextmanager
    async def shower(chosen: Sequence[Target]) -> AsyncIterator[Callable[[Result], None]]:
        if as_json:
            yield lambda result: typer.echo(json.dumps(report.as_json(result), ensure_ascii=False))
        elif single:
            yield lambda result: report.full(Console(), result)
        else:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                bar = progress.add_task("Melihat", total=len(chosen))
                yield lambda _result: progress.advance(bar)

    return shower
