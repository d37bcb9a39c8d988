from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from monitor.findings import Ledger
from monitor.grade import Letter
from monitor.latest import Entry, Latest
from monitor.model import Audience, Criticality, Kind, OpenFinding, Rule, Severity, State, Target
from monitor.web import board as boards
from monitor.web.board import Board, board
from monitor.web.rows import row
from monitor.web.wanted import IDLE, Order, Wanted
from tests.unit.web import regency
from tests.unit.web.moment import NOW

SITES, SERVICES, DOMAINS = 218, 1, 133


def kodes(shown: Board) -> list[str]:
    """Sites, then domains."""
    sites = [item.target.kode for group in shown.groups for item in group.rows]
    return sites + [line.row.target.kode for line in shown.domains.rows]


@pytest.fixture(scope="module")
def latest() -> Latest:
    return regency.latest()


def test_every_site_is_counted_once_and_listed_once(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    assert shown.found == len(kodes(shown)) == len(set(kodes(shown))) == SITES + SERVICES + DOMAINS
    assert sum(group.total for group in shown.overview) == shown.found


def test_the_headline_counts_sites_and_services_and_no_domains(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    assert shown.spelled == "218 situs · 1 layanan"
    assert shown.total == sum(shown.counts.values()) == sum(shown.letters.values()) + 4 == SITES + SERVICES
    assert shown.found_spelled == "218 situs · 1 layanan · 133 domain"


def test_groups_come_in_the_order_of_jenis_with_troubled_sites_first(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    assert [group.key for group in shown.groups] == [kind for kind in Kind if kind is not Kind.DOMAIN]
    desa = next(group for group in shown.groups if group.key == Kind.DESA)
    assert [item.state for item in desa.rows[:8]] == [State.DOWN] * 2 + [State.DEGRADED] * 2 + [State.UNOBSERVED] * 4
    assert desa.rows[8].findings > 0


def test_domains_have_a_section_of_their_own_with_what_there_is_to_know(latest: Latest) -> None:
    domains = {line.row.target.kode: line for line in board(latest, NOW, Wanted()).domains.rows}

    county, fresh = domains["purbalinggakab.go.id"], domains["kedungjaya.desa.id"]
    assert len(domains) == DOMAINS
    assert county.servers == ("ns1.purbalinggakab.go.id", "ns2.purbalinggakab.go.id")
    assert (county.days, county.security, county.post) == (21, "insecure", "ada")
    assert fresh.row.is_fresh
    assert (fresh.servers, fresh.days, fresh.security, fresh.row.grade) == ((), None, None, None)


def test_a_doubtful_address_is_the_lists_fault_and_an_unseen_site_nobodys(latest: Latest) -> None:
    doubtful, fresh, broken = (row(entry(latest, kode), NOW) for kode in ("KELURAHAN-003", "DESA-120", "DESA-090"))

    assert (doubtful.is_doubtful, doubtful.is_fresh) == (True, False)
    assert (fresh.is_doubtful, fresh.is_fresh) == (False, True)
    assert (broken.is_doubtful, broken.is_fresh) == (False, False)
    assert board(latest, NOW, Wanted()).doubtful == 1


def test_a_doubtful_address_is_told_from_its_finding_when_the_site_never_was_in_another_state() -> None:
    latest = regency.latest()
    current = entry(latest, "KELURAHAN-003")
    opened = current.since
    current.since, current.cause = None, ""

    line = row(current, NOW)

    assert (line.is_doubtful, line.is_fresh) == (True, False)
    assert (line.since, line.cause) == (opened, "name.unverified")
    assert line.target.kode in {each.row.target.kode for each in board(latest, NOW, Wanted()).attention}


def test_a_doubtful_address_does_not_hide_that_we_lost_sight_ourselves() -> None:
    latest = regency.latest()
    current = entry(latest, "KELURAHAN-003")
    current.cause = "titik pantau terputus"

    assert not row(current, NOW).is_doubtful


@pytest.mark.parametrize(
    ("kode", "said"),
    [
        pytest.param("DESA-046", "tidak menjawab", id="down"),
        pytest.param("OPD-016", "galat server 503", id="degraded"),
        pytest.param("OPD-005", "sertifikat berakhir 5 hari lagi", id="up, and about to break"),
        pytest.param("DESA-090", "", id="out of sight, which no finding explains"),
        pytest.param("DESA-120", "", id="never looked at"),
    ],
)
def test_a_line_says_what_is_wrong_in_the_words_of_its_incident(latest: Latest, kode: str, said: str) -> None:
    assert row(entry(latest, kode), NOW).said == said


def test_what_people_take_for_a_false_positive_is_not_what_is_said() -> None:
    latest = regency.latest()
    latest.heed(lambda kode, item: kode == "OPD-005")

    assert row(entry(latest, "OPD-005"), NOW).said == ""


def test_many_slight_findings_do_not_make_a_site_need_attention() -> None:
    latest = regency.latest()
    before = board(latest, NOW, Wanted()).attention_total
    slight = Rule("x.slight", Severity.LOW, Audience.OWNER)
    for current in latest.entries():
        extra = {("x", "x.slight", str(number)): OpenFinding("x", slight(str(number)), NOW) for number in range(20)}
        current.ledger = Ledger({**current.ledger.open, **extra})

    shown = board(latest, NOW, Wanted())

    assert shown.attention_total == before
    assert next(line for group in shown.groups for line in group.rows if line.target.kode == "OPD-001").findings >= 20


def test_what_nobody_has_looked_at_yet_waits_for_its_turn_and_needs_no_attention() -> None:
    latest = Latest()
    latest.settle(regency.watched())

    assert board(latest, NOW, Wanted()).attention_total == 0


HIGH, CRITICAL = (Rule(f"x.{each}", each, Audience.CSIRT) for each in (Severity.HIGH, Severity.CRITICAL))


def troubled(*plights: tuple[State, Rule, Criticality, int]) -> Latest:
    """Sites `1`, `2`, … in that state, with that finding open, of that weight, for so many minutes."""
    latest = Latest()
    latest.settle(
        Target(kode=f"{number}", kind=Kind.DESA, name="x", url=f"https://x{number}.desa.id", criticality=weight)
        for number, (_state, _rule, weight, _age) in enumerate(plights, 1)
    )
    for current, (state, rule, _weight, age) in zip(latest.entries(), plights, strict=True):
        current.state, current.since = state, NOW - timedelta(minutes=age)
        current.ledger = Ledger({("x", rule.code, ""): OpenFinding("x", rule(), current.since)})
    return latest


@pytest.mark.parametrize(
    ("more", "less"),
    [
        pytest.param(
            (State.DOWN, HIGH, Criticality.LOW, 9), (State.UP, CRITICAL, Criticality.HIGH, 1), id="down, hijacked"
        ),
        pytest.param(
            (State.DOWN, CRITICAL, Criticality.LOW, 9), (State.DOWN, HIGH, Criticality.HIGH, 1), id="both, down"
        ),
        pytest.param(
            (State.UP, CRITICAL, Criticality.LOW, 9),
            (State.DEGRADED, HIGH, Criticality.HIGH, 1),
            id="hijacked, limping",
        ),
        pytest.param(
            (State.DEGRADED, CRITICAL, Criticality.LOW, 9), (State.UP, CRITICAL, Criticality.HIGH, 1), id="of hijacked"
        ),
        pytest.param(
            (State.DEGRADED, HIGH, Criticality.LOW, 9),
            (State.UNOBSERVED, HIGH, Criticality.HIGH, 1),
            id="limping, unseen",
        ),
        pytest.param(
            (State.UNOBSERVED, HIGH, Criticality.LOW, 9), (State.UP, HIGH, Criticality.HIGH, 1), id="unseen, at risk"
        ),
        pytest.param(
            (State.DOWN, HIGH, Criticality.HIGH, 9), (State.DOWN, HIGH, Criticality.LOW, 1), id="by what it is worth"
        ),
        pytest.param(
            (State.DOWN, HIGH, Criticality.LOW, 1), (State.DOWN, HIGH, Criticality.LOW, 9), id="the newest first"
        ),
    ],
)
def test_what_needs_somebody_more_stands_before_what_needs_somebody_less(
    more: tuple[State, Rule, Criticality, int], less: tuple[State, Rule, Criticality, int]
) -> None:
    for plights, expected in (((more, less), ["1", "2"]), ((less, more), ["2", "1"])):
        shown = board(troubled(*plights), NOW, Wanted())
        assert [item.row.target.kode for item in shown.attention] == expected


def test_what_is_down_is_not_pushed_out_of_the_list_by_what_is_up_and_hijacked() -> None:
    hijacked = [(State.UP, CRITICAL, Criticality.HIGH, 1)] * boards.ATTENTION
    shown = board(troubled(*hijacked, (State.DOWN, HIGH, Criticality.LOW, 60_000)), NOW, Wanted())

    assert shown.attention[0].row.state is State.DOWN
    assert shown.groups[0].rows[0].state is State.DOWN, "the list beneath has the same order"
    assert shown.beyond == 1


def test_the_worst_grade_comes_first_across_all_jenis_when_grades_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, latest: Latest
) -> None:
    monkeypatch.setattr(boards, "PICKED", 500)
    shown = board(latest, NOW, Wanted(order=Order.GRADE))

    (group,) = shown.groups
    scores = [line.grade.score for line in group.rows if line.grade is not None]
    assert scores == sorted(scores)
    assert group.rows[0].target.kind is not group.rows[1].target.kind
    assert [line.grade for line in group.rows[-4:]] == [None] * 4, "what has no grade yet is not the best"
    assert len(shown.domains.rows) == DOMAINS


def test_names_are_sorted_whatever_their_case() -> None:
    latest = Latest()
    latest.settle(Target(kode=name, kind=Kind.DESA, name=name, url=f"https://{name}.desa.id") for name in "bAc")

    assert kodes(board(latest, NOW, Wanted(order=Order.NAME))) == ["A", "b", "c"]


def test_what_is_not_watched_is_listed_and_counted_nowhere(latest: Latest) -> None:
    everything, idle, other = (
        board(latest, NOW, Wanted.of(query)) for query in ({}, {"keadaan": IDLE}, {"keadaan": "turun"})
    )

    assert [target.kode for target in everything.idle] == [target.kode for target in idle.idle] == ["LAYANAN-002"]
    assert "LAYANAN-002" not in kodes(everything)
    assert kodes(idle) == []
    assert not other.idle, "it is in no state"


def test_what_is_down_needs_attention_before_what_is_merely_about_to_break(latest: Latest) -> None:
    shown = board(latest, NOW, Wanted())

    ranks = [[State.DOWN, State.DEGRADED, State.UNOBSERVED, State.UP].index(item.row.state) for item in shown.attention]
    assert ranks == sorted(ranks)
    assert shown.attention[0].row.target.criticality is Criticality.HIGH
    assert "OPD-005" in {item.row.target.kode for item in shown.attention}, "up, and its certificate ends in five days"
    assert all(item.row.concern for item in shown.attention)


def test_the_attention_list_is_short_and_says_how_many_there_are() -> None:
    latest = regency.latest()
    for entry in latest.entries():
        entry.state, entry.since = State.DOWN, NOW

    shown = board(latest, NOW, Wanted())

    assert len(shown.attention) == boards.ATTENTION
    assert shown.attention_total == SITES + SERVICES + DOMAINS


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
        pytest.param({"nilai": "F"}, ["OPD-016", "DESA-046", "DESA-047", "PUSKESMAS-004"], id="by grade"),
        pytest.param({"jenis": "domain", "q": "purbalinggakab"}, ["purbalinggakab.go.id"], id="a domain"),
        pytest.param({"q": "tidak-ada"}, [], id="nothing"),
    ],
)
def test_only_what_was_asked_for_is_listed(latest: Latest, query: dict[str, str], expected: list[str]) -> None:
    shown = board(latest, NOW, Wanted.of(query))

    assert kodes(shown) == expected
    assert shown.total == SITES + SERVICES, "the headline is about all of them"


