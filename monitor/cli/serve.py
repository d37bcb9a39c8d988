"""`monitor serve`: the daemon."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from monitor import log
from monitor.cli.loop import run
from monitor.cli.state import State
from monitor.errors import DaemonFailed, UsageError
from monitor.model import Kind, Target
from monitor.settings import naming_origins
from monitor.store import StoreError
from monitor.supervisor import Supervisor


def serve(ctx: typer.Context) -> None:
    """
    Jalankan pemantau: semua situs dilihat terus-menerus, papan pantau dan /metrics disajikan.

    SIGHUP membaca ulang inventaris; SIGTERM atau Ctrl-C menghentikan dengan tertib.
    """
    from monitor import app  # noqa: PLC0415 – board and web server are half of the time that other commands take to start

    state: State = ctx.obj
    supervisor = Supervisor.of(os.environ)
    with _telling(supervisor), naming_origins(state.config):
        settings = state.settings()
        log.configure(settings.log)
        config = () if state.config is None else ("--config", str(state.config))
        run(app.serve(settings, announce, supervisor, (*app.OURSELVES, *config)))


@contextmanager
def _telling(supervisor: Supervisor) -> Iterator[None]:
    """
    Have the service manager show why it ended, too.

    Wrong settings are a person's to mend (exit code 2, not started again); a record that cannot be used may be usable
    soon (exit code 1, started again).
    """
    try:
        yield
    except UsageError as error:
        supervisor.say(f"tidak dijalankan: {'; '.join(map(str, error.problems))}")
        raise
    except StoreError as error:
        supervisor.say(f"gagal: {error}")
        raise DaemonFailed(str(error)) from error
    except DaemonFailed as error:
        supervisor.say(f"gagal: {error}")
        raise


def announce(url: str, targets: Sequence[Target]) -> None:
    """Tell a person at a terminal where to look, and what is watched."""
    kinds = Counter(target.kind for target in targets if target.active)
    services, domains = kinds.pop(Kind.LAYANAN, 0), kinds.pop(Kind.DOMAIN, 0)
    watched = f"{kinds.total()} situs, {services} layanan, {domains} domain"
    typer.echo(f"Papan pantau: {url}/  ({watched}; Ctrl-C untuk berhenti)")
