"""A visit that is called off, at whatever moment, leaves no task, no socket and no seat behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.net.facts import ExchangeFailed
from tests.integration.net.conftest import Visitor
from tests.integration.net.misbehaving import (
    HOST,
    OK,
    Authority,
    Handler,
    answering,
    at_hello,
    black_hole,
    closed_port,
    serving,
)


def sockets() -> int:
    """Sockets this process has open."""
    links = (_target(path) for path in Path("/proc/self/fd").iterdir())
    return sum(link.startswith("socket:") for link in links)


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


async def call_off(visitor: Visitor, url: str, when: asyncio.Event | None) -> None:
    """Start a visit and cancel it once *when* is set, or once it waits for a connection."""
    task = asyncio.create_task(visitor.get(url))
    if when is not None:
        await when.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def noticing(handler: Handler, reached: asyncio.Event) -> Handler:
    """*handler*, that also says when the visitor has come."""

    async def noticed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await handler(reader, writer)

    return noticed


@pytest.mark.parametrize(
    ("scheme", "handler"),
    [
        pytest.param("https", at_hello(b"", then="silence"), id="in the handshake"),
        pytest.param("http", answering(then="silence"), id="before the first byte"),
        pytest.param("http", answering(OK[:-5], then="silence"), id="in the body"),
    ],
)
async def test_a_visit_called_off_leaves_nothing(visitor: Visitor, scheme: str, handler: Handler) -> None:
    before, tasks, reached = sockets(), asyncio.all_tasks(), asyncio.Event()

    async with serving(noticing(handler, reached)) as site:
        await call_off(visitor, f"{scheme}://{HOST}:{site.port}/", reached)
        assert len(visitor.transport._dialer.seats) == 0

    await settled(before)
    assert asyncio.all_tasks() == tasks


async def test_a_connection_called_off_leaves_nothing(visitor: Visitor) -> None:
    before = sockets()
    with black_hole() as port:
        inside = sockets()
        await call_off(visitor, f"http://{HOST}:{port}/", None)

        assert sockets() == inside
    assert sockets() == before
    assert len(visitor.transport._dialer.seats) == 0


async def test_failures_leave_nothing(impatient: Visitor, authority: Authority) -> None:
    before = sockets()
    with black_hole() as port:
        await impatient.failure(port)
    await impatient.failure(closed_port())
    async with serving(at_hello(b"garbage")) as site:
        await impatient.failure(site, scheme="https")
    async with serving(answering(then="silence"), tls=authority.expired()) as site:
        await impatient.failure(site, scheme="https", within=0.3)

    await settled(before)
    assert len(impatient.transport._dialer.seats) == 0


async def settled(before: int) -> None:
    """Wait until the test's own servers have let go; the visitor's sockets are closed already or never will be."""
    for _ in range(100):
        if sockets() <= before:
            return
        await asyncio.sleep(0.01)
    assert sockets() <= before


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.binary(max_size=300), scheme=st.sampled_from(["http", "https"]))
async def test_any_bytes_make_a_page_or_a_failure(visitor: Visitor, answer: bytes, scheme: str) -> None:
    async with serving(at_hello(answer)) as site:
        try:
            response = await visitor.page(site, scheme=scheme)
        except ExchangeFailed as failed:
            assert failed.failure.detail  # noqa: PT017
        else:
            assert response.extensions["exchange"].wire <= len(answer)
