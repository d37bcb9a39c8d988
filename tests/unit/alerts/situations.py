"""Made-up incidents that the tests of messages tell of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.alert_sections import Alerts
from monitor.alerts.compose import Noted, Situation
from monitor.incident import Cause, CauseKind, Event, EventKind, Incident, Member, NoticeKind
from monitor.model import Audience, Criticality, Finding, Kind, Rule, Severity, State, Target

OPENED = datetime(2026, 11, 24, 1, 5, 9, tzinfo=UTC)
"""08.05 WIB on a Tuesday."""
SOON = timedelta(minutes=1.2)
TWO_HOURS = timedelta(minutes=125)
FOUR_HOURS = timedelta(minutes=245)

DOWN = Rule("site.down", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
ERROR = Rule("site.error", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
EXPIRED = Rule("certificate.expired", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
EXPIRING = Rule("certificate.expiring", Severity.LOW, Audience.NOC)
GAMBLING = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
CLOAKED = Rule("cloaking.redirect", Severity.CRITICAL, Audience.CSIRT)
TAKEOVER = Rule("names.takeover_possible", Severity.CRITICAL, Audience.CSIRT, confirm=True)
FOREIGN_FORM = Rule("transport.plain_off_government", Severity.HIGH, Audience.CSIRT)

HEALTH = Target(
    kode="OPD-009",
    kind=Kind.OPD,
    name="Dinas Kesehatan",
    url="https://dinkes.purbalinggakab.go.id/",
    owner="Dinas Kesehatan",
    criticality=Criticality.HIGH,
)
VILLAGE = Target(
    kode="DESA-046",
    kind=Kind.DESA,
    name="Desa Karangbanjar",
    url="https://karangbanjar.desa.id/",
    owner="Pemerintah Desa Karangbanjar",
)
LONG_NAME = Target(
    kode="OPD-004",
    kind=Kind.OPD,
    name="Badan Kepegawaian, Pendidikan dan Pelatihan Daerah (BKPPD) Kabupaten Purbalingga beserta seluruh unitnya",
    url="https://bkppd.purbalinggakab.go.id/",
)

ALERTS = Alerts(board_url="https://pantau.purbalinggakab.go.id", contact="Dinkominfo, csirt@purbalinggakab.go.id")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def timed_out(address: str = "192.0.2.7") -> Finding:
    return DOWN(phase="connect", kind="timeout", address=address, text="", host="", case="")


def noted(target: Target, finding: Finding, *, opened: datetime = OPENED, resolved: datetime | None = None) -> Noted:
    return Noted(kode=target.kode, check="website", finding=finding, opened=opened, resolved=resolved)


def villages(count: int) -> tuple[Target, ...]:
    return tuple(
        Target(
            kode=f"DESA-{place:03d}", kind=Kind.DESA, name=f"Desa Contoh {place}", url=f"https://contoh{place}.desa.id/"
        )
        for place in range(1, count + 1)
    )


def situation(
    *findings: Noted,
    kind: NoticeKind = NoticeKind.OPENED,
    cause: Cause | None = None,
    audience: Audience = Audience.NOC,
    targets: Iterable[Target] = (HEALTH, VILLAGE, LONG_NAME),
    after: timedelta = SOON,
    timeline: tuple[Event, ...] | None = None,
    state: State | None = None,
    joined: timedelta = timedelta(0),
    **incident: Any,
) -> Situation:
    """*findings* as incident 12, *after* so long; each site in the state its worst finding says."""
    members = tuple(
        Member(key=item.key, severity=item.finding.severity, joined=item.opened + joined, left=item.resolved)
        for item in findings
    )
    worst = max((item.finding.severity for item in findings), key=lambda each: each.rank, default=Severity.HIGH)
    about = Incident(
        number=12,
        cause=cause or Cause(CauseKind.SITE, findings[0].kode if findings else ""),
        audience=audience,
        opened=min((item.opened for item in findings), default=OPENED),
        **{"severity": worst, "members": members, "notices": 1, "told": OPENED + after, **incident},
    )
    return Situation(
        incident=about,
        key=f"ins-12-{about.notices}-{audience.value}",
        kind=kind,
        now=OPENED + after,
        findings=findings,
        targets={target.kode: target for target in targets},
        states={item.kode: (state or item.finding.rule.state or State.UP, item.opened) for item in reversed(findings)},
        timeline=timeline if timeline is not None else (event(EventKind.OPENED, minutes(1)),),
        vantage_connected=True,
    )


def event(kind: EventKind, after: timedelta, **values: Any) -> Event:
    return Event(number=12, at=OPENED + after, kind=kind, **values)


def injected(target: Target = VILLAGE, **detail: Any) -> Noted:
    """A page with gambling in it, and the evidence of the check of content."""
    finding = GAMBLING(
        target.host,
        **{
            "case": "",
            "url": target.url,
            "status": 200,
            "points": 31,
            "families": ["slot", "togel"],
            "excerpt": "SLOT GACOR HARI INI maxwin x500",
            "hits": [
                "slot (title): SLOT GACOR HARI INI maxwin x500",
                "togel (hidden): toto macau 4D link alternatif",
                "slot (anchor-text): daftar slot88",
            ],
            "links": ["https://slot-gacor.example/daftar?ref=77", "https://toto-macau.example/login"],
            **detail,
        },
    )
    return noted(target, finding)


def cloaked() -> Situation:
    """Four villages that send those who come from a search engine to gambling."""
    detail: dict[str, Any] = {
        "destination": "slot-gacor.example",
        "url": "https://slot-gacor.example/",
        "views": ["googlebot", "rujukan"],
        "verdict": "tersisipi",
    }
    sites = villages(4)
    findings = [noted(site, CLOAKED(host=site.host, **detail)) for site in sites]
    return situation(
        *findings, cause=Cause(CauseKind.ADDRESS, "192.0.2.7"), audience=Audience.CSIRT, targets=sites, timeline=()
    )


def mixed() -> Situation:
    """Three villages of one server: two are injected, and from one of these and another visitors are led away."""
    first, second, third = villages(3)
    away = CLOAKED(host=third.host, destination="slot-gacor.example", url="", views=["rujukan"], verdict="tersisipi")
    return situation(
        injected(first),
        injected(second),
        noted(third, away, opened=OPENED + minutes(1)),
        cause=Cause(CauseKind.ADDRESS, "192.0.2.7"),
        audience=Audience.CSIRT,
        targets=(first, second, third),
        timeline=(),
    )


def single_down() -> Situation:
    return situation(noted(HEALTH, timed_out()))


def shared_down(count: int = 85) -> Situation:
    sites = villages(count)
    findings = [noted(site, timed_out(), opened=OPENED + timedelta(seconds=place)) for place, site in enumerate(sites)]
    return situation(*findings, cause=Cause(CauseKind.ADDRESS, "192.0.2.7"), targets=sites)


def hijacked() -> Situation:
    story = (
        event(EventKind.OPENED, minutes(1), kodes=("DESA-046",)),
        event(EventKind.NOTIFIED, minutes(1.1), text="ke csirt"),
    )
    return situation(injected(), audience=Audience.CSIRT, timeline=story)


def resolved(item: Situation, after: timedelta = TWO_HOURS) -> Situation:
    """*item*, over."""
    end = OPENED + after
    gone = tuple(replace(each, resolved=end) for each in item.findings)
    return replace(
        item,
        key=item.key.replace("-1-", "-2-"),
        kind=NoticeKind.RESOLVED,
        now=end + minutes(1),
        findings=gone,
        incident=replace(item.incident, resolved=end, told=end, notices=2),
        states=dict.fromkeys(item.states, (State.UP, end)),
        timeline=(*item.timeline, event(EventKind.SHRANK, after), event(EventKind.RESOLVED, after)),
    )


def reminded(item: Situation, after: timedelta = FOUR_HOURS) -> Situation:
    """*item*, still there, and nobody has acknowledged it."""
    return replace(
        item,
        key=item.key.replace("-1-", "-2-"),
        kind=NoticeKind.REMINDER,
        now=OPENED + after,
        incident=replace(item.incident, told=OPENED + after, notices=2),
    )


def worsened() -> Situation:
    """A matter of the CSIRT's to which a takeover has come."""
    late = OPENED + minutes(40)
    old = noted(VILLAGE, FOREIGN_FORM("karangbanjar.desa.id", destination="toto-macau.example"))
    new = replace(injected(), opened=late)
    return situation(
        old,
        new,
        kind=NoticeKind.UPDATED,
        audience=Audience.CSIRT,
        after=minutes(42),
        notices=2,
        timeline=(
            event(EventKind.OPENED, minutes(1)),
            event(EventKind.NOTIFIED, minutes(1.1), text="ke csirt"),
            event(EventKind.GREW, minutes(41)),
            event(EventKind.WORSENED, minutes(41), text="tinggi menjadi kritis"),
            event(EventKind.NOTIFIED, minutes(41.1), text="memburuk: ke csirt"),
        ),
    )


