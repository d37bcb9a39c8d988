"""`monitor incident`, `monitor finding`, `monitor maintenance`, `monitor baseline`: what people do from a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor import words
from monitor.cli.hand import UNCHANGED, actor, asked, or_see, path, since
from monitor.cli.spoken import App
from monitor.cli.state import console
from monitor.errors import Problem, UsageError
from monitor.incident import EventKind, Mark, Scope, Verb
from monitor.moments import BadAct, last_moment, moment
from monitor.sections import parse_duration
from monitor.web import planning
from monitor.words import WIB, duration, table

incident = App(help="Insiden: lihat, terima, catat, tugaskan.")
finding = App(help="Tindak lanjut atas satu temuan: terima, tugaskan, catat, positif palsu.")
maintenance = App(help="Pemeliharaan terjadwal: pemberitahuan ditahan, pemantauan jalan terus.")
baseline = App(help="Rupa wajar situs, yang dipelajari pemantau.")

MOST = 200
"""Lines of a list."""
PART = 1000
"""Windows, the newest of those that nobody ended, that a new one is compared with."""
MOST_DIGITS = 18
"""Of a number that a record can hold."""

_ENDED_BY = re.compile(r"\(diakhiri oleh (.+)\)$")
"""In the reason of a window that somebody ended."""

By = Annotated[str, typer.Option("--oleh", metavar="NAMA", help="Siapa yang bertindak; bawaan: pengguna terminal ini.")]
Json = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")]


def number_of(typed: str) -> int:
    """The number of an incident, typed as `12` or as lists show it, `INS-12`. Raises `typer.BadParameter`."""
    digits = typed.upper().removeprefix("INS-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise typer.BadParameter(f"{typed!r} bukan nomor insiden – tulis seperti 12 atau INS-12")
    return int(digits)


Number = Annotated[int, typer.Argument(metavar="NOMOR", parser=number_of, help="Nomor insiden: 12 atau INS-12.")]

Text = Annotated[str, typer.Argument(metavar="TEKS", help="Catatannya.")]
Person = Annotated[str, typer.Argument(metavar="NAMA", help="Kepada siapa.")]
WindowNumber = Annotated[int, typer.Argument(metavar="NOMOR", help="Lihat `monitor maintenance list`.")]


class Act(StrEnum):
    """What can be done about a finding, as it is typed."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    NOTE = "note"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


VERBS = {
    Act.ACKNOWLEDGE: Verb.ACKNOWLEDGE,
    Act.ASSIGN: Verb.ASSIGN,
    Act.NOTE: Verb.NOTE,
    Act.DISMISS: Verb.DISMISS,
    Act.WITHDRAW: Verb.WITHDRAW,
}


def _incident(ctx: typer.Context, number: int, *, acting: bool = True) -> dict[str, Any]:
    """Incident *number*, to be acted upon or not. Raises `Refused` when there is none."""
    with or_see("lihat `monitor incident list --semua`"):
        found: dict[str, Any] = asked(ctx, "GET", path("incidents", number), acting=acting)
    return found


def _last(item: dict[str, Any], kind: EventKind) -> dict[str, Any]:
    """The newest line of its timeline of the *kind* that a person is behind; empty when there is none."""
    return next((event for event in reversed(item["timeline"]) if event["kind"] == kind and event["actor"]), {})


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@incident.command("list")
def list_incidents(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--semua", help="Juga yang sudah selesai.")] = False,
    as_json: Json = False,
) -> None:
    """Insiden terbuka, atau semuanya; yang terbaru di atas."""
    found = asked(ctx, "GET", path("incidents", open=not everything, limit=MOST))
    if as_json:
        _print_json(found)
        return
    rows = _table("INSIDEN", "TINGKAT", "UNTUK", "SEBAB", "SITUS", "SEJAK", "PENANGANAN")
    for item in found["items"]:
        rows.add_row(
            f"INS-{item['number']}",
            item["severity"],
            item["audience"],
            escape(" ".join(filter(None, (item["cause"]["kind"], item["cause"]["value"])))),
            _sites(item["kodes"]),
            table(datetime.fromisoformat(item["opened"])),
            escape(_standing(item)),
        )
    none = "Belum pernah ada insiden." if everything else "Tidak ada insiden terbuka."
    console().print(rows if found["items"] else none)
    _left_out(found)