def test_an_unknown_filter_value_asks_for_nothing() -> None:
    asked = {"jenis": "planet", "keadaan": "<script>", "keparahan": "9", "q": "  ", "nilai": "Z", "urut": "acak"}

    assert Wanted.of(asked) == Wanted()
    assert not Wanted.of(asked)


def test_a_wish_survives_its_own_query_string() -> None:
    wanted = Wanted(text="a&b c", kind=Kind.DESA, state=State.DOWN, severity=Severity.HIGH)

    assert wanted.query(halaman=2) == "q=a%26b+c&jenis=desa&keadaan=turun&keparahan=tinggi&halaman=2"
    for wish in (wanted, Wanted(letter=Letter.B, order=Order.GRADE), Wanted(idle=True)):
        assert Wanted.of(dict(parse_qsl(wish.query()))) == wish


def test_many_sites_come_in_pages_and_are_not_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch, latest: Latest) -> None:
    everything = kodes(board(latest, NOW, Wanted()))
    monkeypatch.setattr(boards, "PAGE", 50)
    monkeypatch.setattr(boards, "MOSAIC", 100)

    pages = [board(latest, NOW, Wanted(), page) for page in range(1, 9)]

    assert [kode for shown in pages for kode in kodes(shown)] == everything
    assert all(not group.rows for group in pages[0].overview)
    assert board(latest, NOW, Wanted(), 99).page == pages[0].pages == 8


