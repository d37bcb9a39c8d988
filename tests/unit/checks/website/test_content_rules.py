"""Gambling, defacements, ownership, foreign hosts and software, as tables."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor import catalogue
from monitor.checks.base import Policy
from monitor.checks.website import JUDGES, Visit
from monitor.checks.website.evidence import exhibits, keep, remember
from monitor.checks.website.learning import learn, learning
from monitor.checks.website.page_facts import Form, Page
from monitor.content.baseline import DEFAULT, Baseline, begun, recall
from monitor.content.defacement import Defacement, Mark
from monitor.content.examine import Content
from monitor.content.facts import Gambling, Hit, Place, Verdict
from monitor.content.foreign import Foreign, Service
from monitor.content.ownership import Naming
from monitor.content.parked import Placeholder, Stand
from monitor.content.shape import Shape
from monitor.content.software import Software
from monitor.findings import Ledger, advance
from monitor.ground import policy_of
from monitor.model import Audience, CheckResult, Kind, Outcome, Severity, Target
from monitor.settings import Content as Section
from monitor.settings import Settings
from tests.unit.checks.seeing import (
    CHECK,
    DOMAINS,
    HOST,
    NOW,
    PROTECTED,
    answered,
    hop,
    judged,
    page,
    target,
    unreached,
)

HOME = f"https://{HOST}/"
FAMILIES = ("content.", "ownership.", "software.")
CODES = frozenset(code for judge in JUDGES for code in judge.codes if code.startswith(FAMILIES))
UNNAMED = Naming()
USUAL = Shape(
    title=frozenset({"dinkominfo", "purbalingga"}),
    words=600,
    tags={"a": 90, "div": 200, "p": 30},
    assets=frozenset({"style.css", "app.js"}),
    writing="latin",
    language="id",
)
CLEAN = Content(shape=USUAL, naming=Naming(county=True))
OTHER = replace(USUAL, title=frozenset({"toko"}), words=60, tags={"img": 3}, assets=frozenset({"shop.js"}))
MATURE = replace(begun(USUAL, NOW - timedelta(days=30)), samples=9, last=NOW - timedelta(hours=6))
INJECTED = Gambling(
    verdict=Verdict.INJECTED,
    points=31.4,
    hits=(Hit("slot", Place.TITLE, 12, "Slot Gacor Maxwin"), Hit("togel", Place.HIDDEN, 8, "togel online")),
    links=("https://slot88.example/",),
)
SUSPECT = replace(INJECTED, verdict=Verdict.SUSPECT, points=9.0)
SIGNED = Defacement(90.0, (Mark(Place.TITLE, 60.0, "Hacked by Mr.X"),))
FORM = "https://evil.example/masuk"


def showing(content: Content | None = CLEAN, *, status: int = 200, url: str = HOME, **values: Any) -> Visit:
    headers = (*PROTECTED, *values.pop("headers", ()))
    shown = values.pop("shown", Page())
    visit = page(hop(url, status, headers=headers), content=content, **values)
    return replace(visit, page=shown if status == 200 else None)


def led_to(url: str, **values: Any) -> Visit:
    content = values.pop("content", CLEAN)
    return page(hop(HOME, 302, location=url), hop(url), page=values.pop("shown", Page()), content=content, **values)


def found(visit: Visit, of: Target | None = None, **values: Any) -> dict[str, str]:
    """code → case of these families' findings."""
    return {
        code: finding.detail.get("case", "")
        for code, finding in judged(visit, of, **values).items()
        if code.startswith(FAMILIES)
    }


def seen(visit: Visit) -> set[str]:
    return {code.partition(".")[2] for code in answered(visit) & CODES}


def content(**values: Any) -> Content:
    return replace(CLEAN, **values)


