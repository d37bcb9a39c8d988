from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.latest import Entry, Latest
from monitor.model import Criticality, Kind, Severity, State, Target
from monitor.web import board as boards
from monitor.web.board import Board, Wanted, board
from monitor.web.rows import row
from tests.unit.web import regency
from tests.unit.web.regency import NOW


def kodes(shown: Board) -> list[str]:
    return [item.target.kode for group in shown.groups for item in group.rows]


@pytest.fixture(scope="module")
def latest() -> Latest:
    return regency.latest()


def test_every_site_is_counted_once_and_listed_once(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    assert shown.total == shown.found == len(set(kodes(shown))) == 218
    assert sum(group.total for group in shown.overview) == 218


def test_groups_come_in_the_order_of_jenis_with_troubled_sites_first(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    assert [group.kind for group in shown.groups] == [kind for kind in Kind if kind is not Kind.LAYANAN]
    desa = next(group for group in shown.groups if group.kind is Kind.DESA)
    assert [item.state for item in desa.rows[:8]] == [State.DOWN] * 2 + [State.DEGRADED] * 2 + [State.UNOBSERVED] * 4
    assert desa.rows[8].findings > 0


def test_what_is_down_needs_attention_before_what_is_merely_about_to_break(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    assert [item.state for item in shown.attention] == sorted(
        (item.state for item in shown.attention), key=[State.DOWN, State.DEGRADED, State.UNOBSERVED, State.UP].index
    )
    assert shown.attention[0].target.criticality is Criticality.HIGH
    assert "OPD-005" in {item.target.kode for item in shown.attention}, "up, and its certificate ends in five days"
    assert all(item.concern for item in shown.attention)


def test_the_attention_list_is_short_and_says_how_many_there_are() -> None:
    latest = regency.latest()
    for entry in latest.entries():
        entry.state = State.DOWN

    shown = board(latest, NOW, Wanted())

    assert len(shown.attention) == boards.ATTENTION
    assert shown.attention_total == 218


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"q": "DESA-046"}, ["DESA-046"], id="by kode"),
        pytest.param(
            {"q": "  kutip petik "}, ["KECAMATAN-003", "KELURAHAN-003", "PUSKESMAS-003"], id="words of the owner"
        ),
        pytest.param({"q": "dk5.purbalinggakab"}, ["OPD-005"], id="by host"),
        pytest.param({"q": "KESEHATAN"}, ["OPD-005"], id="any case"),
        pytest.param({"jenis": "opd", "keadaan": "turun"}, ["OPD-016"], id="jenis and state"),
        pytest.param({"keparahan": "tinggi", "jenis": "kelurahan"}, ["KELURAHAN-002"], id="severity at least"),
        pytest.param({"q": "tidak-ada"}, [], id="nothing"),
    ],
)
def test_only_what_was_asked_for_is_listed(latest: Latest, query: dict[str, str], expected: list[str]) -> None:
    shown = board(latest, NOW, Wanted.of(query))

    assert kodes(shown) == expected
    assert shown.total == 218, "the headline is about all of them"


def test_an_unknown_filter_value_asks_for_nothing() -> None:
    assert not Wanted.of({"jenis": "planet", "keadaan": "<script>", "keparahan": "9", "q": "  "})


def test_a_wish_survives_its_own_query_string() -> None:
    wanted = Wanted(text="a&b c", kind=Kind.DESA, state=State.DOWN, severity=Severity.HIGH)

    assert wanted.query(halaman=2) == "q=a%26b+c&jenis=desa&keadaan=turun&keparahan=tinggi&halaman=2"


def test_many_sites_come_in_pages_and_are_not_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch, latest: Latest) -> None:
    everything = kodes(board(latest, NOW, Wanted()))
    monkeypatch.setattr(boards, "PAGE", 50)
    monkeypatch.setattr(boards, "MOSAIC", 100)

    pages = [board(latest, NOW, Wanted(), page) for page in range(1, 6)]

    assert [kode for shown in pages for kode in kodes(shown)] == everything
    assert all(not group.rows for group in pages[0].overview)
    assert board(latest, NOW, Wanted(), 99).page == pages[0].pages == 5


def test_an_empty_inventory_is_an_empty_board() -> None:
    shown = board(Latest(), NOW, Wanted())

    assert (shown.total, shown.found, shown.pages, list(shown.attention)) == (0, 0, 1, [])


def test_a_failed_visit_has_no_response_time_but_keeps_what_its_handshake_showed(latest: Latest) -> None:
    down = row(entry(latest, "DESA-046"), NOW)
    expired = row(entry(latest, "KECAMATAN-003"), NOW)

    assert down.took is None
    assert down.days is None
    assert expired.days == -4


def test_a_run_that_failed_on_our_side_has_no_response_time_and_keeps_the_certificate(latest: Latest) -> None:
    broken = row(entry(latest, "DESA-090"), NOW)

    assert broken.took is None
    assert broken.days == 61


def test_the_last_day_of_a_certificate_is_not_an_unknown_one(latest: Latest) -> None:
    assert row(entry(latest, "KELURAHAN-002"), NOW).days == 0
    assert row(entry(latest, "KELURAHAN-002"), NOW + timedelta(hours=6)).days == -1
    assert row(entry(latest, "DESA-120"), NOW).days is None


def entry(latest: Latest, kode: str) -> Entry:
    found = latest.get(kode)
    assert found is not None
    return found


def test_an_inactive_target_is_not_on_the_board() -> None:
    latest = Latest()
    latest.settle([replace(target, active=False) for target in regency.targets()])

    assert board(latest, NOW, Wanted()).total == 0


def test_equally_urgent_sites_keep_the_order_of_the_inventory() -> None:
    latest = Latest()
    names = ("c", "a", "b")
    latest.settle(Target(kode=name, kind=Kind.DESA, name=name, url=f"https://{name}.desa.id") for name in names)

    assert tuple(kodes(board(latest, NOW, Wanted()))) == names
