"""How a command acts: through the daemon that is running, or on the record itself when none is."""

from __future__ import annotations

import asyncio
import getpass
import http.client
import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

from monitor import alarms, inventory, log
from monitor.access import keys, local
from monitor.app import local_place, now, rules_of
from monitor.checks import build
from monitor.cli.serve import run
from monitor.desk import Desk
from monitor.doorkeeper import Doorkeeper
from monitor.errors import MonitorError
from monitor.findings import Ledger
from monitor.latest import Latest
from monitor.net import open_network
from monitor.settings import Settings
from monitor.store import Store
from monitor.telling import Teller
from monitor.vitals import Vitals
from monitor.web.app import View
from monitor.web.app import build as build_web

TIMEOUT = 30.0
_MAX_ANSWER = 16 * 1024 * 1024
_SUCCESS, _NOBODY = 2, 401

Answer = Any
"""What the API answered, as JSON has it."""


class Refused(MonitorError):
    """The API's word, for a person."""


def actor(name: str) -> str:
    """Who acts: *name*, or who is logged in here."""
    if name.strip():
        return name
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return ""


def path(*parts: object, **query: object) -> str:
    """`/api/v1/…` of *parts*, escaped, with those of *query* that are not None."""
    wanted = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    asked = urlencode({name: value for name, value in wanted.items() if value is not None})
    return "/api/v1/" + "/".join(quote(str(part), safe="") for part in parts) + (f"?{asked}" if asked else "")


def ask(settings: Settings, method: str, where: str, body: Mapping[str, Any] | None = None) -> Answer:
    """
    What the API answers to *method* on *where*: of the running daemon, or of this process on the same record.

    Raises `Refused` with the API's own words, and `StoreError` when the record cannot be used either.
    """
    content = b"" if body is None else json.dumps(body).encode()
    try:
        status, answer = _by_daemon(settings, method, where, content)
    except ConnectionRefusedError:
        status, answer = run(_by_ourselves(settings, method, where, content))
    document = _document(answer)
    if status == _NOBODY:
        raise Refused(
            f"daemon tidak mengenali perintah ini; jalankan sebagai akun layanan atau root, yang dapat membaca "
            f"{local_place(settings)}"
        )
    if status // 100 != _SUCCESS:
        raise Refused(_why(status, document))
    return document


def _by_daemon(settings: Settings, method: str, where: str, content: bytes) -> tuple[int, bytes]:
    host, port = settings.web.address
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        headers = {"Content-Type": "application/json"} if content else {}
        if secret := local.read(local_place(settings)):
            headers["Authorization"] = f"Bearer {secret}"
        connection.request(method, where, content or None, headers)
        response = connection.getresponse()
        return response.status, response.read(_MAX_ANSWER)
    except ConnectionRefusedError:
        raise
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise Refused(
            f"daemon di {settings.web.listen} tidak menjawab dengan semestinya ({reason}); "
            "periksa bahwa [web] listen menunjuk ke pemantau"
        ) from error
    finally:
        connection.close()


async def _by_ourselves(settings: Settings, method: str, where: str, content: bytes) -> tuple[int, bytes]:
    """The same API, answered here: the record is ours for that long."""
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
        book = alarms.open_book(settings, latest)
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


def _document(answer: bytes) -> Any:
    try:
        return json.loads(answer) if answer else None
    except ValueError as error:
        raise Refused("jawaban API bukan JSON; apakah [web] listen menunjuk ke pemantau ini?") from error


def _why(status: int, document: Any) -> str:
    if not isinstance(document, dict):
        return f"API menjawab {status}"
    first = str(document.get("detail") or document.get("title") or status)
    errors = document.get("errors") or ()
    where = (f"{str(each.get('pointer', '')).removeprefix('body/')}: {each.get('detail', '')}" for each in errors)
    return " – ".join((first, *where))