def test_a_page_as_it_should_be_has_no_findings_and_every_question_is_answered() -> None:
    assert found(showing(baseline=MATURE)) == {}
    assert answered(showing(baseline=MATURE)) >= CODES


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        pytest.param(showing(content(gambling=INJECTED)), {"content.gambling": ""}, id="injected"),
        pytest.param(showing(content(gambling=SUSPECT)), {"content.gambling_suspected": ""}, id="suspected"),
        pytest.param(
            showing(Content(gambling=INJECTED, error=True), status=404), {"content.gambling": "error"}, id="a 404"
        ),
        pytest.param(
            showing(Content(gambling=SUSPECT, error=True), status=500),
            {"content.gambling_suspected": "error"},
            id="a 500",
        ),
        pytest.param(showing(content(defacement=SIGNED)), {"content.defaced": ""}, id="defaced"),
        pytest.param(
            showing(Content(defacement=SIGNED, error=True), status=403),
            {"content.defaced": "error"},
            id="a defaced 403",
        ),
        pytest.param(showing(content(defacement=replace(SIGNED, points=59.0))), {}, id="not enough marks"),
        pytest.param(
            led_to("https://slot88.example/", content=content(gambling=INJECTED)),
            {"content.gambling": ""},
            id="a stranger's page that visitors are led to",
        ),
    ],
)  # fmt: skip
def test_what_somebody_put_there(visit: Visit, expected: dict[str, str]) -> None:
    assert found(visit) == expected


def test_gambling_is_one_finding_of_the_site_with_its_evidence() -> None:
    finding = judged(led_to(f"https://www.{HOST}/a", content=content(gambling=INJECTED)))["content.gambling"]

    assert (finding.subject, finding.severity, finding.rule.audience) == (HOST, Severity.CRITICAL, Audience.CSIRT)
    assert finding.rule.confirm is False
    assert finding.detail["points"] == 31
    assert finding.detail["families"] == ["slot", "togel"]
    assert finding.detail["hits"] == ["slot (title): Slot Gacor Maxwin", "togel (hidden): togel online"]
    assert finding.detail["links"] == ["https://slot88.example/"]


def result(visit: Visit) -> CheckResult[Any]:
    return CheckResult(
        target=target(),
        check="website",
        started=NOW,
        duration=timedelta(seconds=1),
        outcome=Outcome.OBSERVED,
        findings=tuple(judged(visit).values()),
        judged=answered(visit),
    )


@pytest.mark.parametrize(
    ("then", "left"),
    [
        pytest.param(showing(content(gambling=INJECTED)), {"content.gambling"}, id="certain now"),
        pytest.param(showing(), set(), id="gone"),
        pytest.param(showing(content(partial=True)), {"content.gambling_suspected"}, id="a page read in part"),
        pytest.param(showing(capped=True), {"content.gambling_suspected"}, id="a page cut short"),
        pytest.param(showing(content(challenge=True)), {"content.gambling_suspected"}, id="a test for machines"),
        pytest.param(showing(Content(error=True), status=503), {"content.gambling_suspected"}, id="an error"),
        pytest.param(showing(None), {"content.gambling_suspected"}, id="no HTML"),
        pytest.param(led_to("https://b.example/"), {"content.gambling_suspected"}, id="a stranger's clean page"),
        pytest.param(unreached(), {"content.gambling_suspected"}, id="no answer"),
    ],
)
def test_a_suspicion_ends_when_it_is_certain_or_when_a_whole_page_is_clean(then: Visit, left: set[str]) -> None:
    before = advance(Ledger(), result(showing(content(gambling=SUSPECT)))).ledger
    after = advance(before, result(then)).ledger

    assert {key[1] for key in after.open if key[1].startswith("content.")} == left


LED_AWAY = Gambling(
    verdict=Verdict.SUSPECT, points=4.0, hits=(Hit("alih", Place.REFRESH, 4, "https://uji-robot.example/"),)
)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        pytest.param(content(gambling=LED_AWAY), "content.gambling_suspected", id="a page"),
        pytest.param(content(gambling=LED_AWAY, challenge=True), None, id="a test for robots"),
        pytest.param(
            content(gambling=replace(SUSPECT, hits=(*SUSPECT.hits, *LED_AWAY.hits)), challenge=True),
            "content.gambling_suspected",
            id="a test for robots that speaks of gambling",
        ),
        pytest.param(content(gambling=INJECTED, challenge=True), "content.gambling", id="surely gambling"),
    ],
)
def test_that_a_test_for_robots_sends_its_visitors_on_is_no_suspicion(page: Content, code: str | None) -> None:
    found = set(judged(showing(page)))

    assert {each for each in found if each.startswith("content.gambling")} == ({code} if code else set())


COMPARED = {"changed", "emptied", "language"}
EVERY = {code.partition(".")[2] for code in CODES}
IN_PART = {"login_foreign", "not_named", "elsewhere"}
"""What the page's own facts, and a county that was named in what was read, still answer."""


