"""Errors as people and machines can read them: a page, or problem details (RFC 9457) under `/api/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from monitor import misfits
from monitor.access import local
from monitor.web.templating import page

TEXTS: Mapping[int, tuple[str, str]] = {
    400: ("Permintaan tidak dapat dibaca", "Periksa alamat yang dibuka."),
    401: ("Perlu masuk", "Masuk lewat /masuk, atau sertakan token API."),
    403: ("Ditolak", "Buka papan pantau langsung, lalu ulangi dari sana."),
    404: ("Halaman tidak ditemukan", "Alamat ini tidak ada di papan pantau."),
    405: ("Cara meminta tidak dikenal", "Alamat ini tidak dapat diminta dengan cara itu."),
    409: ("Tidak dapat dilakukan sekarang", "Muat ulang halaman: keadaannya mungkin sudah berubah."),
    413: ("Terlalu besar", "Kirim isi yang lebih pendek."),
    421: ("Salah alamat", "Buka papan pantau lewat localhost, 127.0.0.1, atau [::1]."),
    422: ("Nilai tidak dikenal", "Periksa nilai yang disebut di bawah."),
    429: ("Terlalu sering", "Tunggu sebentar, lalu ulangi."),
    500: ("Papan pantau mengalami galat", "Pemantauan tetap berjalan; rinciannya ada di log layanan."),
    503: ("Belum dapat dijawab", "Coba lagi beberapa saat lagi."),
}


class Problem(JSONResponse):
    """RFC 9457 problem details."""

    media_type = "application/problem+json"


def respond(scope: Scope, status: int, detail: str = "", **extra: Any) -> Response:
    """The answer to a request that cannot be served: problem details for the API, a page for everything else."""
    title, advice = TEXTS.get(status) or (HTTPStatus(status).phrase, "")
    detail = detail or advice
    path = scope.get("path", "/")
    if path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path, **extra}
        return Problem(body, status)
    back = form_of(scope)
    return page("error.html", status, status_code=status, heading=title, detail=detail, advice=advice, back=back)


def form_of(scope: Scope) -> str:
    """The page of ours whose form was sent; empty for anything else."""
    headers = Headers(scope=scope)
    try:
        came_from = urlsplit(headers.get("referer", ""))
    except ValueError:
        return ""
    is_ours = scope.get("method") == "POST" and came_from.netloc == headers.get("host")
    # What begins with two slashes is, without its host, the address of another one (RFC 3986 §4.2).
    is_page = came_from.path.startswith("/") and not came_from.path.startswith("//")
    return came_from._replace(scheme="", netloc="").geturl() if is_ours and is_page else ""


def install(app: FastAPI, always: Mapping[str, str], routes: Sequence[BaseRoute]) -> None:
    """Answer every error of *app* this way; *always* are headers that a crash must not lose, *routes* all it has."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 – registered for it only
        detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
        response = respond(request.scope, error.status_code, detail)
        for name, value in (error.headers or {}).items():
            response.headers[name] = allowed(routes, request.scope) if name.lower() == "allow" else value
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 – registered for it only
        return respond(request.scope, 422, errors=_errors(error.errors()))

    async def crashed(request: Request, error: Exception) -> Response:
        response = respond(request.scope, 500)
        response.headers.update(always)
        if local.OUR_RECORD in request.headers:
            response.headers[local.OUR_RECORD] = local.DAEMON
        return response

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, crashed)


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> str:
    """The methods that the address of *scope* can be asked with (RFC 9110 §10.2.1)."""
    fitting = (route for route in routes if route.matches(scope)[0] is not Match.NONE)
    methods: set[str] = set().union(*(getattr(route, "methods", None) or () for route in fitting)) or {"GET"}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Where and what; never the input, which may be anything."""
    kept = ({name: part for name, part in error.items() if name != "input"} for error in errors)
    return [{"pointer": "/".join(map(str, error["loc"])), "detail": misfits.said(error)} for error in kept]
