"""The scenarios that come with the lab, and the table of every fault."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.lab.scenario import load

SCENARIOS = Path(__file__).parent / "scenarios"
CALM_FILE = SCENARIOS / "calm.toml"
DEMO_FILE = SCENARIOS / "demo.toml"
FAULTS_FILE = SCENARIOS / "faults.toml"

FAULTS: Mapping[str, str] = {rule.label: rule.site for rule in load(FAULTS_FILE).rules}
"""What is wrong → the kode of the one site it is wrong with, in `faults.toml`."""
