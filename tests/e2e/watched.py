"""A part of the county in a lab, the unmodified daemon that watches it, and whom it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from monitor import inventory
from monitor.model import Target, Verification
from tests.e2e.daemon import ROOT, Daemon, configure, running
from tests.e2e.receiver import Receiver, channel, receiving
from tests.lab import Lab, Scenario

ELSEWHERE = "127.18.0.13"
"""Where those live of whom nothing else is said."""


def _sites() -> tuple[Target, ...]:
    """218 sites that are watched over https, each on a host of its own."""
    listed = [
        target
        for target in inventory.load(ROOT / "inventory")
        if target.active and target.url.startswith("https://") and target.verification is not Verification.NEEDED
    ]
    return tuple({target.host: target for target in listed}.values())[:218]


SITES = _sites()


@dataclass(frozen=True)
class Watched:
    """A lab, the daemon that watches it, and whom it tells."""

    lab: Lab
    daemon: Daemon
    told: Receiver

    async def incidents(self) -> list[dict[str, Any]]:
        """All there ever were, oldest first."""
        page = await self.daemon.get("/api/v1/incidents?open=false&limit=500")
        return sorted(page["items"], key=lambda item: item["number"])

    async def all_well(self, count: int) -> None:
        """Every site is up, and so long that nothing is pending."""
        await self.daemon.until("/api/v1/status", lambda status: status["states"].get("aktif", 0) >= count)

    async def post(self, path: str, **body: Any) -> Any:
        """What the API answers to somebody called Sari."""
        async with httpx.AsyncClient(trust_env=False) as client:
            response = await client.post(f"{self.daemon.url}/api/v1{path}", json={"actor": "Sari", **body})
        assert response.is_success, response.text
        return response.json()

    def kinds(self, channel: str) -> dict[int, list[str]]:
        """Incident → what was said of it, in order."""
        said: dict[int, list[str]] = {}
        for one in self.told.on(f"/{channel}"):
            said.setdefault(one.incident, []).append(one.kind)
        return said


@asynccontextmanager
async def watching(
    folder: Path,
    sites: tuple[Target, ...],
    homes: Mapping[str, str] | None = None,
    checks: Mapping[str, Any] | None = None,
    **alerts: Any,
) -> AsyncIterator[Watched]:
    """*sites*, at their *homes* (host → address), in a lab; a hurried daemon that tells `noc` and `csirt`."""
    homes = homes or {}
    (folder / "inventory").mkdir()
    inventory.dump(sites, folder / "inventory")
    town = Lab(
        sites,
        Scenario(ttl=1),
        folder / "lab",
        plan=lambda target: homes.get(target.host, ELSEWHERE),
        wildcards=True,
    )
    async with town as lab, receiving() as told:
        pointed = lab.settings()
        settings = {
            **pointed,
            "inventory": {"directory": str(folder / "inventory")},
            "vantage": {**pointed["vantage"], "every": "1s"},
            "checks": {**pointed["checks"], "zone": {"every": "5s"}, **(checks or {})},
            "alerts": {
                **alerts,
                "channels": {
                    **{name: channel(told, name, per_minute=600) for name in ("noc", "csirt")},
                    **alerts.get("channels", {}),
                },
            },
        }
        async with running(configure(folder, settings)) as daemon:
            yield Watched(lab, daemon, told)
