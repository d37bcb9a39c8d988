"""What our resolver says of a name when it answers only half of the questions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import dns.rdata
import pytest

from monitor.checks.names.facts import Resolved
from monitor.checks.names.resolver import resolve
from monitor.net.dns_answer import Answer
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase

HOST, FOUR, SIX = "www.onje.desa.id", "203.0.113.9", "2001:db8::9"
Said = Answer | FailureKind


def answer(rdtype: str, *texts: str, exists: bool = True) -> Answer:
    found = tuple(dns.rdata.from_text("IN", rdtype, text) for text in texts)
    return Answer(name=HOST, rdtype=rdtype, exists=exists, records=found)


class _Resolver:
    patience = 5.0

    def __init__(self, said: Mapping[str, Said]) -> None:
        self._said = said

    async def query(self, _name: str, rdtype: str, **_how: Any) -> Answer:
        said = self._said[rdtype]
        if isinstance(said, FailureKind):
            raise ExchangeFailed(Failure(Phase.DNS, said, "words"))
        return said


async def resolved(four: Said, six: Said, *, left: float = 20.0) -> Resolved:
    resolver = cast("Any", _Resolver({"A": four, "AAAA": six}))
    return await resolve(resolver, HOST, deadline=asyncio.get_running_loop().time() + left, fresh=False)


GOT_FOUR, GOT_SIX = answer("A", FOUR), answer("AAAA", SIX)
NO_FOUR, NO_SIX = answer("A"), answer("AAAA")


@pytest.mark.parametrize(
    ("four", "six", "expected"),
    [
        pytest.param(GOT_FOUR, GOT_SIX, Resolved(exists=True, addresses=(SIX, FOUR)), id="both"),
        pytest.param(GOT_FOUR, FailureKind.SERVFAIL, Resolved(exists=True, addresses=(FOUR,)), id="AAAA fails"),
        pytest.param(GOT_FOUR, FailureKind.TIMEOUT, Resolved(exists=True, addresses=(FOUR,)), id="AAAA is silent"),
        pytest.param(FailureKind.SERVFAIL, GOT_SIX, Resolved(exists=True, addresses=(SIX,)), id="A fails"),
        pytest.param(NO_FOUR, FailureKind.SERVFAIL, Resolved(failure="servfail", words="words"), id="no A, AAAA fails"),
        pytest.param(FailureKind.TIMEOUT, NO_SIX, Resolved(failure="timeout"), id="A is silent, no AAAA"),
        pytest.param(
            FailureKind.BUSY,
            FailureKind.SERVFAIL,
            Resolved(failure="servfail", words="words"),
            id="one failure is ours",
        ),
        pytest.param(NO_FOUR, NO_SIX, Resolved(exists=True), id="no address"),
        pytest.param(answer("A", exists=False), answer("AAAA", exists=False), Resolved(), id="no such name"),
    ],
)
async def test_one_type_of_address_is_enough(four: Said, six: Said, expected: Resolved) -> None:
    assert await resolved(four, six) == expected


@pytest.mark.parametrize(
    ("kind", "left", "ours"),
    [
        pytest.param(FailureKind.TIMEOUT, 4.0, True, id="silence, cut short by us"),
        pytest.param(FailureKind.TIMEOUT, 20.0, False, id="silence, waited for"),
        pytest.param(FailureKind.SERVFAIL, 4.0, False, id="an answer, if a late one"),
    ],
)
async def test_silence_that_our_own_deadline_cut_short_is_ours(kind: FailureKind, left: float, ours: object) -> None:
    told = await resolved(kind, kind, left=left)
    assert (told.failure, told.ours) == (kind.value, ours)
