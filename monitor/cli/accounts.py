"""`monitor account`, `monitor token`: who may use the board, through the daemon or on the record itself."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor import words
from monitor.access import passwords
from monitor.access.people import BadAccount, name_of
from monitor.access.roles import Action, Role, Scope
from monitor.cli.hand import UNCHANGED, actor, asked, path
from monitor.cli.spoken import App
from monitor.cli.state import State, console
from monitor.errors import Problem, UsageError
from monitor.moments import BadAct, last_moment
from monitor.sections import parse_duration

app = App(help="Akun orang: siapa boleh masuk ke papan, dengan peran apa.")
token = App(help="Token API: program apa boleh meminta apa.")

Name = Annotated[str, typer.Argument(metavar="NAMA", help="Nama akun, huruf kecil.")]
TokenName = Annotated[str, typer.Argument(metavar="NAMA", help="Nama token, mis. prometheus.")]
Json = Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")]
Stdin = Annotated[
    bool,
    typer.Option(
        "--stdin", help="Baca kata sandi dari masukan baku, satu baris; untuk skrip, atau bila tidak ada terminal."
    ),
]
TERMINAL = "/dev/tty"
"""Where passwords are asked for, wherever standard input comes from."""
MOST = 1000
"""Lines of the trail at a time."""


def _called(name: str) -> str:
    """*name* as accounts and tokens have theirs. Raises `UsageError`."""
    try:
        return name_of(name)
    except BadAccount as error:
        raise UsageError([Problem("NAMA", str(error), "tulis seperti siti atau siti.rahma")]) from error


def _find(items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((item for item in items if item["name"] == name), None)


def _account(ctx: typer.Context, name: str) -> dict[str, Any]:
    """The account *name* as it is now. Raises `UsageError` when there is none."""
    found = _find(asked(ctx, "GET", path("accounts"), acting=True), name)
    if found is None:
        remedy = f"lihat `monitor account list`, atau buat dengan `monitor account add {name}`"
        raise UsageError([Problem(name, "akun ini tidak ada", remedy)])
    return found


def _before(ctx: typer.Context, *abouts: str) -> str:
    """By whom, and since when, one of *abouts* has been so, as far as the trail says; empty when it does not."""
    from monitor.cli import already  # noqa: PLC0415 – a database takes longer to load than to ask a daemon

    options: State = ctx.obj
    return already.told(already.deed(options.settings(), Action.ADMIN.value, *abouts))


def _encoded(stdin: bool) -> str:
    """A password from a person, or from a script, encoded. Raises `UsageError`; it is never shown and never kept."""
    password = _line() if stdin else _prompted()
    try:
        return passwords.encode(passwords.require_good(password))
    except BadAccount as error:
        raise UsageError([Problem("kata sandi", str(error), "pilih yang lain")]) from error


def _line() -> str:
    """The first line of standard input. Raises `UsageError`."""
    remedy = "alirkan satu baris, misalnya `monitor account passwd NAMA --stdin < BERKAS`"
    if sys.stdin is not None and sys.stdin.isatty():
        problem = Problem("--stdin", "kata sandi akan tampak di terminal", f"hilangkan --stdin, atau {remedy}")
        raise UsageError([problem])
    try:
        line = "" if sys.stdin is None else sys.stdin.readline(passwords.LONGEST + 2)
    except UnicodeDecodeError as error:
        raise UsageError([Problem("--stdin", "masukan baku bukan teks UTF-8", remedy)]) from error
    if not line:
        raise UsageError([Problem("--stdin", "masukan baku kosong", remedy)])
    return line.rstrip("\r\n")


def _prompted() -> str:
    """What a person types twice, unseen. Raises `UsageError`, also where there is no terminal to hide it on."""
    if not _has_terminal():
        remedy = "jalankan di terminal, atau alirkan satu baris ke perintah ini dengan --stdin"
        raise UsageError([Problem("kata sandi", "tidak ada terminal untuk menanyakannya", remedy)])
    password: str = typer.prompt("Kata sandi", hide_input=True, err=True)
    if typer.prompt("Sekali lagi", hide_input=True, err=True) != password:
        raise UsageError([Problem("kata sandi", "keduanya tidak sama", "ulangi perintahnya")])
    return password


def _has_terminal() -> bool:
    """Whether there is somebody to ask."""
    try:
        os.close(os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@app.command("add")
def add(
    ctx: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="Peran akun ini.")],
    stdin: Stdin = False,
) -> None:
    """
    Buat akun; kata sandinya ditanyakan, sekurangnya 12 huruf.

    Tanpa terminal: `monitor account add NAMA --role PERAN --stdin < BERKAS`; baris pertamanya kata sandi.
    """
    name = _called(name)
    if _find(asked(ctx, "GET", path("accounts"), begins=True, acting=True), name):
        remedy = f"ganti perannya dengan `monitor account role {name}`, sandinya dengan `monitor account passwd {name}`"
        raise UsageError([Problem(name, f"akun {name} sudah ada", remedy)])
    body = {"actor": actor(""), "name": name, "role": role.value, "password": _encoded(stdin)}
    made = asked(ctx, "POST", path("accounts"), body, begins=True)
    typer.echo(f"Akun {made['name']} dibuat dengan peran {made['role']}.")


@app.command("list")
def list_accounts(ctx: typer.Context, as_json: Json = False) -> None:
    """Semua akun."""
    found = asked(ctx, "GET", path("accounts"))
    if as_json:
        _print_json(found)
        return
    rows = _table("AKUN", "PERAN", "DIBUAT", "KATA SANDI SEJAK", "KEADAAN")
    for item in found:
        standing = f"nonaktif sejak {_when(item['disabled'])}" if item["disabled"] else "aktif"
        rows.add_row(escape(item["name"]), item["role"], _when(item["created"]), _when(item["changed"]), standing)
    console().print(rows if found else "Belum ada akun.")


@app.command("passwd")
def passwd(ctx: typer.Context, name: Name, stdin: Stdin = False) -> None:
    """
    Ganti kata sandi; semua sesi akun itu berakhir.

    Tanpa terminal: `monitor account passwd NAMA --stdin < BERKAS`; baris pertamanya kata sandi.
    """
    name = _called(name)
    _account(ctx, name)
    asked(ctx, "POST", path("accounts", name), {"actor": actor(""), "password": _encoded(stdin)})
    typer.echo(f"Kata sandi {name} diganti; semua sesinya berakhir.")


@app.command("role")
def role_(
    ctx: typer.Context, name: Name, role: Annotated[Role, typer.Argument(metavar="PERAN", help="Peran yang baru.")]
) -> None:
    """Ganti peran; semua sesi akun itu berakhir."""
    name = _called(name)
    if _account(ctx, name)["role"] == role.value:
        before = _before(ctx, f"peran {role.value} {name}", f"tambah {name} ({role.value})")
        typer.echo(f"Peran {name} sudah {role.value}{before}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("accounts", name), {"actor": actor(""), "role": role.value})
    typer.echo(f"Peran {name} sekarang {role.value}; ia harus masuk lagi.")


@app.command("disable")
def disable(ctx: typer.Context, name: Name) -> None:
    """Tutup akun tanpa menghapusnya; semua sesinya berakhir."""
    name = _called(name)
    if _account(ctx, name)["disabled"]:
        typer.echo(f"Akun {name} sudah ditutup{_before(ctx, f'nonaktifkan {name}')}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("accounts", name), {"actor": actor(""), "disabled": True})
    typer.echo(f"Akun {name} ditutup; buka lagi dengan `monitor account enable {name}`.")


@app.command("enable")
def enable(ctx: typer.Context, name: Name) -> None:
    """Buka lagi akun yang ditutup."""
    name = _called(name)
    if not _account(ctx, name)["disabled"]:
        typer.echo(f"Akun {name} sudah terbuka{_before(ctx, f'aktifkan {name}')}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("accounts", name), {"actor": actor(""), "disabled": False})
    typer.echo(f"Akun {name} dibuka lagi.")


@app.command("remove")
def remove(ctx: typer.Context, name: Name) -> None:
    """Hapus akun; yang pernah dilakukannya tetap tercatat."""
    name = _called(name)
    is_there = _find(asked(ctx, "GET", path("accounts"), acting=True), name)
    if not is_there and (before := _before(ctx, f"hapus {name}")):
        typer.echo(f"Akun {name} sudah dihapus{before}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("accounts", name, "remove"), {"actor": actor("")})
    typer.echo(f"Akun {name} dihapus.")


@app.command("audit")
def audit(
    ctx: typer.Context,
    who: Annotated[str | None, typer.Option("--siapa", metavar="NAMA", help="Hanya oleh nama ini.")] = None,
    deed: Annotated[str | None, typer.Option("--apa", metavar="TINDAKAN", help="Hanya tindakan ini.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="Sebanyak ini, yang terbaru dulu.")] = 50,
    as_json: Json = False,
) -> None:
    """Jejak tindakan: siapa melakukan apa, dari mana, kapan."""
    found = asked(ctx, "GET", path("audit", limit=limit, actor=who, deed=deed))
    if as_json:
        _print_json(found)
        return
    rows = _table("WAKTU", "SIAPA", "LEWAT", "DARI", "YANG DILAKUKAN")
    for item in found["items"]:
        told = (item["actor"] or words.DASH, item["via"], item["address"] or words.DASH, item["told"])
        more = f" [dim]{escape(item['more'])}[/dim]" if item["more"] else ""
        *others, what = map(escape, told)
        rows.add_row(_when(item["at"]), *others, what + more)
    console().print(rows if found["items"] else "Belum ada tindakan yang tercatat.")
    if found["total"] > len(found["items"]):
        console().print(f"… dan {words.number(found['total'] - len(found['items']))} lagi")


@token.command("add")
def add_token(
    ctx: typer.Context,
    name: TokenName,
    scope: Annotated[list[Scope], typer.Option("--scope", help="Cakupan; boleh berulang.")],
    expires: Annotated[
        str, typer.Option("--expires", metavar="KAPAN", help="Berlaku sampai: 2027-03-31, atau selama 90d.")
    ] = "",
) -> None:
    """Buat token API; hanya sekali ini ditampilkan, jadi simpan segera."""
    until, name = _until(expires), _called(name)
    body = {
        "actor": actor(""),
        "name": name,
        "scopes": sorted(scope),
        "expires": None if until is None else until.isoformat(),
    }
    made = asked(ctx, "POST", path("tokens"), body, begins=True)
    typer.echo("Simpan sekarang; tidak dapat ditampilkan lagi:", err=True)
    typer.echo(made["token"])


def _until(text: str) -> datetime | None:
    """The instant that *text* names, as a day or as a span from now. Raises `UsageError`."""
    if not text:
        return None
    try:
        span = parse_duration(text)
        return datetime.now(UTC) + span if isinstance(span, timedelta) else None
    except ValueError:
        pass
    except OverflowError as error:
        raise UsageError([Problem("--expires", f"{text!r} terlalu lama", "tulis seperti 90d")]) from error
    try:
        return last_moment(text, "masa berlaku")
    except BadAct as error:
        raise UsageError([Problem("--expires", str(error), "atau tulis lamanya, seperti 90d")]) from error


@token.command("list")
def list_tokens(ctx: typer.Context, as_json: Json = False) -> None:
    """Semua token, tanpa rahasianya."""
    found = asked(ctx, "GET", path("tokens"))
    if as_json:
        _print_json(found)
        return
    rows = _table("TOKEN", "CAKUPAN", "DIBUAT", "BERLAKU SAMPAI")
    for item in found:
        until = _when(item["expires"]) if item["expires"] else "tanpa batas"
        if item["expires"] and datetime.fromisoformat(item["expires"]) <= datetime.now(UTC):
            until += " (sudah lewat)"
        rows.add_row(escape(item["name"]), ", ".join(item["scopes"]), _when(item["created"]), until)
    console().print(rows if found else "Belum ada token.")


@token.command("revoke")
def revoke(ctx: typer.Context, name: TokenName) -> None:
    """Cabut token: seketika tidak membuka apa pun lagi."""
    name = _called(name)
    is_there = _find(asked(ctx, "GET", path("tokens"), acting=True), name)
    if not is_there and (before := _before(ctx, f"cabut token {name}")):
        typer.echo(f"Token {name} sudah dicabut{before}; {UNCHANGED}.")
        return
    asked(ctx, "POST", path("tokens", name, "revoke"), {"actor": actor("")})
    typer.echo(f"Token {name} dicabut.")


def _table(*names: str) -> Table:
    rows = Table(box=None, header_style="bold")
    for name in names:
        rows.add_column(name)
    return rows


def _when(text: str) -> str:
    return words.table(datetime.fromisoformat(text))
