from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alert_sections import Alerts
from monitor.alerts import headlines, phrases
from monitor.alerts.compose import MAX_FINDINGS, Situation, compose
from monitor.alerts.message import Message
from monitor.alerts.situation import Noted
from monitor.catalogue import text
from monitor.incident import Cause, CauseKind, EventKind, NoticeKind
from monitor.model import Audience, Finding, Kind, Rule, Severity, State, Target
from monitor.net.facts import Phase
from tests.unit.alerts import situations
from tests.unit.alerts.situations import (
    ALERTS,
    CASES,
    ERROR,
    EXPIRED,
    EXPIRING,
    FOREIGN_FORM,
    HEALTH,
    LONG_NAME,
    OPENED,
    VILLAGE,
    event,
    injected,
    minutes,
    noted,
    resolved,
    situation,
    timed_out,
    villages,
)


def told(item: Situation) -> Message:
    return compose(item, ALERTS)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("turun", "TURUN: Dinas Kesehatan (OPD-009) – tidak menjawab sejak 08.05 WIB"),
        ("turun-bersama", "85 situs turun: alamat 192.0.2.7 tidak menjawab"),
        ("judi", "KRITIS: halaman disisipi judi daring pada karangbanjar.desa.id (DESA-046)"),
        ("judi-bersama", "KRITIS: pengunjung tertentu dialihkan ke situs lain pada 4 situs – alamat 192.0.2.7"),
        ("memburuk", "MEMBURUK – KRITIS: halaman disisipi judi daring pada karangbanjar.desa.id (DESA-046)"),
        ("pengingat", "MASIH TURUN 4 jam 5 menit: Dinas Kesehatan (OPD-009) – tidak menjawab, belum diterima"),
        ("pulih", "PULIH: Dinas Kesehatan (OPD-009) – melayani lagi setelah turun 2 jam 5 menit"),
        ("pulih-bersama", "PULIH: 85 situs (alamat 192.0.2.7) – melayani lagi setelah turun 2 jam 5 menit"),
        (
            "pulih-csirt",
            (
                "TIDAK TERLIHAT LAGI: halaman disisipi judi daring pada karangbanjar.desa.id (DESA-046) – belum tentu"
                " bersih"
            ),
        ),
        ("positif-palsu", "DITUTUP: halaman disisipi judi daring pada karangbanjar.desa.id (DESA-046) – positif palsu"),
        ("titik-pantau", "TITIK PANTAU TERPUTUS sejak 08.05 WIB: tidak ada situs yang dapat diamati"),
        ("titik-pantau-pulih", "PULIH: titik pantau tersambung kembali setelah 12 menit"),
        ("pengiriman", "PENGIRIMAN GAGAL: saluran csirt tidak menerima pesan sejak 08.05 WIB"),
    ],
)
def test_the_first_line_tells_all(name: str, title: str) -> None:
    assert told(CASES[name]()).title == title


@pytest.mark.parametrize(
    ("finding", "title"),
    [
        pytest.param(timed_out(), "TURUN: Dinas Kesehatan (OPD-009) – tidak menjawab sejak 08.05 WIB", id="timeout"),
        pytest.param(
            situations.DOWN(phase="connect", kind="refused", address=None),
            "TURUN: Dinas Kesehatan (OPD-009) – koneksi ditolak sejak 08.05 WIB",
            id="refused",
        ),
        pytest.param(
            situations.DOWN(phase="connect", kind="retired-kind"),
            "TURUN: Dinas Kesehatan (OPD-009) – tidak dapat dibuka sejak 08.05 WIB",
            id="a kind of failure that is no longer known",
        ),
        pytest.param(
            ERROR(status=503, host="x"), "TURUN: Dinas Kesehatan (OPD-009) – galat server 503 sejak 08.05 WIB", id="503"
        ),
        pytest.param(
            EXPIRED("dinkes.purbalinggakab.go.id", days=-3),
            "TERGANGGU: Dinas Kesehatan (OPD-009) – sertifikat kedaluwarsa sejak 08.05 WIB",
            id="expired",
        ),
        pytest.param(
            EXPIRING("x", days=0, severity=Severity.HIGH),
            "PERLU TINDAKAN: Dinas Kesehatan (OPD-009) – sertifikat berakhir hari ini",
            id="the last day",
        ),
        pytest.param(
            EXPIRING("x", days=1, severity=Severity.CRITICAL),
            "KRITIS: Dinas Kesehatan (OPD-009) – sertifikat berakhir 1 hari lagi",
            id="critical",
        ),
    ],
)
def test_the_title_of_a_single_site(finding: Finding, title: str) -> None:
    assert told(situation(noted(HEALTH, finding))).title == title


