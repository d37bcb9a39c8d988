"""Debian's Prometheus, with the configuration that is shipped but for a shorter breath, and questions to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.conftest import require
from tests.e2e.daemon import ROOT
from tests.integration.net.misbehaving import closed_port

SHIPPED = ROOT / "deploy" / "prometheus"
PATIENCE = 120.0
_LOOK_BACK = 30.0
"""Seconds that a question over time looks back."""


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """An expression, and where it is from."""

    where: str
    expr: str
    over_time: bool = False


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    client: httpx.AsyncClient

    async def get(self, path: str, **params: str) -> Any:
        """The `data` of an answer of the API; fails when it is an error, and is None while nobody answers."""
        try:
            response = await self.client.get(path, params=params)
        except httpx.TransportError:
            return None
        answer = response.json()
        assert answer["status"] == "success", (params, answer)
        return answer["data"]

    async def ask(self, question: Question) -> list[Any]:
        """The series it gives now, or within the last moments, that have a number."""
        if not question.over_time:
            data = await self.get("/api/v1/query", query=question.expr)
            return [one for one in data["result"] if one["value"][1] != "NaN"] if data else []
        now = time.time()
        times = {"start": str(now - _LOOK_BACK), "end": str(now), "step": "1"}
        data = await self.get("/api/v1/query_range", query=question.expr, **times)
        return [one for one in data["result"] if any(v != "NaN" for _t, v in one["values"])] if data else []

    async def until_answered(self, questions: Iterable[Question]) -> None:
        """Return when each of *questions* has been given data; fails with those that never are."""
        left = sorted(set(questions))
        deadline = time.monotonic() + PATIENCE
        while left:
            left = [question for question in left if not await self.ask(question)]
            if left and time.monotonic() > deadline:
                listed = "\n".join(f"{question.where}: {question.expr}" for question in left)
                raise AssertionError(f"{len(left)} questions are never given data:\n{listed}")
            await asyncio.sleep(0.5 if left else 0)

    async def values(self, label: str, selector: str) -> list[str]:
        """What values *label* has in the series of *selector*."""
        return list(await self.get(f"/api/v1/label/{label}/values", **{"match[]": selector}) or ())


def configuration(*targets: str) -> dict[str, Any]:
    """The shipped one, pointed at *targets* (`host:port`), hurried, with every file of rules and no Alertmanager."""
    config: dict[str, Any] = yaml.safe_load((SHIPPED / "prometheus.yml").read_text(encoding="utf-8"))
    del config["alerting"]
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (job,) = config["scrape_configs"]
    job["scrape_timeout"] = "1s"
    job["static_configs"] = [{"targets": list(targets)}]
    config["rule_files"] = [str(path) for path in sorted(SHIPPED.glob("*.yml")) if _holds_rules(path)]
    return config


def _holds_rules(path: Path) -> bool:
    document: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return "groups" in document


@asynccontextmanager
async def exposing(text: bytes) -> AsyncIterator[str]:
    """Where (`host:port`) an exposition, *text*, is given to whoever asks."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {len(text)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + text)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _written(config: dict[str, Any], folder: Path) -> Path:
    folder.mkdir()
    path = folder / "prometheus.yml"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


@asynccontextmanager
async def scraping(folder: Path, *targets: str) -> AsyncIterator[Prometheus]:
    """A Prometheus that scrapes *targets*, keeps what it sees in *folder*, and ends with the block."""
    config = _written(configuration(*targets), folder)
    port, log = closed_port(), folder / "prometheus.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            str(require("prometheus")),
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            stdout=output,
            stderr=output,
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            server = Prometheus(client)
            await server.until_answered([Question("the scrape", 'up{job="monitor"} == 1')])
            yield server
    finally:
        process.terminate()
        await process.wait()
