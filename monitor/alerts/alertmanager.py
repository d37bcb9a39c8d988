"""
What is open, mirrored into Alertmanager (its API v2): for those who have their own routes and silences there.

As Prometheus does it: everything that fires is sent again every minute, with an end four minutes ahead, so that our
death ends it; what is resolved is sent with its end at once, and again for a quarter of an hour. Nothing of this is in
the outbox: the next beat says it all again.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from monitor import catalogue
from monitor.alerts.beat import Standing, until
from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.web import Web, is_success, refusal
from monitor.latest import Entry
from monitor.model import OpenFinding, Target
from monitor.settings import Alerts, Net

EVERY = timedelta(minutes=1)
AHEAD = 4 * EVERY
"""How far ahead of a beat an end is set."""
REPEATED = timedelta(minutes=15)
"""How long what is resolved is said again, for an Alertmanager that was away."""
BATCH = 256
"""Alerts in a request."""
PATH = "/api/v2/alerts"
_LONGEST = 2000
"""Characters of a label or an annotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; its labels are what makes it the same one."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts: datetime
    """UTC."""
    ends: datetime | None = None
    """UTC, when it was resolved; None while it fires."""
    link: str = ""
    """generatorURL: where people see more."""

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Its identity."""
        return tuple(sorted(self.labels.items()))


Current = Callable[[], Iterable[Alert] | Awaitable[Iterable[Alert]]]
"""Everything that fires now; what was resolved a while ago may be among it, with its end."""


def alerts_of(
    entries: Iterable[Entry], board_url: str = "", is_quiet: Callable[[str, OpenFinding], bool] = lambda *_: False
) -> Iterator[Alert]:
    """
    What is open on the targets of *entries*; *board_url* has no slash at its end.

    Without that of which *is_quiet* says, by kode, that nobody is to be told.
    """
    for entry in entries:
        for item in entry.ledger.open.values():
            if not is_quiet(entry.target.kode, item):
                yield alert_of(entry.target, item, board_url)


def alert_of(target: Target, item: OpenFinding, board_url: str = "") -> Alert:
    """*item*, open on *target*, as an alert named after its rule."""
    finding, entry = item.finding, catalogue.text(item.finding.code)
    labels = {
        "alertname": finding.code,
        "kode": target.kode,
        "jenis": target.kind.value,
        "opd": target.owner or target.name,
        "host": target.host,
        "instance": target.url,
        "severity": finding.severity.value,
        "audience": finding.rule.audience.value,
        "subject": finding.subject,
    }
    annotations = {
        "title": f"{entry.title}: {target.name}",
        "description": catalogue.describe(finding),
        "remedy": entry.fix,
        "runbook_url": f"{board_url}/aturan#{finding.code}" if board_url else "",
    }
    link = f"{board_url}/situs/{quote(target.kode)}" if board_url else ""
    return Alert(labels=_told(labels), annotations=_told(annotations), starts=item.opened, link=link)


def _told(values: Mapping[str, str]) -> dict[str, str]:
    """Without empty ones, which Alertmanager has none of; lone surrogates do not survive UTF-8."""
    return {name: value.encode(errors="replace").decode()[:_LONGEST] for name, value in values.items() if value}


def document(alert: Alert, now: datetime) -> dict[str, Any]:
    """*alert* as the API wants it: an end ahead while it fires."""
    ends = alert.ends if alert.ends is not None else now + AHEAD
    body = {
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "startsAt": _said(alert.starts),
        "endsAt": _said(max(ends, alert.starts)),  # an end before the start is refused, and the batch with it
    }
    return body | ({"generatorURL": alert.link} if alert.link else {})


def _said(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Mirror:
    """What is to be said at a beat: what fires, and what did until a while ago."""

    def __init__(self) -> None:
        """Nothing fires."""
        self._firing: dict[tuple[tuple[str, str], ...], Alert] = {}
        self._gone: dict[tuple[tuple[str, str], ...], Alert] = {}

    def reflect(self, current: Iterable[Alert], now: datetime) -> tuple[Alert, ...]:
        """*current*, and those of before that are not in it any more, as resolved *now*, for `REPEATED`."""
        given = {alert.key: alert for alert in current}
        firing = {key: alert for key, alert in given.items() if alert.ends is None}
        for key, alert in self._firing.items():
            if key not in firing:
                self._gone[key] = replace(alert, ends=now)
        self._gone |= {key: alert for key, alert in given.items() if alert.ends is not None}
        self._gone = {key: alert for key, alert in self._gone.items() if key not in firing and _is_recent(alert, now)}
        self._firing = firing
        return (*firing.values(), *self._gone.values())


def _is_recent(alert: Alert, now: datetime) -> bool:
    return alert.ends is not None and now - alert.ends <= REPEATED


class Receiver:
    """One Alertmanager."""

    def __init__(self, name: str, web: Web, url: SecretStr) -> None:
        """The channel *name*, at *url*, asked over *web*."""
        base = url.get_secret_value().rstrip("/")
        self._web = web
        self._url = SecretStr(base if base.endswith(PATH) else base + PATH)
        self.standing = Standing("alertmanager", name)

    async def post(self, batches: Iterable[bytes]) -> None:
        """Hand it *batches*; what it does not take, it is told again at the next beat."""
        try:
            for body in batches:
                await self._post(body)
        except Undelivered as failure:
            self.standing.failed(failure.reason)
        else:
            self.standing.ok()

    async def _post(self, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await self._web.ask("POST", self._url.get_secret_value(), content=body, headers=headers)
        if not is_success(answer):
            raise refusal(answer)


class Alertmanagers:
    """Keeps every Alertmanager of the settings in step; one that is away delays no other, and no beat."""

    def __init__(self, receivers: Iterable[Receiver], current: Current, now: Callable[[], datetime]) -> None:
        """Tell *receivers* what *current* says, at the instants of *now* (aware UTC)."""
        self.receivers = tuple(receivers)
        self._current = current
        self._now = now
        self._mirror = Mirror()
        self._wake = asyncio.Event()

    def nudge(self) -> None:
        """Something opened or was resolved: say so now. Call it on the event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Beat until cancelled; raises only what *current* raises."""
        while True:
            self._wake.clear()
            await self.beat()
            await until(self._wake, EVERY.total_seconds())

    async def beat(self) -> None:
        """Tell everybody everything."""
        current = self._current()
        alerts = await current if inspect.isawaitable(current) else current
        now = self._now()
        bodies = tuple(_batches([document(alert, now) for alert in self._mirror.reflect(alerts, now)]))
        await asyncio.gather(*(receiver.post(bodies) for receiver in self.receivers))


def _batches(documents: list[dict[str, Any]]) -> Iterator[bytes]:
    for start in range(0, len(documents), BATCH):
        yield json.dumps(documents[start : start + BATCH]).encode()


def alertmanagers(settings: Alerts, net: Net, current: Current, now: Callable[[], datetime]) -> Alertmanagers:
    """Those among the channels of *settings*; without any, its beats tell nobody."""
    receivers = [
        Receiver(name, Web(net, channel.timeout), channel.url)
        for name, channel in settings.channels.items()
        if channel.type == "alertmanager"
    ]
    return Alertmanagers(receivers, current, now)
