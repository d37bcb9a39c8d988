from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from monitor.alerts.channels import Undelivered
from tests.integration.alerts.conftest import MakeCourier
from tests.integration.alerts.receiving import answer, web
from tests.integration.net.misbehaving import Authority, closed_port, self_signed, stranger
from tests.unit.alerts.post import message

SECRET = "kunci-hmac-rahasia"  # noqa: S105 - of a test


def hook(make_courier: MakeCourier, url: str, **more: Any) -> Any:
    return make_courier(type="webhook", url=url, secret=SECRET, **more)


async def failure(courier: Any, key: str = "ins-1-1-noc") -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await courier.send(key, message(key))
    return caught.value


async def test_it_is_signed_keyed_and_json(make_courier: MakeCourier) -> None:
    async with web() as receiver:
        await hook(make_courier, f"{receiver.url}/masuk?a=1").send("ins-1-1-noc", message())
    (asked,) = receiver.asked
    assert (asked.method, asked.path) == ("POST", "/masuk?a=1")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "ins-1-1-noc"
    assert asked.headers["user-agent"].startswith("monitor/")
    stamp = asked.headers["x-monitor-timestamp"]
    assert abs(int(stamp) - datetime.now(UTC).timestamp()) < 60
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["x-monitor-signature"] == f"sha256={expected}"
    assert asked.json == message().data


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((status, True) for status in (301, 400, 401, 404, 410)),
        *((status, False) for status in (408, 425, 429, 500, 502, 503, 504)),
    ],
)
async def test_what_passes_and_what_does_not(make_courier: MakeCourier, status: int, permanent: bool) -> None:  # noqa: FBT001
    async with web(answer(status, Location="http://127.0.0.1:1/x")) as receiver:
        failed = await failure(hook(make_courier, receiver.url))
    assert failed.permanent is permanent
    assert str(status) in failed.reason
    assert len(receiver.asked) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_success_is_one(make_courier: MakeCourier, status: int) -> None:
    async with web(answer(status)) as receiver:
        await hook(make_courier, receiver.url).send("k", message("k"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("120", 120), ("0", 0), ("-5", None), ("besok", None), ("1e9", None), ("", None), ("99999999", 6 * 3600)],
)
async def test_retry_after_in_seconds(make_courier: MakeCourier, value: str, expected: int | None) -> None:
    async with web(answer(429, Retry_After=value)) as receiver:
        failed = await failure(hook(make_courier, receiver.url))
    assert failed.after == (None if expected is None else timedelta(seconds=expected))


async def test_retry_after_as_a_date(make_courier: MakeCourier) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    async with web(answer(503, Retry_After=date)) as receiver:
        failed = await failure(hook(make_courier, receiver.url))
    assert failed.after is not None
    assert timedelta(minutes=8) < failed.after <= timedelta(minutes=10)


@pytest.mark.parametrize("behaviour", ["hang", "reset", "close", b"bukan HTTP\r\n\r\n"])
async def test_misbehaviour_is_temporary(make_courier: MakeCourier, behaviour: bytes | str) -> None:
    async with web(behaviour) as receiver:
        failed = await failure(hook(make_courier, f"{receiver.url}/jalur-rahasia", timeout=1))
    assert not failed.permanent
    assert "jalur-rahasia" not in failed.reason


async def test_nobody_listens(make_courier: MakeCourier) -> None:
    failed = await failure(hook(make_courier, f"http://127.0.0.1:{closed_port()}/"))
    assert not failed.permanent


async def test_an_endless_answer_is_not_read_to_its_end(make_courier: MakeCourier) -> None:
    async with web("endless") as receiver, asyncio.timeout(20):
        await hook(make_courier, receiver.url, timeout=15).send("k", message("k"))


async def test_the_settings_authority_is_trusted(make_courier: MakeCourier, authority: Authority) -> None:
    async with web(tls=authority.good("127.0.0.1")) as receiver:
        await hook(make_courier, receiver.url).send("k", message("k"))
    assert len(receiver.asked) == 1


async def test_no_other_authority_is(make_courier: MakeCourier, authority: Authority, tmp_path: Any) -> None:
    for context in (stranger(), self_signed(tmp_path), authority.expired(), authority.good("lain.example.id")):
        async with web(tls=context) as receiver:
            failed = await failure(hook(make_courier, receiver.url))
        assert receiver.asked == []
        assert not failed.permanent
        assert failed.reason == "sertifikat penerima tidak sah"
