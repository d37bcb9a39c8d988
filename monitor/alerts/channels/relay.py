"""Messages over any service that Apprise knows and we have no courier for: Slack, Discord, ntfy, WhatsApp."""

from __future__ import annotations

from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.forms import Forms
from monitor.alerts.channels.services import Said, Service
from monitor.alerts.channels.threads import Thread
from monitor.alerts.message import Message
from monitor.alerts.secrets import Veil

_HOPELESS = frozenset({400, 401, 403, 404, 405, 410})
"""Answers that a person has to do something about."""
_LONGEST_REASON = 200


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
        reason = self._veil(" ".join(said.warnings[-1:]))[:_LONGEST_REASON] or "layanan tidak menerima pesan"
        return Undelivered(reason, permanent=said.status in _HOPELESS)
