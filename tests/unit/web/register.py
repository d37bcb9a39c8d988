"""A register of four assets and two candidates, over a record of plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from monitor.assets import (
    Asset,
    AssetChange,
    Candidate,
    Judgement,
    Sheet,
    Sighting,
    Source,
    Way,
    assets_of,
    candidates_of,
)
from monitor.model import Kind
from tests.unit.assets.making import DOMAIN, END, VILLAGE, sheet, target
from tests.unit.web import record
from tests.unit.web.moment import NOW

HOSTILE = '<script>alert("aset")</script>'


def sheets() -> list[Sheet]:
    return [
        sheet(
            target(name=f"Dinkominfo {HOSTILE}", owner="Dinas Komunikasi"),
            alamat_ip=("203.0.113.9", "104.16.0.1"),
            penyedia_hosting=("", "Cloudflare"),
            kontak=(f"{HOSTILE}", ""),
            kedaluwarsa_sertifikat=("", END),
            versi=("", "OpenSID 23.05"),
            target_ketersediaan=("99.5", ""),
        ),
        sheet(VILLAGE),
        sheet(DOMAIN, server_nama=("", "ns1.x")),
        sheet(target("OPD-099", name="Dinas Lama", url="https://lama.example.go.id/"), retired=NOW),
        sheet(target("LYN-001", kind=Kind.LAYANAN, name="Layanan baru", url="javascript:alert(1)", active=False)),
    ]


def change(**values: Any) -> AssetChange:
    made = {"kode": "OPD-009", "field": "alamat_ip", "before": "203.0.113.9", "after": "104.16.0.1"}
    return AssetChange(**{"at": NOW, "since": NOW - timedelta(hours=3), "source": Source.OBSERVED, **made, **values})


@dataclass
class Register(record.Record):
    """A record with a register of four assets and two candidates."""

    parts: list[Sheet] = field(default_factory=sheets)
    log: list[AssetChange] = field(default_factory=lambda: [change()])
    decided: list[Judgement] = field(default_factory=list)
    barred: Sequence[str] = ()
    """Hosts that are no candidates because hijacked pages lead there."""

    async def assets(self, *, goals: Mapping[Kind, Decimal] | None = None) -> Sequence[Asset]:
        return assets_of(self.parts, goals)

    async def asset_changes(
        self, since: datetime, until: datetime, kode: str | None = None, limit: int = 100
    ) -> Sequence[AssetChange]:
        return [item for item in self.log if kode in {None, item.kode}][-limit:]

    async def asset_candidates(self) -> Sequence[Candidate]:
        seen = [
            Sighting(host="simkeu.simdacloud.id", kode="OPD-009", way=Way.LINK, first=NOW, last=NOW, detail=HOSTILE),
            Sighting(host="mx.example.com", kode="OPD-009", way=Way.MAIL, first=NOW, last=NOW, days=3),
        ]
        return candidates_of(seen, self.decided)

    async def asset_candidacy(self) -> tuple[Sequence[Candidate], Sequence[str]]:
        return await self.asset_candidates(), self.barred

    async def judge_candidate(self, judgement: Judgement) -> None:
        self.decided.append(judgement)
