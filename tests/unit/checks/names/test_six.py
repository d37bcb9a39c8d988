"""When IPv6 is known to work from here."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.checks.names.six import LATELY, Proof


@pytest.mark.parametrize(
    ("noted", "heard_ago", "holds"),
    [
        pytest.param(False, None, False, id="nobody was reached"),
        pytest.param(True, None, True, id="a site was"),
        pytest.param(False, 1.0, True, id="a name server was"),
        pytest.param(False, LATELY + 1, False, id="long ago"),
        pytest.param(True, LATELY + 1, True, id="the later one counts"),
    ],
)
async def test_ipv6_works_when_somebody_was_reached_over_it_lately(
    noted: object, heard_ago: float | None, holds: object
) -> None:
    proof, now = Proof(), asyncio.get_running_loop().time()
    authority: Any = SimpleNamespace(six_heard=None if heard_ago is None else now - heard_ago)
    if noted:
        proof.note()
    assert proof.holds(authority) is holds
