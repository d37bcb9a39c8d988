"""The guard of `tests/conftest.py` bites."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest


def test_a_unit_test_cannot_open_a_socket() -> None:
    with pytest.raises(pytest.fail.Exception, match="opened a socket"):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


async def test_a_unit_test_can_run_an_event_loop() -> None:
    await asyncio.to_thread(lambda: None)


def test_a_pair_of_sockets_is_no_network() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.send(b"x")
        assert other.recv(1) == b"x"


def test_settings_of_the_machine_do_not_reach_the_tests() -> None:
    assert not [name for name in os.environ if name.startswith("MONITOR_") or name.lower().endswith("_proxy")]