@pytest.mark.parametrize(
    ("visit", "unseen"),
    [
        pytest.param(showing(), COMPARED, id="nothing learned yet"),
        pytest.param(showing(content(partial=True), baseline=MATURE), EVERY - IN_PART, id="read in part"),
        pytest.param(
            showing(content(gambling=INJECTED, partial=True), baseline=MATURE),
            EVERY - IN_PART - {"gambling", "gambling_suspected"},
            id="gambling in what was read",
        ),
        pytest.param(showing(Content(error=True), status=404, baseline=MATURE), EVERY, id="an error"),
        pytest.param(unreached(), EVERY, id="no answer"),
    ],
)
def test_what_was_not_looked_at_is_not_answered(visit: Visit, unseen: set[str]) -> None:
    assert EVERY - seen(visit) == unseen


YOUNG = replace(MATURE, first=MATURE.last - DEFAULT.span + timedelta(seconds=1))
STALE = replace(MATURE, last=NOW - DEFAULT.accept_after)


@pytest.mark.parametrize(
    ("shape", "baseline", "expected"),
    [
        pytest.param(OTHER, MATURE, {"content.changed": ""}, id="another page"),
        pytest.param(OTHER, replace(MATURE, last=STALE.last + timedelta(seconds=1)), {"content.changed": ""}, id="yet"),
        pytest.param(OTHER, STALE, {}, id="accepted as a redesign"),
        pytest.param(OTHER, replace(MATURE, samples=7), {}, id="not enough samples"),
        pytest.param(OTHER, YOUNG, {}, id="not for long enough"),
        pytest.param(OTHER, None, {}, id="nothing known"),
        pytest.param(replace(OTHER, title=USUAL.title), MATURE, {}, id="with the same title"),
        pytest.param(replace(USUAL, words=14), MATURE, {"content.emptied": ""}, id="emptied"),
        pytest.param(replace(USUAL, words=14), STALE, {"content.emptied": ""}, id="emptied for long"),
        pytest.param(replace(USUAL, words=15), MATURE, {}, id="says something"),
        pytest.param(replace(USUAL, language="vi"), MATURE, {"content.language": ""}, id="Vietnamese"),
        pytest.param(replace(USUAL, language="vi"), STALE, {"content.language": ""}, id="Vietnamese for long"),
        pytest.param(replace(USUAL, writing="thai", language=""), MATURE, {"content.language": ""}, id="Thai"),
        pytest.param(replace(USUAL, language="en"), MATURE, {}, id="English"),
        pytest.param(replace(OTHER, words=14), MATURE, {"content.emptied": ""}, id="another page that is empty"),
        pytest.param(replace(OTHER, language="vi"), MATURE, {"content.language": ""}, id="another page in Vietnamese"),
    ],
)  # fmt: skip
def test_against_what_is_usual(shape: Shape, baseline: Baseline | None, expected: dict[str, str]) -> None:
    assert found(showing(content(shape=shape), baseline=baseline)) == expected


@pytest.mark.parametrize(
    "why",
    [
        pytest.param({"defacement": SIGNED}, id="defaced"),
        pytest.param({"gambling": INJECTED}, id="gambling"),
        pytest.param({"placeholder": Placeholder(Stand.DEFAULT, "welcome to nginx")}, id="a default page"),
    ],
)
def test_what_is_said_already_is_not_said_twice(why: dict[str, Any]) -> None:
    told = found(showing(content(naming=UNNAMED, **why)))
    foreign = Foreign(scripts=("evil.example",)) if "placeholder" in why else Foreign()
    for shape in (OTHER, replace(OTHER, words=3)):
        visit = showing(content(shape=shape, naming=UNNAMED, foreign=foreign, **why), baseline=MATURE)
        assert found(visit) == told
    assert len(told) == 1


ONJE = target("https://onje.desa.id/", kind=Kind.DESA)


@pytest.mark.parametrize(
    ("shown", "of", "expected"),
    [
        pytest.param(content(naming=UNNAMED), ONJE, {"ownership.not_named": ""}, id="never named"),
        pytest.param(content(naming=Naming(districts=("mrebet",))), ONJE, {}, id="a district"),
        pytest.param(content(naming=Naming(others=("banyumas",))), ONJE, {"ownership.elsewhere": ""}, id="elsewhere"),
        pytest.param(content(naming=UNNAMED), target(kind=Kind.LAYANAN), {}, id="a service"),
        pytest.param(
            content(placeholder=Placeholder(Stand.PARKED, "for sale"), naming=UNNAMED), ONJE, {"ownership.parked": ""},
            id="parked",
        ),
        pytest.param(
            content(placeholder=Placeholder(Stand.DEFAULT, "index of /")), ONJE, {"ownership.default_page": ""},
            id="a default page",
        ),
        pytest.param(
            content(placeholder=Placeholder(Stand.SUSPENDED, "account suspended")), ONJE,
            {"ownership.default_page": "suspended"}, id="suspended",
        ),
    ],
)  # fmt: skip
def test_whose_page_it_is(shown: Content, of: Target, expected: dict[str, str]) -> None:
    assert found(showing(shown, url=of.url), of) == expected


