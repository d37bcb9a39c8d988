"""`monitor inspect page`: a saved page judged offline, by the same functions as the daemon's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.markup import escape

from monitor import catalogue, inventory
from monitor.checks.base import Judge, Policy
from monitor.checks.cloaking import saved as cloaked
from monitor.checks.evidence import evidence
from monitor.checks.website import saved
from monitor.checks.website.visit import Visit
from monitor.cli.report import finding_lines
from monitor.cli.spoken import App
from monitor.cli.state import State, console
from monitor.content.facts import Gambling, Verdict
from monitor.domains import host_of
from monitor.errors import Problem, UsageError, reason_of
from monitor.ground import now, policy_of
from monitor.model import Finding, Kind, Severity, Target
from monitor.net.body import MAX_BODY

app = App(help="Periksa halaman yang tersimpan, tanpa menyentuh jaringan.")

SNIFFED = 1445
"""Bytes by which data are told from text (WHATWG MIME Sniffing §5.2)."""
MOST_STRAY = 0.05
"""Of them that no text has; in what is compressed or a picture it is about a tenth."""
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_OTHERS = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")
"""How PDF, ZIP, gzip and pictures begin (WHATWG MIME Sniffing §6, §7)."""
_UTF_16 = (b"\xfe\xff", b"\xff\xfe")

WHAT_IT_IS = {
    Verdict.CLEAN: ("green", "bersih dari sisipan judi daring"),
    Verdict.SUSPECT: ("yellow", "mencurigakan: ada tanda sisipan judi daring"),
    Verdict.INJECTED: ("red", "tersisipi judi daring"),
}


@app.callback()
def inspect() -> None:
    """Periksa halaman yang tersimpan, tanpa menyentuh jaringan."""


@app.command("page")
def page(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="BERKAS", help="Halaman HTML yang disimpan (isi.bin dari bukti pun bisa).")
    ],
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Alamat asal halaman itu.")],
    as_bot: Annotated[
        Path | None, typer.Option("--as-bot", metavar="BERKAS", help="Salinan yang dilihat mesin pencari (Googlebot).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
    threshold: Annotated[
        Severity, typer.Option("--ambang", help="Keluar dengan kode 1 bila ada temuan seberat ini atau lebih.")
    ] = Severity.MEDIUM,
) -> None:
    """
    Nilai halaman tersimpan dengan aturan yang sama seperti pemantau; halaman tidak pernah dibuka atau dijalankan.

    Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai.
    """
    options: State = ctx.obj
    settings = options.settings()
    listed = inventory.load(settings.inventory.directory)
    target, policy = _target(url, listed), policy_of(settings, listed)
    body, capped = _read(file)
    visit = saved.visit_of(body, url, capped=capped)
    found = _judged(saved.JUDGES, target, visit, policy)
    bot = _read(as_bot)[0] if as_bot else None
    if bot is not None:
        found += _judged(cloaked.JUDGES, target, cloaked.shown_of(url, body, bot), policy)
    found.sort(key=lambda finding: -finding.severity.rank)
    seen_by_bot = saved.visit_of(bot, url) if bot is not None else None
    if as_json:
        typer.echo(json.dumps(_as_json(file, target, visit, seen_by_bot, found), ensure_ascii=False, indent=2))
    else:
        _tell(console(), target, visit, seen_by_bot, found)
    if any(finding.severity.rank >= threshold.rank for finding in found):
        raise typer.Exit(1)


def _target(url: str, listed: Iterable[Target]) -> Target:
    """The listed target that has the host of *url*, or one for this page alone. Raises `UsageError`."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UsageError([Problem("--url", f"{url[:80]!r} bukan alamat web", "tulis seperti https://nama.desa.id/")])
    host = host_of(url)
    known = next((target for target in listed if target.host == host and target.active), None)
    return known or Target(kode="-", kind=Kind.LAYANAN, name=host, url=url)


def _read(file: Path) -> tuple[bytes, bool]:
    """As much of *file* as the daemon would read of a page, and whether there is more. Raises `UsageError`."""
    try:
        with file.open("rb") as stream:
            body = stream.read(MAX_BODY + 1)
    except OSError as error:
        problem = Problem(str(file), f"tidak dapat dibaca ({reason_of(error)})", "periksa nama dan hak akses")
        raise UsageError([problem]) from error
    if why := _unfit(body):
        raise UsageError([Problem(str(file), why, "simpan lagi halamannya sebagai HTML, dan sebut berkas itu")])
    return body[:MAX_BODY], len(body) > MAX_BODY


def _unfit(body: bytes) -> str:
    """Why *body* can be no page; empty when it may be one. A stray byte is none: pages are written to mislead."""
    head = body[:SNIFFED]
    if not head:
        return "berkasnya kosong"
    if head.startswith(_OTHERS):
        return "bukan halaman HTML, melainkan berkas jenis lain"
    is_text = head.startswith(_UTF_16) or len(_NO_TEXT.findall(head)) <= len(head) * MOST_STRAY
    return "" if is_text else "bukan halaman HTML, melainkan data biner"


def _judged(judges: Iterable[Judge[Any]], target: Target, facts: Any, policy: Policy) -> list[Finding]:
    """What *judges* find in *facts*; a single look is all there is, so nothing waits to be confirmed."""
    at, found = now(), dict[tuple[str, str], Finding]()
    for each in judges:
        if each.sees(facts):
            for finding in each.verdict(target, facts, policy, at):
                found.setdefault(finding.key, finding)
    return list(found.values())


def _tell(out: Console, target: Target, visit: Visit, bot: Visit | None, found: list[Finding]) -> None:
    out.print(f"[bold]{escape(target.name)}[/]  {escape(visit.last.url)}", soft_wrap=True)
    if visit.title:
        out.print(f"Judul: {escape(visit.title)}", soft_wrap=True)
    for label, each in (("Pengunjung", visit), ("Mesin pencari", bot)):
        if each is not None:
            for line in _verdict(label, each):
                out.print(line, soft_wrap=True, highlight=False)
    for finding in found:
        for line in finding_lines(finding):
            out.print(line, soft_wrap=True, highlight=False)
    if not found:
        out.print("[green]Tidak ada temuan.[/]")


def _verdict(label: str, visit: Visit) -> Iterator[str]:
    if visit.content is None:
        yield f"{label}: bukan halaman HTML; isinya tidak dinilai."
        return
    gambling: Gambling = visit.content.gambling
    colour, said = WHAT_IT_IS[gambling.verdict]
    yield f"{label}: [{colour}]{said}[/] (nilai {gambling.points:.0f})"
    for hit in gambling.hits[:20]:
        yield f"  {hit.points:5.1f}  {escape(hit.family)} di {hit.place.value}: {escape(hit.excerpt)}"
    for link in gambling.links:
        yield f"         tautan: {escape(link)}"
    if visit.content.partial or visit.capped:
        yield "  Hanya sebagian halaman yang dibaca: yang tidak disebut belum tentu tidak ada."


def _as_json(file: Path, target: Target, visit: Visit, bot: Visit | None, found: list[Finding]) -> dict[str, Any]:
    return {
        "file": str(file),
        "kode": target.kode if target.kode != "-" else None,
        "url": visit.last.url,
        "title": visit.title,
        "content": evidence(visit.content) if visit.content else None,
        "bot": evidence(bot.content) if bot is not None and bot.content else None,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "subject": finding.subject,
                "detail": dict(finding.detail),
                "text": catalogue.describe(finding),
                "fix": catalogue.text(finding.code).fix,
            }
            for finding in found
        ],
    }
