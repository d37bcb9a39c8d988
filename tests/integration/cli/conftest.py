"""Settings of a record that nobody has begun, and commands that are run by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.typed import ROOT, Run, runner
from tests.lab import pointers


@pytest.fixture
def own() -> dict[str, object]:
    """Tables of settings that the tests of a module have beside those of all, or instead of them."""
    return {}


@pytest.fixture
def config(tmp_path: Path, own: dict[str, object]) -> Path:
    """A settings file: a record in the test's folder, the shipped inventory, and an address where nobody listens."""
    path = tmp_path / "monitor.toml"
    values: dict[str, object] = {
        "database": {"url": f"sqlite:///{tmp_path / 'monitor.db'}"},
        "inventory": {"directory": str(ROOT / "inventory")},
        "web": {"listen": "127.0.0.1:9"},
        **own,
    }
    path.write_text(pointers.toml(values))
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], config: Path) -> Run:
    """Runs `monitor` with words, by the settings at *config*."""
    return runner(monkeypatch, capsys, config)
