"""How a command acts: through the daemon that is running, or on the record itself when none is."""

from __future__ import annotations

import getpass
import http.client
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import typer

from monitor.access import local
from monitor.access.people import Deed, Via
from monitor.cli.state import State
from monitor.errors import Problem, Refused, StoreError, UsageError, reason_of
from monitor.places import local_place
from monitor.settings import Settings, mask_url
from monitor.words import table

TIMEOUT = 30.0
_MAX_ANSWER = 16 * 1024 * 1024
_SUCCESS, _NOBODY, _NOWHERE, _MISDIRECTED, _BUSY = 2, 401, 404, 421, 503

_ELSEWHERE = "periksa bahwa [web] listen menunjuk ke pemantau, atau sebut setelannya dengan --config"
UNCHANGED = "tidak ada yang diubah"
"""What is said besides when something had been done before."""
Answer = Any
"""What the API answered, as JSON has it."""


class _Stranger(Exception):
    """What answers is no monitor."""


class NotThere(Refused):
    """There is nothing of that number, name or key."""


@contextmanager
def or_see(remedy: str) -> Iterator[None]:
    """Add *remedy* to what is said of something that is not there. Raises `Refused`."""
    try:
        yield
    except NotThere as error:
        raise Refused(f"{str(error).rstrip('.')} – {remedy}") from error


def actor(name: str) -> str:
    """Who acts: *name*, or who is logged in here."""
    if name.strip():
        return name
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return ""


def since(actor: str, at: str | datetime | None) -> str:
    """` oleh Siti sejak 24-11-2026 08:05`, of an instant or its ISO form; what is not known is left out."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (f" oleh {actor}" if actor else "") + (f" sejak {table(instant)}" if instant else "")


def deed(what: str, about: str, at: datetime) -> Deed:
    """A line of the trail for what a command does to the record by itself."""
    return Deed(at=at, actor=actor(""), via=Via.LOCAL, address="", deed=what, about=about)


def path(*parts: object, **query: object) -> str:
    """
    `/api/v1/…` of *parts*, escaped, with those of *query* that are not None.

    Raises `UsageError` for a part that nothing can be called.
    """
    for part in map(str, parts):
        if not part.strip() or "/" in part:
            remedy = "salin kode, nama, atau kuncinya dari daftar"
            raise UsageError([Problem(repr(part[:60]), "bukan nama, kode, atau kunci", remedy)])
    wanted = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    asked = urlencode({name: value for name, value in wanted.items() if value is not None})
    return "/api/v1/" + "/".join(quote(str(part), safe="") for part in parts) + (f"?{asked}" if asked else "")


def ask(
    settings: Settings,
    method: str,
    where: str,
    body: Mapping[str, Any] | None = None,
    *,
    begins: bool = False,
    acting: bool = False,
) -> Answer:
    """
    What the API answers to *method* on *where*: of the daemon of our record, or of this process on that record.

    *begins*: whether a record that is not there may begin with this. *acting*: whether it is read in order to act, and
    so of a daemon that can be acted through. Raises `Refused` with the API's own words, and `StoreError` when the
    record cannot be used either.
    """
    content = b"" if body is None else json.dumps(body).encode()
    try:
        status, answer = _by_daemon(settings, method, where, content)
        if status == _MISDIRECTED and method == "GET" and not acting:
            status, answer = _beside_another(settings, where, _other(settings))
    except ConnectionRefusedError:
        status, answer = _alone(settings, method, where, content, begins=begins)
    except _Stranger as error:
        if method != "GET" or acting:
            raise Refused(f"{error}; {_ELSEWHERE}") from error
        status, answer = _beside_another(settings, where, str(error))
    document = _document(answer)
    _check(settings, status, document)
    return document


def _check(settings: Settings, status: int, document: Any) -> None:
    """Raise `Refused` unless *status* is success."""
    if status == _MISDIRECTED:
        raise Refused(f"{_other(settings)}; sebut setelan daemon itu dengan --config, atau hentikan dia")
    if status == _NOBODY and local.read(local_place(settings)):
        raise Refused(f"{_other(settings)}; sebut setelan daemon itu dengan --config")
    if status == _NOBODY:
        raise Refused(
            f"daemon tidak mengenali perintah ini; jalankan sebagai akun layanan atau root, yang dapat membaca "
            f"{local_place(settings)}"
        )
    if status == _NOWHERE:
        raise NotThere(_why(status, document))
    if status // 100 != _SUCCESS:
        raise Refused(_why(status, document))


def asked(
    ctx: typer.Context,
    method: str,
    where: str,
    body: Mapping[str, Any] | None = None,
    *,
    begins: bool = False,
    acting: bool = False,
) -> Answer:
    """As `ask`, by the settings that the command of *ctx* was given."""
    options: State = ctx.obj
    return ask(options.settings(), method, where, body, begins=begins, acting=acting)


def _alone(settings: Settings, method: str, where: str, content: bytes, *, begins: bool) -> tuple[int, bytes]:
    from monitor.cli import alone  # noqa: PLC0415 – a web application takes longer to load than to ask a daemon
    from monitor.cli.loop import run  # noqa: PLC0415 – as above

    return run(alone.answer(settings, method, where, content, begins=begins))


def _beside_another(settings: Settings, where: str, other: str) -> tuple[int, bytes]:
    """
    What is asked for, read in our own record although another program, or a daemon of another record, listens there.

    *other* is what to say of it. Never what that one knows: two installations must not be taken for one another. Should
    it be ours after all, it holds the record, which is then not opened.
    """
    try:
        found = _alone(settings, "GET", where, b"", begins=False)
    except StoreError as error:
        raise Refused(f"{other}; {error}, atau sebut setelan daemon itu dengan --config") from error
    said = f"perhatian: {other}; dijawab dari catatan pada setelan ini, tanpa daemon"
    print(said, file=sys.stderr)  # noqa: T201 – a terminal is the point
    return found


def _other(settings: Settings) -> str:
    """What is to be said of a daemon that does not know the secret beside our record."""
    return (
        f"yang menjawab di {settings.web.listen} bukan daemon dari catatan pada setelan ini "
        f"({mask_url(settings.database.url.get_secret_value())}), atau {local_place(settings)} tidak terbaca"
    )


def _by_daemon(settings: Settings, method: str, where: str, content: bytes) -> tuple[int, bytes]:
    """
    Status and content of what answers.

    Raises `_Stranger` when that is no monitor, `Refused` when it does not get to answer, and `ConnectionRefusedError`.
    """
    host, port = settings.web.address
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        headers = {local.OUR_RECORD: "own"} | ({"Content-Type": "application/json"} if content else {})
        if secret := local.read(local_place(settings)):
            headers["Authorization"] = f"Bearer {secret}"
        connection.request(method, where, content or None, headers)
        response = connection.getresponse()
        if not response.getheader(local.OUR_RECORD):
            if response.status == _BUSY:  # said by the web server before the daemon hears of it
                raise Refused(f"yang menjawab di {settings.web.listen} sedang terlalu sibuk; ulangi sebentar lagi")
            raise _Stranger(f"yang menjawab di {settings.web.listen} bukan pemantau")
        return response.status, response.read(_MAX_ANSWER)
    except ConnectionRefusedError:
        raise
    except (OSError, http.client.HTTPException) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "jawabannya bukan HTTP"
        raise Refused(
            f"daemon di {settings.web.listen} tidak menjawab dengan semestinya ({reason}); {_ELSEWHERE}"
        ) from error
    finally:
        connection.close()


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
