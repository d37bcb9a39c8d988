"""What the API's description says of getting in, and that the door is of the same mind."""

from __future__ import annotations

import re
from typing import Any

import pytest

from monitor.access.roles import ROLES, SCOPES, Role, Scope
from monitor.web import operations
from monitor.web.app import build
from monitor.web.permits import action_of
from tests.unit.web import record
from tests.unit.web.entrance import house

OPEN: dict[str, Any] = build(record.view()).openapi()
OPERATIONS = [
    pytest.param(method.upper(), path, operation, id=f"{method} {path}")
    for path, item in OPEN["paths"].items()
    for method, operation in item.items()
]


async def described() -> dict[str, Any]:
    async with house() as board, board.browser(authorization="Bearer kunci-mesin-ini") as program:
        document: dict[str, Any] = (await program.get("/api/v1/openapi.json")).json()
    return document


async def test_the_ways_in_are_declared() -> None:
    schemes = (await described())["components"]["securitySchemes"]

    assert {name: (item["type"], item.get("in"), item.get("scheme")) for name, item in schemes.items()} == {
        "sesi": ("apiKey", "cookie", None), "csrf": ("apiKey", "header", None), "token": ("http", None, "bearer"),
    }  # fmt: skip
    assert schemes["sesi"]["name"] == "sesi"


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_an_operation_says_what_it_asks_for(method: str, path: str, operation: dict[str, Any]) -> None:
    action = action_of(method, path.replace("{", "").replace("}", ""))
    nobody, session, token = operation["security"]

    assert nobody == {}, "this board asks nobody"
    assert session["sesi"] == [role.value for role in Role if action in ROLES[role]] != []
    assert ("csrf" in session) is (method != "GET")
    assert token == {"token": [scope.value for scope in Scope if action in SCOPES[scope]]}


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_a_refusal_is_described_as_problem_details(method: str, path: str, operation: dict[str, Any]) -> None:
    errors = {status: item for status, item in operation["responses"].items() if int(status) >= 400}

    assert {"401", "403"} <= set(errors)
    for answer in errors.values():
        assert list(answer["content"]) == ["application/problem+json"]
        assert answer["content"]["application/problem+json"]["schema"]["$ref"].endswith("/ProblemItem")


async def test_a_board_that_asks_who_somebody_is_says_so_everywhere() -> None:
    document = await described()

    for item in document["paths"].values():
        for operation in item.values():
            assert {} not in operation["security"]
            assert [name for way in operation["security"] for name in way if name != "csrf"] == ["sesi", "token"]


ENGLISH = re.compile(
    r"\b(the|of|and|or|is|what|which|who|every|newest|oldest|first|open|one|with|not)\b", re.IGNORECASE
)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_an_operation_says_what_it_does_in_the_countys_words(method: str, path: str, operation: dict[str, Any]) -> None:
    said = [operation["summary"], operation["description"]]
    said += [item["description"] for item in (*operation.get("parameters", ()), *operation["responses"].values())]

    assert operation["tags"][0] in {tag["name"] for tag in OPEN["tags"]}
    assert len(operation["tags"]) == 1
    assert all(re.fullmatch(r".*[.`]", text, re.DOTALL) for text in said[1:]), said
    assert 0 < len(operation["summary"]) <= 40
    assert ENGLISH.findall(re.sub(r"`[^`]*`", "", " ".join(said))) == []


def test_nothing_is_told_of_an_operation_that_is_none() -> None:
    there = {f"{method.upper()} {path}" for path, item in OPEN["paths"].items() for method in item}

    assert set(operations.OPERATIONS) == there
    assert {words.tag for words in operations.OPERATIONS.values()} == set(operations.TAGS)


def test_operations_are_told_apart() -> None:
    summaries = [operation["summary"] for item in OPEN["paths"].values() for operation in item.values()]

    assert len(set(summaries)) == len(summaries)
