from __future__ import annotations

import json

import pytest

from monitor.alerts import render
from monitor.alerts.compose import compose
from monitor.alerts.message import Message
from tests.unit.alerts import affairs, goldens
from tests.unit.alerts.situations import ALERTS, CASES

MARKED = ("turun", "turun-bersama", "judi", "memburuk", "pulih", "bermusuhan")
"""Cases that are kept in every markup; plain text is kept of all."""
BETWEEN = "\n======== pesan berikutnya ========\n"

MESSAGES: dict[str, Message] = {
    **{name: compose(make(), ALERTS) for name, make in CASES.items()},
    **affairs.messages(),
}
EVERYWHERE = (*MARKED, *affairs.messages())


@pytest.mark.parametrize("name", MESSAGES)
def test_as_text(name: str) -> None:
    goldens.check(f"{name}.txt", render.text(MESSAGES[name]))


@pytest.mark.parametrize("name", EVERYWHERE)
def test_as_html(name: str) -> None:
    goldens.check(f"{name}.html", render.html(MESSAGES[name]))


@pytest.mark.parametrize("name", EVERYWHERE)
def test_for_telegram(name: str) -> None:
    goldens.check(f"{name}.telegram.txt", BETWEEN.join(render.telegram(MESSAGES[name])) + "\n")


@pytest.mark.parametrize("name", EVERYWHERE)
def test_for_whatsapp(name: str) -> None:
    goldens.check(f"{name}.whatsapp.txt", BETWEEN.join(render.whatsapp(MESSAGES[name])) + "\n")


@pytest.mark.parametrize("name", EVERYWHERE)
def test_for_webhooks(name: str) -> None:
    document = json.loads(render.webhook(MESSAGES[name]))
    goldens.check(f"{name}.json", json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def test_every_file_is_of_a_case() -> None:
    kept = {file.name.partition(".")[0] for file in goldens.FOLDER.iterdir()}
    assert kept == set(MESSAGES)
