"""What a server's TLS accepts: one hand-made offer after the other, each on a connection of its own, none completed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.net.client_hello import Offer, client_hello, usual
from monitor.net.dial import Dialer
from monitor.net.errors import Mishap, diagnose
from monitor.net.facts import ExchangeFailed, FailureKind, Phase
from monitor.net.progress import Progress
from monitor.net.server_hello import Kind, Reader, Reply
from monitor.net.suites import FORWARD_SECRET, WEAK, family_of, is_forward_secret, name_of
from monitor.net.tls_facts import NOT_ASKED, Family, Offered, Probe, Seen, Version

PATIENCE = 6.0
"""Seconds for one offer: look-up, connection and answer."""
TIRED = 3
"""Offers in a row without an answer, after which no more are made."""

NEWEST_FIRST = (Version.TLS13, Version.TLS12, Version.TLS11, Version.TLS10, Version.SSL3)
"""In the order they are offered: should the server tire of us, what matters most is known."""
CLEAR = (Version.TLS12, Version.TLS11, Version.TLS10, Version.SSL3)
"""Those whose suites are chosen by the hello alone."""
ANCIENT = (Family.EXPORT, Family.DES)
"""Suites that exist up to TLS 1.1 only (RFC 5246 §A.5, RFC 5469)."""

_REFUSALS = frozenset({40, 47, 70, 71, 86})
"""Alerts that say: not this version, not these suites (RFC 8446 §6.2)."""
_HUNG_UP = frozenset({FailureKind.CLOSED, FailureKind.RESET})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one offer."""

    reply: Reply | None = None
    """None when there was no answer."""
    reason: str = ""
    refused: bool = False
    """The server said no, in so many words."""
    doubtful: bool = False
    """It hung up or complained of something else: a no, if it still answers a better offer."""

    def probe(self) -> Probe:
        """The outcome as a fact; a doubtful one stays unknown."""
        if self.reply is not None and self.reply.kind is Kind.HELLO:
            return Probe(Seen.YES, name_of(self.reply.suite))
        return Probe(Seen.NO if self.refused else Seen.UNKNOWN, reason=self.reason)


