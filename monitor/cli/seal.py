"""`monitor seal`: how far the record is sealed, whether it is still what was sealed, and with which keys."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor import words
from monitor.access.people import ROTATED
from monitor.cli import hand
from monitor.cli.loop import run
from monitor.cli.spoken import App
from monitor.cli.state import State, console
from monitor.errors import Problem, UsageError, reason_of
from monitor.ground import now, seal_place
from monitor.seal import BadSeal, KeyProblem, Keyring, Question, Report, Sealed, keyfile, succession, verify
from monitor.seal.days import DAY, day_of
from monitor.seal.keys import SealKey
from monitor.seal.sealer import SETTLING
from monitor.seal.stamp import roots_in
from monitor.seal.witness import head_in, head_line
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.place import parse, require_there
from monitor.store.stored import StoredStamp
from monitor.vitals import Vitals

app = App(help="Segel catatan: keadaan, pemeriksaan, dan kuncinya.")

Json = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")]
CANNOT_LOOK = 3
"""Exit code when there was nothing to compare: not "as it was sealed"."""
SHOWN = 20
"""Flaws listed on a terminal; all of them in JSON."""
LEAST_SAMPLES, LEAST_KEPT = timedelta(days=35), timedelta(days=366)
"""The shortest that `[record]` lets samples, and everything else, be kept."""
LATE = timedelta(hours=2)
"""How long after its time a seal may be missing before a script should worry."""


def open_store(settings: Settings, *, read_only: bool = True) -> Store:
    """The record that *settings* name. Raises `StoreError`."""
    return Store.open(settings.database.url.get_secret_value(), Vitals(started=now()), read_only=read_only)


@app.command("status")
def status(ctx: typer.Context, as_json: Json = False) -> None:
    """
    Sampai hari mana catatan disegel, dengan kepala rantai yang dapat disalin.

    Kode keluar: 0 baik · 1 penyegelan tertinggal · 2 salah pakai · 3 belum ada yang disegel, dan belum waktunya.
    """
    options: State = ctx.obj
    last, first, ring, stamps = run(_state(options.settings()))
    behind = _behind(last, first, now())
    if as_json:
        typer.echo(json.dumps(_state_document(last, ring, stamps, behind), ensure_ascii=False, indent=2))
    else:
        for line in _state_lines(last, ring, stamps, behind):
            console().print(escape(line), soft_wrap=True)
    if behind:
        raise typer.Exit(1)
    if last is None:
        raise typer.Exit(CANNOT_LOOK)


async def _state(settings: Settings) -> tuple[Sealed | None, date | None, Keyring, tuple[StoredStamp, ...]]:
    store = open_store(settings)
    try:
        return await store.last_seal(), await store.first_day(), await store.seal_keys(), await store.seal_stamps()
    except BadSeal as error:
        raise UsageError([Problem("segel", str(error), "jalankan `monitor seal verify`")]) from error
    finally:
        await store.close()


def _behind(last: Sealed | None, first: date | None, at: datetime) -> int:
    """How many days should be sealed by now and are not."""
    due = day_of(at - SETTLING - LATE) - DAY
    begun = first if last is None else last.day + DAY
    return 0 if begun is None or due < begun else (due - begun).days + 1


def _state_lines(last: Sealed | None, ring: Keyring, stamps: tuple[StoredStamp, ...], behind: int) -> list[str]:
    late = [f"TERTINGGAL {words.number(behind)} hari; periksa log daemon."] if behind else []
    if last is None:
        return ["Belum ada hari yang disegel.", *late]
    lines = [
        head_line(last),
        f"Disegel {words.prose(last.sealed)} dengan kunci {last.key_id}; {len(ring.keys)} kunci dikenal.",
        f"{words.number(sum(last.rows.values()))} baris tercakup pada hari itu.",
    ]
    if stamps:
        newest = stamps[-1]
        lines.append(f"Cap waktu terakhir: segel ke-{newest.height}, {newest.authority}, {words.prose(newest.at)}.")
    return [*lines, *late]


def _state_document(
    last: Sealed | None, ring: Keyring, stamps: tuple[StoredStamp, ...], behind: int
) -> Mapping[str, Any]:
    return {
        "last": None if last is None else _as_json(last),
        "behind": behind,
        "keys": [key.key_id for key in ring.keys],
        "stamped_height": stamps[-1].height if stamps else None,
    }


def _as_json(sealed: Sealed) -> Mapping[str, Any]:
    return {
        "day": sealed.day.isoformat(),
        "height": sealed.height,
        "head": sealed.head,
        "previous": sealed.previous,
        "sealed": words.iso(sealed.sealed),
        "key": sealed.key_id,
        "rows": dict(sealed.rows),
    }


@app.command("verify")
def verify_(
    ctx: typer.Context,
    since: Annotated[
        datetime | None, typer.Option("--since", metavar="HARI", formats=["%Y-%m-%d"], help="Dari hari ini, WIB.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", metavar="HARI", formats=["%Y-%m-%d"], help="Sampai hari ini, WIB.")
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="KEPALA", help="Kepala rantai dari surel atau sampul; boleh berulang."),
    ] = None,
    key: Annotated[str, typer.Option("--kunci", metavar="ID", help="Kunci yang Anda kenal dari luar.")] = "",
    as_json: Json = False,
) -> None:
    """
    Apakah catatan masih seperti saat disegel; daemon boleh sedang berjalan, tidak ada yang ditulis.

    Rantainya selalu diikuti dari awal; isinya dibandingkan dari --since sampai --until, bawaannya semua.

    Kode keluar: 0 utuh · 1 ada yang berbeda · 2 salah pakai · 3 tidak ada yang dapat diperiksa.
    """
    options: State = ctx.obj
    settings = options.settings()
    if since is not None and until is not None and until < since:
        raise UsageError([Problem("--until", "lebih awal dari --since", "tukar keduanya")])
    question = Question(
        since=None if since is None else since.date(),
        until=None if until is None else until.date(),
        heads=[_head(text) for text in head or ()],
        key_id=key.strip().lower() or _own_key(settings),
        roots=() if settings.seal.tsa_ca is None else roots_in(settings.seal.tsa_ca),
    )
    report = run(_verified(settings, question))
    if as_json:
        typer.echo(json.dumps(_report_document(report), ensure_ascii=False, indent=2))
    else:
        for line in _report_lines(report):
            console().print(escape(line), soft_wrap=True)
    if not report.is_good:
        raise typer.Exit(1)
    if _nothing_compared(report):
        raise typer.Exit(CANNOT_LOOK)


def _nothing_compared(report: Report) -> str:
    """Why not one row was compared with a seal, which is no word for the record; empty when some were."""
    if report.last is None:
        return "belum ada hari yang disegel, jadi tidak ada yang dapat dibandingkan"
    return "" if report.days else "pada hari-hari itu tidak ada yang disegel, jadi tidak ada yang dibandingkan"


def _head(text: str) -> str:
    found = head_in(text)
    if found is None:
        remedy = "salin 64 digit heksadesimal dari surel atau sampul, atau sekurangnya 16 yang pertama"
        raise UsageError([Problem("--head", f"{text[:40]!r} bukan kepala rantai", remedy)])
    return found


def _own_key(settings: Settings) -> str:
    """The id of the key beside the record, as far as whoever asks may read it."""
    try:
        found = keyfile.candidates(seal_place(settings))
    except KeyProblem:
        return ""
    return found[0][1].key_id if found else ""


async def kept(store: Store, settings: Settings, at: datetime) -> Mapping[str, datetime]:
    """
    Table → its rows from before that instant may be gone: let go by retention, and no sooner than it ever may be.

    What retention says of itself stands in the record, where it could have been altered; the least that settings allow
    does not.
    """
    samples, rest = await store.let_go()
    rest = min(rest, at - LEAST_KEPT)
    return {
        **dict.fromkeys(("change", "mark", "transition", "incident_event", "facts"), rest),
        "sample": min(samples, at - LEAST_SAMPLES),
        "exhibit": at - settings.evidence.keep,
    }


async def _verified(settings: Settings, question: Question) -> Report:
    store = open_store(settings)
    try:
        return await verify(store, replace(question, kept=await kept(store, settings, now())))
    finally:
        await store.close()


def _report_lines(report: Report) -> list[str]:
    lines = [*report.notes, *map(str, report.flaws[:SHOWN])]
    if (rest := len(report.flaws) - SHOWN) > 0:
        lines.append(f"… dan {words.number(rest)} lagi")
    if report.last is not None:
        lines.append(head_line(report.last))
    compared = f"{words.number(report.rows)} baris dari {words.number(report.days)} hari"
    if not report.is_good:
        return [*lines, f"TIDAK UTUH: {words.number(len(report.flaws))} hal berbeda; {compared} masih cocok."]
    if nothing := _nothing_compared(report):
        return [*lines, f"TIDAK DIPERIKSA: {nothing}. Sampai mana disegel: `monitor seal status`."]
    return [*lines, f"UTUH: {compared} cocok dengan segelnya."]


def _report_document(report: Report) -> Mapping[str, Any]:
    return {
        "good": None if report.is_good and _nothing_compared(report) else report.is_good,
        "last": None if report.last is None else _as_json(report.last),
        "days": report.days,
        "rows": report.rows,
        "notes": list(report.notes),
        "flaws": [
            {
                "day": None if flaw.day is None else flaw.day.isoformat(),
                "table": flaw.table,
                "what": flaw.what.name.lower(),
                "key": flaw.key,
                "label": flaw.label,
                "text": str(flaw),
            }
            for flaw in report.flaws
        ],
    }


@app.command("keys")
def keys(
    ctx: typer.Context,
    pem: Annotated[bool, typer.Option("--pem", help="Kunci publik sebagai PEM, yang terbaru terakhir.")] = False,
    as_json: Json = False,
) -> None:
    """Kunci publik yang pernah menyegel catatan ini."""
    options: State = ctx.obj
    _last, _first, ring, _stamps = run(_state(options.settings()))
    if pem:
        typer.echo("".join(f"# kunci {key.key_id}\n{key.pem}" for key in ring.keys), nl=False)
    elif as_json:
        typer.echo(json.dumps([_key_document(key) for key in ring.keys], ensure_ascii=False, indent=2))
    else:
        rows = Table(box=None, header_style="bold")
        for name in ("KUNCI", "SEJAK", "DISAHKAN OLEH", "KETERANGAN"):
            rows.add_column(name)
        for key in ring.keys:
            rows.add_row(key.key_id, words.table(key.at), _signer(key), escape(key.reason))
        console().print(rows if ring.keys else "Belum ada kunci; dibuat saat penyegelan pertama.")


def _signer(key: SealKey) -> str:
    if key.signer != key.key_id:
        return key.signer
    return "dirinya (pertama)" if not key.replaces else "tidak disahkan (kunci lama hilang)"


def _key_document(key: SealKey) -> Mapping[str, Any]:
    return {
        "key": key.key_id,
        "since": words.iso(key.at),
        "signer": key.signer,
        "replaces": key.replaces,
        "reason": key.reason,
        "pem": key.pem,
    }


@app.command("rotate")
def rotate(
    ctx: typer.Context,
    lost: Annotated[
        str, typer.Option("--hilang", metavar="ALASAN", help="Kunci lama hilang; daemon harus berhenti dahulu.")
    ] = "",
) -> None:
    """Siapkan kunci baru; kunci lama mengesahkannya pada penyegelan berikutnya, lalu dihapus."""
    options: State = ctx.obj
    settings = options.settings()
    where = seal_place(settings)
    if lost.strip():
        made = run(_replaced(settings, where, " ".join(lost.split())[:200]))
        typer.echo(f"Kunci {made.key_id} menggantikan {made.replaces}, tanpa pengesahan: {made.reason}")
        return
    if not where.is_ours:
        remedy = f"berikan kunci baru sebagai kredensial {where.next.name}; daemon mengesahkannya saat mulai"
        raise UsageError([Problem(str(where.key), "kunci ini kredensial systemd", remedy)])
    if not _is_there(where.key):
        raise UsageError([Problem(str(where.key), "belum ada kunci", "kunci dibuat saat penyegelan pertama")])
    if os.path.lexists(where.next):
        signer = keyfile.read(where.next)
        before = hand.since("", datetime.fromtimestamp(where.next.stat().st_mtime, UTC))
        typer.echo(f"Kunci {signer.key_id} sudah siap di {where.next}{before}; berlaku sejak penyegelan berikutnya.")
        return
    signer = keyfile.create(where.next)
    typer.echo(f"Kunci {signer.key_id} siap di {where.next}; berlaku sejak penyegelan berikutnya.")


def _is_there(path: Path) -> bool:
    """Whether there is a key. Raises `KeyProblem` when we may not even look."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        remedy = "jalankan dengan akun layanan, atau beri akun itu hak baca atas foldernya"
        raise KeyProblem(path, f"kunci segel tidak dapat dicari ({reason_of(error)})", remedy) from error
    return True


async def _replaced(settings: Settings, where: keyfile.Place, reason: str) -> SealKey:
    require_there(parse(settings.database.url.get_secret_value()))
    store = open_store(settings, read_only=False)
    try:
        made = await succession.replace_lost(store, where, now(), reason)
        await store.put_deed(hand.deed(ROTATED, f"{made.key_id} menggantikan {made.replaces}: {made.reason}", now()))
        return made
    finally:
        await store.close()
