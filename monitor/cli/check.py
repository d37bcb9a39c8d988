"""`monitor check`: look once, now, and say what was seen and what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.progress import Progress

from monitor import inventory, log
from monitor.checks import build
from monitor.checks.base import Check
from monitor.cli import report
from monitor.cli.loop import run
from monitor.cli.state import State, console
from monitor.errors import Problem, UsageError
from monitor.ground import now, policy_of
from monitor.model import CheckResult, Kind, Outcome, Severity, Target
from monitor.net import open_network
from monitor.runner import Runner
from monitor.settings import Settings, mask_url

REMEDY = "lihat `monitor inventory list`, atau tulis https://… tanpa nama pengguna"
CANNOT_LOOK = 3
"""Exit code when nothing could be observed: not "fine", and not the target's fault."""

Result = CheckResult[Any]


def check(
    ctx: typer.Context,
    what: Annotated[
        list[str] | None, typer.Argument(metavar="KODE|URL…", help="Kode inventaris (DESA-046) atau URL lengkap.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Semua sasaran aktif di inventaris.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--periksa", metavar="NAMA", help="Hanya pemeriksaan ini (boleh diulang); dengan --all: website."),
    ] = None,
    facts: Annotated[bool, typer.Option("--fakta", help="Tampilkan juga fakta mentah tiap pemeriksaan.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip, satu objek per baris.")] = False,
    threshold: Annotated[
        Severity, typer.Option("--ambang", help="Keluar dengan kode 1 bila ada temuan seberat ini atau lebih.")
    ] = Severity.MEDIUM,
) -> None:
    """
    Lihat sekali, sekarang juga, tanpa basis data: putusan, tahap tiap lompatan, sertifikat, temuan dan perbaikannya.

    Lebih dari lima sasaran diringkas, sebaris tiap sasaran.

    Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai · 3 tidak dapat melihat.
    """
    state: State = ctx.obj
    settings = state.settings()
    log.configure(settings.log)
    targets = inventory.with_domains(inventory.load(settings.inventory.directory))
    checks = _checks(settings, only or (["website"] if everything else []))
    chosen = _chosen(what or [], targets, everything=everything)
    plan = [(item, target) for target in chosen for item in checks if item.applies(target)]
    results = run(_look(settings, targets, plan, _progress(as_json=as_json, total=len(plan))))
    if not as_json:
        _report(console(), results, facts=facts)
    raise typer.Exit(exit_code(results, threshold))


def exit_code(results: Sequence[Result], threshold: Severity) -> int:
    """0 fine, 1 a finding at or above *threshold*, 3 something could not be looked at (and nothing was found)."""
    if any(finding.severity.rank >= threshold.rank for result in results for finding in result.findings):
        return 1
    could = {Outcome.OBSERVED, Outcome.INAPPLICABLE}
    return 0 if all(result.outcome in could for result in results) else CANNOT_LOOK


def _checks(settings: Settings, names: Sequence[str]) -> tuple[Check[Any], ...]:
    """The checks of these *names*; all of them when none is named. Raises `UsageError`."""
    checks = {item.name: item for item in build(settings.checks)}
    unknown = [name for name in names if name not in checks]
    if unknown:
        remedy = f"yang ada: {', '.join(checks)}"
        raise UsageError([Problem("--periksa", f"{name!r} bukan pemeriksaan", remedy) for name in unknown])
    return tuple(checks[name] for name in names) or tuple(checks.values())


def _chosen(words: Sequence[str], targets: Sequence[Target], *, everything: bool) -> tuple[Target, ...]:
    if everything and words:
        raise UsageError([Problem("monitor check", "--all bersama kode atau URL", "pilih salah satu")])
    if everything:
        return tuple(target for target in targets if target.active)
    if not words:
        raise UsageError([Problem("monitor check", "tidak ada yang disebut", "beri KODE atau URL, atau --all")])
    known = {target.kode.casefold(): target for target in targets}
    found, problems = [], []
    for word in dict.fromkeys(words):
        target = _ad_hoc(word) if "://" in word else known.get(word.casefold())
        if target is None:
            problems.append(Problem(mask_url(word), "bukan kode inventaris dan bukan URL", REMEDY))
        else:
            found.append(target)
    if problems:
        raise UsageError(problems)
    return tuple(found)


def _ad_hoc(url: str) -> Target | None:
    """A target of no inventory; None when *url* is not one to visit."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return None
    return Target(kode="-", kind=Kind.LAYANAN, name=parts.hostname or "", url=url) if usable else None


async def _look(
    settings: Settings, listed: Sequence[Target], plan: Sequence[tuple[Check[Any], Target]], shower: Shower
) -> list[Result]:
    net = open_network(settings.dns, settings.net, settings.vantage)
    runner = Runner(net, policy_of(settings, listed), now)
    width = asyncio.Semaphore(settings.runner.width)

    async def one(item: Check[Any], target: Target) -> Result:
        async with width:
            return await runner.run(item, target, fresh=True)

    results = []
    try:
        with shower as show:
            for result in asyncio.as_completed([one(item, target) for item, target in plan]):
                results.append(await result)
                show(results[-1])
    finally:
        await net.aclose()
    order = {(item.name, target.kode): place for place, (item, target) in enumerate(plan)}
    return sorted(results, key=lambda result: order[result.check, result.target.kode])


Shower = AbstractContextManager[Callable[[Result], None]]


@contextmanager
def _progress(*, as_json: bool, total: int) -> Iterator[Callable[[Result], None]]:
    """How a result is shown as soon as it is there: a line of JSON, or a step of the bar before the report."""
    if as_json:
        yield lambda result: typer.echo(json.dumps(report.as_json(result), ensure_ascii=False))
        return
    with Progress(console=Console(stderr=True), transient=True, disable=total == 1) as progress:
        bar = progress.add_task("Melihat", total=total)
        yield lambda _result: progress.advance(bar)


FULL = 5
"""Targets that are reported one by one; more are summed up."""


def _report(out: Console, results: Sequence[Result], *, facts: bool) -> None:
    by_target: dict[str, list[Result]] = {}
    for result in results:
        by_target.setdefault(result.target.url, []).append(result)
    if not by_target:
        out.print("Tidak ada pemeriksaan yang berlaku untuk sasaran ini.")
    elif len(by_target) > FULL:
        report.summary(out, list(by_target.values()))
    else:
        for mine in by_target.values():
            report.full(out, mine, facts=facts)
            out.print()
