"""What was done before: by whom, and since when – read in the record, beside a daemon that may be at work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from monitor.access.people import Deed
from monitor.checks import build
from monitor.cli.hand import since
from monitor.cli.loop import run
from monitor.ground import now, rules_of
from monitor.incident import FindingKey, Mark, Verb
from monitor.settings import Settings
from monitor.store import Store, StoreError
from monitor.vitals import Vitals

MOST = 1000
"""Lines of the trail that are looked through, the newest."""
T = TypeVar("T")


def deed(settings: Settings, kind: str, *abouts: str) -> Deed | None:
    """The newest line of the trail of the *kind* that is about one of *abouts*, to the letter; None for none."""

    async def asked(store: Store) -> Sequence[Deed]:
        found, _total = await store.audit(MOST, 0, deed=kind)
        return found

    return next((item for item in _read(settings, asked) if item.about in abouts), None)


def told(item: Deed | None) -> str:
    """As `since`, of a line of the trail."""
    return "" if item is None else since(item.actor, item.at)


def mark(settings: Settings, kode: str, code: str, subject: str, verbs: frozenset[Verb]) -> Mark | None:
    """The latest of *verbs* about the open finding that is meant; None for none, or when it is not clear which."""

    async def asked(store: Store) -> Sequence[Mark]:
        key = await _key(store, kode, code, subject)
        return () if key is None else await store.marks(key)

    return next((item for item in reversed(_read(settings, asked)) if item.verb in verbs), None)


async def _key(store: Store, kode: str, code: str, subject: str) -> FindingKey | None:
    """The open finding that is meant: an empty *subject* means the only one of *code*."""
    items = (await store.load()).open.get(kode, ())
    found = [item for item in items if item.finding.code == code and subject in {"", item.finding.subject}]
    if len(found) != 1:
        return None
    (item,) = found
    finding = item.finding
    return FindingKey(kode=kode, check=item.check, code=code, subject=finding.subject, opened=item.opened)


def _read(settings: Settings, ask: Callable[[Store], Awaitable[Sequence[T]]]) -> Sequence[T]:
    """What *ask* finds; nothing where the record cannot be read: the act itself will say why."""

    async def asked() -> Sequence[T]:
        rules = rules_of(build(settings.checks))
        url = settings.database.url.get_secret_value()
        store = Store.open(url, Vitals(started=now()), rules, read_only=True)
        try:
            return await ask(store)
        finally:
            await store.close()

    try:
        return run(asked())
    except StoreError:
        return ()
