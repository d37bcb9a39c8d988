"""The asset register (Manajemen Aset TIK): what the county owns, as declared and as observed, and how it changed."""

from monitor.assets.asset import Asset, Basis, Origin, asset_of, assets_of, goals_of
from monitor.assets.candidates import (
    ATTACKS,
    Candidate,
    Judgement,
    Scout,
    Sighting,
    Stand,
    Unfit,
    Way,
    candidates_of,
    hostile_hosts,
    judgement,
)
from monitor.assets.changes import AssetChange, Said, Sheet, Source
from monitor.assets.declared import Classification, Declaration
from monitor.assets.lifecycle import PROCESSES, STEPS, Process, Status
from monitor.assets.observed import Look, Observation, looks_of, observe
from monitor.assets.register import HOLDS, Hold, Register

__all__ = [
    "ATTACKS",
    "HOLDS",
    "PROCESSES",
    "STEPS",
    "Asset",
    "AssetChange",
    "Basis",
    "Candidate",
    "Classification",
    "Declaration",
    "Hold",
    "Judgement",
    "Look",
    "Observation",
    "Origin",
    "Process",
    "Register",
    "Said",
    "Scout",
    "Sheet",
    "Sighting",
    "Source",
    "Stand",
    "Status",
    "Unfit",
    "Way",
    "asset_of",
    "assets_of",
    "candidates_of",
    "goals_of",
    "hostile_hosts",
    "judgement",
    "looks_of",
    "observe",
]
