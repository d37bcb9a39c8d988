"""That everything a person may read is there, in both languages, and filled in."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import catalogue, words
from monitor.catalogue.sentences import MAX_VALUE
from monitor.checks import build
from monitor.checks.cloaking.judges import REDIRECT
from monitor.checks.website import Visit
from monitor.model import Audience, Finding, Kind, Rule, Severity, State, Target, Verification
from monitor.net.facts import Failure, FailureKind, Phase
from monitor.settings import Checks
from tests.unit.checks.seeing import (
    HOST,
    INTERMEDIATE,
    NOW,
    certificate,
    hop,
    judged,
    page,
    path,
    secured,
    session,
    target,
    unreached,
)

RULES = {rule.code: rule for check in build(Checks()) for rule in check.rules}
TEXTS = [item.name for item in fields(catalogue.Entry) if item.name not in {"code", "cases"}]
ALL_FAILURES = [Failure(phase, kind, "words", "192.0.2.1") for kind in FailureKind for phase in Phase]


def test_every_rule_has_words_and_all_words_have_a_rule() -> None:
    assert catalogue.codes() == set(RULES)


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_missing_in_either_language(code: str, name: str) -> None:
    words = getattr(catalogue.text(code), name)

    assert words.strip() == words
    assert words
    assert name in {"title", "english_title", "reference"} or words.endswith(".")


HOME = f"https://{HOST}/"
DAY = timedelta(days=1)
OLD = certificate(not_after=NOW - DAY)
SELF_SIGNED = certificate(issuer=f"CN={HOST}", self_issued=True, has_issuer_url=False)
OTHER = "https://simita.purbalinggaka.go.id"
DOUBTFUL = target(OTHER, verification=Verification.NEEDED, suggested_url="https://simita.purbalinggakab.go.id")
INWARD = hop(HOME, 302, location="https://intern.purbalinggakab.go.id/")
CORE = {code for code in RULES if code.partition(".")[0] in {"site", "name", "redirect", "certificate", "domain"}}
CORE.add("tls.legacy_only")
"""What is shown here; the tests of each other check show its own rules."""
SHOWN: list[tuple[str, Visit, Target]] = [
    ("site.down", unreached(), target()),
    ("site.down", unreached(FailureKind.TIMEOUT, Phase.TTFB, INWARD, url="https://b.go.id/"), target()),
    ("site.error", page(hop(status=503)), target()),
    ("site.missing", page(hop(status=404)), target()),
    ("site.missing", page(hop(status=401)), target()),
    ("site.missing", page(hop(status=403)), target()),
    ("site.missing", page(hop(status=429)), target()),
    ("site.slow", page(hop(took=timedelta(seconds=7.26))), target()),
    ("name.not_found", unreached(FailureKind.NAME_NOT_FOUND, Phase.DNS), target()),
    ("name.unverified", unreached(FailureKind.NO_ADDRESS, Phase.DNS), DOUBTFUL),
    ("name.forbidden_address", unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.DNS), target()),
    ("redirect.forbidden_address", unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.DNS, INWARD), target()),
    ("redirect.loop", page(hop(HOME, 302, location=HOME), loop=True), target()),
    ("redirect.loop", page(*[hop(f"{HOME}{n}", 302, location=f"{HOME}{n}x") for n in range(10)], loop=True), target()),
    ("redirect.off_government", path(HOME, "https://slot88.example/"), target()),
    ("redirect.off_government", path(HOME, "https://purbalinggakab.com/"), target()),
    ("redirect.downgrade", path(HOME, f"http://{HOST}/"), target()),
    ("tls.legacy_only", page(hop(tls=session(version="TLSv1", legacy=True))), target()),
    ("certificate.expired", secured(OLD, INTERMEDIATE, code=10), target()),
    ("certificate.expired", secured(certificate(), certificate(not_after=NOW - DAY, names=()), code=10), target()),
    ("certificate.expiring", secured(certificate(not_after=NOW + 6 * DAY), INTERMEDIATE), target()),
    ("certificate.expiring", secured(certificate(not_after=NOW), INTERMEDIATE), target()),
    ("certificate.not_yet_valid", secured(certificate(not_before=NOW + DAY), INTERMEDIATE, code=9), target()),
    (
        "certificate.not_yet_valid",
        secured(certificate(), certificate(sha256="09" * 32, not_before=NOW + DAY), code=9),
        target(),
    ),
    ("certificate.wrong_host", secured(certificate(names=tuple(f"x{n}.id" for n in range(9))), code=62), target()),
    ("certificate.self_signed", secured(SELF_SIGNED, code=18), target()),
    ("certificate.untrusted", secured(code=19), target()),
    ("certificate.incomplete_chain", secured(certificate(), code=20), target()),
    ("domain.non_government", page(hop("https://bit.ly/x")), target("https://bit.ly/x")),
    ("domain.bare_address", page(hop("http://203.0.113.7/")), target("http://203.0.113.7/")),
    ("domain.misspelt", page(hop(OTHER)), DOUBTFUL),
]


def test_every_rule_and_every_case_of_its_words_is_shown_here() -> None:
    shown = {(code, judged(visit, of)[code].detail.get("case", "")) for code, visit, of in SHOWN}
    written = {(code, case) for code in CORE for case in ("", *catalogue.text(code).cases)}
    always_redirected = {("redirect.forbidden_address", "redirected"), ("redirect.forbidden_address", "")}

    assert shown - always_redirected == written - always_redirected


@pytest.mark.parametrize(("code", "visit", "of"), SHOWN)
def test_a_finding_is_one_sentence_without_gaps(code: str, visit: Visit, of: Target) -> None:
    sentence = catalogue.describe(judged(visit, of)[code])

    assert not re.search(r"[{}–]|None|\s\s|\n|\.\.$", sentence)
    assert sentence.endswith(".")


@pytest.mark.parametrize(("code", "visit", "of"), SHOWN)
def test_a_finding_reads_the_same_after_it_was_stored(code: str, visit: Visit, of: Target) -> None:
    finding = judged(visit, of)[code]
    stored = Finding(
        RULES[code], finding.subject, finding.severity, MappingProxyType(json.loads(json.dumps(dict(finding.detail))))
    )

    assert catalogue.describe(stored) == catalogue.describe(finding)


@pytest.mark.parametrize(
    ("code", "visit", "sentence"),
    [
        ("site.down", unreached(), "Situs tidak dapat dibuka: koneksi ditolak oleh 203.0.113.9."),
        (
            "site.slow",
            page(hop(took=timedelta(seconds=7.26))),
            f"Situs baru selesai dimuat setelah 7,3 detik (batas 5,0 detik); paling lama di {HOST}.",
        ),
        (
            "certificate.expired",
            secured(OLD, INTERMEDIATE, code=10),
            f"Sertifikat {HOST} kedaluwarsa sejak 23 November 2026 (baru lewat); penerbit: {INTERMEDIATE.subject}.",
        ),
        (
            "certificate.wrong_host",
            secured(certificate(names=tuple(f"x{n}.id" for n in range(9))), code=62),
            f"Sertifikat yang disajikan {HOST} hanya berlaku untuk: x0.id, x1.id, x2.id, x3.id, dan 5 lainnya.",
        ),
    ],
)
def test_the_evidence_is_in_the_sentence(code: str, visit: Visit, sentence: str) -> None:
    assert catalogue.describe(judged(visit)[code]) == sentence


@pytest.mark.parametrize(
    ("views", "said"),
    [
        (["googlebot"], "mesin pencari (Googlebot)"),
        (["googlebot", "rujukan"], "mesin pencari (Googlebot) dan pengunjung dari hasil pencarian"),
        (
            ["googlebot", "rujukan", "ponsel"],
            "mesin pencari (Googlebot), pengunjung dari hasil pencarian dan pengunjung dengan ponsel",
        ),
        (["pemberi\nkabar"], "pemberi kabar"),
        ([], words.DASH),
    ],
)
def test_who_sees_it_is_said_in_words(views: list[str], said: str) -> None:
    finding = REDIRECT(host=HOST, destination="judi.example", views=views)

    sentence = f"{HOST} mengalihkan {said} ke judi.example, sedangkan pengunjung biasa tidak dialihkan."
    assert catalogue.describe(finding) == sentence
    assert finding.detail["views"] == views


@pytest.mark.parametrize("failure", ALL_FAILURES, ids=lambda failure: f"{failure.kind}@{failure.phase}")
def test_every_failure_has_words_in_every_phase(failure: Failure) -> None:
    said = catalogue.failure_text(failure)
    bare = catalogue.failure_text(Failure(failure.phase, failure.kind))

    for sentence in (said, bare):
        assert sentence
        assert sentence == " ".join(sentence.split())
        assert not re.search(r"[{}]|None", sentence)


def test_a_failure_says_by_whom() -> None:
    refused = Failure(Phase.CONNECT, FailureKind.REFUSED, "", "192.0.2.1")

    assert catalogue.failure_text(refused) == "koneksi ditolak oleh 192.0.2.1"


def test_no_two_kinds_of_failure_read_alike() -> None:
    said = {catalogue.failure_text(Failure(Phase.CONNECT, kind)) for kind in FailureKind}

    assert len(said) == len(FailureKind)


def test_states_severities_and_kinds_have_words() -> None:
    assert all(catalogue.state_text(state) for state in State)
    assert all(catalogue.severity_text(severity) for severity in Severity)
    assert all(catalogue.kind_text(kind) for kind in Kind)


RETIRED = Rule("old.{subject}", Severity.LOW, Audience.NOC)


def test_a_retired_code_can_still_be_read() -> None:
    assert catalogue.text(RETIRED.code).title == RETIRED.code
    assert HOST in catalogue.describe(RETIRED(HOST))


def test_a_kind_of_failure_that_was_retired_can_still_be_read() -> None:
    sentence = catalogue.describe(RULES["site.down"](phase="resolve", kind="gone", address=None, text=""))

    assert sentence == "Situs tidak dapat dibuka: gone."


@given(st.sampled_from(sorted(RULES)), st.text(max_size=500), st.dictionaries(st.text(max_size=9), st.text()))
def test_no_evidence_breaks_a_sentence(code: str, subject: str, detail: dict[str, str]) -> None:
    hostile = {**dict.fromkeys(("host", "url", "reason", "not_after", "kind", "phase", "case"), subject), **detail}
    sentence = catalogue.describe(Finding(RULES[code], subject, Severity.LOW, hostile))

    assert sentence.isprintable()
    assert len(sentence) < 10 * MAX_VALUE
