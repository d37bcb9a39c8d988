"""Names on real name servers that misbehave, and where they lead."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.checks.base import Policy, judge
from monitor.checks.names import Naming, names
from monitor.checks.names.facts import Claim, Six
from monitor.domains import Domains
from monitor.errors import NotApplicable
from monitor.model import Kind, Target
from monitor.net.dns_said import Word
from monitor.settings import Names
from tests.integration.checks.knots import (
    FIRST,
    NS1,
    NS2,
    PARENT,
    REGISTRY,
    SECOND,
    ZONE,
    Knot,
    World,
    records,
    registry,
    world,
)
from tests.unit.checks.zone.speaking import NOW

pytestmark = pytest.mark.servers("knot")

HOST = f"www.{ZONE}"
TARGET = Target(kode="DESA-001", kind=Kind.DESA, name="Onje", url=f"https://{HOST}/")
POLICY = Policy(domains=Domains(villages=frozenset({ZONE})))
HERE, THERE = "127.31.9.9", "127.31.9.10"
PLAIN = records(f"{HOST}. 60 IN A {HERE}")

Look = Callable[..., Awaitable[tuple[Naming, set[str]]]]


@pytest.fixture
async def look(tmp_path: Path) -> AsyncIterator[Look]:
    """Facts and codes of one look at the name in a world."""
    async with AsyncExitStack() as stack:

        async def look(servers: World, *, six_works: object = False, **net: Any) -> tuple[Naming, set[str]]:
            context = await stack.enter_async_context(world(servers, tmp_path, **net))
            if six_works:
                context.net.authority.six_heard = asyncio.get_running_loop().time()
            check = names(Names(timeout=timedelta(seconds=8)))
            facts = await check.observe(TARGET, context)
            found, _judged = judge(check, TARGET, facts, POLICY, NOW)
            return facts, {finding.code for finding in found}

        yield look


def served(first: str | None, second: str | None = None, **values: Any) -> World:
    return World(
        Knot(REGISTRY, {PARENT: registry()}),
        Knot(FIRST, {ZONE: first}),
        Knot(SECOND, {ZONE: second or first}),
        **values,
    )


async def test_each_server_and_the_resolver_are_heard(look: Look) -> None:
    facts, codes = await look(served(PLAIN))

    assert codes == set()
    assert {(voice.server, voice.word, voice.addresses) for voice in facts.voices} == {
        (NS1, Word.RECORDS, (HERE,)),
        (NS2, Word.RECORDS, (HERE,)),
    }
    assert (facts.zone, facts.resolved.addresses, facts.addresses) == (ZONE, (HERE,), (HERE,))


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(records(f"{HOST}. 60 IN A {THERE}"), id="another address"),
        pytest.param(records(), id="no such name"),
        pytest.param(records(f"{HOST}. 60 IN TXT x"), id="no address"),
        pytest.param(records(f"{HOST}. 60 IN CNAME {NS1}."), id="an alias"),
    ],
)
async def test_servers_that_say_different_things_are_inconsistent(look: Look, second: str) -> None:
    _facts, codes = await look(served(PLAIN, second))

    assert codes == {"names.inconsistent"}


async def test_a_server_that_is_not_there_does_not_disagree(look: Look) -> None:
    servers = served(PLAIN)
    servers.second = None

    facts, codes = await look(servers)

    assert codes == set()
    assert [voice.word for voice in facts.voices] == [Word.RECORDS, Word.SILENT]


async def test_a_resolver_that_fails_where_the_servers_do_not_is_told_apart(look: Look) -> None:
    facts, codes = await look(served(PLAIN, broken=frozenset({HOST})))

    assert codes == {"names.resolver_disagrees"}
    assert facts.resolved.failure == "servfail"


async def test_a_name_in_a_zone_further_down_is_asked_there(look: Look) -> None:
    cut = records(f"{HOST}. 60 IN NS {NS2}.")
    deeper = f"{HOST}. 60 IN SOA a. b. 1 60 60 600 60\n{HOST}. 60 IN NS {NS2}.\n{HOST}. 60 IN A {THERE}\n"
    servers = served(cut)
    servers.second = Knot(SECOND, {ZONE: cut, HOST: deeper})

    facts, _codes = await look(servers)

    assert facts.zone == HOST
    assert [(voice.server, voice.addresses) for voice in facts.voices] == [(NS2, (THERE,))]


async def test_a_name_under_no_domain_is_nobodys_to_look_at(look: Look) -> None:
    servers = served(PLAIN)
    servers.registry = Knot(REGISTRY, {PARENT: registry(servers=())})

    with pytest.raises(NotApplicable, match="NXDOMAIN"):
        await look(servers)


async def test_an_alias_of_nobody_dangles(look: Look) -> None:
    facts, codes = await look(served(records(f"{HOST}. 60 IN CNAME gone.example.")))

    assert codes == {"names.dangling_cname"}
    assert facts.aliases == ("gone.example",)


async def test_an_alias_of_nobody_at_a_service_that_hands_names_out_can_be_taken_over(look: Look) -> None:
    facts, codes = await look(served(records(f"{HOST}. 60 IN CNAME onje.azurewebsites.net.")))

    assert codes == {"names.takeover_possible"}
    assert facts.claim is Claim.NXDOMAIN


@pytest.mark.parametrize(
    ("page", "status", "claim", "codes"),
    [
        pytest.param(
            "<h1>There isn't a GitHub Pages site here.</h1>", 404, Claim.BODY, {"names.takeover_possible"}, id="no"
        ),
        pytest.param(
            "<h1>There isn’t a GitHub Pages site here.</h1>", 404, Claim.BODY, {"names.takeover_possible"}, id="’"
        ),
        pytest.param("<h1>There isn't a GitHub Pages site here.</h1>", 200, Claim.NONE, set(), id="a page about that"),
        pytest.param("<h1>Website Resmi Desa Onje</h1>", 404, Claim.NONE, set(), id="yes"),
        pytest.param(None, 0, Claim.UNKNOWN, set(), id="nobody answers"),
    ],
)
async def test_a_service_says_by_its_page_whether_it_knows_the_name(
    look: Look, page: str | None, status: int, claim: Claim, codes: set[str]
) -> None:
    servers = served(records(f"{HOST}. 60 IN CNAME onje.github.io."), strangers={"onje.github.io": f"A {FIRST}"})
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(_Page(page, status)) if page else _closed(stack)
        facts, found = await look(servers, connect_to={"*:80": f":{port}"})

    assert (facts.service, facts.claim) == ("GitHub Pages", claim)
    assert found == codes


@pytest.mark.parametrize(
    ("works", "six", "four", "outcome", "codes"),
    [
        pytest.param(False, True, True, Six.REACHED, set(), id="both"),
        pytest.param(True, False, True, Six.UNREACHED, {"names.ipv6_unreachable"}, id="IPv4 only"),
        pytest.param(False, False, True, Six.UNKNOWN, set(), id="IPv4 only, and perhaps we have no IPv6"),
        pytest.param(True, False, False, Six.UNKNOWN, set(), id="neither: that is not about IPv6"),
    ],
)
async def test_ipv6_is_judged_only_beside_an_ipv4_that_works(
    look: Look, *, works: object, six: object, four: object, outcome: Six, codes: set[str]
) -> None:
    with ExitStack() as stack:
        port = _listening(stack, six=six, four=four)
        facts, found = await look(
            served(records(f"{HOST}. 60 IN A {HERE}", f"{HOST}. 60 IN AAAA ::1")),
            six_works=works,
            connect_to={"*:443": f":{port}"},
        )

    assert facts.six is outcome
    assert found == codes


async def test_an_inner_address_is_told_and_nothing_is_sent_there(look: Look) -> None:
    facts, codes = await look(served(records(f"{HOST}. 60 IN A 10.0.0.1", f"{HOST}. 60 IN A {HERE}")))

    assert codes == {"names.private_address"}
    assert [text.split()[0] for text in facts.private] == ["10.0.0.1"]


async def test_an_inner_address_that_only_our_resolver_has_is_not_what_the_public_gets(look: Look) -> None:
    servers = served(records(f"{HOST}. 60 IN CNAME inside.example."), strangers={"inside.example": "A 10.0.0.1"})

    facts, codes = await look(servers)

    assert codes == set()
    assert (facts.resolved.addresses, facts.private) == (("10.0.0.1",), ())


class _Page:
    """A web server that says *page* to everybody, with *status*."""

    def __init__(self, page: str, status: int) -> None:
        self._body = page.encode()
        self._status = status

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._serve, FIRST, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 {self._status} So\r\nContent-Type: text/html\r\nContent-Length: {len(self._body)}\r\n\r\n"
            writer.write(head.encode() + self._body)
            await writer.drain()


def _closed(stack: AsyncExitStack) -> int:
    """A port that is taken, and where nobody listens."""
    sock = stack.enter_context(socket.socket())
    sock.bind((FIRST, 0))
    port: int = sock.getsockname()[1]
    return port


def _listening(stack: ExitStack, *, six: object, four: object) -> int:
    """A port taken at both addresses; somebody listens where it is said."""
    for _attempt in range(50):
        first = socket.socket(socket.AF_INET6)
        second = socket.socket()
        try:
            first.bind(("::1", 0))
            second.bind((HERE, first.getsockname()[1]))
        except OSError:
            first.close()
            second.close()
            continue
        for sock, listens in ((first, six), (second, four)):
            stack.callback(sock.close)
            if listens:
                sock.listen()
        port: int = first.getsockname()[1]
        return port
    raise RuntimeError("no port is free at both addresses")