def vantage_lost() -> Situation:
    return situation(cause=Cause(CauseKind.VANTAGE, ""), after=minutes(2), timeline=())


def undelivered() -> Situation:
    text = "ins-11-1-csirt: server surel menjawab 550: mailbox unavailable"
    opened = event(EventKind.OPENED, minutes(0), text=text)
    return situation(cause=Cause(CauseKind.DELIVERY, "csirt"), after=minutes(20), timeline=(opened,))


def dismissed() -> Situation:
    item = resolved(hijacked())
    act = event(EventKind.DISMISSED, minutes(125), actor="rina", text="artikel peringatan bahaya judi daring")
    still = tuple(replace(each, resolved=None) for each in item.findings)  # nobody has mended what was no fault
    return replace(item, findings=still, timeline=(*item.timeline[:2], act, event(EventKind.RESOLVED, minutes(125))))


def mended_and_dismissed() -> Situation:
    """One of two was a false positive; the other was none, and went away afterwards."""
    item = dismissed()
    (cloaked_one, *_others) = cloaked().findings
    doorway = replace(cloaked_one, kode=VILLAGE.kode, resolved=OPENED + minutes(125))
    act = replace(item.timeline[2], at=OPENED + minutes(60))
    timeline = (*item.timeline[:2], act, event(EventKind.RESOLVED, minutes(125)))
    return replace(item, findings=(*item.findings, doorway), timeline=timeline)


