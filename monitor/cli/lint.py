"""`monitor lint`: is a record or header right, before it is published?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn

import typer

from monitor.cli import lint_report as report
from monitor.cli.lint_spf import Evaluated, evaluation_of
from monitor.cli.spoken import App
from monitor.standards import caa, csp, dkim, dmarc, hsts, mta_sts, security_txt, spf, tls_rpt
from monitor.standards.linted import Linted
from monitor.standards.spf_evaluate import Result

LARGEST = 1024 * 1024
"""Bytes of standard input that are read."""
CANNOT_LOOK = 3
"""Exit code when the DNS gave no answer to go by."""

app = App(
    name="lint",
    help="Periksa catatan DNS, header, atau berkas sebelum diterbitkan.",
    epilog="Kode keluar: 0 sah · 1 ada galat · 2 salah pakai · 3 DNS tidak menjawab (hanya spf --ip).",
)

Value = Annotated[str, typer.Argument(metavar="NILAI|-", help="Teks yang diperiksa; - membaca masukan standar.")]
AsJson = Annotated[bool, typer.Option("--json", help="Satu objek JSON untuk skrip.")]


@dataclass(frozen=True, slots=True)
class Standard:
    """One thing that can be linted."""

    name: str
    help: str
    read: Callable[[str], Linted[Any]]
    keeps_ends: bool = False
    """A file, of which the last line's end is a part."""


def mta_sts_of(text: str) -> Linted[Any]:
    """Record or policy: the one that *text* looks like."""
    return mta_sts.parse_policy(text) if text.lstrip().startswith("version") else mta_sts.parse(text)


def security_txt_now(text: str) -> Linted[Any]:
    """The file, at the present time."""
    return security_txt.parse(text, datetime.now(UTC))


STANDARDS = (
    Standard("dmarc", "Catatan TXT di _dmarc.DOMAIN (RFC 9989).", dmarc.parse),
    Standard("dkim", "Catatan TXT di SELEKTOR._domainkey.DOMAIN (RFC 6376).", dkim.parse),
    Standard(
        "mta-sts", "Catatan TXT di _mta-sts.DOMAIN, atau isi mta-sts.txt (RFC 8461).", mta_sts_of, keeps_ends=True
    ),
    Standard("tls-rpt", "Catatan TXT di _smtp._tls.DOMAIN (RFC 8460).", tls_rpt.parse),
    Standard("caa", 'Catatan CAA: 0 issue "letsencrypt.org" (RFC 8659).', caa.parse),
    Standard("hsts", "Nilai header Strict-Transport-Security (RFC 6797).", hsts.parse),
    Standard("csp", "Nilai header Content-Security-Policy (CSP3).", csp.parse),
    Standard("security-txt", "Isi /.well-known/security.txt (RFC 9116).", security_txt_now, keeps_ends=True),
)


def _command(standard: Standard) -> Callable[[str, bool], None]:
    def lint(value: Value, as_json: AsJson = False) -> None:
        text = text_of(value, keeps_ends=standard.keeps_ends)
        linted = standard.read(text)
        if as_json:
            typer.echo(dumped(report.as_json(linted)))
        else:
            report.show(text, linted)
        raise typer.Exit(0 if linted.valid else 1)

    return lint


for _standard in STANDARDS:
    app.command(_standard.name, help=_standard.help)(_command(_standard))


@app.command("spf", help="Catatan TXT SPF (RFC 7208); dengan --ip juga dievaluasi untuk satu pengirim.")
def lint_spf(
    ctx: typer.Context,
    value: Annotated[
        str | None,
        typer.Argument(metavar="[NILAI|-]", help="Catatannya; tanpa ini: yang terbit di --domain (perlu --ip)."),
    ] = None,
    domain: Annotated[str, typer.Option("--domain", metavar="DOMAIN", help="Pemilik catatan.")] = "",
    ip: Annotated[str, typer.Option("--ip", metavar="ALAMAT", help="Alamat pengirim yang dinilai.")] = "",
    sender: Annotated[str, typer.Option("--from", metavar="SUREL", help="MAIL FROM; kosong untuk pantulan.")] = "",
    helo: Annotated[str, typer.Option("--helo", metavar="NAMA", help="Nama dalam HELO/EHLO.")] = "",
    as_json: AsJson = False,
) -> None:
    """Lint a record, and evaluate it for one sender when asked to."""
    owner = domain or sender.rpartition("@")[2] or helo
    if not ip and (value is None or domain or sender or helo):
        raise typer.BadParameter("sebut --ip untuk menilai seorang pengirim, atau NILAI untuk diperiksa")
    if ip and not owner:
        raise typer.BadParameter("sebut --domain, --from, atau --helo bersama --ip")
    text = None if value is None else text_of(value)
    if not ip:
        _end(text, None, as_json=as_json)
    evaluated = evaluation_of(ctx.obj, text, domain=owner, ip=ip, sender=sender, helo=helo or owner)
    _end(evaluated.text, evaluated, as_json=as_json)


def text_of(value: str, *, keeps_ends: bool = False) -> str:
    """*value*, or standard input for `-`. Raises `typer.BadParameter` when that is too large."""
    if value != "-":
        return value
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise typer.BadParameter(f"masukan lebih besar dari {LARGEST // 1024} KiB")
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return text if keeps_ends else text.rstrip("\r\n")


def dumped(value: dict[str, Any]) -> str:
    """*value* as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _end(text: str | None, evaluated: Evaluated | None, *, as_json: bool) -> NoReturn:
    """Say what was found, and leave with the exit code for it."""
    linted = None if text is None else spf.parse(text)
    if as_json:
        said = report.as_json(linted) if linted is not None else {"valid": False, "value": None, "problems": []}
        typer.echo(dumped(said if evaluated is None else said | {"evaluation": asdict(evaluated.evaluation)}))
    else:
        if text is not None and linted is not None:
            report.show(text, linted)
        if evaluated is not None:
            report.show_evaluation(evaluated)
    raise typer.Exit(_code(linted, evaluated))


def _code(linted: Linted[Any] | None, evaluated: Evaluated | None) -> int:
    if evaluated is not None and evaluated.evaluation.result is Result.TEMPERROR:
        return CANNOT_LOOK
    wrong = evaluated is not None and evaluated.evaluation.result in {Result.PERMERROR, Result.NONE}
    return 1 if wrong or linted is None or not linted.valid else 0