def _left_out(found: dict[str, Any]) -> None:
    if found["total"] > len(found["items"]):
        console().print(f"… dan {words.number(found['total'] - len(found['items']))} lagi")


def _sites(kodes: list[str]) -> str:
    shown = ", ".join(kodes[:3])
    return escape(f"{shown} dan {len(kodes) - 3} lagi" if len(kodes) > 3 else shown or words.DASH)  # noqa: PLR2004


def _standing(item: dict[str, Any]) -> str:
    if item["resolved"]:
        lasted = datetime.fromisoformat(item["resolved"]) - datetime.fromisoformat(item["opened"])
        return f"selesai setelah {duration(lasted)}"
    taken = f"diterima {item['acknowledged_by']}" if item["acknowledged"] else "belum diterima"
    return taken + (f", ditugaskan kepada {item['assignee']}" if item["assignee"] else "")


@incident.command("show")
def show_incident(ctx: typer.Context, number: Number, as_json: Json = False) -> None:
    """Satu insiden: anggotanya dan lini masanya."""
    item = _incident(ctx, number, acting=False)
    if as_json:
        _print_json(item)
        return
    out = console()
    out.print(
        f"[bold]INS-{item['number']}[/] {item['severity']} · "
        f"{escape(item['cause']['kind'])} {escape(item['cause']['value'])}"
    )
    out.print(f"Sejak {table(datetime.fromisoformat(item['opened']))}, {escape(_standing(item))}")
    members = _table("SITUS", "TEMUAN", "SUBJEK", "BERGABUNG", "SELESAI")
    for member in item["members"]:
        left = table(datetime.fromisoformat(member["left"])) if member["left"] else "belum"
        joined = table(datetime.fromisoformat(member["joined"]))
        members.add_row(member["kode"], member["code"], escape(member["subject"]), joined, left)
    if item["members"]:
        out.print(without_empty(members))
    for event in item["timeline"]:
        by = f" oleh {event['actor']}" if event["actor"] else ""
        said = f": {event['text']}" if event["text"] else ""
        out.print(escape(f"{table(datetime.fromisoformat(event['at']))}  {event['kind']}{by}{said}"), soft_wrap=True)


@incident.command("acknowledge")
def acknowledge(
    ctx: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option("--catatan", help="Keterangan.")] = "",
    by: By = "",
) -> None:
    """Terima insiden: sedang ditangani, tidak perlu diingatkan lagi."""
    item = _incident(ctx, number)
    if item["acknowledged"] and not item["resolved"]:
        _taken(ctx, item, actor(by), text)
        return
    asked(ctx, "POST", path("incidents", number, "acknowledge"), {"actor": actor(by), "text": text})
    typer.echo(f"INS-{number} diterima oleh {actor(by)}.")


def _taken(ctx: typer.Context, item: dict[str, Any], who: str, text: str) -> None:
    """Say who has taken it on already; what somebody has to say of it is kept all the same."""
    number, holder = item["number"], item["acknowledged_by"]
    other = "" if holder == who else f"; untuk mengambil alih: `monitor incident assign {number} {who}`"
    typer.echo(f"INS-{number} sudah diterima{since(holder, item['acknowledged'])}; {UNCHANGED}{other}.")
    if text.strip():
        asked(ctx, "POST", path("incidents", number, "note"), {"actor": who, "text": text})
        typer.echo(f"Catatan ditambahkan pada INS-{number}.")


