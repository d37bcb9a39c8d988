"""What mail servers showed, judged: reached or not, encrypted or not, and when nobody can say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import catalogue
from monitor.checks.mail.facts import WAITING, Mail, MtaSts, Outgoing, PolicyFile, Trouble
from monitor.model import Severity
from monitor.net.facts import FailureKind, Phase
from monitor.net.smtp import Reply, SmtpSession
from tests.unit.checks.mail.mailing import (
    CHECK,
    DAY,
    HELLO,
    MX1,
    MX2,
    STS,
    STS_POLICY,
    TROUBLE,
    answered,
    declined,
    exchangers,
    facts,
    failed,
    found,
    host,
    judged,
    leaf,
    served,
    session,
    tls,
    unencrypted,
)
from tests.unit.checks.seeing import NOW

GOOD = session()
GOOD2 = session(tls=tls(leaf(MX2)))
REFUSED = failed(FailureKind.REFUSED)
SILENT = failed(FailureKind.TIMEOUT)
OURS = failed(FailureKind.NO_ROUTE)
WAIT = Trouble(WAITING)
TLS_RULES = {"starttls_missing", "starttls_failed", "tls_outdated", "certificate_expired"}


def test_the_vantage_is_asked_about_our_resolver_for_all_of_it_is_its_word() -> None:
    assert CHECK.failed(facts()) is Phase.DNS


def test_good_servers_have_no_findings() -> None:
    assert found(served(GOOD, GOOD2)) == set()


@pytest.mark.parametrize(
    ("sessions", "outgoing", "severity", "case"),
    [
        pytest.param((REFUSED, GOOD2), Outgoing.OPEN, Severity.MEDIUM, "", id="one of two"),
        pytest.param((REFUSED, SILENT), Outgoing.OPEN, Severity.HIGH, "all", id="all, and we can get out"),
        pytest.param((SILENT,), Outgoing.UNKNOWN, Severity.LOW, "perhaps_ours", id="perhaps our own network"),
        pytest.param((REFUSED,), Outgoing.UNKNOWN, Severity.LOW, "perhaps_ours", id="refused, perhaps by our own"),
        pytest.param(
            (failed(FailureKind.UNREACHABLE), GOOD2), Outgoing.OPEN, Severity.MEDIUM, "", id="a router's word"
        ),
    ],
)
def test_an_unreachable_server_weighs_what_we_can_know(
    sessions: tuple[SmtpSession, ...], outgoing: Outgoing, severity: Severity, case: str
) -> None:
    finding = judged(served(*sessions, outgoing=outgoing))["mx_unreachable", MX1]

    assert (finding.severity, finding.detail["case"], finding.rule.confirm) == (severity, case, True)


@pytest.mark.parametrize(
    "sessions",
    [
        pytest.param((declined(421), GOOD2), id="421"),
        pytest.param((declined(554), GOOD2), id="554"),
        pytest.param((failed(FailureKind.TIMEOUT, Phase.TTFB), GOOD2), id="no greeting"),
        pytest.param((failed(FailureKind.CLOSED, Phase.TTFB), GOOD2), id="closes at once"),
        pytest.param((WAIT, GOOD2), id="left alone for a while"),
        pytest.param((OURS, GOOD2), id="no route of ours"),
    ],
)
def test_a_server_that_shows_nothing_is_not_held_to_be_bad_or_good(sessions: tuple[SmtpSession | Trouble, ...]) -> None:
    seen = served(*sessions)

    assert found(seen) == set()
    assert not answered(seen) & TLS_RULES


def test_a_greeting_that_declines_proves_that_the_server_is_there() -> None:
    assert "mx_unreachable" in answered(served(declined(), GOOD2))
    assert "mx_unreachable" not in answered(served(WAIT, GOOD2))
    assert "mx_unreachable" not in answered(served(OURS))


def test_behind_a_closed_port_25_of_our_own_nobody_can_be_said_to_be_unreachable() -> None:
    assert "mx_unreachable" not in answered(served(SILENT, outgoing=Outgoing.BLOCKED))
    assert found(served(SILENT, outgoing=Outgoing.BLOCKED)) == set()


def test_one_bad_server_is_told_although_another_shows_nothing() -> None:
    seen = served(unencrypted(), declined())

    assert found(seen) == {"starttls_missing"}
    assert "starttls_missing" in answered(seen)
    assert "certificate_expired" not in answered(seen)


@pytest.mark.parametrize(
    ("shown", "codes", "case"),
    [
        pytest.param(unencrypted(), {"starttls_missing"}, "", id="not offered"),
        pytest.param(unencrypted(hello=Reply(502, ("what?",))), {"starttls_missing"}, "", id="knows no EHLO"),
        pytest.param(
            unencrypted(hello=HELLO, starttls=Reply(502, ("5.5.1 no",))), {"starttls_missing"}, "refused", id="refused"
        ),
        pytest.param(
            unencrypted(hello=HELLO, starttls=Reply(454, ("4.7.0 later",))),
            {"starttls_failed"},
            "put_off",
            id="put off",
        ),
        pytest.param(failed(FailureKind.TLS_PROTOCOL, Phase.TLS), {"starttls_failed"}, "", id="nothing in common"),
        pytest.param(failed(FailureKind.CLOSED, Phase.TLS), {"starttls_failed"}, "", id="hangs up"),
    ],
)
def test_encryption_that_does_not_come_about(shown: SmtpSession, codes: set[str], case: str) -> None:
    findings = judged(served(shown))

    assert {code for code, _subject in findings} == codes
    assert [finding.detail["case"] for finding in findings.values()] == [case]


ANNOUNCED = MtaSts(texts=(STS,), policy=Trouble("timeout"))


@pytest.mark.parametrize("shown", [session(), unencrypted(), session(tls=tls(code=18))])
def test_how_bad_it_is_stays_as_it_was_while_the_announced_policy_cannot_be_fetched(shown: SmtpSession) -> None:
    seen = served(shown, mta_sts=ANNOUNCED)
    weighed = {code for code in TLS_RULES if code != "tls_outdated"}

    assert found(seen) == {"mta_sts_unreachable"}
    assert not answered(seen) & {*weighed, "mta_sts_mismatch"}


def enforced(*sessions: SmtpSession) -> Mail:
    return served(*sessions, mta_sts=MtaSts(texts=(STS,), policy=PolicyFile(text=STS_POLICY)))


OLD = leaf(not_after=NOW - timedelta(seconds=1))
CERTIFICATES = [
    pytest.param(tls(OLD, code=10), "certificate_expired", Severity.MEDIUM, id="expired a second ago"),
    pytest.param(tls(leaf(not_before=NOW + DAY), code=9), "certificate_not_yet_valid", Severity.LOW, id="too early"),
    pytest.param(tls(leaf("mail.example.com"), code=62), "certificate_wrong_host", Severity.LOW, id="another's name"),
    pytest.param(tls(leaf("MX1", names=()), code=0), "certificate_wrong_host", Severity.LOW, id="no name at all"),
    pytest.param(tls(code=18), "certificate_self_signed", Severity.LOW, id="self-signed"),
    pytest.param(tls(code=20), "certificate_untrusted", Severity.LOW, id="unknown issuer"),
    pytest.param(tls(code=19), "certificate_untrusted", Severity.LOW, id="unknown root"),
]


@pytest.mark.parametrize(("shown", "code", "severity"), CERTIFICATES)
def test_a_certificate_that_a_verifying_sender_refuses(shown: object, code: str, severity: Severity) -> None:
    finding = judged(served(session(tls=shown)))[code, MX1]

    assert finding.severity is severity
    assert len(judged(served(session(tls=shown)))) == 1


@pytest.mark.parametrize(("shown", "code", "_severity"), CERTIFICATES)
def test_an_enforced_policy_makes_it_worse_for_mail_is_not_delivered(
    shown: object, code: str, _severity: Severity
) -> None:
    assert judged(enforced(session(tls=shown)))[code, MX1].severity is Severity.HIGH


def test_an_enforced_policy_makes_a_lack_of_encryption_worse() -> None:
    assert judged(enforced(unencrypted()))["starttls_missing", MX1].severity is Severity.HIGH


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        pytest.param(timedelta(days=31), None, id="31 days"),
        pytest.param(timedelta(days=30), Severity.LOW, id="30 days"),
        pytest.param(timedelta(days=8), Severity.LOW, id="8 days"),
        pytest.param(timedelta(days=7), Severity.MEDIUM, id="7 days"),
        pytest.param(timedelta(0), Severity.MEDIUM, id="the last second, which is not expired"),
    ],
)
def test_a_certificate_that_ends_soon(left: timedelta, severity: Severity | None) -> None:
    findings = judged(served(session(tls=tls(leaf(not_after=NOW + left)))))

    assert [(code, finding.severity) for (code, _), finding in findings.items()] == (
        [("certificate_expiring", severity)] if severity else []
    )


def test_old_versions_alone_are_outdated() -> None:
    assert found(served(session(tls=tls(version="TLSv1", legacy=True)))) == {"tls_outdated"}
    assert found(served(session(tls=tls(version="TLSv1.2", cipher="DHE-RSA-AES256-SHA", legacy=True)))) == set()


def test_an_address_that_the_public_cannot_reach_is_told() -> None:
    assert found(served(failed(FailureKind.FORBIDDEN_ADDRESS))) == {"mx_forbidden_address"}


def test_something_else_at_the_port_is_told_and_confirmed() -> None:
    finding = judged(served(failed(FailureKind.MALFORMED, Phase.TTFB)))["mx_not_smtp", MX1]

    assert finding.rule.confirm


def test_nobody_judges_servers_whose_names_are_unknown() -> None:
    codes = answered(facts(exchangers=TROUBLE))

    assert not {code for code in codes if code.startswith(("mx_", "starttls", "certificate", "tls_outdated", "tlsa"))}


def test_a_server_whose_name_nobody_can_have_is_told_and_hides_no_other() -> None:
    wrong = host("mail server", addresses=Trouble("bad-url", "x"), session=None, reverse=None)
    seen = facts(exchangers=exchangers(host(), wrong))
    finding = judged(seen)["mx_unresolvable", "mail server"]

    assert catalogue.describe(finding).endswith("menunjuk ke mail server, yang bukan nama host yang sah.")
    assert {*TLS_RULES, "mx_unreachable", "mx_reverse"} <= answered(seen)


def test_a_server_whose_address_is_unknown_leaves_the_judges_of_servers_blind() -> None:
    seen = facts(exchangers=exchangers(host(), host(MX2, addresses=TROUBLE, session=None, reverse=None)))

    assert not answered(seen) & {*TLS_RULES, "mx_unreachable", "mx_unresolvable", "mx_reverse"}