def test_another_day_is_named() -> None:
    item = situation(noted(HEALTH, timed_out()), after=timedelta(hours=16))
    assert told(item).title.endswith("tidak menjawab sejak 24 November 2026, 08.05 WIB")


@pytest.mark.parametrize("name", CASES)
def test_a_title_is_one_line_of_at_most_120_characters(name: str) -> None:
    title = told(CASES[name]()).title
    assert title.isprintable()
    assert 0 < len(title) <= 120


@pytest.mark.parametrize("kind", [NoticeKind.OPENED, NoticeKind.REMINDER, NoticeKind.UPDATED, NoticeKind.RESOLVED])
def test_a_long_name_gives_way_but_not_its_kode(kind: NoticeKind) -> None:
    resolved_at = OPENED if kind is NoticeKind.RESOLVED else None
    title = told(replace(situation(noted(LONG_NAME, timed_out(), resolved=resolved_at)), kind=kind)).title
    assert len(title) <= 120
    assert "… (OPD-004)" in title


def test_every_special_notice_has_a_title() -> None:
    for item in (situations.vantage_lost(), situations.undelivered()):
        for kind in NoticeKind:
            message = told(replace(item, kind=kind))
            assert message.title
            assert message.lead
            assert not message.sites


def test_what_most_say_is_what_the_title_says() -> None:
    sites = villages(3)
    findings = [
        noted(sites[0], ERROR(status=503)),
        noted(sites[1], timed_out()),
        noted(sites[2], timed_out()),
    ]
    item = situation(*findings, cause=Cause(CauseKind.NAME_SERVER, "ns1.go.id"), targets=sites)
    assert told(item).title == "3 situs turun: tidak menjawab (server nama ns1.go.id)"


def test_domains_are_not_called_sites() -> None:
    domains = tuple(Target(kode=name, kind=Kind.DOMAIN, name=name, url=f"dns://{name}") for name in ("a.id", "b.id"))
    item = situation(
        *(noted(each, EXPIRING("x", severity=Severity.HIGH)) for each in domains),
        cause=Cause(CauseKind.NAME_SERVER, "ns1.go.id"),
        targets=domains,
    )
    message = told(item)
    assert message.title.startswith("a.id dan b.id perlu tindakan: ")
    assert message.sites[0].name == message.sites[0].kode == "a.id"


def test_how_sure_it_is() -> None:
    down, expired = situation(noted(HEALTH, timed_out())), situation(noted(HEALTH, EXPIRED("x")))
    assert dict(told(down).facts)["Keyakinan"] == "dikonfirmasi 3 pengamatan berturut-turut; titik pantau tersambung"
    sure = dict(told(replace(expired, vantage_connected=None)).facts)["Keyakinan"]
    assert sure == "pasti: dibaca langsung dari jawaban yang diterima, bukan gangguan sesaat"
    lost = dict(told(replace(down, vantage_connected=False, looks=5)).facts)["Keyakinan"]
    assert lost.startswith("dikonfirmasi 5 pengamatan berturut-turut; titik pantau TERPUTUS")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause(CauseKind.ADDRESS, "10.0.0.1"), "alamat 10.0.0.1 dipakai bersama oleh 2 situs ini"),
        (Cause(CauseKind.NAME_SERVER, "ns1.go.id"), "server nama ns1.go.id melayani nama 2 situs ini"),
        (Cause(CauseKind.DOMAIN, "a.go.id"), "2 situs ini berada di bawah domain a.go.id"),
        (
            Cause(CauseKind.CERTIFICATE, "ab" * 32),
            "2 situs ini memakai sertifikat yang sama (SHA-256 abababababababab)",
        ),
        (Cause(CauseKind.AUTHORITY, "R13 {x}"), "sertifikat 2 situs ini dari penerbit yang sama: R13 {x}"),
    ],
)
def test_the_probable_cause_in_words(cause: Cause, words: str) -> None:
    sites = villages(2)
    message = told(situation(*(noted(site, timed_out()) for site in sites), cause=cause, targets=sites))
    assert dict(message.facts)["Dugaan penyebab"].startswith(words)


