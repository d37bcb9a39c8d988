"""The API without a daemon: answered here, on the record itself, which is ours for that long."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from monitor import alarms, inventory, log
from monitor.access import keys
from monitor.checks import build
from monitor.desk import Desk
from monitor.doorkeeper import Doorkeeper
from monitor.findings import Ledger
from monitor.ground import now, rules_of
from monitor.latest import Latest
from monitor.net import open_network
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.place import parse, require_there
from monitor.telling import Teller
from monitor.vitals import Vitals
from monitor.web.app import View
from monitor.web.app import build as build_web


async def answer(
    settings: Settings, method: str, where: str, content: bytes, *, begins: bool = False
) -> tuple[int, bytes]:
    """
    Status and content of what the API of a daemon would answer; *content* is a JSON document, or empty.

    Raises `StoreError` when another process holds the record, and, unless it *begins* with this, when there is none.
    """
    if not begins:
        require_there(parse(settings.database.url.get_secret_value()))
    log.configure(settings.log)  # what is logged is no answer: it goes to standard error
    checks, vitals = build(settings.checks), Vitals(started=now())
    store = Store.open(settings.database.url.get_secret_value(), vitals, rules_of(checks))
    net = open_network(settings.dns, settings.net, settings.vantage)
    try:
        latest = Latest()
        targets = inventory.with_domains(inventory.load(settings.inventory.directory))
        latest.settle(targets)  # the register itself is the daemon's to change, at its next start
        known = await store.load()
        for entry in latest.entries():
            items = known.open.get(entry.target.kode, ())
            entry.ledger = Ledger({(item.check, *item.finding.key): item for item in items})
        book = alarms.open_book(settings, latest, now)
        alarms.resume(book, known, now())
        secret = keys.fresh()
        door = await Doorkeeper.open(settings, store, now, secret)
        view = View(
            latest=latest,
            vitals=vitals,
            store=store,
            vantage=net.vantage,
            checks=checks,
            settings=settings,
            desk=Desk(book, store, now, lambda: None),
            teller=Teller(store, latest, lambda: None, settings.alerts, now),
            door=door,
            now=now,
        )
        return await _call(build_web(view), method, where, content, settings.web.address[0], secret)
    finally:
        await net.aclose()
        await store.close()


async def _call(app: Any, method: str, where: str, content: bytes, host: str, secret: str) -> tuple[int, bytes]:
    """One request to an ASGI application, without a socket."""
    raw, _, query = where.partition("?")
    headers = [
        (b"host", host.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"authorization", f"Bearer {secret}".encode()),
    ]
    if content:
        headers.append((b"content-type", b"application/json"))
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(raw), "raw_path": raw.encode(), "query_string": query.encode(), "headers": headers,
        "client": ("", 0), "server": (host, 0),
    }  # fmt: skip
    status, parts, is_read = 500, list[bytes](), False

    async def receive() -> dict[str, Any]:
        nonlocal is_read
        if is_read:
            await asyncio.Event().wait()  # a client that stays connected
        is_read = True
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return status, b"".join(parts)