def test_a_village_that_names_no_county_is_graver_than_an_office() -> None:
    unnamed = showing(content(naming=UNNAMED))

    assert judged(unnamed, target(kind=Kind.DESA))["ownership.not_named"].severity is Severity.LOW
    assert judged(unnamed)["ownership.not_named"].severity is Severity.INFO


@pytest.mark.parametrize(
    ("shown", "sees"),
    [
        pytest.param(content(naming=UNNAMED, shape=replace(USUAL, words=80)), True, id="enough to tell"),
        pytest.param(content(naming=UNNAMED, shape=replace(USUAL, words=79)), False, id="too little"),
        pytest.param(content(shape=replace(USUAL, words=3)), True, id="named in few words"),
        pytest.param(content(naming=UNNAMED, partial=True), False, id="perhaps in the rest"),
        pytest.param(content(partial=True), True, id="named in what was read"),
    ],
)
def test_when_a_page_can_say_whose_it_is(shown: Content, *, sees: bool) -> None:
    assert ("not_named" in seen(showing(shown))) is sees


def loads(**hosts: Any) -> Content:
    return content(foreign=Foreign(**hosts))


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        pytest.param(showing(loads(scripts=("evil.example",))), {"content.foreign_script": ""}, id="script"),
        pytest.param(showing(loads(frames=("evil.example",))), {"content.foreign_frame": ""}, id="frame"),
        pytest.param(showing(loads(scripts=("code.jquery.com", "www.googletagmanager.com"))), {}, id="public services"),
        pytest.param(showing(loads(scripts=("onje.desa.id", "bps.go.id"))), {}, id="governments"),
        pytest.param(
            showing(loads(services=(Service("layanan.example", "Izin"),))),
            {"content.foreign_service": ""},
            id="service",
        ),
        pytest.param(
            showing(loads(services=(Service("forms.gle", "Aduan"),))), {"content.foreign_service": "form"}, id="a form"
        ),
        pytest.param(showing(loads(services=(Service("www.facebook.com", "Layanan"),))), {}, id="a social network"),
        pytest.param(showing(loads(services=(Service("smpn1.sch.id", "PPDB"),))), {}, id="a school"),
        pytest.param(
            showing(shown=Page(forms=(Form(FORM, "post", password=True),))), {"content.login_foreign": ""}, id="login"
        ),
        pytest.param(
            showing(shown=Page(forms=(Form(FORM, "get", password=True),))), {"content.login_foreign": ""}, id="by GET"
        ),
        pytest.param(showing(shown=Page(forms=(Form(HOME, "post", password=True),))), {}, id="a login of its own"),
        pytest.param(
            showing(shown=Page(forms=(Form("https://accounts.google.com/x", "post", password=True),))), {}, id="google"
        ),
        pytest.param(
            led_to("https://evil.example/", shown=Page(forms=(Form("https://evil.example/", "post", password=True),))),
            {"content.login_foreign": "page"},
            id="led to a stranger's login",
        ),
        pytest.param(
            led_to("https://sso.purbalinggakab.go.id/", shown=Page(forms=(Form(HOME, "post", password=True),))),
            {},
            id="the county's single sign-on",
        ),
    ],
)  # fmt: skip
def test_whom_the_page_brings_along(visit: Visit, expected: dict[str, str]) -> None:
    assert found(visit) == expected


def test_the_same_form_is_not_found_twice() -> None:
    codes = judged(showing(shown=Page(forms=(Form(FORM, "post", password=True),))))

    assert "content.login_foreign" in codes
    assert "transport.form_foreign" not in codes


def test_a_service_listed_at_a_strangers_address_may_ask_for_passwords_of_its_own() -> None:
    url = "https://simkeu-purbalingga.simdacloud.id/"
    visit = showing(url=url, shown=Page(forms=(Form(url, "post", password=True),)))

    assert found(visit, target(url, kind=Kind.LAYANAN)) == {}