def test_the_first_remedy_is_about_what_is_shared_where_that_does_not_answer() -> None:
    sites = villages(2)
    address = Cause(CauseKind.ADDRESS, "192.0.2.7")

    def remedy(finding: Finding, audience: Audience = Audience.NOC) -> str:
        findings = (noted(site, finding) for site in sites)
        return told(situation(*findings, cause=address, targets=sites, audience=audience)).remedy

    assert remedy(timed_out()).startswith("Mulai dari server di alamat 192.0.2.7")
    assert remedy(EXPIRED("x")) == text("certificate.expired").fix
    hijacked = remedy(injected().finding, Audience.CSIRT)
    assert hijacked.startswith("Satu server melayani semuanya: amankan server di alamat 192.0.2.7")
    assert hijacked.endswith(text("content.gambling").fix)


def test_lists_are_cut_to_what_people_read_and_counted_in_full() -> None:
    message = told(situations.shared_down(85))
    assert (len(message.sites), message.sites_total) == (20, 85)
    assert message.sites[0].kode == "DESA-001"
    assert (len(message.data["sites"]), len(message.data["findings"]), message.data["findings_total"]) == (85, 85, 85)
    many = situation(*(noted(HEALTH, EXPIRED(f"h{place}")) for place in range(12)))
    assert (len(told(many).findings), told(many).findings_total) == (10, 12)


def test_of_several_sites_each_rule_is_told_once() -> None:
    sites = villages(3)
    findings = [noted(site, timed_out()) for site in sites] + [noted(sites[0], EXPIRED("x"))]
    message = told(situation(*findings, cause=Cause(CauseKind.ADDRESS, "192.0.2.7"), targets=sites))
    assert [(line.kode, line.title) for line in message.findings] == [
        ("", "Situs tidak dapat dibuka – 3 situs"),
        ("DESA-001", "Sertifikat kedaluwarsa – DESA-001"),
    ]


def test_the_worst_state_comes_first() -> None:
    sites = villages(2)
    item = situation(noted(sites[0], EXPIRED("x")), noted(sites[1], timed_out()), targets=sites)
    assert [line.state for line in told(item).sites] == ["turun", "terganggu"]
    assert dict(told(item).facts)["Situs"] == "1 turun, 1 terganggu"


def test_what_has_left_is_told_no_more_until_all_is_over() -> None:
    sites = villages(2)
    gone = noted(sites[0], timed_out(), resolved=OPENED + minutes(3))
    still = noted(sites[1], timed_out())
    item = situation(gone, still, cause=Cause(CauseKind.ADDRESS, "192.0.2.7"), targets=sites)
    assert [line.kode for line in told(item).sites] == ["DESA-002"]
    assert told(item).title.startswith("TURUN: Desa Contoh 2")
    assert told(resolved(item)).sites_total == 2


def test_the_end_is_when_the_last_fault_went_not_when_it_was_believed() -> None:
    item = resolved(situations.single_down())
    late = replace(item, incident=replace(item.incident, resolved=OPENED + minutes(140)), now=OPENED + minutes(141))
    facts = dict(told(late).facts)
    assert facts["Lamanya"] == "2 jam 5 menit"
    assert facts["Sampai"] == "Selasa, 24 November 2026, 10.10 WIB"


