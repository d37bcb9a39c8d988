"""A record and a vantage made of plain values, for tests of the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from monitor.access.people import Deed
from monitor.assets import AssetChange
from monitor.availability import Figures, History, Response, Step, Tally, daily, figures, month_name
from monitor.checks.website.availability import SLOW
from monitor.incident import Event, FindingKey, Incident, Mark, Parcel, ParcelState, Window
from monitor.latest import Entry, Latest
from monitor.model import Audience, Finding, Measure, Outcome, State, Target, Transition
from monitor.settings import Settings
from monitor.store import AlreadyFrozen, months
from monitor.store.stored import FrozenMonth, StoredStamp
from monitor.web.reads import Kept
from monitor.web.view import View
from tests.unit.web import domains, regency
from tests.unit.web.moment import NOW

PAGE = Measure(status=200, ttfb=120_000)
ANSWERS = Response(median=timedelta(milliseconds=240), p95=timedelta(milliseconds=910), count=1440)


@dataclass(frozen=True)
class Sample:
    at: datetime
    measure: Measure = PAGE
    outcome: Outcome = Outcome.OBSERVED
    state: State = State.UP


@dataclass(frozen=True)
class Past:
    finding: Finding
    opened: datetime
    resolved: datetime | None


@dataclass(frozen=True)
class Retired:
    target: Target
    retired: datetime | None


@dataclass
class Record:
    """Answers every site alike."""

    history: Sequence[Transition] = ()
    runs: Sequence[Sample] = ()
    past: Sequence[Past] = ()
    gone: Sequence[Retired] = ()
    unfed: Sequence[Sample] = ()
    """Changes that the SIEM has not taken."""
    handed: list[FrozenMonth] = field(default_factory=list)
    """Months that were handed out."""
    lives: Mapping[str, History] = field(default_factory=dict)
    """Kode → what decides its availability."""
    answers: Response = ANSWERS
    asked: int = 0
    """How often somebody asked for availability."""
    blank: Sequence[str] = ()
    """Months in which nobody saw a site."""
    begun: date | None = None
    """The day on which the record begins."""
    stamps: Mapping[str, StoredStamp] = field(default_factory=dict)
    """Head of a seal → the time-stamp that covers it."""

    async def audit(
        self, limit: int, offset: int, *, actor: str | None, deed: str | None
    ) -> tuple[Sequence[Deed], int]:
        return (), 0

    async def transitions(self, kode: str, since: datetime) -> Sequence[Transition]:
        return self.history

    async def samples(self, kode: str, check: str, since: datetime, until: datetime, limit: int) -> Sequence[Sample]:
        return self.runs

    async def findings(self, kode: str | None = None, *, open_only: bool = False, limit: int = 200) -> Sequence[Past]:
        return self.past

    async def retired(self) -> Sequence[Retired]:
        return self.gone

    async def incidents(
        self,
        *,
        open_only: bool = False,
        kode: str | None = None,
        audience: Audience | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Sequence[Incident], int]:
        return (), 0

    async def incident(self, number: int) -> Incident | None:
        return None

    async def timeline(self, number: int) -> Sequence[Event]:
        return ()

    async def windows(self, *, all: bool = False) -> Sequence[Window]:  # noqa: A002 – the store's word
        return ()

    async def outbox(
        self,
        state: ParcelState | None = None,
        channel: str | None = None,
        limit: int = 100,
        offset: int = 0,
        *,
        key: str | None = None,
    ) -> Sequence[Parcel]:
        return ()

    async def parcels_of(self, keys: Sequence[str]) -> Sequence[Parcel]:
        return ()

    async def outbox_counts(self) -> Mapping[tuple[str, ParcelState], int]:
        return {}

    async def marks(self, of: str | FindingKey) -> Sequence[Mark]:
        return ()

    async def exhibits(
        self, kode: str, limit: int = 100, *, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[Kept]:
        return ()

    async def feed_position(self, name: str) -> int:
        return 0

    async def changes_since(self, change_id: int, limit: int = 100) -> Sequence[Sample]:
        return self.unfed[change_id:][:limit]

    async def frozen(self, month: str | None = None) -> Sequence[FrozenMonth]:
        return [item for item in self.handed if month in {None, item.month}]

    async def freeze(self, month: str, digest: str, at: datetime, *, bundle: str = "", reason: str = "") -> FrozenMonth:
        item = months.checked(FrozenMonth(month=month, at=at, digest=digest, bundle=bundle, reason=reason))
        held = await self.frozen(month)
        if held and (held[-1].digest, held[-1].bundle) == (item.digest, item.bundle):
            return held[-1]
        if held and not reason:
            raise AlreadyFrozen(f"bulan {month} sudah dibekukan; menyatakannya lagi harus dengan alasan")
        self.handed.append(item)
        return item

    async def availability(
        self, kode: str | None, since: datetime, until: datetime, *, now: datetime | None = None
    ) -> Mapping[str, Figures]:
        self.asked += 1
        span = second(since), second(until)
        return {each: figures(life, *span) for each, life in self.lives.items() if kode in {None, each}}

    async def first_day(self) -> date | None:
        return self.begun

    async def stamp_over(self, head: str) -> StoredStamp | None:
        return self.stamps.get(head)

    async def is_observed(self, since: datetime, until: datetime) -> bool:
        return month_name(since) not in self.blank

    async def response_times(self, kode: str | None, since: datetime, until: datetime) -> Mapping[str, Response]:
        return {each: self.answers for each in self.lives if kode in {None, each}}

    async def days(
        self, kode: str | None, first: date, last: date, *, now: datetime | None = None
    ) -> Mapping[str, Mapping[date, Tally]]:
        start = date(1970, 1, 1)
        low, high = (first - start).days, (last - start).days + 1
        return {
            each: {start + timedelta(days=day): tally for day, tally in daily(life, low, high).items()}
            for each, life in self.lives.items()
            if kode in {None, each}
        }

    async def asset_changes(
        self, since: datetime, until: datetime, kode: str | None = None, limit: int = 100
    ) -> Sequence[AssetChange]:
        return ()

    async def exhibit(self, number: int) -> tuple[Kept, tuple[tuple[str, str], ...], bytes] | None:
        return None


@dataclass(frozen=True)
class Sentinel:
    url: str
    alive: bool = True
    detail: str = "tersambung"


@dataclass(frozen=True)
class Connection:
    at: datetime = NOW - timedelta(seconds=12)
    connected: bool | None = True
    reason: str = ""
    sentinels: Sequence[Sentinel] = (Sentinel("tcp://1.1.1.1:443"), Sentinel("dns://go.id", detail="menjawab"))


CUT = Connection(
    connected=False,
    reason="titik pantau terputus: tidak satu pun penjaga jaringan menjawab",
    sentinels=(Sentinel("tcp://1.1.1.1:443", alive=False, detail="tidak menjawab"),),
)
UNGUARDED = Connection(connected=None, sentinels=())


@dataclass
class Vantage:
    current: Connection | None = field(default_factory=Connection)
    since: datetime | None = NOW - timedelta(days=2)


def second(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def life(**changes: object) -> History:
    """Watched for 60 days: down for six hours on the first of the month, slow for a day, unseen for two hours."""
    first = datetime(2026, 10, 31, 17, tzinfo=UTC)
    steps = [
        Step(second(NOW - timedelta(days=60)), State.UP),
        Step(second(first), State.DOWN, "site.down"),
        Step(second(first + timedelta(hours=6)), State.UP),
        Step(second(first + timedelta(days=3)), State.DEGRADED, "site.slow"),
        Step(second(first + timedelta(days=4)), State.UP),
        Step(second(NOW - timedelta(hours=2, minutes=5)), State.DOWN, "site.down"),
    ]
    values: dict[str, object] = {
        "begin": steps[0].at,
        "horizon": second(NOW),
        "steps": steps,
        "gaps": [(second(first + timedelta(days=9)), second(first + timedelta(days=9, hours=2)))],
        "maintained": [(second(first + timedelta(hours=5)), second(first + timedelta(hours=6)))],
        **changes,
    }
    return History(**values)  # type: ignore[arg-type]


def eventful() -> Record:
    """A day of visits with an outage in it, a month of changes, a closed finding and a retired site."""
    target = next(regency.targets())
    return Record(
        history=[
            Transition("X", NOW - timedelta(days=29), State.UP),
            Transition("X", NOW - timedelta(days=4, hours=2), State.UNOBSERVED, "titik pantau terputus"),
            Transition("X", NOW - timedelta(days=4), State.UP),
            Transition("X", NOW - timedelta(hours=2, minutes=5), State.DOWN, "site.down"),
        ],
        runs=[*_runs()],
        past=[
            Past(
                SLOW(seconds=7.1, limit=5.0, hops=1, host="desa.id"),
                NOW - timedelta(days=9),
                NOW - timedelta(days=8, hours=20),
            )
        ],
        lives={entry.target.kode: _lived(entry) for entry in settled().entries()},
        gone=[Retired(_retired(target), NOW - timedelta(days=40))],
    )


def _lived(entry: Entry) -> History:
    return _new() if entry.target.kode.endswith("7") else _old()


@cache
def _old() -> History:
    return life()


@cache
def _new() -> History:
    """Watched for as long, and always up."""
    return life(steps=[Step(second(NOW - timedelta(days=60)), State.UP)], gaps=(), maintained=())


@cache
def _runs() -> tuple[Sample, ...]:
    """A visit each minute, but for an outage of 80."""
    day = [NOW - timedelta(minutes=minute) for minute in range(24 * 60, 0, -1)]
    return tuple(Sample(at, _measure(index)) for index, at in enumerate(day) if not 300 <= index < 380)


def _measure(index: int) -> Measure:
    if 700 <= index < 760:
        return Measure(status=0)
    return Measure(
        status=200, dns=3_000, connect=12_000, tls=40_000, ttfb=90_000 + (index * 7919) % 80_000, transfer=9_000
    )


def _retired(target: Target) -> Target:
    return Target(kode="OPD-099", kind=target.kind, name="Dinas Lama", url="https://lama.purbalinggakab.go.id")


@lru_cache(maxsize=1)
def settled() -> Latest:
    """The regency for tests that only read it."""
    return regency.latest()


@lru_cache(maxsize=1)
def defaults() -> Settings:
    """Settings as shipped."""
    return Settings()


def view(**changes: object) -> View:
    """The daemon over the made-up regency, with *changes*."""
    values: dict[str, object] = {
        "latest": changes.get("latest") or settled(),
        "vitals": regency.vitals(),
        "store": eventful(),
        "vantage": Vantage(),
        "settings": defaults(),
        "checks": domains.CHECKS,
        "now": lambda: NOW,
        **changes,
    }
    return View(**values)  # type: ignore[arg-type]
