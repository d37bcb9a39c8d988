"""The scenarios that come with the lab, the table of every fault, and what the faults of content come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lab.scenario import load

SCENARIOS = Path(__file__).parent / "scenarios"
CALM_FILE = SCENARIOS / "calm.toml"
DEMO_FILE = SCENARIOS / "demo.toml"
FAULTS_FILE = SCENARIOS / "faults.toml"

FAULTS: Mapping[str, str] = {rule.label: rule.site for rule in load(FAULTS_FILE).rules}
"""What is wrong → the kode of the one site it is wrong with, in `faults.toml`."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The codes that each look at a site must come to; a check that is not named must find nothing."""

    website: tuple[str, ...] = ()
    """Of a first visit, while nothing is known of the site."""
    changed: tuple[str, ...] = ()
    """What a visit finds beside that once it is known how the page usually is."""
    cloaking: tuple[str, ...] = ()
    freshness: tuple[str, ...] = ()


CONTENT: Mapping[str, Expected] = {
    "warning": Expected(),
    "dynamic": Expected(),
    "blocked-googlebot": Expected(),
    "gambling": Expected(website=("content.gambling",)),
    "hidden-links": Expected(website=("content.gambling",)),
    "cloaked-for-googlebot": Expected(cloaking=("cloaking.gambling",)),
    "cloaked-links-for-googlebot": Expected(cloaking=("cloaking.gambling",)),
    "cloaked-for-referrals": Expected(cloaking=("cloaking.gambling",)),
    "redirected-phone": Expected(cloaking=("cloaking.redirect",)),
    "doorway": Expected(cloaking=("cloaking.doorway",)),
    "doorway-for-googlebot": Expected(cloaking=("cloaking.doorway",)),
    "poisoned-sitemap": Expected(cloaking=("cloaking.sitemap", "cloaking.robots")),
    "defaced": Expected(website=("content.defaced",)),
    "emptied": Expected(changed=("content.emptied",)),
    "thai": Expected(website=("ownership.not_named",), changed=("content.language",)),
    "parked": Expected(website=("ownership.parked",)),
    "default-page": Expected(website=("ownership.default_page",)),
    "elsewhere": Expected(website=("ownership.elsewhere",)),
    "old-opensid": Expected(website=("software.outdated",)),
    "old-wordpress": Expected(website=("software.outdated",)),
    "dead-wordpress": Expected(website=("software.end_of_life",)),
    "abandoned": Expected(freshness=("freshness.abandoned",)),
    "foreign-script": Expected(website=("content.foreign_script",)),
    "foreign-frame": Expected(website=("content.foreign_frame",)),
    "foreign-form": Expected(website=("content.login_foreign",)),
}
"""Every fault of content by its label."""