def test_what_is_still_ill_when_the_incident_is_over() -> None:
    item = resolved(situations.shared_down(3))
    ill = replace(item, states={**item.states, "DESA-002": (State.DEGRADED, OPENED)})
    message = told(ill)
    assert message.lead.startswith("2 dari 3 situs melayani lagi.")
    assert dict(message.facts)["Belum pulih"] == "1 situs masih turun atau terganggu karena hal lain"
    assert message.sites[0].kode == "DESA-002"
    assert "Belum pulih" not in dict(told(item).facts)


def test_an_update_says_what_is_new_and_only_that() -> None:
    message = told(situations.worsened())
    ((heading, lines),) = message.sections
    assert heading == "Yang baru"
    assert len(lines) == 1
    assert lines[0].startswith("Desa Karangbanjar (DESA-046): Halaman karangbanjar.desa.id memuat sisipan judi daring")
    assert message.lead.startswith("Sejak pemberitahuan 08.06 WIB: keparahan naik menjadi kritis dan 1 temuan baru. ")
    assert not told(situations.hijacked()).sections


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (EventKind.WORSENED, "MEMBURUK"),
        (EventKind.WIDENED, "MELUAS"),
        (EventKind.REOPENED, "KAMBUH"),
        (EventKind.GREW, "BERTAMBAH"),
        (EventKind.NOTED, "PERKEMBANGAN"),
    ],
)
def test_why_there_is_an_update(kind: EventKind, word: str) -> None:
    timeline = (
        event(EventKind.OPENED, minutes(1)),
        event(EventKind.WORSENED, minutes(1)),
        event(EventKind.NOTIFIED, minutes(2)),
        event(kind, minutes(30)),
        event(EventKind.NOTIFIED, minutes(31)),
    )
    item = situation(injected(), kind=NoticeKind.UPDATED, audience=Audience.CSIRT, timeline=timeline, notices=2)
    assert told(item).title.startswith(f"{word} – KRITIS: ")


def test_sites_with_unlike_faults_are_not_told_as_one_fault() -> None:
    message = told(situations.mixed())
    away = phrases.lowered(text("cloaking.redirect").title)
    assert message.title == f"KRITIS: 3 situs (alamat 192.0.2.7): halaman disisipi judi daring; {away}"
    assert message.lead.startswith(f"Halaman disisipi judi daring pada 2 situs, {away} pada 1 sejak 08.05 WIB: Desa")
    assert "pada 4 situs – alamat 192.0.2.7" in told(situations.cloaked()).title


def test_the_caller_knows_best_when_people_were_told_before() -> None:
    item = replace(situations.worsened(), told_before=OPENED + minutes(41))
    assert not told(item).sections


def test_the_report_has_the_four_fields() -> None:
    report = told(situations.hijacked()).report
    assert report is not None
    assert report.contact == ALERTS.contact
    assert report.description.startswith("Halaman disisipi judi daring – Desa Karangbanjar (DESA-046), https://")
    assert report.chronology.split("\n") == [
        "24-11-2026 08:05 WIB – pertama kali terlihat: halaman disisipi judi daring pada Desa Karangbanjar (DESA-046)",
        "24-11-2026 08:06 WIB – insiden dibuka",
        "24-11-2026 08:06 WIB – diberitahukan: ke csirt",
    ]
    assert report.impact.startswith("Mengenai 1 situs: Desa Karangbanjar (DESA-046). Situs pemerintah yang disisipi")


def test_what_came_and_went_is_one_line_of_the_report() -> None:
    first = injected()
    times = [replace(first, opened=OPENED + minutes(place), resolved=OPENED + minutes(place + 0.5)) for place in (0, 9)]
    again = replace(first, opened=OPENED + minutes(1_440))
    item = situation(again, *times, injected(HEALTH), audience=Audience.CSIRT, timeline=())
    report = told(item).report
    assert report is not None
    said = "pertama kali terlihat: halaman disisipi judi daring pada"
    assert sorted(report.chronology.split("\n")) == [
        f"24-11-2026 08:05 WIB – {said} Desa Karangbanjar (DESA-046), berulang 2 kali, terakhir 25-11-2026 08:05 WIB",
        f"24-11-2026 08:05 WIB – {said} Dinas Kesehatan (OPD-009)",
    ]


