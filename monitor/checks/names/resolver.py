"""What our resolver says of a site's name: what its visitors get."""

from __future__ import annotations

import asyncio

from monitor.checks.names.facts import Resolved
from monitor.net.dns import Resolver
from monitor.net.dns_answer import Answer
from monitor.net.facts import OURS, ExchangeFailed, Failure, FailureKind

TYPES = ("A", "AAAA")


async def resolve(resolver: Resolver, host: str, *, deadline: float, fresh: bool) -> Resolved:
    """The addresses of *host* by *resolver*; one type suffices, and a failure is told only where there are none."""
    answers: list[Answer] = []
    failures: list[Resolved] = []
    for rdtype in TYPES:
        is_cut = deadline - asyncio.get_running_loop().time() < resolver.patience
        try:
            answers.append(await resolver.query(host, rdtype, deadline=deadline, fresh=fresh))
        except ExchangeFailed as error:
            failures.append(_failed(error.failure, is_cut=is_cut))
    if failures and not any(answer.records for answer in answers):
        return next((failure for failure in failures if not failure.ours), failures[0])
    # NXDOMAIN for one type and records for the other is a broken server (RFC 4074 §4.2): the name exists.
    return Resolved(
        exists=answers[0].exists or any(answer.records for answer in answers),
        addresses=tuple(sorted({text for answer in answers for text in answer.texts})),
        aliases=next((answer.aliases for answer in answers if answer.aliases), ()),
    )


def _failed(failure: Failure, *, is_cut: bool) -> Resolved:
    """*is_cut*: by our own deadline, which left less time than a question has otherwise."""
    is_timeout = failure.kind is FailureKind.TIMEOUT
    # The words of a time-out tell which servers were asked and how often: that differs.
    words = "" if is_timeout else failure.detail
    return Resolved(failure=failure.kind.value, words=words, ours=failure.kind in OURS or (is_timeout and is_cut))
