"""`monitor alerts`: try a channel, ask who would be told, see what is under way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor import inventory, words
from monitor.alerts.channels.build import couriers
from monitor.alerts.channels.courier import Courier, Undelivered
from monitor.alerts.explain import explain as explained
from monitor.alerts.message import Message
from monitor.checks import build
from monitor.cli.hand import UNCHANGED, actor, ask, path
from monitor.cli.loop import run
from monitor.cli.spoken import App
from monitor.cli.state import State, console
from monitor.errors import Problem, UsageError
from monitor.ground import now, rules_of
from monitor.incident import NoticeKind, ParcelState
from monitor.model import Audience, Rule, Severity, Target
from monitor.settings import Settings, naming_origins
from monitor.words import prose, table

MOST = 1000
"""Incidents, the newest, that messages are told the sites of."""
MAX_KEY = 500
"""Characters of a key that is asked for; those of messages have a few dozen."""
NAMED = 2
"""Sites of an incident that a line names."""

app = App(help="Notifikasi: uji saluran, tanya siapa yang diberi tahu, lihat antrean.")


@app.command("test")
def test(
    ctx: typer.Context, channel: Annotated[str, typer.Argument(metavar="SALURAN", help="Nama di [alerts.channels].")]
) -> None:
    """Kirim satu pesan uji lewat SALURAN, sekarang juga, tanpa antrean."""
    options: State = ctx.obj
    settings = options.settings()
    known = settings.alerts.channels
    if channel not in known:
        remedy = f"yang ada: {', '.join(known)}" if known else "tambahkan [alerts.channels.noc] pada setelan"
        raise UsageError([Problem(channel[:40], "bukan saluran yang disetel", remedy)])
    if known[channel].type == "alertmanager":
        raise UsageError(
            [Problem(channel, "Alertmanager menerima keadaan, bukan pesan", "lihat halaman Pesan, atau log daemon")]
        )
    with naming_origins(options.config):
        courier = couriers(settings.alerts, settings.net)[channel]
    try:
        run(_send(courier, _trial(channel, settings), known[channel].timeout.total_seconds()))
    except Undelivered as error:
        typer.echo(f"{channel}: tidak terkirim – {error.reason}", err=True)
        raise typer.Exit(3) from error
    typer.echo(f"{channel}: terkirim. Periksa di tujuan bahwa pesan uji benar-benar tiba.")


async def _send(courier: Courier, message: Message, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds * courier.pieces(message)):
            await courier.send(message.key, message)
    except TimeoutError as error:
        raise Undelivered(f"tidak ada jawaban dalam {seconds:.0f} detik") from error


def _trial(channel: str, settings: Settings) -> Message:
    at = now()
    return Message(
        key=f"uji-{channel}-{at:%Y%m%dT%H%M%S}",
        kind=NoticeKind.TEST,
        at=at,
        title="UJI: saluran notifikasi pemantau situs Kabupaten Purbalingga",
        lead=f"Ini pesan uji untuk saluran {channel}, dikirim {prose(at)}. Tidak ada gangguan.",
        audience=Audience.NOC,
        severity=Severity.INFO,
        tlp="TLP:CLEAR",
        link=settings.alerts.board_url,
    )


@app.command("explain")
def explain(
    ctx: typer.Context,
    kode: Annotated[str, typer.Argument(metavar="KODE", help="Kode situs, mis. DESA-046.")],
    code: Annotated[str, typer.Argument(metavar="ATURAN", help="Kode aturan, mis. site.down.")],
    severity: Annotated[Severity | None, typer.Option("--keparahan", help="Bila bukan keparahan bawaannya.")] = None,
    at: Annotated[str, typer.Option("--pada", metavar="WAKTU", help="WIB; bawaan: sekarang.")] = "",
) -> None:
    """Siapa yang akan diberi tahu bila ATURAN terbuka pada KODE, dan mengapa."""
    options: State = ctx.obj
    settings = options.settings()
    target, rule = _target(settings, kode), _rule(settings, code)
    for line in explained(target, rule, settings.alerts, _at(at), severity=severity):
        console().print(escape(line), soft_wrap=True)


def _target(settings: Settings, kode: str) -> Target:
    targets = inventory.with_domains(inventory.load(settings.inventory.directory))
    found = next((target for target in targets if target.kode.casefold() == kode.casefold()), None)
    if found is None:
        raise UsageError([Problem(kode[:60], "bukan kode inventaris", "lihat `monitor inventory list`")])
    return found


def _rule(settings: Settings, code: str) -> Rule:
    rules = rules_of(build(settings.checks))
    if code not in rules:
        near = [known for known in rules if known.startswith(code.partition(".")[0] + ".")]
        remedy = f"yang sekeluarga: {', '.join(near)}" if near else "lihat halaman Aturan, atau docs/temuan.md"
        raise UsageError([Problem(code[:60], "bukan kode aturan", remedy)])
    return rules[code]


def _at(text: str) -> datetime:
    if not text:
        return now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            [Problem("--pada", f"{text[:40]!r} bukan waktu", "tulis seperti '2026-11-29 22:00'")]
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=words.WIB)


@app.command("outbox")
def outbox(
    ctx: typer.Context,
    state: Annotated[ParcelState | None, typer.Option("--keadaan", help="menunggu, terkirim, atau gagal.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
) -> None:
    """Pesan yang menunggu, terkirim, dan gagal; yang terbaru di atas."""
    options: State = ctx.obj
    found = ask(options.settings(), "GET", path("outbox", state=state, limit=100))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    rows = Table(box=None, header_style="bold")
    for name in ("DIBUAT", "SALURAN", "MACAM", "TENTANG", "KEADAAN", "PERCOBAAN", "GALAT TERAKHIR", "KUNCI"):
        rows.add_column(name)
    about = _subjects(options.settings()) if any(item["incident"] for item in found["items"]) else {}
    for item in found["items"]:
        cells = (
            table(datetime.fromisoformat(item["created"])), item["channel"], item["kind"], _about(item, about),
            _standing(item), words.number(item["attempts"]), item["error"] or words.DASH, item["key"],
        )  # fmt: skip
        rows.add_row(*map(escape, cells))
    console().print(rows if found["items"] else "Tidak ada pesan.")
    if found["total"] > len(found["items"]):
        console().print(f"… dan {words.number(found['total'] - len(found['items']))} lagi")


def _subjects(settings: Settings) -> dict[int, str]:
    """Number of an incident → the sites it is about, by name, or its cause where it is about none."""
    try:
        listed = inventory.with_domains(inventory.load(settings.inventory.directory))
        names = {target.kode: target.name for target in listed}
    except UsageError:  # the messages are there all the same
        names = {}
    found = ask(settings, "GET", path("incidents", open=False, limit=MOST))
    return {item["number"]: _sites(item, names) for item in found["items"]}


def _sites(item: dict[str, Any], names: Mapping[str, str]) -> str:
    kodes = item["kodes"]
    if not kodes:
        return f"{item['cause']['kind']} {item['cause']['value']}".strip()
    shown = ", ".join(f"{names[kode]} ({kode})" if kode in names else kode for kode in kodes[:NAMED])
    return f"{shown} dan {words.number(len(kodes) - NAMED)} lagi" if len(kodes) > NAMED else shown


def _about(item: dict[str, Any], subjects: Mapping[int, str]) -> str:
    """What a message is about; a digest is about all there is."""
    number = item["incident"]
    return words.DASH if number is None else " ".join(filter(None, (f"INS-{number}", subjects.get(number, ""))))


def _standing(item: dict[str, Any]) -> str:
    """Where a message is on its way, and since or until when."""
    state, settled = ParcelState(item["state"]), item["settled"]
    if state is ParcelState.WAITING:
        return f"{state}, dikirim {table(datetime.fromisoformat(item['due']))}"
    return f"{state} {table(datetime.fromisoformat(settled))}" if settled else state.value


def _parcel(settings: Settings, key: str) -> dict[str, Any]:
    """The message *key*. Raises `UsageError` when there is none."""
    found = ask(settings, "GET", path("outbox", key=key), acting=True)["items"] if len(key) <= MAX_KEY else ()
    for item in found:
        return dict(item)
    raise UsageError([Problem(key[:60], "tidak ada pesan dengan kunci ini", "lihat `monitor alerts outbox`")])


@app.command("retry")
def retry(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KUNCI", help="Kunci pesan gagal; lihat `monitor alerts outbox`.")],
    by: Annotated[str, typer.Option("--oleh", metavar="NAMA", help="Siapa yang bertindak; bawaan: pengguna ini.")] = "",
) -> None:
    """Coba kirim lagi pesan yang gagal."""
    options: State = ctx.obj
    item = _parcel(options.settings(), key)
    if item["state"] != ParcelState.DEAD:
        typer.echo(f"{key} sudah {_standing(item)}; {UNCHANGED}.")
        return
    ask(options.settings(), "POST", path("outbox", key, "retry"), {"actor": actor(by)})
    typer.echo(f"{key} dicoba lagi.")
