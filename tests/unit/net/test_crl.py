"""How many revocation lists are remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from monitor.net.crl import MOST_KEPT, Crls
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase


class _Nobody:
    """A transport that reaches nobody."""

    def __init__(self) -> None:
        self.asked = 0

    async def handle_async_request(self, _request: Any) -> Any:
        self.asked += 1
        raise ExchangeFailed(Failure(Phase.CONNECT, FailureKind.REFUSED, "refused"))


async def test_lists_that_could_not_be_had_are_remembered_up_to_a_number() -> None:
    crls, nobody = Crls(timedelta(days=1)), _Nobody()
    for number in (*range(MOST_KEPT + 1), MOST_KEPT, 1, 0):
        await crls.get(cast("Any", nobody), f"http://crl.example/{number}", deadline=float("inf"))

    assert nobody.asked == MOST_KEPT + 2, "only the first was forgotten"
