"""SPF as published and surveyed, judged."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.checks.mail.facts import Mail, Spf
from monitor.model import Severity
from monitor.standards.spf import Fault, Qualifier, Seen, Survey, SurveyFault
from tests.unit.checks.mail.mailing import DOMAIN, TROUBLE, answered, facts, found, judged, surveyed

INCLUDING = "v=spf1 include:_spf.example.com ~all"
RULES = {
    *("spf_missing", "spf_multiple", "spf_invalid", "spf_broken_path"),
    *("spf_lookups", "spf_voids", "spf_open", "spf_neutral"),
}


def spf(text: str = "v=spf1 mx -all", **survey: Any) -> Mail:
    return facts(spf=surveyed(text, **survey))


def path_fault(kind: SurveyFault) -> Fault:
    return Fault(kind=kind, domain="_spf.example.com", term="include:_spf.example.com")


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        pytest.param(spf(), set(), id="fine"),
        pytest.param(facts(spf=Spf()), {"spf_missing"}, id="none"),
        pytest.param(facts(spf=Spf(texts=("v=spf1 -all", "v=spf1 mx -all"))), {"spf_multiple"}, id="two"),
        pytest.param(spf("v=spf1 ipv4:192.0.2.1 -all"), {"spf_invalid"}, id="unknown mechanism"),
        pytest.param(spf("v=spf1 ip4:192.0.2.999 -all"), {"spf_invalid"}, id="no address"),
        pytest.param(spf(lookups=10), set(), id="ten look-ups"),
        pytest.param(spf(lookups=11), {"spf_lookups"}, id="eleven look-ups"),
        pytest.param(spf(voids=("a: mx", "a: a")), set(), id="two voids"),
        pytest.param(spf(voids=("a: mx", "a: a", "b: a")), {"spf_voids"}, id="three voids"),
        pytest.param(spf("v=spf1 +all", all=Qualifier.PASS), {"spf_open"}, id="+all"),
        pytest.param(spf("v=spf1 ?all", all=Qualifier.NEUTRAL), {"spf_neutral"}, id="?all"),
        pytest.param(spf("v=spf1 mx", all=None), {"spf_neutral"}, id="no all"),
        pytest.param(spf("v=spf1 mx ~all", all=Qualifier.SOFTFAIL), set(), id="~all"),
        pytest.param(spf("v=spf1 redirect=_spf.example.com", all=Qualifier.PASS), {"spf_open"}, id="+all by redirect"),
        pytest.param(spf(INCLUDING, faults=(path_fault(SurveyFault.SYNTAX),)), {"spf_broken_path"}, id="path syntax"),
        pytest.param(spf(INCLUDING, faults=(path_fault(SurveyFault.LOOP),)), {"spf_broken_path"}, id="loop"),
    ],
)
def test_what_is_said_of_a_record(seen: Mail, codes: set[str]) -> None:
    assert found(seen) == codes
    assert answered(seen) >= RULES


@pytest.mark.parametrize("kind", SurveyFault)
def test_every_fault_on_the_way_has_its_own_words(kind: SurveyFault) -> None:
    (finding,) = judged(spf(INCLUDING, faults=(path_fault(kind),))).values()

    assert finding.subject == f"{DOMAIN} → _spf.example.com"
    assert finding.detail["case"] == {
        SurveyFault.NO_RECORD: "no_record",
        SurveyFault.SEVERAL: "several",
        SurveyFault.SYNTAX: "",
        SurveyFault.LOOP: "loop",
        SurveyFault.MANY_MX: "many_mx",
    }.get(kind, "")


def test_letting_everybody_in_is_worst() -> None:
    assert judged(spf("v=spf1 +all", all=Qualifier.PASS))["spf_open", DOMAIN].severity is Severity.HIGH


def test_a_record_that_could_not_be_asked_is_not_missing() -> None:
    seen = facts(spf=TROUBLE)

    assert found(seen) == set()
    assert not answered(seen) & RULES


def test_a_name_on_the_way_that_could_not_be_asked_leaves_its_questions_open() -> None:
    seen = spf(INCLUDING, unanswered=("_spf.example.com",), all=Qualifier.SOFTFAIL)

    assert found(seen) == set()
    assert answered(seen) & RULES == {"spf_missing", "spf_multiple", "spf_invalid", "spf_open", "spf_neutral"}


def test_where_all_is_decided_elsewhere_silence_there_leaves_it_open() -> None:
    text = "v=spf1 redirect=_spf.example.com"
    seen = spf(text, unanswered=("_spf.example.com",), all=None)

    assert "spf_neutral" not in found(seen)
    assert not answered(seen) & {"spf_open", "spf_neutral"}


def test_too_many_are_too_many_however_much_is_unknown() -> None:
    seen = spf(INCLUDING, unanswered=("_spf.example.com",), lookups=11)

    assert found(seen) == {"spf_lookups"}
    assert "spf_lookups" in answered(seen)


def test_a_record_with_too_many_look_ups_is_told_once() -> None:
    text = f"v=spf1 {' '.join(f'a:h{number}.example.com' for number in range(11))} -all"
    survey = Survey(
        domain=DOMAIN,
        records=(Seen(domain=DOMAIN, text=text, lookups=11),),
        lookups=11,
        all=Qualifier.FAIL,
        faults=(Fault(kind=SurveyFault.SYNTAX, domain=DOMAIN),),
    )

    assert found(facts(spf=Spf(texts=(text,), survey=survey))) == {"spf_lookups"}