def test_one_that_flaps_crowds_no_worse_one_out_of_the_report() -> None:
    flapping = [noted(VILLAGE, FOREIGN_FORM(), opened=OPENED + minutes(place)) for place in range(40)]
    late = replace(injected(), opened=OPENED + minutes(60))
    report = told(situation(*flapping, late, audience=Audience.CSIRT, timeline=())).report
    assert report is not None
    assert [line[:22] for line in report.chronology.split("\n")] == ["24-11-2026 08:05 WIB –", "24-11-2026 09:05 WIB –"]


def test_a_report_is_capped_and_in_order() -> None:
    events = tuple(event(EventKind.NOTED, minutes(place), text="x" * 9_000) for place in range(500))
    report = told(replace(situations.hijacked(), timeline=events)).report
    assert report is not None
    lines = report.chronology.split("\n")
    assert len(lines) == 31
    assert lines[15] == "…471 kejadian lain…"
    assert max(map(len, lines)) < 600


def test_high_criticality_is_part_of_the_impact() -> None:
    report = told(situation(injected(HEALTH), audience=Audience.CSIRT)).report
    assert report is not None
    assert report.impact.endswith("1 di antaranya berkritikalitas tinggi.")


def test_only_the_csirt_gets_a_report_and_none_of_what_was_none() -> None:
    assert told(situations.single_down()).report is None
    assert told(situations.dismissed()).report is None
    assert told(resolved(situations.hijacked())).report is not None


def test_gone_is_not_clean() -> None:
    assert told(resolved(situations.hijacked())).remedy.startswith("Tidak terlihat lagi belum berarti bersih")
    assert told(resolved(situations.single_down())).remedy == ""
    assert told(situations.dismissed()).remedy == ""


def test_what_was_mended_is_no_false_positive_for_another_that_was() -> None:
    message = told(situations.mended_and_dismissed())
    assert message.title.startswith("TIDAK TERLIHAT LAGI: ")
    assert "ositif palsu oleh" not in message.lead
    assert message.remedy.startswith("Tidak terlihat lagi belum berarti bersih")
    assert message.report is not None


def test_what_was_dismissed_and_goes_away_afterwards_was_none() -> None:
    item = situations.dismissed()
    later = tuple(replace(each, resolved=OPENED + minutes(126)) for each in item.findings)
    assert told(replace(item, findings=later)).title.startswith("DITUTUP: ")


def test_what_is_milder_is_not_told_as_gone() -> None:
    message = told(situations.eased())
    assert message.title.startswith("MEREDA: ")
    assert "tidak ditemukan lagi" not in f"{message.title} {message.lead}".lower()
    assert message.lead.startswith("Masih ditemukan, tetapi keparahannya turun")


def test_a_site_that_is_no_longer_watched_has_not_recovered() -> None:
    message = told(situations.unwatched())
    assert message.title == "DITUTUP: Dinas Kesehatan (OPD-009) – tidak lagi dipantau (tidak menjawab)"
    assert "melayani lagi" not in message.lead
    assert message.lead.startswith("Tidak lagi dipantau, dan belum tentu pulih.")


def test_what_nobody_looks_for_any_more_has_not_gone_away() -> None:
    item = resolved(situations.hijacked())
    closed = tuple(
        replace(each, finding=replace(each.finding, detail={**each.finding.detail, "closed": "tidak lagi diperiksa"}))
        for each in item.findings
    )
    message = told(replace(item, findings=closed))
    assert message.title.startswith("DITUTUP: Desa Karangbanjar (DESA-046) – tidak lagi dipantau")
    assert "tidak ditemukan lagi" not in f"{message.title} {message.lead}".lower()


