"""The lab: the regency on loopback, with everything that can be wrong with it."""

from __future__ import annotations

from tests.lab.faults import Fault, FaultName
from tests.lab.lab import Lab
from tests.lab.scenario import Rule, Scenario, ScenarioError, load
from tests.lab.town import Limits

__all__ = ["Fault", "FaultName", "Lab", "Limits", "Rule", "Scenario", "ScenarioError", "load"]
