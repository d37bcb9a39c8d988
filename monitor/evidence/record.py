"""What is asked of the record, and what the report needs to know beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Protocol

from monitor import __version__
from monitor.assets import AssetChange, Candidate, Sighting
from monitor.availability import CADENCES_UNOBSERVED, Figures, Hour, Response
from monitor.checks.base import Check
from monitor.evidence import canonical
from monitor.evidence.chapters.phrases import texts
from monitor.evidence.data import CheckMethod, Method
from monitor.seal import Sealed
from monitor.settings import Settings, masked
from monitor.store.stored import FrozenMonth, StoredSample
from monitor.store.told import Told

COUNTY = "Pemerintah Kabupaten Purbalingga"


class Record(Protocol):
    """The part of a store that a month is collected from; each question is answered in one snapshot."""

    async def told(self, since: datetime, until: datetime, /) -> Told:
        """What happened in [*since*, *until*), as it was at the end."""

    async def availability(
        self, kode: str | None, since: datetime, until: datetime, /, *, now: datetime
    ) -> Mapping[str, Figures]:
        """Kode → figures; of what lies after *now* nothing counts."""

    async def let_go(self) -> tuple[datetime, datetime]:
        """The instants (UTC) before which retention let go of samples, and of all else; 1970 when it did of none."""

    async def is_observed(self, since: datetime, until: datetime, /) -> bool:
        """Whether any look of [*since*, *until*) saw a site: a month of which this is false is empty."""

    async def observed(self) -> tuple[datetime, datetime] | None:
        """The first and the last look ever that saw a site."""

    async def response_times(self, kode: str | None, since: datetime, until: datetime, /) -> Mapping[str, Response]:
        """Kode → how long answers took."""

    async def hourly(self, kode: str, since: datetime, until: datetime, /) -> Sequence[Hour]:
        """The hours of *kode*, oldest first."""

    async def samples(
        self, kode: str, check: str, since: datetime, until: datetime, limit: int, /
    ) -> Sequence[StoredSample]:
        """The samples of [*since*, *until*), oldest first."""

    async def asset_changes(self, since: datetime, until: datetime, /) -> Sequence[AssetChange]:
        """What changed in the register, oldest first."""

    async def asset_sightings(self) -> Sequence[Sighting]:
        """Every host that ever came up without being listed."""

    async def asset_candidates(self) -> Sequence[Candidate]:
        """Those that are not listed by now, with what was decided."""

    async def seals(self, since: date, until: date, /) -> Sequence[Sealed]:
        """The sealed days from *since* up to and including *until*. Raises `BadSeal`."""

    async def first_day(self) -> date | None:
        """The day on which the record begins."""

    async def frozen(self, month: str, /) -> Sequence[FrozenMonth]:
        """What was handed out about *month*, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a report says that is not in the record."""

    county: str = COUNTY
    tool: str = f"monitor {__version__}"
    method: Method = field(default_factory=Method)
    settings: str = ""
    """SHA-256 of the settings without their secrets."""
    vital: str = "website"
    """The check whose looks decide whether a site is observed."""

    @property
    def patience(self) -> timedelta:
        """How long after its last look a site still counts as observed."""
        every = next((check.every for check in self.method.checks if check.name == self.vital), timedelta(minutes=1))
        return every * float(self.method.cadences_unobserved)


def brief_of(settings: Settings, checks: Sequence[Check[Any]]) -> Brief:
    """What *settings* say of how it is measured."""
    questions = texts()["questions"]
    method = Method(
        checks=tuple(
            CheckMethod(
                name=check.name,
                question=questions.get(check.name, check.name),
                every=check.every,
                timeout=check.timeout,
            )
            for check in checks
        ),
        sentinels=settings.vantage.sentinels,
        targets=settings.record.targets.goals,
        cadences_unobserved=Fraction(str(CADENCES_UNOBSERVED)),
    )
    return Brief(method=method, settings=canonical.digest(masked(settings)))
