"""Commands run in this process, as a person types them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import cli

ROOT = Path(__file__).parents[3]
Run = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], config: Path) -> Run:
    """Runs `monitor` with words, by the settings at *config*."""

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["monitor", "--config", str(config), *words])
        monkeypatch.setattr(
            "monitor.cli.alone.log.configure", lambda _settings: None
        )  # the log of the tests is not ours
        monkeypatch.setenv("COLUMNS", "200")
        capsys.readouterr()
        try:
            with capture_logs():
                cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return Ended(code, told.out, told.err)

    return run
