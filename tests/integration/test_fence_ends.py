"""A fence that is taken down while a browser still talks ends quietly: nothing of it is an error in the log."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from monitor.net import open_network
from monitor.net.fence import Fence
from monitor.settings import Dns, Net, Vantage
from tests.integration.alerts.receiving import eventually


async def test_connections_that_are_cut_off_at_the_end_are_no_errors_of_ours() -> None:
    loop, errors = asyncio.get_running_loop(), list[dict[str, Any]]()
    loop.set_exception_handler(lambda _loop, context: errors.append(context))
    net = open_network(Dns(nameservers=("127.0.0.1:9",)), Net(system_ca=False), Vantage())
    try:
        async with Fence(net.http.dialer, loop.time() + 30) as fence:
            host, port = fence.address.rsplit(":", 1)
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"CONNECT www.desa.id:443 HTTP/1.1\r\n")  # and no more: it is waited for
            await writer.drain()
            await eventually(lambda: bool(fence._tasks))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await reader.readexactly(1)
        writer.close()
    finally:
        await net.aclose()

    assert errors == []