def eased() -> Situation:
    """Still found, milder than what anybody is told of."""
    item = resolved(expiring())
    (only,) = item.findings
    milder = replace(only, finding=replace(only.finding, severity=Severity.LOW), resolved=None)
    return replace(item, findings=(milder,))


def unwatched() -> Situation:
    """The site left the inventory while it was down."""
    item = resolved(single_down())
    return replace(item, states={}, gone=frozenset(item.kodes))


def expiring() -> Situation:
    detail = {"not_after": "2026-11-29T06:00:00+00:00", "days": 5, "issuer": "R13, Let's Encrypt", "case": ""}
    return situation(noted(LONG_NAME, EXPIRING("bkppd.purbalinggakab.go.id", severity=Severity.HIGH, **detail)))


def hostile() -> Situation:
    """Everything that a hijacked page may write."""
    nasty = "</b><script>alert(1)</script>\n*tebal* _miring_ ~coret~ `kode` @semua \u202emoc.live\u202c & https://evil.example/x?a=<b>"
    return situation(
        injected(
            excerpt=nasty,
            hits=[f"slot (title): {nasty}", "x" * 1_000_000],
            links=["javascript:alert(1)", "tg://resolve?domain=evil"],
        ),
        audience=Audience.CSIRT,
        timeline=(event(EventKind.OPENED, minutes(1), text=nasty),),
    )


CASES = {
    "turun": single_down,
    "turun-bersama": shared_down,
    "judi": hijacked,
    "judi-bersama": cloaked,
    "judi-beragam": mixed,
    "memburuk": worsened,
    "pengingat": lambda: reminded(single_down()),
    "pengingat-bersama": lambda: reminded(shared_down()),
    "pulih": lambda: resolved(single_down()),
    "pulih-bersama": lambda: resolved(shared_down()),
    "pulih-csirt": lambda: resolved(hijacked()),
    "positif-palsu": dismissed,
    "sertifikat": expiring,
    "titik-pantau": vantage_lost,
    "titik-pantau-pulih": lambda: resolved(vantage_lost(), minutes(12)),
    "pengiriman": undelivered,
    "bermusuhan": hostile,
}
"""What the golden files show, by name."""
