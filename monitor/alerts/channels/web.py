"""Asking receivers over HTTP: verified, no redirect followed, little read of the answer, no address in an error."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from monitor.alerts.channels.courier import Undelivered
from monitor.net.http import user_agent
from monitor.net.trust import build_trust
from monitor.settings import Net

MAX_ANSWER = 64 * 1024
"""Bytes read of an answer; the rest is not waited for."""
LONGEST_AFTER = timedelta(hours=6)
"""Who asks for more patience than this gets this much."""
_PASSING = frozenset({408, 425, 429})
"""Answers of 4xx that say "later": RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4."""
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_TALKATIVE = ("httpx", "httpcore", "urllib3", "requests")
"""Libraries that log the addresses they ask, tokens included."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """The first `MAX_ANSWER` bytes."""


class Web:
    """Asks receivers; one connection a question."""

    def __init__(self, net: Net, timeout: timedelta) -> None:
        """Trust what *net* trusts; a question may take *timeout* in all. Raises `ConfigError` for a bad CA file."""
        hush()
        self._verify = build_trust(net).strict
        self._timeout = timeout.total_seconds()
        self._agent = user_agent(net.contact_url)

    async def ask(
        self, method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever its status. Raises `Undelivered`, which is temporary and names no address."""
        # Raised here, outside any handler: the errors of httpx hold the request, and so the address.
        # Nothing compressed is asked for, and nothing is decompressed: a small answer stays small.
        always = {"User-Agent": self._agent, "Accept-Encoding": "identity"}
        outcome = await self._ask(method, url, content, {**always, **(headers or {})})
        if isinstance(outcome, Undelivered):
            raise outcome
        return outcome

    async def _ask(self, method: str, url: str, content: bytes, headers: Mapping[str, str]) -> Answer | Undelivered:
        try:
            async with (
                asyncio.timeout(self._timeout),
                httpx.AsyncClient(verify=self._verify, timeout=self._timeout, follow_redirects=False) as client,
                client.stream(method, url, content=content, headers=headers) as response,
            ):
                return Answer(response.status_code, dict(response.headers), await _start(response))
        except TimeoutError:
            return Undelivered(f"tidak menjawab dalam {self._timeout:g} detik")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            return Undelivered(_why(error))


def hush() -> None:
    """Keep libraries that would write down addresses, and with them tokens, from logging; we say what matters."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)


async def _start(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece[: MAX_ANSWER - len(body)]
        if len(body) >= MAX_ANSWER:
            break
    return bytes(body)


def _why(error: BaseException) -> str:
    """What went wrong, from the kind of error only: its text may hold anything."""
    seen: BaseException | None = error
    for _depth in range(8):
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "sertifikat penerima tidak sah"
        if isinstance(seen, ConnectionRefusedError):
            return "penerima menolak sambungan"
        seen = seen and (seen.__cause__ or seen.__context__)
    if isinstance(error, httpx.ConnectError):
        return "tidak dapat tersambung ke penerima"
    return f"percakapan dengan penerima gagal ({type(error).__name__})"


def is_success(answer: Answer) -> bool:
    """Whether the status is of the class 2xx (RFC 9110 §15.3)."""
    return answer.status // 100 == 2  # noqa: PLR2004


def refusal(answer: Answer, said: str = "", *, now: datetime | None = None) -> Undelivered:
    """Why an *answer* other than 2xx is none: 429, 5xx and time-outs pass, everything else needs a person."""
    passing = answer.status in _PASSING or answer.status >= httpx.codes.INTERNAL_SERVER_ERROR
    reason = f"penerima menjawab {answer.status}" + (f": {said}" if said else "")
    return Undelivered(reason, permanent=not passing, after=retry_after(answer, now) if passing else None)


def retry_after(answer: Answer, now: datetime | None = None) -> timedelta | None:
    """What Retry-After asks for (RFC 9110 §10.2.3), seconds or a date, within bounds; None when it says nothing."""
    value = answer.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return bounded(float(value))
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return bounded((date - (now or datetime.now(UTC))).total_seconds())


def bounded(seconds: float) -> timedelta:
    """*seconds* from 0 to `LONGEST_AFTER`."""
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_AFTER.total_seconds()))
