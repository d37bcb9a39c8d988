"""The rules that watch the monitor itself, by Prometheus's own tool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import require

RULES = Path(__file__).parents[3] / "deploy" / "prometheus"


@pytest.mark.servers("promtool")
@pytest.mark.parametrize(
    "command", [("check", "rules", "monitor.rules.yml"), ("test", "rules", "monitor.rules.test.yml")]
)
def test_promtool_is_content(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [require("promtool"), *command], cwd=RULES, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