def test_settings_trust_more_hosts() -> None:
    policy = Policy(domains=DOMAINS, trusted=frozenset({"evil.example"}))
    visit = showing(
        loads(scripts=("cdn.evil.example",), frames=("evil.example",), services=(Service("evil.example", "Izin"),)),
        shown=Page(forms=(Form(FORM, "post", password=True),)),
    )

    assert found(visit, policy=policy) == {}


@pytest.mark.parametrize("host", ["https://cdn.example", "cdn.example/x", "*.example", "", "localhost"])
def test_what_is_trusted_is_written_as_a_host(host: str) -> None:
    with pytest.raises(ValidationError, match="bukan nama host"):
        Section(trusted_hosts=(host,))


def test_settings_reach_the_judges() -> None:
    content = {"trusted_hosts": ["CDN.example"], "accept_after": "3d", "learn_samples": 4}
    policy = policy_of(Settings.model_validate({"checks": {"website": {"content": content}}}), ())

    assert policy.trusted == {"cdn.example"}
    assert policy.learning == replace(DEFAULT, accept_after=timedelta(days=3), samples=4)


def test_a_bare_address_is_graver_than_a_name() -> None:
    assert judged(showing(loads(scripts=("evil.example",))))["content.foreign_script"].severity is Severity.LOW
    assert judged(showing(loads(scripts=("203.0.113.7",))))["content.foreign_script"].severity is Severity.MEDIUM


def test_a_form_is_only_mentioned() -> None:
    both = (Service("forms.gle", "Aduan"), Service("layanan.example", "Izin"))

    assert judged(showing(loads(services=both[:1])))["content.foreign_service"].severity is Severity.INFO
    told = judged(showing(loads(services=both)))["content.foreign_service"]
    assert (told.severity, told.detail["hosts"]) == (Severity.LOW, ["layanan.example"])


PHP = ("x-powered-by", "PHP/7.4.33")


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        pytest.param(
            showing(content(software=(Software("WordPress", "6.4.2"),))), {"software.outdated": ""}, id="outdated"
        ),
        pytest.param(showing(headers=(PHP,)), {"software.end_of_life": "ended"}, id="PHP"),
        pytest.param(
            showing(content(software=(Software("WordPress", "4.1"),))), {"software.end_of_life": ""}, id="no day known"
        ),
        pytest.param(showing(content(software=(Software("WordPress", ""),))), {}, id="unknown"),
        pytest.param(showing(content(software=(Software("WordPress", "99.1"),))), {}, id="newer than the table"),
        pytest.param(led_to("https://b.example/"), {}, id="a stranger's"),
    ],
)
def test_software(visit: Visit, expected: dict[str, str]) -> None:
    assert found(visit) == expected


@pytest.mark.parametrize(
    ("software", "sees"),
    [
        pytest.param((Software("WordPress", "6.4.2"),), True, id="a version"),
        pytest.param((Software("WordPress", ""),), False, id="hidden is not mended"),
        pytest.param((Software("Wix", ""),), True, id="nothing that is judged"),
        pytest.param((), True, id="nothing"),
    ],
)
def test_a_version_that_is_hidden_closes_nothing(software: tuple[Software, ...], *, sees: bool) -> None:
    assert ("outdated" in seen(showing(content(software=software)))) is sees


SHOWN: list[tuple[Visit, Target]] = [
    *((showing(content(gambling=verdict)), target()) for verdict in (INJECTED, SUSPECT)),
    *((showing(Content(gambling=verdict, error=True), status=404), target()) for verdict in (INJECTED, SUSPECT)),
    (showing(content(defacement=SIGNED)), target()),
    (showing(Content(defacement=SIGNED, error=True), status=404), target()),
    (showing(content(shape=OTHER), baseline=MATURE, title="Toko"), target()),
    (showing(content(shape=replace(USUAL, words=3)), baseline=MATURE), target()),
    (showing(content(shape=replace(USUAL, language="vi")), baseline=MATURE, title="Nhà cái"), target()),
    (showing(content(naming=UNNAMED), title="Desa Onje"), target()),
    (showing(content(naming=Naming(others=("banyumas",))), title="Desa Onje"), target()),
    *((showing(content(placeholder=Placeholder(stand, "x"))), target()) for stand in Stand),
    (showing(loads(scripts=("evil.example",), frames=("evil.example",))), target()),
    (showing(loads(services=(Service("layanan.example", "Izin"),))), target()),
    (showing(loads(services=(Service("forms.gle", "Aduan"),))), target()),
    (showing(shown=Page(forms=(Form(FORM, "post", password=True),))), target()),
    (led_to("https://evil.example/", shown=Page(forms=(Form(FORM, "post", password=True),))), target()),
    (showing(content(software=(Software("WordPress", "6.4.2"),))), target()),
    (showing(content(software=(Software("WordPress", "4.1"),))), target()),
    (showing(headers=(PHP,)), target()),
]


