"""The shipped nginx configuration before the unmodified daemon that asks who somebody is, as people meet it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from monitor import inventory
from tests.conftest import require
from tests.e2e.daemon import PATIENCE, ROOT, Daemon, configure, running
from tests.e2e.test_commands import monitor
from tests.e2e.test_entrance import PASSWORD, add
from tests.integration.deploy.fronting import NAME, certified, free_port, fronted
from tests.lab import Lab, Scenario
from tests.lab.faults import FaultName

SITES = tuple(target for target in inventory.load(ROOT / "inventory") if target.active)[:6]
BUNDLE = "bukti-audit-infrastruktur-2026-09.zip"
MIB = 1024 * 1024
FORGED = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "jahat.example",
    "X-Real-IP": "192.0.2.2",
    "Forwarded": "for=192.0.2.3;proto=http;host=jahat.example",
    "Remote-User": "ani",
    "Remote-Groups": "csirt",
}

pytestmark = [pytest.mark.servers("nginx"), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class House:
    """A daemon behind nginx, and the lab that it watches."""

    daemon: Daemon
    lab: Lab
    config: Path
    plain: int
    secure: int
    trust: ssl.SSLContext

    def guest(self, address: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        """A browser on the machine with *address*, that says *headers* with everything."""
        return httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.secure}",
            transport=_Named(httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)),
            headers={"Host": NAME, **headers},
            timeout=PATIENCE,
        )

    @property
    def listen(self) -> dict[str, str]:
        """By which commands find the daemon."""
        return {"MONITOR_WEB__LISTEN": self.daemon.url.removeprefix("http://")}


class _Named(httpx.AsyncBaseTransport):
    """Asks for `NAME` in TLS, too, as a browser does that has looked it up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": NAME}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    require("nginx")
    tmp_path = tmp_path_factory.mktemp("house")
    inventory.dump(SITES, tmp_path / "inventory")
    async with Lab(SITES, Scenario(ttl=1), tmp_path / "lab") as lab:
        config = configure(
            tmp_path,
            {
                **lab.settings(),
                "inventory": {"directory": str(tmp_path / "inventory")},
                "web": {"names": [NAME]},
                "login": {"mode": "required", "proxies": ["127.0.0.1"]},
                "status": {"enabled": True},
            },
        )
        assert await add("ani", "operator", config) == 0
        assert await add("budi", "auditor", config) == 0
        trust, plain, secure = certified(tmp_path), free_port(), free_port()
        async with running(config) as daemon:
            with fronted(tmp_path, int(daemon.url.rpartition(":")[2]), plain, secure):
                yield House(daemon, lab, config, plain, secure, trust)


async def enter(browser: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    return await browser.post(
        "/masuk", data={"nama": name, "sandi": password, "ke": "/"}, headers={"Origin": f"https://{NAME}"}
    )


def token_in(page: str) -> str:
    (token,) = set(re.findall(r'name="csrf" value="([^"]+)"', page))
    return str(token)


async def test_somebody_signs_in_acts_and_signs_out(house: House) -> None:
    async with house.guest() as browser:
        sent_on = await browser.get("/")
        entered = await enter(browser, "ani")
        page = await browser.get("/keluar")
        ours = {"Origin": f"https://{NAME}"}
        without = await browser.post("/keluar", headers=ours)
        form = {"csrf": token_in(page.text)}
        elsewhere = await browser.post("/keluar", data=form, headers={"Origin": "https://jahat.example"})
        still = await browser.get("/")
        left = await browser.post("/keluar", data=form, headers=ours)
        after = await browser.get("/")

    assert (sent_on.status_code, sent_on.headers["location"].partition("?")[0]) == (303, "/masuk")
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-sesi=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert (without.status_code, elsewhere.status_code, still.status_code) == (403, 403, 200)
    assert (left.status_code, after.status_code) == (303, 303)
    assert still.headers["strict-transport-security"] == "max-age=31536000"


async def test_without_tls_nothing_is_served(house: House) -> None:
    async with httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{house.plain}") as client:
        answer = await client.get("/situs/OPD-001?x=1", headers={"Host": NAME})

    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{NAME}/situs/OPD-001?x=1")


async def test_nobody_is_believed_who_he_says_he_is_or_where_he_comes_from(house: House) -> None:
    async with house.guest("127.0.0.7", **FORGED) as stranger, house.guest() as auditor:
        nobody = await stranger.get("/api/v1/status")
        another = await stranger.get("/status", headers={"Host": "jahat.example"})
        entered = await enter(stranger, "ani")
        await enter(auditor, "budi")
        trail = (await auditor.get("/api/v1/audit")).json()["items"]

    assert nobody.status_code == 401
    assert another.status_code == 421
    assert "jahat.example" not in entered.headers["location"]
    line = next(item for item in trail if item["actor"] == "ani" and item["deed"] == "masuk")  # the newest is first
    assert line["address"] == "127.0.0.7"


async def test_who_tries_too_often_is_kept_waiting_and_nobody_else_is(house: House) -> None:
    async with (
        house.guest("127.0.0.8") as guessing,
        house.guest("127.0.0.8", **FORGED) as disguised,
        house.guest() as other,
    ):
        tries = [(await enter(guessing, f"nama{number}", "salah semua ini")).status_code for number in range(12)]
        again = await enter(disguised, "ani")
        elsewhere = await enter(other, "ani")

    assert tries[0] == 401
    assert tries[-1] == 429
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) > 0
    assert elsewhere.status_code == 303


