"""Messages by mail: plain text and HTML in one, the same Message-ID however often it is tried."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime

from monitor.alerts.channels.courier import Progress, Undelivered
from monitor.alerts.channels.forms import Forms
from monitor.alerts.channels.services import Mailbox
from monitor.alerts.channels.threads import Thread
from monitor.alerts.message import Message
from monitor.alerts.secrets import Veil

_LONGEST_REASON = 200
_PERMANENT = 500
"""RFC 5321 §4.2.1: 5yz will not change by itself."""
_OWN_HEADERS = frozenset(
    {
        "from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "references", "auto-submitted",
        "mime-version", "content-type", "content-transfer-encoding",
    }
)  # fmt: skip


def letter(mailbox: Mailbox, key: str, message: Message, forms: Forms) -> EmailMessage:
    """*message* as mail (RFC 5322, multipart/alternative); those of one incident refer to the same thread."""
    mail = EmailMessage(policy=LINES)
    mail["Subject"] = " ".join(forms.subject(message).split())
    mail["From"] = _address(*mailbox.sender)
    mail["To"] = [_address(*who) for who in mailbox.to]
    if mailbox.cc:
        mail["Cc"] = [_address("", who) for who in mailbox.cc]
    if mailbox.reply_to:
        mail["Reply-To"] = [_address("", who) for who in mailbox.reply_to]
    mail["Date"] = format_datetime(message.at)
    domain = mailbox.sender[1].rpartition("@")[2]
    mail["Message-ID"] = _identity(key, domain)
    if message.incident is not None:
        mail["References"] = _identity(f"ins-{message.incident}", domain)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no absence notes in return
    for name, value in mailbox.headers.items():
        if name.lower() not in _OWN_HEADERS:
            mail[name] = " ".join(value.split())
    mail.set_content(forms.text(message), cte="quoted-printable")
    mail.add_alternative(forms.html(message), subtype="html", cte="quoted-printable")
    return mail


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)


def _identity(key: str, domain: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


class Mail:
    """One server, any number of recipients."""

    def __init__(self, mailbox: Mailbox, trust: ssl.SSLContext, veil: Veil, timeout: float, forms: Forms) -> None:
        """Deliver through *mailbox* within *timeout* seconds; *trust* verifies unless the address says `verify=no`."""
        self._mailbox = mailbox
        self._trust = trust if mailbox.verify else _blind()
        self._veil = veil
        self._timeout = timeout
        self._forms = forms
        self._thread = Thread("surel")
        self._progress = Progress()

    def pieces(self, message: Message) -> int:
        """One."""
        return 1

    async def send(self, parcel_key: str, message: Message) -> None:
        """Hand *message* to the server for every recipient; a retry asks for those that were refused."""
        content = letter(self._mailbox, parcel_key, message, self._forms).as_bytes()
        left = [who for who in self._recipients() if not self._progress.has(parcel_key, who)]
        refused = await self._thread.call(lambda: self._submit(left, content), self._timeout)
        if isinstance(refused, Undelivered):
            raise refused
        for who in left:
            if who not in refused:
                self._progress.add(parcel_key, who)
        if refused:
            raise self._refused(list(refused.values()))
        self._progress.done(parcel_key)

    def _recipients(self) -> list[str]:
        box = self._mailbox
        return list(dict.fromkeys((*(address for _name, address in box.to), *box.cc, *box.bcc)))

    def _submit(self, to: list[str], content: bytes) -> dict[str, tuple[int, bytes]] | Undelivered:
        """Who was refused, and how; or why nobody was even asked. Blocks."""
        try:
            with self._connected() as smtp:
                return smtp.sendmail(self._mailbox.sender[1], to, content)
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients
        except smtplib.SMTPResponseException as error:
            return self._refused([(error.smtp_code, _octets(error.smtp_error))])
        except smtplib.SMTPNotSupportedError:
            return Undelivered("server surel tidak menawarkan STARTTLS atau AUTH")
        except ssl.SSLCertVerificationError:
            return Undelivered("sertifikat server surel tidak sah")
        except (smtplib.SMTPException, OSError) as error:
            return Undelivered(f"percakapan dengan server surel gagal ({type(error).__name__})")

    def _connected(self) -> smtplib.SMTP:
        """Connected, secured and logged in, as the address asks."""
        box = self._mailbox
        if box.mode == "ssl":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                box.host, box.port, _own_name(box), timeout=self._timeout, context=self._trust
            )
        else:
            smtp = smtplib.SMTP(box.host, box.port, _own_name(box), timeout=self._timeout)
        try:
            if box.mode == "starttls":
                smtp.starttls(context=self._trust)
            if box.user and box.password.get_secret_value():
                smtp.login(box.user, box.password.get_secret_value())
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _refused(self, answers: list[tuple[int, bytes]]) -> Undelivered:
        code, said = min(answers)
        reason = f"server surel menjawab {code}: {self._veil(' '.join(said.decode(errors='replace').split()))}"
        return Undelivered(reason[:_LONGEST_REASON], permanent=code >= _PERMANENT)


def _own_name(mailbox: Mailbox) -> str:
    """What EHLO says, without asking the DNS: this machine's name, or the sender's domain when that has no dot."""
    name = socket.gethostname()
    return name if "." in name else mailbox.sender[1].rpartition("@")[2]


def _octets(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _blind() -> ssl.SSLContext:
    """Verifies nothing: `verify=no` in the address, an operator's decision."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
