"""`monitor db`: the database itself – its schema, its soundness, copies of it, and what it lets go of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor import words
from monitor.access.people import PRUNED, RESTORED, Deed
from monitor.cli import hand
from monitor.cli.loop import run
from monitor.cli.spoken import App
from monitor.cli.state import State
from monitor.ground import now
from monitor.settings import Settings
from monitor.store import Store, backup
from monitor.store.place import parse, require_there
from monitor.vitals import Vitals

app = App(help="Basis data: skema, keutuhan, cadangan, dan masa simpan.")

Json = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")]


def _url(ctx: typer.Context) -> str:
    options: State = ctx.obj
    return options.settings().database.url.get_secret_value()


@app.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """
    Naikkan skema ke versi program ini: seluruhnya atau tidak sama sekali. Daemon harus berhenti dahulu.

    Daemon melakukannya sendiri saat dijalankan; perintah ini berguna untuk melihat hasilnya lebih dahulu.
    """
    before, after = backup.upgrade(_url(ctx))
    typer.echo(f"skema {after} sudah terpasang" if before == after else f"skema {before or 'kosong'} → {after}")


@app.command("check")
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """
    Periksa keutuhan: isi berkas, rujukan antartabel, skema, dan penomoran; daemon boleh sedang berjalan.

    Kode keluar: 0 utuh · 1 ada yang rusak · 2 tidak dapat diperiksa.
    """
    found = backup.check(_url(ctx))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for flaw in found.flaws:
            typer.echo(flaw)
        typer.echo(_summary(found) if not found.flaws else f"{len(found.flaws)} masalah")
    if found.flaws:
        raise typer.Exit(1)


def _summary(found: backup.Soundness) -> str:
    free = f", {_mib(found.free)} di antaranya menunggu dipakai lagi" if found.free else ""
    return f"utuh: skema {found.revision}, {words.number(found.rows)} sampel, {_mib(found.size)}{free}"


def _mib(octets: int) -> str:
    return f"{words.number(octets / 2**20, 1)} MiB"


@app.command("prune")
def prune(
    ctx: typer.Context,
    unsealed: Annotated[
        bool, typer.Option("--tanpa-segel", help="Juga yang belum disegel; segelnya tidak dapat lagi dibuat.")
    ] = False,
    as_json: Json = False,
) -> None:
    """
    Lepaskan catatan yang melewati masa simpannya ([record]); daemon harus berhenti, atau melakukannya sendiri.

    Yang belum dirangkum per jam dan yang belum disegel tidak pernah dilepaskan.
    """
    options: State = ctx.obj
    require_there(parse(_url(ctx)))
    gone = run(_prune(options.settings(), now(), unsealed=unsealed))
    if as_json:
        typer.echo(json.dumps(gone))
        return
    for table, rows in gone.items():
        typer.echo(f"{table}: {words.number(rows)} baris dilepaskan")
    if not gone:
        typer.echo("tidak ada yang melewati masa simpan, atau yang lewat belum dirangkum atau belum disegel")


async def _prune(settings: Settings, at: datetime, *, unsealed: bool) -> Mapping[str, int]:
    """What went, table by table."""
    store = Store.open(settings.database.url.get_secret_value(), Vitals(started=at))
    gone: dict[str, int] = {}
    try:
        while await store.roll_up(at):
            pass
        kept = settings.record
        while found := await store.prune(at, samples=kept.samples, keep=kept.keep, unsealed=unsealed):
            gone = {table: gone.get(table, 0) + found.get(table, 0) for table in {**gone, **found}}
        if gone:
            counts = " ".join(f"{table}={rows}" for table, rows in gone.items())
            await store.put_deed(hand.deed(PRUNED, f"--tanpa-segel {counts}" if unsealed else counts, at))
    finally:
        await store.close()
    return gone


@app.command("backup")
def copy(
    ctx: typer.Context,
    to: Annotated[
        Path | None,
        typer.Argument(metavar="BERKAS", help="Bawaan: monitor-TANGGAL-JAM.db di folder tempat perintah dijalankan."),
    ] = None,
    compress: Annotated[bool, typer.Option("--gzip", help="Mampatkan (cadangan PostgreSQL selalu mampat).")] = False,
) -> None:
    """
    Salin catatan ke satu berkas selagi daemon berjalan, lalu periksa salinannya.

    SQLite: salinan basis datanya. PostgreSQL: arsip pg_dump. Berkas yang ada tidak pernah ditimpa. Letaknya disebut
    selengkapnya.
    """
    url = _url(ctx)
    usual = _usual_name(now(), is_sqlite=parse(url).path is not None, compress=compress)
    chosen = (to or Path(usual)).absolute()
    size = backup.backup(url, chosen, compress=compress)
    typer.echo(f"{chosen}: {_mib(size)}, sudah diperiksa")


def _usual_name(at: datetime, *, is_sqlite: bool, compress: bool) -> str:
    local = at.astimezone(words.WIB)
    kind = ("db.gz" if compress else "db") if is_sqlite else "pgdump"
    return f"monitor-{local:%Y-%m-%d-%H%M%S}.{kind}"


@app.command("restore")
def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="BERKAS", help="Cadangan dari `monitor db backup`.")],
    force: Annotated[bool, typer.Option("--force", help="Ganti catatan yang ada seluruhnya.")] = False,
) -> None:
    """
    Kembalikan catatan dari cadangan. Daemon harus berhenti; catatan yang ada hanya diganti dengan --force.

    Cadangan diperiksa dahulu: bila rusak, catatan yang ada tidak disentuh. Pemulihannya masuk ke jejak tindakan
    (`monitor account audit`): berkas mana, oleh siapa, dan kapan.
    """

    def deed(sha256: str) -> Deed:
        about = f"{source.absolute()} sha256={sha256}" + (" --force" if force else "")
        return hand.deed(RESTORED, about, now())

    is_noted = backup.restore(_url(ctx), source.absolute(), deed, force=force)
    typer.echo(f"catatan dipulihkan dari {source}; jalankan `monitor db check` sebelum daemon")
    if not is_noted:
        typer.echo("perhatian: cadangan ini lebih tua dari jejak tindakan, jadi pemulihannya tidak tercatat di sana")