@incident.command("release")
def release(ctx: typer.Context, number: Number, by: By = "") -> None:
    """Lepaskan insiden yang sudah diterima: diingatkan lagi sampai ada yang menerima."""
    item = _incident(ctx, number)
    released = _last(item, EventKind.WITHDRAWN)
    if released and not item["acknowledged"] and not item["resolved"]:
        typer.echo(f"INS-{number} sudah dilepas{since(released['actor'], released['at'])}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("incidents", number, "unacknowledge"), {"actor": actor(by)})
    typer.echo(f"INS-{number} dilepas oleh {actor(by)}.")


@incident.command("note")
def note(
    ctx: typer.Context,
    number: Number,
    text: Text,
    by: By = "",
) -> None:
    """Tambah catatan pada lini masa insiden."""
    _incident(ctx, number)
    asked(ctx, "POST", path("incidents", number, "note"), {"actor": actor(by), "text": text})
    typer.echo(f"Catatan ditambahkan pada INS-{number}.")


@incident.command("assign")
def assign(
    ctx: typer.Context,
    number: Number,
    to: Person,
    by: By = "",
) -> None:
    """Tugaskan insiden kepada seseorang."""
    item = _incident(ctx, number)
    if item["assignee"] == " ".join(to.split()) and not item["resolved"]:
        given = _last(item, EventKind.ASSIGNED)
        before = since(given.get("actor", ""), given.get("at"))
        typer.echo(f"INS-{number} sudah ditugaskan kepada {to}{before}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("incidents", number, "assign"), {"actor": actor(by), "to": to})
    typer.echo(f"INS-{number} ditugaskan kepada {to}.")


@finding.command("mark")
def mark(
    ctx: typer.Context,
    kode: Annotated[str, typer.Argument(metavar="KODE", help="Kode situs, mis. DESA-046.")],
    code: Annotated[str, typer.Argument(metavar="ATURAN", help="Kode aturan, mis. content.gambling.")],
    act: Annotated[Act, typer.Argument(metavar="TINDAKAN", help="acknowledge, assign, note, dismiss, withdraw.")],
    text: Annotated[str, typer.Option("--catatan", help="Alasan, catatan, atau kepada siapa.")] = "",
    subject: Annotated[str, typer.Option("--subjek", help="Bila aturan itu terbuka untuk beberapa hal.")] = "",
    until: Annotated[
        str, typer.Option("--sampai", metavar="TANGGAL", help="dismiss: berlaku sampai, mis. 2026-12-31.")
    ] = "",
    by: By = "",
) -> None:
    """Tandai satu temuan terbuka; dismiss (positif palsu) memerlukan alasan dan tanggal berakhir."""
    body: dict[str, Any] = {
        "kode": kode,
        "code": code,
        "subject": subject,
        "verb": VERBS[act],
        "actor": actor(by),
        "text": text,
    }
    if until:
        body["until"] = _instant(until, "--sampai", last_moment).isoformat()
    if said := _marked(ctx, body):
        typer.echo(f"{code} pada {kode} sudah {said}; {UNCHANGED}.")
        return
    with or_see("lihat temuan yang terbuka dengan `monitor status --semua`"):
        asked(ctx, "POST", path("findings", "mark"), body)
    typer.echo(f"{code} pada {kode}: {VERBS[act].value} oleh {actor(by)}.")


def _marked(ctx: typer.Context, body: dict[str, Any]) -> str:
    """That the finding is marked like that already, by whom and since when; empty when this would be something new."""
    from monitor.cli import already  # noqa: PLC0415 – a database takes longer to load than to ask a daemon

    verb, options = body["verb"], ctx.obj
    rivals = {verb} if verb is Verb.ASSIGN else {Verb.ACKNOWLEDGE if verb is Verb.WITHDRAW else verb, Verb.WITHDRAW}
    if verb is Verb.WITHDRAW:
        rivals |= {Verb.DISMISS}
    if verb is Verb.NOTE:
        return ""
    last = already.mark(options.settings(), body["kode"], body["code"], body["subject"], frozenset(rivals))
    if last is None or last.verb is not verb or (verb is not Verb.WITHDRAW and last.text != body["text"].strip()):
        return ""
    if verb is Verb.DISMISS and not _is_until(last, body.get("until")):
        return ""
    return f"ditandai {verb.value}{since(last.actor, last.at)}"


def _is_until(mark: Mark, text: str | None) -> bool:
    """Whether *mark* ends at the instant *text*, as exactly as a record keeps it."""
    if mark.until is None or text is None:
        return False
    return abs(mark.until - datetime.fromisoformat(text)) < timedelta(seconds=1)


@maintenance.command("add")
def add(
    ctx: typer.Context,
    scope: Annotated[Scope, typer.Argument(metavar="CAKUPAN", help="sasaran, jenis, alamat, atau semua.")],
    value: Annotated[
        str, typer.Argument(metavar="NILAI", help="Kode, jenis, atau alamat IP; kosong untuk semua.")
    ] = "",
    start: Annotated[
        str, typer.Option("--mulai", metavar="WAKTU", help="WIB, mis. '2026-11-29 22:00'; bawaan: sekarang.")
    ] = "",
    length: Annotated[str, typer.Option("--lama", help="Seperti 90m atau 2h.")] = "1h",
    rule: Annotated[str, typer.Option("--ulang", metavar="RRULE", help="RFC 5545, mis. FREQ=WEEKLY;BYDAY=SU.")] = "",
    reason: Annotated[str, typer.Option("--alasan", help="Wajib: dicatat dan dilaporkan.")] = "",
    by: By = "",
) -> None:
    """Jadwalkan pemeliharaan."""
    if not reason.strip():
        raise UsageError([Problem("--alasan", "kosong", "tuliskan alasannya; ia masuk ke catatan dan laporan")])
    began = _instant(start, "--mulai") if start else datetime.now(WIB)
    body = {
        "scope": scope, "value": value, "start": began.isoformat(), "length": _length(length).total_seconds(),
        "rule": rule, "reason": reason, "actor": actor(by),
    }  # fmt: skip
    if start and (same := _same_window(ctx, body)):
        said = f"Pemeliharaan ini sudah dijadwalkan dengan nomor {same['number']}"
        typer.echo(f"{said}{since(same['actor'], same['created'])}; {UNCHANGED}.")
        return
    window = asked(ctx, "POST", path("maintenance"), body, begins=True)
    typer.echo(f"Pemeliharaan nomor {window['number']} dijadwalkan: {_what(window)}.")


@maintenance.command("list")
def list_windows(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--semua", help="Juga yang sudah diakhiri.")] = False,
    as_json: Json = False,
) -> None:
    """Jadwal pemeliharaan."""
    found = asked(ctx, "GET", path("maintenance", ended=everything, limit=MOST))
    if as_json:
        _print_json(found)
        return
    rows = _table("NO", "CAKUPAN", "MULAI", "LAMA", "ULANG", "ALASAN", "OLEH", "DIAKHIRI")
    for window in found["items"]:
        length = parse_duration(window["length"])
        rows.add_row(
            str(window["number"]),
            escape(f"{window['scope']} {window['value']}".strip()),
            table(datetime.fromisoformat(window["start"])),
            duration(length) if isinstance(length, timedelta) else str(length),
            _again(window) or words.DASH,
            escape(window["reason"]),
            escape(window["actor"]),
            table(datetime.fromisoformat(window["ended"])) if window["ended"] else words.DASH,
        )
    console().print(rows if found["items"] else "Tidak ada pemeliharaan yang dijadwalkan.")
    _left_out(found)


def _same_window(ctx: typer.Context, body: dict[str, Any]) -> dict[str, Any] | None:
    """Maintenance that is planned already as *body* would plan it, whatever its reason; None when there is none."""

    def plan(window: dict[str, Any]) -> tuple[object, ...]:
        value = "" if window["scope"] == Scope.ALL else window["value"].strip()
        length = parse_duration(window["length"])
        return window["scope"], value, datetime.fromisoformat(window["start"]), length, window["rule"]

    # The same window sent again is among the newest; what nobody ended is rarely more than a few.
    found = asked(ctx, "GET", path("maintenance", limit=PART), begins=True, acting=True)
    return next((window for window in found["items"] if plan(window) == plan(body)), None)


def _window(ctx: typer.Context, number: int) -> dict[str, Any]:
    """Maintenance *number*, ended or not. Raises `UsageError` when there is none."""
    for window in asked(ctx, "GET", path("maintenance", ended=True, number=number), acting=True)["items"]:
        return dict(window)
    remedy = "lihat `monitor maintenance list --semua`"
    raise UsageError([Problem(f"nomor {number}", "tidak ada pemeliharaan bernomor ini", remedy)])


@maintenance.command("end")
def end(
    ctx: typer.Context,
    number: WindowNumber,
    by: By = "",
) -> None:
    """Akhiri pemeliharaan sekarang, untuk seterusnya."""
    window = _window(ctx, number)
    if window["ended"]:
        who = _ENDED_BY.search(window["reason"])
        before = since(who[1] if who else "", window["ended"])
        typer.echo(f"Pemeliharaan nomor {number} sudah diakhiri{before}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("maintenance", number, "end"), {"actor": actor(by)})
    typer.echo(f"Pemeliharaan nomor {number} diakhiri.")


@baseline.command("reset")
def reset(
    ctx: typer.Context,
    kode: Annotated[str, typer.Argument(metavar="KODE", help="Kode situs, mis. DESA-046.")],
    check: Annotated[str, typer.Option("--periksa", metavar="NAMA", help="Pemeriksaan yang melupakan.")] = "website",
    by: By = "",
) -> None:
    """Lupakan rupa wajar situs (sesudah desain baru, misalnya); pemantau mempelajarinya lagi dari awal."""
    with or_see("lihat `monitor inventory list`"):
        asked(ctx, "POST", path("targets", kode, "forget"), {"check": check, "actor": actor(by)})
    typer.echo(f"Rupa wajar {kode} dilupakan; dipelajari lagi dari kunjungan berikutnya.")


def _what(window: dict[str, Any]) -> str:
    span = table(datetime.fromisoformat(window["start"]))
    again = f", {said}" if (said := _again(window)) else ""
    return f"{window['scope']} {window['value']}".strip() + f", mulai {span}{again}"


def _again(window: dict[str, Any]) -> str:
    """How often, in words; empty for once."""
    return planning.spoken(window["rule"], datetime.fromisoformat(window["start"]))


def _instant(text: str, where: str, read: Callable[[str, str], datetime] = moment) -> datetime:
    """WIB unless it says otherwise. Raises `UsageError`."""
    try:
        return read(text, where)
    except BadAct as error:
        raise UsageError(
            [Problem(where, f"{text[:40]!r} bukan waktu", "tulis seperti '2026-11-29 22:00' (WIB)")]
        ) from error


def _length(text: str) -> timedelta:
    try:
        found = parse_duration(text)
    except (ValueError, OverflowError) as error:
        raise UsageError([Problem("--lama", f"{text[:20]!r} bukan durasi", "tulis seperti 90m atau 2h")]) from error
    return found if isinstance(found, timedelta) else timedelta()


def without_empty(rows: Table) -> Table:
    """*rows* without the columns in which nothing stands."""
    rows.columns = [column for column in rows.columns if any(column.cells)]
    return rows


def _table(*names: str) -> Table:
    rows = Table(box=None, header_style="bold")
    for name in names:
        rows.add_column(name)
    return rows