def test_every_case_has_words_and_every_word_has_a_case() -> None:
    shown = {item for visit, of in SHOWN for item in found(visit, of).items()}
    written = {(code, case) for code in CODES for case in ("", *catalogue.text(code).cases)}

    assert shown == written


@pytest.mark.parametrize(("visit", "of"), SHOWN)
def test_a_finding_is_one_sentence_without_gaps_and_can_be_stored(visit: Visit, of: Target) -> None:
    for code, finding in judged(visit, of).items():
        if code.startswith(FAMILIES):
            sentence = catalogue.describe(finding)
            assert not re.search(r"[{}]|None|\s\s|\n|\.\.$|T00:00", sentence)
            assert sentence.endswith(".")
            assert json.loads(json.dumps(dict(finding.detail))) == dict(finding.detail)


def test_learning_takes_whole_pages_of_the_sites_own() -> None:
    how = learning(Section())

    assert how == DEFAULT
    taught = recall(learn(showing(), None, NOW, how))
    assert taught is not None
    assert taught.title.keys() == USUAL.title
    for visit in (
        showing(content(partial=True)),
        showing(capped=True),
        showing(content(challenge=True)),
        showing(content(placeholder=Placeholder(Stand.DEFAULT, "x"))),
        showing(Content(error=True), status=404),
        led_to("https://evil.example/"),
        unreached(),
    ):
        assert learn(visit, None, NOW, how) is None


def test_the_check_learns_by_its_settings_from_what_is_kept() -> None:
    memory = CHECK.learn(keep(showing(baseline=MATURE)), None, NOW)

    assert memory is not None
    assert CHECK.learn(keep(showing()), memory, NOW + timedelta(hours=5)) is None
    assert CHECK.learn(keep(showing()), memory, NOW + timedelta(hours=6)) is not None


def test_what_a_visitor_got_is_the_exhibit() -> None:
    head = ((b"Content-Type", b"text/html"), (b"Set-Cookie", b"sid=1; HttpOnly"), (b"X-Note", b"\xe9"))
    visit = showing(content(gambling=INJECTED), head=head, body=b"<title>x</title>", capped=True)
    (exhibit,) = exhibits(visit, NOW)

    assert (exhibit.label, exhibit.url, exhibit.at, exhibit.status) == ("pengunjung", HOME, NOW, 200)
    assert exhibit.head == (("Content-Type", "text/html"), ("Set-Cookie", "sid=1; HttpOnly"), ("X-Note", "é"))
    assert (exhibit.media_type, exhibit.body, exhibit.capped) == ("text/html", b"<title>x</title>", True)
    assert exhibits(unreached(), NOW) == ()
    assert CHECK.exhibits(visit, NOW) == (exhibit,)


def test_neither_body_nor_head_nor_baseline_is_kept() -> None:
    visit = showing(head=((b"a", b"b"),), body=b"x", baseline=MATURE)

    assert keep(visit) == showing()


def test_what_differs_on_every_visit_of_a_page_is_not_remembered() -> None:
    one = content(gambling=Gambling(points=1.2, hits=(Hit("slot", Place.TEXT, 1.2, "slot parkir"),)))
    other = content(shape=replace(USUAL, words=601, tags={"a": 91}, assets=frozenset()), dates=(NOW,))

    assert remember(showing(one)) == remember(showing(other, baseline=MATURE, body=b"x"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(content(gambling=INJECTED), id="gambling"),
        pytest.param(content(defacement=SIGNED), id="defaced"),
        pytest.param(loads(scripts=("evil.example",)), id="script"),
        pytest.param(content(software=(Software("PHP", "7"),)), id="software"),
        pytest.param(content(naming=UNNAMED), id="naming"),
        pytest.param(content(shape=replace(USUAL, language="vi")), id="language"),
        pytest.param(None, id="no page"),
    ],
)
def test_what_a_reader_needs_is_remembered(other: Content | None) -> None:
    kept = remember(showing(other))

    assert kept != remember(showing())
    assert json.loads(json.dumps(kept)) == kept
