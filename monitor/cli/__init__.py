"""The commands people type; each is thin and says its errors in one line, with the remedy."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command, get_group

from monitor import __version__
from monitor.cli.piped import end_with_reader
from monitor.cli.spoken import App, Group, problem_of
from monitor.cli.state import State
from monitor.errors import DaemonFailed, Refused, StoreError, UsageError


@dataclass(frozen=True, slots=True)
class Part:
    """A word after `monitor`, loaded when it is typed: most of a command's time would go into loading the others."""

    where: str
    """The module in this package, and what of it is the command: a function, or a group of commands."""
    help: str
    """Its line in the list."""
    is_hidden: bool = False

    def load(self, name: str) -> Any:
        """The command itself, as Typer has it."""
        module, _, thing = self.where.partition(":")
        found: App | Callable[..., None] = getattr(import_module(f"monitor.cli.{module}"), thing)
        if isinstance(found, App):
            return get_group(found)
        alone = App(self.help)
        alone.command(name)(found)
        return get_command(alone)


PARTS = {
    "serve": Part("serve:serve", "Jalankan pemantau."),
    "check": Part("check:check", "Lihat sekali, sekarang juga: putusan, temuan, perbaikan."),
    "status": Part("status:status", "Keadaan semua situs dan temuan terbuka menurut catatan."),
    "inventory": Part("inventory:app", "Daftar situs yang dipantau: periksa, lihat, bandingkan."),
    "config": Part("config:app", "Setelan: periksa dan tampilkan."),
    "lint": Part("lint:app", "Catatan DNS, header, atau berkas: periksa sebelum diterbitkan."),
    "inspect": Part("inspect:app", "Halaman yang tersimpan: periksa tanpa menyentuh jaringan."),
    "account": Part("accounts:app", "Akun orang: siapa boleh masuk ke papan, dengan peran apa."),
    "token": Part("accounts:token", "Token API: program apa boleh meminta apa."),
    "alerts": Part("alerts:app", "Notifikasi: uji saluran, siapa diberi tahu, antrean."),
    "assets": Part("assets:app", "Register aset TIK, perubahannya, dan yang belum tercatat."),
    "incident": Part("cases:incident", "Insiden: lihat, terima, catat, tugaskan."),
    "finding": Part("cases:finding", "Tindak lanjut atas satu temuan."),
    "maintenance": Part("cases:maintenance", "Pemeliharaan terjadwal."),
    "baseline": Part("cases:baseline", "Rupa wajar situs, yang dipelajari pemantau."),
    "seal": Part("seal:app", "Segel catatan: keadaan, pemeriksaan, dan kuncinya."),
    "db": Part("db:app", "Basis data: skema, keutuhan, cadangan, masa simpan."),
    "evidence": Part("evidence:app", "Bundel bukti audit bulanan: buat dan periksa."),
    "document": Part("document:app", "Dokumen yang dibuat dari program.", is_hidden=True),
}


class Commands(Group):
    """All that can be typed after `monitor`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the list."""
        return [*PARTS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name in PARTS and cmd_name not in self.commands:
            self.commands[cmd_name] = PARTS[cmd_name].load(cmd_name)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list, without loading what is listed."""
        with formatter.section("Perintah"):
            formatter.write_dl([(name, part.help) for name, part in PARTS.items() if not part.is_hidden])


app = App(
    "Pemantau situs dan domain Pemerintah Kabupaten Purbalingga.",
    cls=Commands,
    name="monitor",
    epilog="Kode keluar: 0 baik · 1 ada temuan pada atau di atas ambang · 2 salah pakai · 3 tidak dapat melihat.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
        end_with_reader()


def main() -> None:
    """Run the command line; problems go to standard error, one a line, and end with exit code 2."""
    try:
        code = app(standalone_mode=False, prog_name="monitor")
    except UsageError as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        count = f"{len(error.problems)} masalah; tidak ada yang dijalankan."
        typer.secho(count, err=True, bold=True)
        code = 2
    except (Refused, StoreError) as error:
        typer.echo(error, err=True)
        code = 2
    except DaemonFailed as error:
        typer.echo(error, err=True)
        code = 1
    except typer.Abort:
        typer.echo("\nDibatalkan; tidak ada yang dijalankan.", err=True)
        code = 128 + signal.SIGINT
    except typer.TyperException as error:
        _tell(error)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _tell(error: typer.TyperException) -> None:
    """Help where nothing was asked; otherwise how it is called, and what was wrong."""
    context = getattr(error, "ctx", None)
    if context is not None and error.message == context.get_help():
        typer.echo(error.message, err=True)
        return
    if context is not None:
        typer.echo(context.get_usage(), err=True)
    typer.echo(problem_of(error), err=True)
