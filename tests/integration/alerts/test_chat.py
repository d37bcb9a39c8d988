"""Telegram, the WhatsApp gateways, and a service that only Apprise speaks to."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from monitor.alerts.channels import Undelivered
from monitor.alerts.channels.services import read
from tests.integration.alerts.conftest import MakeCourier
from tests.integration.alerts.receiving import Web, answer, web
from tests.unit.alerts.post import message

TOKEN = "123456789:AAF-geheim_Token-xyz"  # noqa: S105 - of a test
KEY = "tok-geheim"
OK = answer(200, {"ok": True, "result": {}})


def no(code: int, description: str, **parameters: Any) -> bytes:
    return answer(code, {"ok": False, "error_code": code, "description": description, "parameters": parameters})


def bot(make_courier: MakeCourier, receiver: Web, chats: str = "-100200/300", **more: Any) -> Any:
    return make_courier(type="apprise", url=f"tgram://{TOKEN}/{chats}", telegram_api=receiver.url, **more)


async def failure(courier: Any, key: str = "k", **values: Any) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await courier.send(key, message(key, **values))
    return caught.value


LONG = {"sections": tuple((f"Bagian {number}", ("kata " * 60,) * 4) for number in range(12))}


async def test_every_chat_gets_it_with_markup(make_courier: MakeCourier) -> None:
    async with web(OK) as receiver:
        await bot(make_courier, receiver, "-100200:7/@kanal_kab?silent=yes").send("k", message("k"))
    assert [asked.path for asked in receiver.asked] == [f"/bot{TOKEN}/sendMessage"] * 2
    first, second = (asked.json for asked in receiver.asked)
    assert {first["chat_id"], second["chat_id"]} == {-100200, "@kanal_kab"}
    assert [said.get("message_thread_id") for said in (first, second) if said["chat_id"] == -100200] == [7]
    assert first["parse_mode"] == "HTML"
    assert first["disable_notification"] is True
    assert first["link_preview_options"] == {"is_disabled": True}


async def test_parts_leave_in_order_and_a_retry_goes_on_where_it_ended(make_courier: MakeCourier) -> None:
    said = message("k", **LONG)
    async with web(OK, no(502, "Bad Gateway"), OK) as receiver:
        courier = bot(make_courier, receiver, "300", timeout=20)
        parts = courier._form(said)
        assert courier.pieces(said) == len(parts) > 2
        with pytest.raises(Undelivered) as caught:
            await courier.send("k", said)
        assert not caught.value.permanent
        await courier.send("k", said)
        await courier.send("lain", said)
    texts = [asked.json["text"] for asked in receiver.asked]
    assert texts == [parts[0], parts[1], *parts[1:], *parts]


async def test_too_many_requests_are_waited_for(make_courier: MakeCourier) -> None:
    async with web(no(429, "Too Many Requests: retry after 37", retry_after=37)) as receiver:
        failed = await failure(bot(make_courier, receiver))
    assert failed.after == timedelta(seconds=37)
    assert not failed.permanent
    assert len(receiver.asked) == 1, "the bot is to be silent, so the second chat is not tried"


@pytest.mark.parametrize(
    ("code", "permanent"), [(400, True), (401, True), (403, True), (404, True), (500, False), (502, False)]
)
async def test_what_telegram_says_no_to(make_courier: MakeCourier, code: int, permanent: bool) -> None:  # noqa: FBT001
    async with web(no(code, f"tidak, {TOKEN}")) as receiver:
        failed = await failure(bot(make_courier, receiver, "300"))
    assert failed.permanent is permanent
    assert "tidak, ***" in failed.reason


async def test_a_chat_that_is_gone_keeps_it_from_no_other(make_courier: MakeCourier) -> None:
    async with web(no(403, "bot was kicked"), OK) as receiver:
        failed = await failure(bot(make_courier, receiver))
    assert [asked.json["chat_id"] for asked in receiver.asked] == [-100200, 300]
    assert failed.permanent


async def test_one_that_passes_makes_it_worth_another_try(make_courier: MakeCourier) -> None:
    async with web(no(403, "bot was kicked"), no(500, "oops")) as receiver:
        assert not (await failure(bot(make_courier, receiver))).permanent


@pytest.mark.parametrize(
    "strange", [answer(403, b"<h1>masuk dulu</h1>"), answer(200, {"ok": "ya"}), answer(200, b"["), answer(200, [])]
)
async def test_a_stranger_in_between_is_not_believed(make_courier: MakeCourier, strange: bytes) -> None:
    async with web(strange) as receiver:
        assert not (await failure(bot(make_courier, receiver, "300"))).permanent


async def test_a_group_that_moved_is_followed(make_courier: MakeCourier) -> None:
    async with web(no(400, "group upgraded", migrate_to_chat_id=-100999), OK) as receiver:
        courier = bot(make_courier, receiver, "-42")
        await courier.send("k", message("k"))
        await courier.send("l", message("l"))
    assert [asked.json["chat_id"] for asked in receiver.asked] == [-42, -100999, -100999]


async def test_markup_that_telegram_refuses_goes_plain(make_courier: MakeCourier) -> None:
    async with web(no(400, "Bad Request: can't parse entities: x"), OK) as receiver:
        await bot(make_courier, receiver, "300").send("k", message("k", title="A & B turun"))
    first, second = (asked.json for asked in receiver.asked)
    assert "A &amp; B" in first["text"]
    assert "parse_mode" not in second
    assert "A & B" in second["text"]
    assert "<b>" not in second["text"]


# WhatsApp.


def gateway(make_courier: MakeCourier, receiver: Web, kind: str, **more: Any) -> Any:
    return make_courier(type=kind, url=receiver.url, secret=KEY, to=["0812-3456-7890", "+62 811 222 333"], **more)


@pytest.mark.parametrize(
    ("kind", "path", "to"), [("fonnte", "/send", "target"), ("wablas", "/api/send-message", "phone")]
)
async def test_gateways_get_what_they_want(make_courier: MakeCourier, kind: str, path: str, to: str) -> None:
    async with web(answer(200, {"status": True})) as receiver:
        courier = gateway(make_courier, receiver, kind)
        await courier.send("k", message("k"))
        assert courier.pieces(message("k")) == 2
    (asked,) = receiver.asked
    assert asked.path == path
    assert asked.headers["authorization"] == "tok-geheim"
    assert asked.form[to] == "6281234567890,62811222333"
    assert "Dinas Kesehatan turun" in asked.form["message"]


@pytest.mark.parametrize("kind", ["fonnte", "wablas"])
@pytest.mark.parametrize(
    ("said", "permanent"),
    [
        (answer(200, {"status": False, "reason": "invalid token tok-geheim"}), True),
        (answer(200, {"status": False, "reason": "device disconnected"}), False),
        (answer(200, {"status": "true"}), False),
        (answer(200, b"<html>"), False),
        (answer(500, {"message": "oops"}), False),
        (answer(401, {"message": "no"}), True),
    ],
)
async def test_200_may_still_mean_no(make_courier: MakeCourier, kind: str, said: bytes, permanent: bool) -> None:  # noqa: FBT001
    async with web(said) as receiver:
        failed = await failure(gateway(make_courier, receiver, kind))
    assert failed.permanent is permanent
    assert "geheim" not in failed.reason


async def test_a_gateway_is_given_what_is_left(make_courier: MakeCourier) -> None:
    said, yes = message("k", **LONG), answer(200, {"status": True})
    async with web(yes, answer(503), yes) as receiver:
        courier = gateway(make_courier, receiver, "fonnte", timeout=20)
        parts = courier._form(said)
        with pytest.raises(Undelivered):
            await courier.send("k", said)
        await courier.send("k", said)
    assert [asked.form["message"] for asked in receiver.asked] == [parts[0], parts[1], *parts[1:]]


# Apprise itself.


def relay(make_courier: MakeCourier, receiver: Web, **more: Any) -> Any:
    url = f"json://orang:sandi-geheim@127.0.0.1:{receiver.port}/jalur-geheim"
    return make_courier(type="apprise", url=url, **more)


async def test_apprise_carries_text_to_the_rest(make_courier: MakeCourier) -> None:
    async with web(answer(200)) as receiver:
        courier = relay(make_courier, receiver)
        await courier.send("k", message("k"))
        await courier.send("k", message("k"))
    assert len(receiver.asked) == 2
    said = receiver.asked[0].json
    assert said["title"].startswith("Dinas Kesehatan turun")
    assert "Situs tidak menjawab." in said["message"]
    assert not said["message"].startswith(said["title"])


@pytest.mark.parametrize(
    ("status", "permanent", "said"),
    [
        (401, True, "layanan menjawab 401: kunci atau kata sandinya ditolak"),
        (403, True, "layanan menjawab 403: kunci atau kata sandinya ditolak"),
        (404, True, "layanan menjawab 404: tujuannya tidak ada di sana"),
        (418, False, "layanan menjawab 418: pesan tidak diterima"),
        (429, False, "layanan menjawab 429: terlalu banyak pesan; coba lagi nanti"),
        (500, False, "layanan menjawab 500: layanan itu sedang terganggu"),
    ],
)
async def test_apprise_log_tells_the_status_and_we_what_it_means(
    make_courier: MakeCourier,
    status: int,
    permanent: bool,  # noqa: FBT001
    said: str,
) -> None:
    with structlog.testing.capture_logs() as events:
        async with web(answer(status)) as receiver:
            failed = await failure(relay(make_courier, receiver))
    assert (failed.permanent, failed.reason) == (permanent, said)
    (event,) = (event for event in events if event["event"] == "apprise.refused")
    assert event["status"] == status
    assert str(status) in event["said"], "what Apprise said is for the log"
    assert "geheim" not in str(event)


async def test_a_service_that_apprise_cannot_reach_is_said_in_our_words(make_courier: MakeCourier) -> None:
    async with web(answer(200)) as receiver:
        courier = relay(make_courier, receiver)
    failed = await failure(courier)
    assert (failed.permanent, failed.reason) == (False, "layanan tidak dapat dihubungi")


async def test_apprise_that_hangs_is_left_behind(make_courier: MakeCourier) -> None:
    async with web("hang") as receiver:
        failed = await failure(relay(make_courier, receiver, timeout=0.3))
    assert not failed.permanent


# No secret anywhere.


def told(error: BaseException | None) -> str:
    """Everything that an exception and those behind it could say of themselves."""
    parts = list[str]()
    while error is not None:
        parts += [str(error), repr(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return " ".join(parts)


@pytest.mark.parametrize("behaviour", ["hang", "reset", no(401, f"Unauthorized {TOKEN}"), answer(500), answer(302)])
async def test_no_token_in_logs_errors_or_reprs(
    make_courier: MakeCourier, behaviour: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        async with web(behaviour) as receiver:
            for courier in (
                bot(make_courier, receiver, "300", timeout=0.5),
                relay(make_courier, receiver, timeout=0.5),
                gateway(make_courier, receiver, "wablas", timeout=0.5),
                make_courier(type="webhook", url=f"{receiver.url}/geheim", secret=KEY, timeout=0.5),
            ):
                failed = await failure(courier)
                said = " ".join([told(failed), repr(courier), str(events), caplog.text])
                assert TOKEN not in said
                assert "geheim" not in said


def test_no_token_while_reading_addresses(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for url in (f"tgram://{TOKEN}/300", "json://u:geheim@localhost/geheim", "mailto://u:geheim@x.id?to=a@b.id"):
        assert "geheim" not in repr(read(SecretStr(url)))
    assert "geheim" not in caplog.text
