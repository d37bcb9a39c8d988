"""`monitor evidence`: the monthly bundle for auditors, made and verified."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import words
from monitor.access.roles import Action
from monitor.checks import build
from monitor.cli import hand
from monitor.cli.loop import run
from monitor.cli.spoken import App
from monitor.cli.state import State, require_file
from monitor.errors import Problem, Refused, StoreError, UsageError, reason_of
from monitor.evidence import against, collect
from monitor.evidence import verify as verifying
from monitor.evidence.export import Empty, Frozen, Made, Order, export
from monitor.evidence.record import brief_of
from monitor.evidence.shelf import folder_of
from monitor.evidence.signing import SealSigner, Signer
from monitor.evidence.verify import Verdict
from monitor.ground import now, rules_of, seal_place
from monitor.seal import KeyProblem, keyfile
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals

app = App(help="Bundel bukti audit bulanan: buat dan periksa.")

INCOMPLETE = 3
_Freezing = tuple[str, str, str, str]
"""What `export` asks to be noted: month, digest of the figures, digest of the bundle, reason."""


@app.command("export")
def export_(
    ctx: typer.Context,
    month: Annotated[str, typer.Option("--month", metavar="TAHUN-BULAN", help="Bulan WIB, mis. 2026-10.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Bawaan: folder `bukti` di sebelah basis data."),
    ] = None,
    with_samples: Annotated[
        bool, typer.Option("--with-samples", help="Juga bundel kedua dengan data mentah tiap kunjungan.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--alasan", metavar="TEKS", help="Mengapa bulan yang sudah dibekukan dinyatakan ulang.")
    ] = "",
    empty: Annotated[
        bool, typer.Option("--kosong", help="Buat juga bila tidak ada satu pengamatan pun; namanya menyebut kosong.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
    freeze: Annotated[
        bool, typer.Option("--freeze/--no-freeze", hidden=True, help="Catat pembekuannya; tidak: pemanggil mencatat.")
    ] = True,
) -> None:
    """
    Buat bundel bukti satu bulan; bulan yang sudah berakhir dibekukan.

    Kode keluar: 0 lengkap · 3 ada yang kurang (tertulis di sampul), atau kosong dan tidak dibuat · 2 salah pakai.
    """
    options: State = ctx.obj
    settings = options.settings()
    try:
        period = collect.period_of(month.strip(), now())
    except ValueError as error:
        raise UsageError([Problem("--month", str(error), "pilih bulan ini atau yang sudah lewat")]) from error
    if out is not None and (os.path.isfile(out) or (out.suffix == ".zip" and not os.path.isdir(out))):  # noqa: PTH112, PTH113 – these never raise
        raise UsageError([Problem("--out", f"{out} adalah nama berkas", "tulis foldernya; nama bundel tetap")])
    order = Order(
        period=period,
        folder=out or folder_of(settings),
        reason=" ".join(reason.split()),
        with_samples=with_samples,
        empty=empty,
    )
    try:
        made, freezing = run(_export(settings, order))
    except Empty as error:
        _refuse(error, as_json=as_json)
        raise typer.Exit(INCOMPLETE) from error
    if as_json:
        typer.echo(json.dumps(_made_document(made, freezing), ensure_ascii=False, indent=2))
    for line in () if as_json else _told(made):
        typer.echo(line)
    refused = [_freeze(settings, item, empty=made.month.is_empty) for item in freezing] if freeze else []
    for why in filter(None, refused):
        typer.echo(f"Bulan BELUM dibekukan: {why}", err=True)
    if not made.month.is_complete or any(refused):
        raise typer.Exit(INCOMPLETE)


def _refuse(error: Empty, *, as_json: bool) -> None:
    """Say that there is no bundle, why, and what to do."""
    remedy = "periksa bulan dan basis data yang dipakai; bila memang harus diserahkan kosong, tambahkan --kosong"
    typer.echo(f"{error} – {remedy}", err=True)
    typer.echo("Bundel TIDAK dibuat, dan bulan tidak dibekukan.", err=True)
    if as_json:
        typer.echo(json.dumps(_empty_document(error), ensure_ascii=False, indent=2))


def _empty_document(error: Empty) -> dict[str, Any]:
    """As `_made_document` says it of a bundle: there is none."""
    first, last = map(words.iso, error.observed) if error.observed else (None, None)
    return {
        "path": None,
        "sha256": None,
        "month": error.month.period.key,
        "edition": None,
        "complete": False,
        "empty": True,
        "shortcomings": [item.text for item in error.month.shortcomings],
        "observed": {"first": first, "last": last},
        "freeze": None,
    }


def signer_of(settings: Settings) -> Signer | str:
    """Whoever signs, or why nobody does."""
    try:
        found = keyfile.candidates(seal_place(settings))
    except KeyProblem as error:
        return str(error)
    return SealSigner(found[0][1]) if found else "belum ada kunci segel"


def _open(settings: Settings, *, read_only: bool) -> Store:
    rules = rules_of(build(settings.checks))
    return Store.open(settings.database.url.get_secret_value(), Vitals(started=now()), rules, read_only=read_only)


async def _export(settings: Settings, order: Order) -> tuple[Made, list[_Freezing]]:
    freezing: list[_Freezing] = []

    async def note(*item: str) -> None:
        month, digest, bundle, reason = item
        freezing.append((month, digest, bundle, reason))

    store = _open(settings, read_only=True)
    try:
        made = await export(store, order, brief_of(settings, build(settings.checks)), signer_of(settings), note)
    except Frozen as error:
        raise UsageError([Problem(order.period.key, str(error), "atau bandingkan dengan bundel lama")]) from error
    except OSError as error:
        text = f"tidak dapat ditulis ({reason_of(error)})"
        raise UsageError([Problem(str(order.folder), text, "periksa hak akses dan sisa ruang")]) from error
    finally:
        await store.close()
    return made, freezing


def _freeze(settings: Settings, item: _Freezing, *, empty: bool) -> str:
    """Have it noted, by ourselves or by the daemon that holds the record; why it could not be, or nothing."""
    month, digest, bundle, reason = item
    try:
        run(_note(settings, item, empty=empty))
    except ValueError as error:  # somebody else has handed it out meanwhile
        return str(error)
    except StoreError as alone:
        body: dict[str, object] = {"digest": digest, "bundle": bundle, "reason": reason, "actor": hand.actor("")}
        if empty:
            body["empty"] = True
        try:
            hand.ask(settings, "POST", hand.path("evidence", month, "freeze"), body)
        except (Refused, StoreError) as error:
            return f"{alone}; daemon: {error}"
    return ""


async def _note(settings: Settings, item: _Freezing, *, empty: bool) -> None:
    """Note it in the record itself, and who did it in the trail, as a daemon would."""
    month, digest, bundle, reason = item
    at, store = now(), _open(settings, read_only=False)
    try:
        await store.freeze(month, digest, at, bundle=bundle, reason=reason)
        said = {"digest": digest, "alasan": reason, "kosong": "ya" if empty else ""}
        about = [hand.path("evidence", month, "freeze"), *(f"{name}={text}" for name, text in said.items() if text)]
        await store.put_deed(hand.deed(Action.FREEZE.value, " ".join(about), at))
    finally:
        await store.close()


def _made_document(made: Made, freezing: list[_Freezing]) -> dict[str, Any]:
    month = made.month
    return {
        "path": str(made.path),
        "sha256": made.sha256,
        "month": month.period.key,
        "edition": month.edition,
        "complete": month.is_complete,
        "empty": month.is_empty,
        "shortcomings": [item.text for item in month.shortcomings],
        "freeze": next(({"digest": digest, "bundle": file, "reason": why} for _, digest, file, why in freezing), None),
    }


def _told(made: Made) -> list[str]:
    month = made.month
    lines = [str(made.path), f"SHA-256 {made.sha256}"]
    if month.edition > 1:
        lines.append(f"Edisi {month.edition}: {month.restated}")
    if made.is_redrawn:
        lines.append("Angkanya sama dengan yang dibekukan; berkasnya lain karena dibuat versi program lain.")
    if month.is_complete:
        return [*lines, "Lengkap."]
    return [*lines, *(f"TIDAK LENGKAP: {item.text}" for item in month.shortcomings)]


@app.command("verify")
def verify_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="Bundel ZIP.")],
    against_record: Annotated[
        bool, typer.Option("--against-record", help="Juga hitung ulang angkanya dari catatan, dan cari segelnya.")
    ] = False,
    previous: Annotated[
        Path | None, typer.Option("--sebelumnya", metavar="BERKAS", help="Bundel bulan sebelumnya.")
    ] = None,
    key: Annotated[str, typer.Option("--kunci", metavar="ID", help="Kunci yang Anda kenal dari luar.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
) -> None:
    """
    Apakah bundel utuh; tanpa jaringan, dan tanpa basis data kecuali dengan --against-record.

    Kode keluar: 0 utuh · 1 ada yang salah (yang pertama disebut) · 2 salah pakai.
    """
    for path in filter(None, (file, previous)):
        require_file(path, instead="sebut berkas ZIP-nya, yang belum dibongkar")
    wanted = key.strip().lower()
    if wanted and not _KEY.fullmatch(wanted):
        remedy = "16 angka heksadesimal; tertulis di sampul laporan dan di halaman Bukti"
        raise UsageError([Problem("--kunci", f"{key!r} bukan tanda pengenal kunci", remedy)])
    verdict = verifying.verify(file, previous=previous, key_id=wanted)
    fault = verdict.fault
    notes = _doubts(verdict, wanted) if fault is None else ()
    if fault is None and against_record:
        compared = run(_against(ctx.obj.settings(), verdict.figures))
        fault = compared.fault
        notes = (*notes, *compared.notes, *((_AGREES,) if fault is None else ()))
    _say(verdict, fault, notes, as_json=as_json)
    if fault is not None:
        raise typer.Exit(1)


_AGREES = "angka bulan ini dihitung ulang dari catatan pemantau dan sama dengan isi bundel"
_KEY = re.compile(r"[0-9a-f]{16}")


def _doubts(verdict: Verdict, wanted: str) -> tuple[str, ...]:
    """What a bundle that is whole does not prove."""
    if not verdict.is_signed:
        return ("bundel ini tidak ditandatangani",)
    if wanted:
        return ()
    return (_UNCOMPARED.format(verdict.key_id),)


_UNCOMPARED = (
    "kunci {} ikut di dalam bundel dan belum dibandingkan; sebutkan dengan --kunci yang Anda kenal dari luar (laporan "
    "yang sudah ditandatangani, bundel bulan lalu, papan pantau)"
)


async def _against(settings: Settings, figures: Mapping[str, Any]) -> against.Compared:
    store = _open(settings, read_only=True)
    try:
        return await against.compare(store, figures, brief_of(settings, build(settings.checks)))
    except against.Misshapen as error:
        return against.Compared(verifying.Fault("data.json", str(error)))
    finally:
        await store.close()


def _say(verdict: Verdict, fault: verifying.Fault | None, notes: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_document(verdict, fault, notes), ensure_ascii=False, indent=2))
        return
    typer.echo(f"TIDAK UTUH – {fault}" if fault else _praise(verdict))
    for note in notes:
        typer.echo(f"Catatan: {note}")
    if fault is None and not verdict.manifest.get("complete"):
        typer.echo("Bundel sendiri menyatakan ada yang kurang; lihat sampul laporan.")
    if verdict.sha256:
        typer.echo(f"SHA-256 berkas ini: {verdict.sha256}; samakan dengan yang tertulis di papan, halaman Bukti.")
    if fault is not None:
        typer.echo("Jangan dipakai sebagai bukti: minta salinan baru, lalu periksa lagi.")


def _praise(verdict: Verdict) -> str:
    files = words.number(len(verdict.manifest.get("files") or ()))
    period = (verdict.manifest.get("period") or {}).get("key", words.DASH)
    if not verdict.is_signed:
        return f"UTUH, tetapi tidak ditandatangani: bulan {period}, {files} berkas."
    return f"UTUH: bulan {period}, {files} berkas, ditandatangani kunci {verdict.key_id}."


def _document(verdict: Verdict, fault: verifying.Fault | None, notes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "good": fault is None,
        "fault": None if fault is None else {"where": fault.where, "text": fault.text},
        "notes": list(notes),
        "signed": verdict.is_signed,
        "key": verdict.key_id,
        "period": verdict.manifest.get("period"),
        "complete": verdict.manifest.get("complete"),
        "sha256": verdict.sha256 or None,
    }
