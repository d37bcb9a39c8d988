"""A process that dies in the middle of a transaction: `python -m tests.integration.store.torn URL MOMENT`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from monitor.incident import Ripples
from monitor.model import Exhibit
from monitor.store import Store, exhibits, news, ripples, writer
from monitor.vitals import Vitals
from tests.integration.store import values
from tests.integration.store.records import DOWN, NOON, RULES, after, opened, record, target

EXHIBIT = Exhibit(label="pengunjung", url="https://a.desa.id/", at=NOON, media_type="text/html", body=b"<p>")
CONSEQUENCES = Ripples(
    incidents=(values.incident(1, values.member(DOWN())),),
    events=(values.event(kodes=("DESA-001",)),),
    parcels=(values.parcel(),),
    windows=(values.window(),),
    marks=(values.mark(DOWN()),),
)


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_it(call: Callable[..., Any]) -> Callable[..., None]:
    def done_then_dead(*args: Any, **kwargs: Any) -> None:
        call(*args, **kwargs)
        die()

    return done_then_dead


MOMENTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "before the finding": (news, "_write_event", die),
    "after the finding": (news, "_write_event", after_it(news._write_event)),
    "before the exhibit's row": (exhibits, "_keep", after_it(exhibits._keep)),
    "before the consequences": (ripples, "write", die),
    "before the members": (ripples, "write_members", die),
    "before the timeline": (ripples, "_append", die),
    "before the marks": (ripples, "_write_marks", die),
    "before the end": (ripples, "write_members", after_it(ripples.write_members)),
}
"""Where in the transaction the process dies: instead of, or right after, the call of that name."""


async def main(url: str, moment: str) -> None:
    writer.INTERVAL = 3600  # only what is urgent begins a transaction
    store = Store.open(url, Vitals(started=NOON), RULES)
    await store.sync([target()], NOON)
    store.put(record(after(-60)))
    await store.flush()
    if moment in MOMENTS:
        where, name, instead = MOMENTS[moment]
        setattr(where, name, instead)
    item = opened(DOWN())
    store.put(record(NOON, changes=item.changes, exhibits=(EXHIBIT,), memory={"a": 1}), CONSEQUENCES)
    await store.flush()
    die()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
