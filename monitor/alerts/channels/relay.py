"""Messages over any service that Apprise knows and we have no courier for: Slack, Discord, ntfy, WhatsApp."""

from __future__ import annotations

import re
from collections.abc import Mapping

import structlog

from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.forms import Forms
from monitor.alerts.channels.services import Said, Service
from monitor.alerts.channels.threads import Thread
from monitor.alerts.message import Message
from monitor.alerts.secrets import Veil

_WHY: Mapping[int, str] = {
    400: "isi atau alamatnya tidak diterima",
    401: "kunci atau kata sandinya ditolak",
    403: "kunci atau kata sandinya ditolak",
    404: "tujuannya tidak ada di sana",
    410: "tujuannya tidak ada lagi di sana",
    413: "pesannya terlalu besar",
    429: "terlalu banyak pesan; coba lagi nanti",
}
"""Status of an answer → what it means (RFC 9110 §15.5, RFC 6585 §4)."""
_TROUBLED = 500
_UNREACHED = re.compile(r"connection error|timed? ?out|name resolution|unreachable", re.IGNORECASE)
_HOPELESS = frozenset({400, 401, 403, 404, 405, 410})
"""Answers that a person has to do something about."""
_LONGEST_REASON = 200

log = structlog.get_logger(__name__)


class Relay:
    """Plain text, in a thread, for Apprise blocks."""

    def __init__(self, service: Service, veil: Veil, timeout: float, forms: Forms) -> None:
        """Deliver a message's text by *service* within *timeout* seconds; *veil* hides what its log may show."""
        self._service = service
        self._veil = veil
        self._timeout = timeout
        self._forms = forms
        self._thread = Thread("apprise")

    def pieces(self, message: Message) -> int:
        """One; where a service splits long texts, Apprise does it and paces it."""
        return 1

    async def send(self, parcel_key: str, message: Message) -> None:
        """Deliver *message*; a service that Apprise reaches knows no keys, a repetition is another message to it."""
        subject, text = self._forms.subject(message), self._forms.text(message)
        body = text.removeprefix(subject).strip()  # services show title and body one after the other
        said = await self._thread.call(lambda: self._service.notify(subject, body), self._timeout)
        if not said.taken:
            raise self._undelivered(said)

    def _undelivered(self, said: Said) -> Undelivered:
        """In our own words: Apprise's are English, and stand in the log, with what is secret hidden."""
        told = self._veil(" ".join(said.warnings[-1:]))[:_LONGEST_REASON]
        log.warning("apprise.refused", status=said.status, said=told)
        return Undelivered(_reason(said.status, told), permanent=said.status in _HOPELESS)


def _reason(status: int | None, told: str) -> str:
    if status is not None:
        otherwise = "layanan itu sedang terganggu" if status >= _TROUBLED else "pesan tidak diterima"
        return f"layanan menjawab {status}: {_WHY.get(status, otherwise)}"
    return "layanan tidak dapat dihubungi" if _UNREACHED.search(told) else "layanan tidak menerima pesan"
