"""What the API's own description says: what each operation does, how one proves who one is, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from monitor.access.roles import roles_for, scopes_for
from monitor.web.operations import OPERATIONS, PARAMETERS, TAGS, Operation
from monitor.web.permits import SAFE, action_of
from monitor.web.problems import TEXTS

SESSION, TOKEN, CSRF = "sesi", "token", "csrf"
PROBLEM, JSON = "application/problem+json", "application/json"
_ANSWERS = {
    "200": "Yang diminta, atau yang dilakukan.",
    "201": "Yang dibuat.",
    "401": "Perlu masuk, atau token yang berlaku.",
    "403": "Peran atau cakupan token tidak cukup, atau permintaan datang dari halaman lain.",
}


def install(app: FastAPI, cookie: str, *, is_required: bool) -> None:
    """Have *app* describe itself, with its ways in; a board that asks nobody says that none of them is needed."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            document.setdefault("components", {})["securitySchemes"] = schemes(cookie)
            document["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
            for method, path, operation in _operations(document):
                _tell(operation, OPERATIONS[f"{method} {path}"])
                _describe(operation, method, path, is_required=is_required)
        assert app.openapi_schema is not None  # noqa: S101 – `plain` keeps what it makes
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def schemes(cookie: str) -> dict[str, Any]:
    """The ways in (OpenAPI 3.1, Security Scheme Object)."""
    return {
        SESSION: {
            "type": "apiKey", "in": "cookie", "name": cookie,
            "description": "Sesi dari `/masuk`; yang disebut pada tiap operasi adalah peran yang boleh.",
        },
        CSRF: {
            "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
            "description": "Bersama sesi, untuk yang mengubah sesuatu: nilai `csrf` dari formulir sesi itu.",
        },
        TOKEN: {
            "type": "http", "scheme": "bearer",
            "description": "Dari `monitor token add`; yang disebut pada tiap operasi adalah cakupan yang membukanya.",
        },
    }  # fmt: skip


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _tell(operation: dict[str, Any], words: Operation) -> None:
    operation |= {"tags": [words.tag], "summary": words.summary, "description": words.description}
    for parameter in operation.get("parameters", ()):
        if "description" not in parameter:
            parameter["description"] = PARAMETERS[parameter["name"]]


def _describe(operation: dict[str, Any], method: str, path: str, *, is_required: bool) -> None:
    action = action_of(method, re.sub(r"\{\w+\}", "x", path))
    roles, scopes = ([item.value for item in items] for items in (roles_for(action), scopes_for(action)))
    session = {SESSION: roles} if method in SAFE else {SESSION: roles, CSRF: []}
    operation["security"] = [*([] if is_required else [{}]), session, {TOKEN: scopes}]
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if PROBLEM in content and JSON in content:
            content[PROBLEM] = content.pop(JSON)  # no error is ever plain JSON
        response["description"] = _ANSWERS.get(status) or f"{TEXTS[int(status)][0]}."