@pytest.mark.parametrize(
    "wanted", [Wanted(kind=Kind.DESA), Wanted(order=Order.NAME), Wanted(text="a", order=Order.GRADE)]
)
def test_what_is_laid_open_comes_in_smaller_pages(latest: Latest, wanted: Wanted) -> None:
    shown = board(latest, NOW, wanted)

    assert not shown.is_folded
    assert (len(kodes(shown)), shown.pages) == (100, -(-shown.found // 100))
    assert board(latest, NOW, Wanted()).is_folded


def test_what_is_calm_is_apart_and_nothing_is_lost() -> None:
    latest = regency.latest()
    for severity, kode in ((Severity.CRITICAL, "DESA-001"), (Severity.HIGH, "DESA-002"), (Severity.MEDIUM, "DESA-003")):
        rule = Rule("x.y", severity, Audience.CSIRT)
        entry(latest, kode).ledger = Ledger({("x", "x.y", ""): OpenFinding("x", rule(), NOW)})

    desa = next(group for group in board(latest, NOW, Wanted()).groups if group.key == Kind.DESA)

    assert [line.target.kode for line in desa.rows[:3]] == ["DESA-046", "DESA-047", "DESA-001"], "down, then critical"
    troubled = [line.target.kode for line in desa.troubled]
    assert {"DESA-001", "DESA-002"} < set(troubled)
    assert "DESA-003" in [line.target.kode for line in desa.calm]
    assert all(line.state is State.UP for line in desa.calm)
    assert [*desa.troubled, *desa.calm] == list(desa.rows)


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
