"""That everything the TLS check finds can be read."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest

from monitor import catalogue
from monitor.checks.evidence import evidence
from monitor.checks.tls import Facts
from tests.unit.checks.tls.cases import SHOWN
from tests.unit.checks.tls.looking import CHECK, GOOD, answered, judged

RULES = {rule.code: rule for rule in CHECK.rules}
TEXTS = [item.name for item in fields(catalogue.Entry) if item.name not in {"code", "cases"}]
IDS = [f"{code}-{number}" for number, (code, _facts) in enumerate(SHOWN)]


def test_a_good_site_is_found_nothing_wrong_with_and_answers_every_question() -> None:
    assert judged(GOOD) == {}
    # Without a stapled response there is none to be bad, and that is an answer, too.
    assert answered(GOOD) == set(RULES)


def test_every_rule_and_every_case_of_its_words_is_shown() -> None:
    shown = {(code, judged(facts)[code].detail.get("case", "")) for code, facts in SHOWN}

    assert shown == {(code, case) for code in RULES for case in ("", *catalogue.text(code).cases)}


@pytest.mark.parametrize(("code", "facts"), SHOWN, ids=IDS)
def test_a_finding_is_one_sentence_without_gaps(code: str, facts: Facts) -> None:
    sentence = catalogue.describe(judged(facts)[code])

    assert not re.search(r"[{}–]|None|\s\s|\n|\.\.$", sentence)
    assert sentence.endswith(".")


@pytest.mark.parametrize(("code", "facts"), SHOWN, ids=IDS)
def test_a_finding_and_its_facts_can_be_stored(code: str, facts: Facts) -> None:
    found = dict(judged(facts)[code].detail)

    assert json.loads(json.dumps(found)) == found
    assert json.dumps(evidence(facts), allow_nan=False)


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_missing_in_either_language(code: str, name: str) -> None:
    words = getattr(catalogue.text(code), name)

    assert words.strip() == words
    assert words
    assert name in {"title", "english_title", "reference"} or words.endswith(".")


def test_the_evidence_is_in_the_sentence() -> None:
    facts = next(facts for code, facts in SHOWN if code == "tls.revoked")

    assert catalogue.describe(judged(facts)["tls.revoked"]) == (
        "Sertifikat dinkominfo.purbalinggakab.go.id (nomor seri 04a1) dicabut penerbitnya pada 23 November 2026, "
        "alasan: keyCompromise; sumber: http://c.example/1.crl."
    )
