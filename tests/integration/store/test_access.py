"""Accounts, sessions, tokens and the audit trail, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Text, select

from monitor.access import keys
from monitor.access.people import LOGIN, Account, Deed, Session, Token, Via
from monitor.access.roles import Role, Scope
from monitor.seal import Sealer, keyfile, verify
from monitor.store import Store, schema, sealing
from monitor.store.engine import writing
from monitor.store.place import parse
from tests.integration.store.records import NOON, after, record

ANI = Account(name="ani", role=Role.OPERATOR, password="$argon2id$x", created=NOON, changed=NOON)  # noqa: S106
SESSION = Session(digest=keys.digest("kunci-sesi"), account="ani", created=NOON, seen=NOON, address="192.0.2.1")
TOKEN = Token(
    name="siem", digest=keys.digest("kunci-token"), scopes=frozenset({Scope.READ, Scope.METRICS}), created=NOON
)


def deed(what: str = "akun", about: str = "", actor: str = "root") -> Deed:
    return Deed(at=NOON, actor=actor, via=Via.LOCAL, address="", deed=what, about=about)


async def test_what_is_kept_comes_back(store: Store) -> None:
    await store.put_account(ANI, deed())
    await store.put_session(SESSION, deed(LOGIN))
    await store.put_token(TOKEN, deed())

    found = await store.access()

    assert (found.accounts, found.sessions, found.tokens) == ((ANI,), (SESSION,), (TOKEN,))


async def test_an_account_that_changes_is_signed_out(store: Store) -> None:
    await store.put_account(ANI, deed())
    await store.put_session(SESSION, deed(LOGIN))
    other = replace(ANI, role=Role.VIEWER, disabled=after(60))

    await store.put_account(other, deed())

    found = await store.access()
    assert (found.accounts, found.sessions) == ((other,), ())


async def test_a_password_encoded_anew_signs_nobody_out(store: Store) -> None:
    await store.put_account(ANI, deed())
    await store.put_session(SESSION, deed(LOGIN))

    await store.put_password(replace(ANI, password="$argon2id$y"))  # noqa: S106

    found = await store.access()
    assert (found.accounts[0].password, found.sessions) == ("$argon2id$y", (SESSION,))


async def test_who_is_removed_leaves_only_deeds(store: Store) -> None:
    await store.put_account(ANI, deed(about="tambah ani"))
    await store.put_session(SESSION, deed(LOGIN, actor="ani"))
    await store.put_token(TOKEN, deed(about="token siem"))

    await store.drop_account("ani", deed(about="hapus ani"))
    await store.drop_token("siem", deed(about="cabut siem"))

    found = await store.access()
    assert (found.accounts, found.sessions, found.tokens) == ((), (), ())
    trail, total = await store.audit()
    assert ([item.about for item in trail], total) == (["cabut siem", "hapus ani", "token siem", "", "tambah ani"], 5)


async def test_sessions_are_touched_and_end(store: Store) -> None:
    other = replace(SESSION, digest=keys.digest("lain"))
    await store.put_account(ANI, deed())
    await store.put_session(SESSION, deed(LOGIN))
    await store.touch_session(SESSION.digest, after(60))
    assert (await store.access()).sessions == (replace(SESSION, seen=after(60)),)

    await store.put_session(other, deed(LOGIN), ended=[SESSION.digest])
    assert (await store.access()).sessions == (other,)

    await store.touch_session(SESSION.digest, after(90))
    await store.drop_session(other.digest, deed("keluar"))
    assert (await store.access()).sessions == ()


async def test_the_trail_is_read_in_parts_and_by_who_and_what(store: Store) -> None:
    for number in range(5):
        await store.put_deed(deed("insiden", f"{number}", "ani" if number % 2 else "budi"))

    part, total = await store.audit(limit=2, offset=1)
    by_ani, of_ani = await store.audit(actor="ani")
    none, nothing = await store.audit(deed="masuk")

    assert ([item.about for item in part], total) == (["3", "2"], 5)
    assert ([item.about for item in by_ani], of_ani) == (["3", "1"], 2)
    assert (none, nothing) == ((), 0)
    assert part[0] == replace(deed("insiden", "3", "ani"), number=part[0].number)


async def test_texts_that_no_database_takes_are_kept_all_the_same(store: Store) -> None:
    await store.put_deed(deed("insiden", "a\0\udcff" + "x" * 20_000, "\ud800"))

    trail, _total = await store.audit()

    assert trail[0].about.startswith("a\\x00\\udcff")


async def test_no_secret_is_in_the_database(store: Store, url: str) -> None:
    await store.put_account(ANI, deed())
    await store.put_session(SESSION, deed(LOGIN))
    await store.put_token(TOKEN, deed())

    with writing(parse(url)).connect() as connection:
        said = [
            str(row) for table in schema.metadata.sorted_tables for row in connection.execute(select(_plain(table)))
        ]

    assert any(SESSION.account in row for row in said)
    assert not any("kunci-sesi" in row or "kunci-token" in row for row in said)


def _plain(table: Any) -> Any:
    columns = [column for column in table.c if isinstance(column.type, (Text, LargeBinary))]
    return table if not columns else table.select().with_only_columns(*columns).subquery()


async def test_days_sealed_before_there_was_a_trail_stay_good(
    store: Store, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, later = keyfile.place_of(tmp_path / "key.pem", {}), NOON + timedelta(days=2)
    before = {name: covered for name, covered in sealing.COVERED.items() if name != "audit"}
    store.put(record(after(60)))
    await store.put_deed(deed("insiden", "1"))
    with monkeypatch.context() as earlier:
        earlier.setattr(sealing, "COVERED", before)
        old = await Sealer(store, place).seal_due(later)

    assert (await verify(store)).flaws == ()
    new = await Sealer(store, place).seal_due(later + timedelta(days=1))

    assert "audit" not in old[-1].tables
    assert new[0].rows["audit"] == 1, "what was done before is covered by the first seal that knows of it"
    assert (await verify(store)).flaws == ()
