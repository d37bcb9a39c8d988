"""`monitor serve`: the daemon."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
import uvloop

from monitor import app, log
from monitor.cli.state import State

T = TypeVar("T")


def serve(ctx: typer.Context) -> None:
    """
    Jalankan pemantau: semua situs dilihat terus-menerus, papan pantau dan /metrics disajikan.

    SIGHUP membaca ulang inventaris; SIGTERM atau Ctrl-C menghentikan dengan tertib.
    """
    state: State = ctx.obj
    settings = state.settings()
    log.configure(settings.log)
    run(app.serve(settings, announce))


def announce(url: str, targets: int) -> None:
    """Tell a person at a terminal where to look."""
    typer.echo(f"Papan pantau: {url}/  ({targets} sasaran; Ctrl-C untuk berhenti)")


def run(main: Coroutine[Any, Any, T]) -> T:
    """The result of *main* on the faster event loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