def test_a_message_that_was_given_up_is_named_and_nobody_is_promised_that_it_comes_by_itself() -> None:
    message = told(situations.undelivered())
    assert dict(message.facts)["Pesan yang gagal"].startswith("ins-11-1-csirt: server surel menjawab 550")
    assert "tidak dicoba lagi sendiri" in message.lead
    assert "monitor alerts retry KUNCI" in message.remedy
    more = situations.event(EventKind.GREW, situations.minutes(3), text="ins-12-1-csirt: 550")
    grown = replace(situations.undelivered(), timeline=(*situations.undelivered().timeline, more))
    assert dict(told(grown).facts)["Pesan yang gagal"] == "2 pesan; yang terakhir ins-12-1-csirt: 550"
    assert "Pesan yang gagal" not in dict(told(resolved(situations.undelivered())).facts)


def test_what_is_only_suspected_is_not_told_as_certain() -> None:
    rule = Rule("content.gambling_suspected", Severity.MEDIUM, Audience.CSIRT)
    suspected = situation(noted(HEALTH, rule(HEALTH.host)), audience=Audience.CSIRT)
    assert dict(told(suspected).facts)["Keyakinan"].startswith("dugaan: ")
    assert dict(told(situations.hijacked()).facts)["Keyakinan"].startswith("pasti: ")


def test_a_dismissal_taken_back_is_none() -> None:
    item = situations.dismissed()
    later = (*item.timeline[:-1], event(EventKind.GREW, minutes(126)), event(EventKind.SHRANK, minutes(127)))
    assert told(replace(item, timeline=later)).title.startswith("TIDAK TERLIHAT LAGI: ")


def test_who_has_taken_it_on() -> None:
    item = situation(
        noted(HEALTH, timed_out()), acknowledged=OPENED + minutes(1), acknowledged_by="rina", assignee="budi"
    )
    facts = dict(told(item).facts)
    assert facts["Diterima"] == "rina, 08.06 WIB"
    assert facts["Ditugaskan kepada"] == "budi"
    assert dict(told(situations.single_down()).facts)["Diterima"] == "belum oleh siapa pun"


def test_what_the_inventory_no_longer_lists_is_told_by_its_kode() -> None:
    message = told(replace(situations.single_down(), targets={}, states={}))
    assert message.title == "TURUN: OPD-009 – tidak menjawab sejak 08.05 WIB"
    assert (message.sites[0].url, message.sites[0].state) == ("", "tidak teramati")


def test_the_link_leads_to_the_incident_where_there_is_a_board() -> None:
    assert told(situations.single_down()).link == "https://pantau.purbalinggakab.go.id/insiden/12"
    assert compose(situations.single_down(), Alerts()).link == ""


@pytest.mark.parametrize("name", CASES)
def test_the_same_situation_is_the_same_message(name: str) -> None:
    assert told(CASES[name]()) == told(CASES[name]())


def test_a_megabyte_of_evidence_is_cut() -> None:
    message = told(situations.hostile())
    assert max(len(line) for finding in message.findings for line in finding.evidence) <= 200
    assert len(str(message.data)) < 20_000


def test_the_owner_is_named_where_it_is_not_the_name() -> None:
    assert dict(told(situation(noted(VILLAGE, timed_out()))).facts)["Pemilik"] == "Pemerintah Desa Karangbanjar"
    assert "Pemilik" not in dict(told(situations.single_down()).facts)


def test_what_went_away_and_came_back_is_one_thing() -> None:
    times = [OPENED + timedelta(minutes=place) for place in range(4)]
    past = [noted(VILLAGE, timed_out(), opened=at, resolved=at + timedelta(seconds=30)) for at in times[:3]]

    open_again = situation(*past, noted(VILLAGE, timed_out(), opened=times[3]))
    over = situation(*past, kind=NoticeKind.RESOLVED)

    assert [item.opened for item in open_again.concerned] == [times[3]]
    assert [item.opened for item in over.concerned] == [times[2]]
    assert "temuan lain" not in repr(told(over))