async def test_the_public_sees_the_status_page_and_no_more(house: House) -> None:
    paths = {"/status": 200, "/status/feed.atom": 200, "/static/board.css": 200, "/healthz": 200}
    closed = {"/": 303, "/situs/OPD-001": 303, "/bukti": 303, "/api/v1/targets": 401, "/metrics": 403}
    async with house.guest() as guest:
        found = {path: (await guest.get(path)).status_code for path in {**paths, **closed}}

    assert found == {**paths, **closed}


async def test_metrics_are_for_whoever_is_on_the_machine_and_has_a_token(house: House) -> None:
    made = await monitor("token", "add", "prometheus", "--scope", "metrics", config=house.config, **house.listen)
    (token,) = re.findall(r"mtk_\S+", made.out)
    shown = {"Authorization": f"Bearer {token}"}
    async with house.guest() as outside, httpx.AsyncClient(trust_env=False, base_url=house.daemon.url) as inside:
        through = await outside.get("/metrics", headers=shown)
        without = await inside.get("/metrics")
        direct = await inside.get("/metrics", headers=shown)

    assert (through.status_code, without.status_code, direct.status_code) == (403, 401, 200)
    assert "\nprobe_success{" in direct.text


async def test_a_page_that_renews_itself_shows_a_site_that_falls(house: House) -> None:
    script = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    await house.daemon.until("/readyz", lambda _answer: True)
    async with house.guest() as browser:
        await enter(browser, "ani")
        await _until(browser, "/api/v1/targets/OPD-001", '"state":"aktif"')
        page = await browser.get("/")
        house.lab.set("OPD-001", FaultName.REFUSED)
        await _until(browser, "/", "koneksi ditolak", **script)
        house.lab.clear("OPD-001")

    assert "data-live" in page.text
    assert "koneksi ditolak" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def _until(browser: httpx.AsyncClient, path: str, words: str, **headers: str) -> None:
    """Until *words* are in what is at *path*; asked for no more often than nginx lets anybody."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await browser.get(path, headers=headers)
            if answer.status_code == 200 and words in answer.text:
                return
            await asyncio.sleep(0.3)


async def test_who_has_a_document_already_is_told_so(house: House) -> None:
    async with house.guest() as program:
        await enter(program, "ani")
        first = await program.get("/api/v1/vantage")
        known = await program.get("/api/v1/vantage", headers={"If-None-Match": first.headers["etag"]})
        other = await program.get("/api/v1/vantage", headers={"If-None-Match": 'W/"lain"'})
        style = await program.get("/static/board.css")
        kept = await program.get("/static/board.css", headers={"If-None-Match": style.headers["etag"]})

    assert first.status_code == 200
    assert known.status_code == 304 or known.headers["etag"] != first.headers["etag"]  # the vantage was asked again
    assert other.status_code == 200
    assert (kept.status_code, kept.content) == (304, b"")


async def test_a_large_bundle_comes_whole_and_is_in_the_trail(house: House) -> None:
    folder = house.config.parent / "bukti"
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256()
    with (folder / BUNDLE).open("wb") as file:
        for _ in range(96):
            file.write(piece := os.urandom(MIB))
            digest.update(piece)
    async with house.guest() as auditor, house.guest() as nobody:
        await enter(auditor, "budi")
        refused = await nobody.get(f"/bukti/unduh/{BUNDLE}")
        got, length = hashlib.sha256(), 0
        async with auditor.stream("GET", f"/bukti/unduh/{BUNDLE}") as answer:
            async for chunk in answer.aiter_bytes():
                got.update(chunk)
                length += len(chunk)
        trail = (await auditor.get("/api/v1/audit")).json()["items"]

    assert refused.status_code == 303
    assert (length, got.hexdigest()) == (96 * MIB, digest.hexdigest())
    assert answer.headers["content-type"] == "application/zip"
    assert any(BUNDLE in item["about"] for item in trail if item["actor"] == "budi")


async def test_what_is_too_large_to_be_a_form_does_not_reach_the_daemon(house: House) -> None:
    async with house.guest() as browser:
        answer = await browser.post("/masuk", content=b"x" * (129 * 1024), headers={"Origin": f"https://{NAME}"})

    assert answer.status_code == 413
