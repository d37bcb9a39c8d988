"""Made-up mornings and weeks that the tests of digests tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from monitor.alerts.digest import Affairs, Case, DeadLetters, Ending, Ill, Row, noc_digest, owner_digest
from monitor.alerts.message import Message
from monitor.model import Audience, Kind, Rule, Severity, State, Target
from tests.unit.alerts.situations import ALERTS, EXPIRING, HEALTH, VILLAGE, noted

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""07.00 WIB on a Tuesday."""
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = "3fa94be1" * 8
"""Of a chain of seals."""

DMARC = Rule("mail.dmarc_missing", Severity.MEDIUM, Audience.OWNER)
HSTS = Rule("transport.hsts_missing", Severity.LOW, Audience.OWNER)
DOMAIN = Target(
    kode="karangbanjar.desa.id", kind=Kind.DOMAIN, name="karangbanjar.desa.id", url="dns://karangbanjar.desa.id"
)


def quiet() -> Affairs:
    return Affairs(since=MORNING - DAY, counts={State.UP: 218})


def busy() -> Affairs:
    hour = timedelta(hours=1)
    return Affairs(
        since=MORNING - DAY,
        counts={State.UP: 215, State.DOWN: 1, State.DEGRADED: 1, State.UNOBSERVED: 1},
        ill=(
            Ill(target=VILLAGE, state=State.DEGRADED, since=MORNING - 3 * DAY, brief="sertifikat kedaluwarsa"),
            Ill(target=HEALTH, state=State.DOWN, since=MORNING - 2 * hour, brief="tidak menjawab"),
        ),
        cases=(
            case(12, "Dinas Kesehatan (OPD-009) – tidak menjawab", opened=MORNING - 2 * hour, taken="rina"),
            case(11, "85 situs – alamat 192.0.2.7", opened=MORNING - 9 * hour, resolved=MORNING - 8 * hour),
            case(
                9,
                "halaman disisipi judi daring pada karangbanjar.desa.id (DESA-046)",
                audience=Audience.CSIRT,
                severity=Severity.CRITICAL,
                opened=MORNING - 3 * DAY,
            ),
            case(7, "Desa Arenan (DESA-003) – galat server 503", opened=MORNING - 5 * DAY, resolved=MORNING - hour),
        ),
        endings=(
            Ending(what="sertifikat", target=HEALTH, at=MORNING + 29 * DAY),
            Ending(what="domain", target=DOMAIN, at=MORNING + hour),
            Ending(what="sertifikat", target=VILLAGE, at=MORNING - 3 * DAY - hour),
            Ending(what="sertifikat", target=HEALTH, at=MORNING + 31 * DAY),
        ),
        dead=(DeadLetters(channel="csirt", count=2, last=MORNING - hour, reason="401: token ditolak"),),
        unobserved=timedelta(minutes=12),
        seal=f"Segel catatan s.d. 23 November 2026 (hari ke-30): {HEAD}",
    )


def case(
    number: int,
    gist: str,
    *,
    opened: datetime,
    resolved: datetime | None = None,
    audience: Audience = Audience.NOC,
    severity: Severity = Severity.HIGH,
    taken: str = "",
) -> Case:
    return Case(
        number=number,
        gist=gist,
        audience=audience,
        severity=severity,
        opened=opened,
        resolved=resolved,
        acknowledged_by=taken,
    )


def rows() -> tuple[Row, ...]:
    last = MONDAY - 3 * DAY
    return (
        Row(
            target=VILLAGE,
            state=State.UP,
            since=MONDAY - 20 * DAY,
            findings=(
                noted(VILLAGE, HSTS("karangbanjar.desa.id"), opened=last),
                noted(VILLAGE, DMARC("karangbanjar.desa.id"), opened=last),
            ),
            improved=(noted(VILLAGE, EXPIRING("karangbanjar.desa.id", days=3), opened=last, resolved=MONDAY - DAY),),
            availability=Fraction(99_957, 100_000),
            grade="B",
        ),
    )


def neat() -> tuple[Row, ...]:
    return (Row(target=HEALTH, state=State.UP, since=MONDAY - 20 * DAY),)


def messages() -> dict[str, Message]:
    """What the golden files show, by name."""
    return {
        "ringkasan-sepi": noc_digest(quiet(), MORNING, ALERTS),
        "ringkasan": noc_digest(busy(), MORNING, ALERTS),
        "pemilik": owner_digest("Pemerintah Desa Karangbanjar", rows(), MONDAY, ALERTS),
        "pemilik-rapi": owner_digest("Dinas Kesehatan", neat(), MONDAY, ALERTS),
    }