@pytest.mark.parametrize(("times", "said"), [(1, ""), (2, " Berulang 1 kali sejak 08.05 WIB."), (4, "Berulang 3 kali")])
def test_what_keeps_coming_back_is_said_to_and_how_often(times: int, said: str) -> None:
    starts = [OPENED + timedelta(minutes=place) for place in range(times)]
    past = [noted(VILLAGE, timed_out(), opened=at, resolved=at + timedelta(seconds=30)) for at in starts[:-1]]

    message = told(situation(*past, noted(VILLAGE, timed_out(), opened=starts[-1])))

    assert said in message.lead
    assert ("Berulang" in message.lead) is (times > 1)
    assert message.lead == message.findings[0].line, "so that no channel says it twice"


def test_of_many_findings_only_those_that_are_told_are_put_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    seen = headlines.seen

    def noting(item: Situation, one: Noted) -> str:
        asked.append(one.finding.subject)
        return seen(item, one)

    monkeypatch.setattr(headlines, "seen", noting)
    found = [noted(VILLAGE, replace(timed_out(), subject=f"https://x{place}/")) for place in range(200)]

    message = told(situation(*found))

    assert (len(message.findings), message.findings_total) == (MAX_FINDINGS, 200)
    assert len(asked) == MAX_FINDINGS + 1, "each line, and the sentence at the top"


def test_the_same_fault_of_another_site_is_no_recurrence() -> None:
    item = situation(noted(VILLAGE, timed_out()), noted(HEALTH, timed_out()))

    assert "Berulang" not in repr(told(item))


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        (NoticeKind.OPENED, "DESA-046 dan OPD-009 turun: tidak menjawab"),
        (NoticeKind.REMINDER, "MASIH TURUN"),
        (NoticeKind.RESOLVED, "PULIH: DESA-046 dan OPD-009"),
    ],
)
def test_a_title_names_two_sites_and_counts_more(kind: NoticeKind, start: str) -> None:
    ended = OPENED + timedelta(minutes=3) if kind is NoticeKind.RESOLVED else None
    two = [noted(each, timed_out(), resolved=ended) for each in (VILLAGE, HEALTH)]

    title = told(situation(*two, kind=kind, cause=Cause(CauseKind.SITE, "x"), targets=(VILLAGE, HEALTH))).title

    assert title.startswith(start)
    assert "DESA-046 dan OPD-009" in title
    assert "2 situs" not in title


UNFOUND: dict[str, Any] = {
    "phase": Phase.DNS.value, "kind": "servfail", "address": "", "text": "", "host": "", "case": "",
}  # fmt: skip
SILENT = Rule("zone.all_unreachable", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
LAME = Rule("zone.lame", Severity.MEDIUM, Audience.NOC)
DOMAIN = Target(kode="karangbanjar.desa.id", kind=Kind.DOMAIN, name="karangbanjar.desa.id", url="")


@pytest.mark.parametrize(
    ("beneath", "remedy"),
    [
        pytest.param(SILENT, text("zone.all_unreachable").fix, id="its name servers are silent"),
        pytest.param(
            LAME,
            phrases.CAUSES[CauseKind.DOMAIN].remedy.format(value="karangbanjar.desa.id"),
            id="what is wrong with them does not explain it",
        ),
    ],
)
def test_of_a_site_that_nobody_can_find_the_names_are_to_be_looked_at_first(beneath: Rule, remedy: str) -> None:
    below = replace(noted(DOMAIN, beneath("karangbanjar.desa.id")), check="zone")
    item = situation(
        noted(VILLAGE, situations.DOWN(**UNFOUND)),
        below,
        cause=Cause(CauseKind.NAME_SERVER, "dns1.lab.example"),
        targets=(VILLAGE, DOMAIN),
    )
    message = told(item)

    assert message.remedy == remedy
    assert dict(message.facts)["Dugaan penyebab"].startswith("DNS domain karangbanjar.desa.id: ")


def test_of_a_site_that_does_not_answer_nobody_is_sent_to_its_names() -> None:
    below = replace(noted(DOMAIN, SILENT("karangbanjar.desa.id")), check="zone")
    item = situation(noted(VILLAGE, timed_out()), below, targets=(VILLAGE, DOMAIN))

    assert told(item).remedy == text("site.down").fix