@dataclass(slots=True)
class Scan:
    """The offers made to one server, and what was learnt; `run` once."""

    dialer: Dialer
    host: str
    port: int
    deadline: float
    """Loop time after which no further offer is made."""
    versions: dict[Version, Probe] = field(default_factory=dict)
    weak: dict[Family, Probe] = field(default_factory=dict)
    forward: Probe = NOT_ASKED
    flight: Reply | None = None
    """The first flight of the newest version that comes in the clear."""
    leads: dict[Version, Reply] = field(default_factory=dict)
    doubtful: set[Version | Family | str] = field(default_factory=set)
    unanswered: int = 0

    async def run(self) -> Offered:
        """What the server accepts. Raises nothing for a server that does not answer: that is `UNKNOWN`."""
        for version in NEWEST_FIRST:
            await self._try(version)
        newest = self._newest()
        if newest is None:
            self._without_suites()
        else:
            await self._try_forward(newest)
            await self._try_weak(newest, tuple(Family))
            await self._try_ancient(newest)
        if self.doubtful and await self._still_answers():
            self._settle()
        return self._offered()

    async def _try(self, version: Version) -> None:
        """Offer *version* and nothing newer; a server that takes an older one has said no to this."""
        outcome = await self.offer(usual(version), whole=version in CLEAR)
        reply = outcome.reply
        if reply is not None and reply.kind is Kind.HELLO and reply.version != version.wire:
            self.versions[version] = Probe(Seen.NO, reason=f"memilih 0x{reply.version:04X}")
            return
        self.versions[version] = outcome.probe()
        if outcome.doubtful:
            self.doubtful.add(version)
        elif reply is not None and reply.kind is Kind.HELLO:
            self.leads[version] = reply

    def _newest(self) -> Version | None:
        """The newest accepted version whose suites are known from its hello; its flight is kept."""
        newest = next((version for version in CLEAR if version in self.leads), None)
        self.flight = self.leads[newest] if newest else None
        return newest

    def _without_suites(self) -> None:
        """Nothing up to TLS 1.2 is accepted, so none of its suites is, either – if that is known."""
        is_known = all(self.versions[version].seen is Seen.NO for version in CLEAR)
        answer = Probe(Seen.NO, reason="hanya TLS 1.3") if is_known else NOT_ASKED
        self.weak = dict.fromkeys(Family, answer)

    async def _try_forward(self, version: Version) -> None:
        chosen = self.leads[version].suite
        if is_forward_secret(chosen):
            self.forward = Probe(Seen.YES, name_of(chosen))
            return
        outcome = await self.offer(Offer(version, FORWARD_SECRET))
        self.forward = self._chosen(outcome, FORWARD_SECRET)
        if outcome.doubtful:
            self.doubtful.add("forward")

    async def _try_weak(self, version: Version, families: Iterable[Family]) -> None:
        """Offer what is weak, all at once, and again without what was taken, until the server says no."""
        left = list(families)
        while left:
            offered = tuple(code for family in left for code in WEAK[family])
            outcome = await self.offer(Offer(version, offered))
            probe = self._chosen(outcome, offered)
            family = family_of(outcome.reply.suite) if probe.seen is Seen.YES and outcome.reply else None
            if family is None:
                self.weak.update(dict.fromkeys(left, probe))
                self.doubtful.update(left if outcome.doubtful else ())
                return
            self.weak[family] = probe
            left.remove(family)

    async def _try_ancient(self, newest: Version) -> None:
        """A server that has TLS 1.2 may take the oldest suites under an older version only."""
        older = next((version for version in CLEAR if version in self.leads and version is not Version.TLS12), None)
        left = [family for family in ANCIENT if self.weak[family].seen is not Seen.YES]
        if older is not None and older is not newest:
            self.doubtful.difference_update(left)
            await self._try_weak(older, left)

    @staticmethod
    def _chosen(outcome: Outcome, offered: tuple[int, ...]) -> Probe:
        """The outcome as a fact; a suite that was not offered is nonsense, and tells nothing."""
        probe = outcome.probe()
        if probe.seen is Seen.YES and outcome.reply is not None and outcome.reply.suite not in offered:
            return Probe(reason=f"memilih {probe.suite} yang tidak ditawarkan")
        return probe

    async def _still_answers(self) -> bool:
        """Whether the server takes what it took before: then hanging up was its way to say no, not fatigue."""
        best = next((version for version in NEWEST_FIRST if version in self.leads), None)
        return best is not None and (await self.offer(usual(best))).probe().seen is Seen.YES

    def _settle(self) -> None:
        for version in [key for key in self.versions if key in self.doubtful]:
            self.versions[version] = Probe(Seen.NO, reason=self.versions[version].reason)
        for family in [key for key in self.weak if key in self.doubtful]:
            self.weak[family] = Probe(Seen.NO, reason=self.weak[family].reason)
        if "forward" in self.doubtful:
            self.forward = Probe(Seen.NO, reason=self.forward.reason)

    def _offered(self) -> Offered:
        flight = self.flight
        return Offered(
            versions=self.versions,
            weak=self.weak,
            forward=self.forward,
            group=flight.group if flight else "",
            group_bits=flight.group_bits if flight else 0,
            handshake_scts=flight.scts if flight else None,
        )

    async def offer(self, offer: Offer, *, whole: bool = False) -> Outcome:
        """What the server makes of *offer*."""
        now = asyncio.get_running_loop().time()
        if now >= self.deadline or self.unanswered >= TIRED:
            return Outcome(reason="tidak ditanyakan")
        outcome = await self._offer(offer, now, whole=whole)
        self.unanswered = 0 if outcome.reply is not None or outcome.doubtful else self.unanswered + 1
        return outcome

    async def _offer(self, offer: Offer, now: float, *, whole: bool) -> Outcome:
        progress = Progress(min(now + PATIENCE, self.deadline))
        try:
            return _outcome(await self._reply(offer, progress, whole=whole))
        except TimeoutError:
            return Outcome(reason=FailureKind.TIMEOUT)
        except Mishap as mishap:
            return _mishap(mishap, progress)
        except ExchangeFailed as failed:
            return Outcome(reason=failed.failure.kind)
        except OSError as error:
            return _mishap(diagnose(error), progress)

    async def _reply(self, offer: Offer, progress: Progress, *, whole: bool) -> Reply:
        line = await self.dialer.dial(self.host, self.port, progress, fresh=False)
        reader = Reader(name_of, whole=whole)
        try:
            async with asyncio.timeout_at(progress.deadline):
                progress.start(Phase.TLS)
                await line.wire.send(client_hello(offer, self.host))
                while data := await line.wire.receive():
                    if reader.feed(data):
                        break
                line.wire.farewell(_GOODBYE)
        except OSError:
            if reader.reply.kind is Kind.NOTHING:
                raise
        finally:
            line.hang_up()
        return reader.reply


_GOODBYE = bytes.fromhex("15 03 01 00 02 02 5a")
"""A fatal alert user_canceled (RFC 8446 §6.1), so that their log has a reason."""


def _outcome(reply: Reply) -> Outcome:
    match reply.kind:
        case Kind.HELLO:
            return Outcome(reply)
        case Kind.ALERT:
            refused = reply.alert in _REFUSALS
            return Outcome(reply, reply.alert_name, refused=refused, doubtful=not refused)
        case Kind.ODD:
            return Outcome(reply, "bukan TLS")
        case _:
            return Outcome(reply, FailureKind.CLOSED, doubtful=True)


def _mishap(mishap: Mishap, progress: Progress) -> Outcome:
    """Hung up on the hello, or never connected at all: only the first may mean no."""
    return Outcome(reason=mishap.kind, doubtful=progress.phase is Phase.TLS and mishap.kind in _HUNG_UP)
