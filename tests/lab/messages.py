"""The lab's HTTP/1.1: a request as far as the lab cares, and answers as bytes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.faults import Visitor

_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


PROTECTED = (
    "Strict-Transport-Security: max-age=31536000; includeSubDomains",
    "Content-Security-Policy: default-src 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: SAMEORIGIN",
    "Referrer-Policy: strict-origin-when-cross-origin",
)
"""What a well-kept site says with every page."""


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request the lab cares about."""

    method: bytes
    path: str
    """With its query."""
    host: str
    secure: bool
    keep: bool
    """The client wants to go on using the connection."""
    low: bytes = b""
    """The header fields in lower case, each after a CR LF."""

    def visitors(self) -> frozenset[Visitor]:
        """Whom the client says that it is."""
        agent, referrer = _field(self.low, b"user-agent"), _field(self.low, b"referer")
        said = {
            Visitor.ANYBODY: True,
            Visitor.GOOGLEBOT: b"googlebot" in agent,
            Visitor.REFERRED: referrer.startswith((b"https://www.google.", b"http://www.google.")),
            Visitor.PHONE: b"mobile" in agent,
        }
        return frozenset(visitor for visitor, is_one in said.items() if is_one)


def answer(status: int, body: bytes = b"", *extra: str, kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole answer but for the `Date` and `Connection` fields, which `Site.send` puts after the status line."""
    fields = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", "Server: nginx", f"Content-Type: {kind}"]
    fields += [
        *(PROTECTED if status == 200 and kind.startswith("text/html") else ()),
        *extra,
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    return "\r\n".join(fields).encode("latin-1") + body


def parsed(head: bytes, *, secure: bool) -> Request | None:
    """The request of *head* (RFC 9112 §3); None when it is not one."""
    line, _, fields = head.partition(b"\r\n")
    words = line.split(b" ")
    if len(words) != 3:
        return None
    low = b"\r\n" + fields.lower()
    host = _field(low, b"host").decode("latin-1")
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    connection = _field(low, b"connection")
    keep = connection != b"close" if words[2] == b"HTTP/1.1" else connection == b"keep-alive"
    return Request(words[0], words[1].decode("latin-1"), name, secure, keep, low)


def _field(low: bytes, name: bytes) -> bytes:
    """The value of field *name* in lower-cased *low*; empty when it is missing."""
    start = low.find(b"\r\n" + name + b":")
    if start < 0:
        return b""
    start += len(name) + 3
    end = low.find(b"\r\n", start)
    return low[start : end if end >= 0 else None].strip()
