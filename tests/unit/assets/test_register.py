"""What goes into the log, and what is only noise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from monitor import app
from monitor.assets import HOLDS, AssetChange, Declaration, Register, Source
from monitor.model import Target
from tests.unit.assets.making import DOMAIN, END, NOW, after, entry, mail, names, target, website

HOUR = 60
Step = tuple[str, str | None, str | None]


def steps(changes: Iterable[AssetChange]) -> list[Step]:
    return [(change.field, change.before, change.after) for change in changes]


def moved(register: Register, minutes: float, *addresses: str) -> list[Step]:
    return steps(register.update(entry(at=after(minutes), names=names(*addresses)), after(minutes)))


def test_what_was_never_known_is_taken_at_once_with_when_it_was_seen() -> None:
    (change,) = Register().update(entry(at=after(-3), names=names("203.0.113.9")), NOW)

    assert change == AssetChange(
        at=NOW,
        kode="OPD-009",
        field="alamat_ip",
        before=None,
        after="203.0.113.9",
        source=Source.OBSERVED,
        actor="",
        since=after(-3),
    )


def test_the_same_again_is_no_change() -> None:
    register = Register()
    moved(register, 0, "203.0.113.9")

    assert moved(register, 10, "203.0.113.9") == []


def test_a_site_that_moved_is_logged_once_when_the_new_address_has_held() -> None:
    register = Register()
    found = [(minute, moved(register, minute, "203.0.113.9")) for minute in range(0, 60, 10)]
    found += [(minute, moved(register, minute, "198.51.100.7")) for minute in range(60, 12 * HOUR, 10)]

    logged = [(minute, step) for minute, said in found for step in said]
    assert [step for _minute, step in logged] == [
        ("alamat_ip", None, "203.0.113.9"),
        ("alamat_ip", "203.0.113.9", "198.51.100.7"),
    ]
    assert logged[1][0] < 60 + 6 * HOUR


def test_addresses_that_take_turns_become_one_set_and_then_stay_quiet() -> None:
    register, pool = Register(), [f"203.0.113.{number}" for number in range(8)]
    found = [step for turn in range(200) for step in moved(register, 10 * turn, pool[turn % 8], pool[(turn + 1) % 8])]

    assert len(found) == 2
    assert found[1][2] == "; ".join(pool)


def test_one_look_counts_once_however_often_it_is_asked_about() -> None:
    register = Register({"OPD-009": {("alamat_ip", Source.OBSERVED): "203.0.113.1; 203.0.113.2"}})
    moved(register, 0, "203.0.113.1")
    for _again in range(100):
        moved(register, 10, "203.0.113.2")

    assert not register._accounts["OPD-009"].pending, "both were seen within the window"


def test_a_blip_is_not_logged() -> None:
    register = Register()
    moved(register, 0, "203.0.113.9")
    found = [moved(register, minute, "198.51.100.7") for minute in (10, 20)]
    found += [moved(register, minute, "203.0.113.9") for minute in range(30, 12 * HOUR, 10)]

    assert [step for said in found for step in said] == []


def test_as_often_as_the_daemon_looks_the_whole_window_is_remembered() -> None:
    register, window, every = Register(), HOLDS["alamat_ip"].window, app.ASSETS.total_seconds() / 60
    moved(register, 0, "203.0.113.9")
    looks = int(window.total_seconds() / 60 / every)
    for look in range(1, looks + 1):
        moved(register, look * every, "203.0.113.10")

    account = register._accounts["OPD-009"]
    assert len(account.recent["alamat_ip"]) == looks + 1, "none was forgotten for want of room"
    moved(register, (looks + 1) * every, "203.0.113.10")
    assert len(account.recent["alamat_ip"]) == looks + 1, "but what is older than the window is"


@pytest.mark.parametrize(("field", "hold"), [(name, hold.steady) for name, hold in HOLDS.items() if not hold.window])
def test_another_value_counts_once_it_has_held(field: str, hold: timedelta) -> None:
    register, host = Register({"OPD-009": {(field, Source.OBSERVED): "lama"}}), "104.16.0.1"
    facts: dict[str, Any] = {
        "names": names(host),
        "zone": {"listed": ["ns1.x"]},
        "mail": mail("mx.x"),
        "website": website(),
        "registration": {"record": {"expires": END}},
    }

    def changed(at: timedelta) -> bool:
        now = NOW + at
        return field in {change.field for change in register.update(entry(at=now, **facts), now)}

    assert changed(timedelta(0)) is (hold == timedelta(0))
    if hold:
        assert not changed(hold - timedelta(seconds=1))
        assert changed(hold)
    assert not changed(hold + timedelta(days=1))


def test_a_value_that_flaps_never_holds() -> None:
    register = Register({"OPD-009": {("sidik_sertifikat", Source.OBSERVED): "aa"}})
    found: list[Step] = []
    for turn in range(200):
        digest = ("aa", "bb")[turn % 2]
        facts = website(certificates={}, hops=[{**website()["hops"][0], "tls": {"chain": [digest]}}], content=None)
        found += steps(register.update(entry(at=after(10 * turn), website=facts), after(10 * turn)))

    assert found == []


def test_time_alone_does_not_confirm_what_was_seen_only_once() -> None:
    register = Register({"OPD-009": {("server_surel", Source.OBSERVED): "lama.x"}})

    for minutes in range(0, 24 * HOUR, 10):
        assert register.update(entry(at=NOW, mail=mail("mx.x")), after(minutes)) == ()


def test_what_is_only_remembered_from_before_confirms_nothing() -> None:
    register = Register({"OPD-009": {("server_surel", Source.OBSERVED): "lama.x"}})

    for minutes in range(0, 24 * HOUR, 10):
        assert register.update(entry(at=None, mail=mail("mx.x")), after(minutes)) == ()


def test_what_nobody_could_see_stays_as_it_was() -> None:
    register = Register()
    register.update(entry(names=names("203.0.113.9"), website=website()), NOW)
    blind: dict[str, Any] = {
        "names": names(voices=[], resolved={"failure": "timeout"}),
        "website": {"hops": [{"status": None}]},
    }

    for minutes in range(0, 24 * HOUR, 60):
        assert register.update(entry(at=after(minutes), **blind), after(minutes)) == ()


def test_what_is_gone_by_its_own_word_is_logged_as_gone() -> None:
    register = Register({"OPD-009": {("server_surel", Source.OBSERVED): "mx.x"}})
    register.update(entry(at=after(0), mail=mail()), NOW)

    assert steps(register.update(entry(at=after(60), mail=mail()), after(60))) == [("server_surel", "mx.x", None)]
    assert register.update(entry(at=after(180), mail=mail()), after(180)) == ()


def _known(changes: Iterable[AssetChange]) -> dict[str, dict[tuple[str, Source], str]]:
    known: dict[str, dict[tuple[str, Source], str]] = {}
    for change in changes:
        said = known.setdefault(change.kode, {})
        said.pop((change.field, change.source), None)
        if change.after is not None:
            said[change.field, change.source] = change.after
    return known


def test_a_restart_doubles_nothing() -> None:
    before = Register()
    site = entry(names=names("203.0.113.9"), website=website())
    declared = {"OPD-009": Declaration(kode="OPD-009", cells={"lokasi": "Ruang server"})}
    log = [*before.settle([target()], declared, NOW), *before.update(site, NOW)]

    again = Register(_known(log))

    assert again.settle([target()], declared, after(1)) == ()
    assert again.update(site, after(1)) == ()


def test_a_restart_puts_a_change_off_and_does_not_lose_it() -> None:
    register = Register({"OPD-009": {("server_surel", Source.OBSERVED): "lama.x"}})
    register.update(entry(at=after(0), mail=mail("mx.x")), NOW)
    again = Register({"OPD-009": {("server_surel", Source.OBSERVED): "lama.x"}})

    assert again.update(entry(at=after(59), mail=mail("mx.x")), after(59)) == ()
    (change,) = again.update(entry(at=after(119), mail=mail("mx.x")), after(119))
    assert (change.after, change.since) == ("mx.x", after(59))


def settled(register: Register, *targets: Target, minutes: float = 0, **cells: str) -> list[Step]:
    declared = {targets[0].kode: Declaration(kode=targets[0].kode, cells=cells)} if cells else {}
    return steps(register.settle(targets, declared, after(minutes)))


def test_what_is_declared_is_logged_with_who_said_it() -> None:
    register = Register()
    settled(register, target(), lokasi="Ruang server")

    (change,) = register.settle([target()], {"OPD-009": Declaration(kode="OPD-009", cells={"lokasi": "Colo"})}, NOW)
    assert (change.before, change.after, change.source, change.actor) == (
        "Ruang server",
        "Colo",
        Source.DECLARED,
        "inventaris",
    )


def test_what_is_no_longer_declared_is_logged_as_gone() -> None:
    register = Register()
    settled(register, target(), lokasi="Ruang server")

    assert settled(register, target(), minutes=1) == [("lokasi", "Ruang server", None)]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        pytest.param([target()], [target()], [], id="nothing"),
        pytest.param([target()], [], [("status_siklus_hidup", "operasional", "dihapus")], id="removed"),
        pytest.param(
            [target()],
            [target(active=False)],
            [("status_siklus_hidup", "operasional", None)],
            id="no longer watched: nobody declared a state",
        ),
        pytest.param([], [target()], [("status_siklus_hidup", None, "operasional")], id="added"),
    ],
)
def test_the_inventory_moves_an_asset_through_its_life(
    first: list[Target], second: list[Target], found: list[Step]
) -> None:
    register = Register()
    register.settle(first, {}, NOW)

    assert steps(register.settle(second, {}, after(1))) == found
    assert steps(register.settle(second, {}, after(2))) == []


def test_a_removed_asset_that_comes_back_is_in_use_again_and_keeps_what_was_seen() -> None:
    register = Register()
    register.settle([target()], {}, NOW)
    moved(register, 0, "203.0.113.9")
    register.settle([], {}, after(1))

    assert steps(register.settle([target()], {}, after(2))) == [("status_siklus_hidup", "dihapus", "operasional")]
    assert moved(register, 3, "203.0.113.9") == []


def test_a_date_that_the_settings_declare_is_declared() -> None:
    register = Register()
    facts = {"record": {}, "declared": END}
    register.settle([DOMAIN], {}, NOW)
    (change,) = register.update(entry(DOMAIN, registration=facts), NOW)

    assert (change.field, change.after, change.source, change.actor) == (
        "kedaluwarsa_domain",
        END,
        Source.DECLARED,
        "pengaturan",
    )
    assert register.settle([DOMAIN], {}, after(1)) == ()
    assert register.update(entry(DOMAIN, registration=facts), after(2)) == ()


def test_a_step_that_skips_a_process_is_refused_with_its_place() -> None:
    register = Register()
    settled(register, target(active=False), status_siklus_hidup="rencana")
    wanted = Declaration(kode="OPD-009", cells={"status_siklus_hidup": "operasional"}, file="aset.csv", line=7)

    (problem,) = register.refusals([wanted])

    assert problem.where == "aset.csv:7:status_siklus_hidup"
    assert "sesudah rencana hanya pengadaan, dihapus" in problem.message
    assert register.refusals([Declaration(kode="OPD-009", cells={"status_siklus_hidup": "pengadaan"})]) == ()
    assert register.refusals([Declaration(kode="OPD-123", cells={"status_siklus_hidup": "dihapus"})]) == ()
