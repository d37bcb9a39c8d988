"""The commands people type; each is thin and says its errors in one line, with the remedy."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from monitor import __version__
from monitor.cli import (
    accounts,
    alerts,
    assets,
    cases,
    check,
    config,
    db,
    document,
    evidence,
    inspect,
    inventory,
    lint,
    seal,
    serve,
    status,
)
from monitor.cli.hand import Refused
from monitor.cli.state import State
from monitor.errors import DaemonFailed, UsageError
from monitor.store import StoreError

app = typer.Typer(
    name="monitor",
    help="Pemantau situs dan domain Pemerintah Kabupaten Purbalingga.",
    epilog="Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai · 3 tidak dapat melihat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.command("status")(status.status)
app.add_typer(inventory.app, name="inventory")
app.add_typer(config.app, name="config")
app.add_typer(lint.app, name="lint")
app.add_typer(inspect.app, name="inspect")
app.add_typer(accounts.app, name="account")
app.add_typer(accounts.token, name="token")
app.add_typer(alerts.app, name="alerts")
app.add_typer(assets.app, name="assets")
app.add_typer(cases.incident, name="incident")
app.add_typer(cases.finding, name="finding")
app.add_typer(cases.maintenance, name="maintenance")
app.add_typer(cases.baseline, name="baseline")
app.add_typer(seal.app, name="seal")
app.add_typer(db.app, name="db")
app.add_typer(evidence.app, name="evidence")
app.add_typer(document.app, name="document", hidden=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    config_file: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="BERKAS", help="Berkas setelan TOML; bawaan: monitor.toml di sini."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tampilkan versi.")
    ] = False,
) -> None:
    """Pemantau situs dan domain Pemerintah Kabupaten Purbalingga."""
    ctx.obj = State(config_file)
    if ctx.invoked_subcommand != "serve":
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `monitor … | head` ends as any other command does


def main() -> None:
    """Run the command line; problems go to standard error, one a line, and end with exit code 2."""
    try:
        app()
    except UsageError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201 – a terminal is the point
        count = len(error.problems)
        Console(stderr=True).print(f"{count} masalah; tidak ada yang dijalankan.", style="bold")
        sys.exit(2)
    except (Refused, StoreError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except DaemonFailed as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(1)
