"""Entity tags (RFC 9110 §8.8.3) on what the API answers: who has it already is told so."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/api/"
KEPT = "private, no-cache"
"""A client may keep an answer for itself, and asks each time whether it still holds."""


class Tagged:
    """
    Wraps the application: a JSON document that it answers to GET has a tag made from its bytes.

    The tag is weak, since the same document is sent compressed or not.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Tag what *app* answers under `PREFIX`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(PREFIX):
            send = _Tagging(send, Headers(scope=scope).get("if-none-match", ""))
        await self._app(scope, receive, send)


class _Tagging:
    """A `send` that holds the head of a document back until it knows the tag."""

    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = known
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_document(message):
            self._head = message
            return
        head, self._head = self._head, None
        if head is None:
            await self._send(message)
            return
        if message.get("more_body"):  # in parts: whoever streams has no tag
            await self._send(head)
            await self._send(message)
            return
        for part in answered(head, message, self._known):
            await self._send(part)


def _is_document(head: Message) -> bool:
    return head["status"] == 200 and Headers(raw=head["headers"]).get("content-type", "") == "application/json"  # noqa: PLR2004


def answered(head: Message, body: Message, known: str) -> tuple[Message, Message]:
    """What is sent for the document *head* and *body* to a client that knows the tags *known* (If-None-Match)."""
    tag = f'W/"{hashlib.blake2s(body.get("body", b""), digest_size=12).hexdigest()}"'
    headers = MutableHeaders(raw=list(head["headers"]))
    headers["etag"] = tag
    headers["cache-control"] = KEPT
    if not matches(known, tag):
        return {**head, "headers": headers.raw}, body
    for name in ("content-length", "content-type"):
        del headers[name]
    return {**head, "status": 304, "headers": headers.raw}, {**body, "body": b""}


def matches(known: str, tag: str) -> bool:
    """Whether the field If-None-Match *known* names *tag*, by weak comparison (RFC 9110 §8.8.3.2, §13.1.2)."""
    named = {item.strip().removeprefix("W/") for item in known.split(",")}
    return "*" in named or tag.removeprefix("W/") in named
