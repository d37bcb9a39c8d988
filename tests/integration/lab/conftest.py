from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Kind, Target
from tests.lab import Lab, loops

Factory = Callable[[], asyncio.AbstractEventLoop]

TARGETS = (
    Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url="https://dinkominfo.purbalinggakab.go.id"),
    Target(kode="DESA-046", kind=Kind.DESA, name="Desa Jetis", url="https://jetis-purbalingga.desa.id/"),
    Target(kode="DESA-118", kind=Kind.DESA, name="Desa Karangjambu", url="http://karangjambu.desa.id/first"),
    Target(kode="LYN-010", kind=Kind.LAYANAN, name="Sidomas", url="http://36.66.181.23/sidomas/"),
    Target(kode="LYN-016", kind=Kind.LAYANAN, name="Puskesmas", url="http://36.66.164.123:88"),
)
OPD, DESA, PLAIN, BARE = (target.host for target in TARGETS[:4])


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Factory]:
    """The lab runs on either loop: tests bring asyncio's, its own processes uvloop's."""
    factories: dict[str, Factory] = {"asyncio": asyncio.new_event_loop}
    return factories | ({"uvloop": uvloop} if (uvloop := loops.factory()) else {})


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """A small lab where nothing is wrong; whatever goes wrong inside it fails the test."""
    mishaps: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: mishaps.append(context))
    async with Lab(TARGETS, directory=tmp_path) as lab:
        yield lab
    assert mishaps == []
