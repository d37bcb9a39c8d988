"""Headers, cookies, mixed content and forms, as tables."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from monitor import catalogue
from monitor.checks.website import JUDGES, Visit
from monitor.checks.website.evidence import remember
from monitor.checks.website.observe import selected
from monitor.checks.website.page_facts import Form, Page
from monitor.checks.website.policies import parsed
from monitor.checks.website.recall import LONGEST
from monitor.checks.website.visit import MAX_POLICIES, MAX_POLICY
from monitor.model import Audience, Finding, Severity
from tests.unit.checks.seeing import HOST, PROTECTED, answered, hop, judged, page, path, session, target, unreached

HOME = f"https://{HOST}/"
FAMILY = frozenset(code for judge in JUDGES for code in judge.codes if code.startswith("transport."))
DAY = 86_400


def serving(*headers: tuple[str, str], url: str = HOME, shown: Page | None = None, **values: Any) -> Visit:
    """A page with these headers in place of those that protect it; of the same name, or added."""
    names = {name for name, _value in headers}
    kept = tuple(item for item in PROTECTED if item[0] not in names)
    sent = (*kept, *((name, value) for name, value in headers if value != "-"))
    tls = values.pop("tls", session() if url.startswith("https:") else None)
    return page(hop(url, headers=sent, tls=tls), page=shown or Page(), **values)


def found(visit: Visit) -> dict[str, str]:
    """code → case of this family's findings."""
    return {
        code: finding.detail.get("case", "") for code, finding in judged(visit).items() if code.startswith("transport.")
    }


def test_a_well_kept_page_has_no_findings_and_every_question_is_answered() -> None:
    assert found(serving()) == {}
    assert answered(serving()) >= FAMILY


PLAIN = ("http://b.go.id/x",)
HSTS, CSP, XFO = "strict-transport-security", "content-security-policy", "x-frame-options"
SELF = "default-src 'self'"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([(HSTS, "-")], {"transport.hsts_missing": ""}, id="hsts missing"),
        pytest.param([(HSTS, f"max-age={182 * DAY - 1}")], {"transport.hsts_short": ""}, id="a second too short"),
        pytest.param([(HSTS, f"max-age={182 * DAY}")], {}, id="just long enough"),
        pytest.param([(HSTS, "max-age=0")], {"transport.hsts_short": "off"}, id="switched off"),
        pytest.param([(HSTS, 'MAX-AGE="31536000" ; includeSubDomains;; preload')], {}, id="quoted, any case, empty"),
        pytest.param([(HSTS, "includeSubDomains")], {"transport.hsts_invalid": ""}, id="no max-age"),
        pytest.param([(HSTS, "max-age=1;max-age=31536000")], {"transport.hsts_invalid": ""}, id="max-age twice"),
        pytest.param([(HSTS, "max-age=-1")], {"transport.hsts_invalid": ""}, id="negative"),
        pytest.param([(HSTS, "max-age=٣١٥٣٦٠٠٠")], {"transport.hsts_invalid": ""}, id="other digits"),
        pytest.param([(HSTS, "max-age=31536000, max-age=0")], {"transport.hsts_invalid": ""}, id="joined by a comma"),
        pytest.param([(HSTS, "")], {"transport.hsts_invalid": ""}, id="empty"),
        pytest.param([(HSTS, "max-age=" + "9" * 400)], {}, id="a number without end"),
        pytest.param([(HSTS, "max-age=31536000"), (HSTS, "max-age=0")], {}, id="the first header counts"),
        pytest.param([(CSP, "-"), (XFO, "DENY")], {"transport.csp_missing": ""}, id="csp missing"),
        pytest.param([(CSP, " ; "), (XFO, "DENY")], {"transport.csp_missing": ""}, id="csp without a directive"),
        pytest.param(
            [(CSP, "-"), (f"{CSP}-report-only", SELF), (XFO, "DENY")],
            {"transport.csp_missing": "report_only"},
            id="csp only reported",
        ),
        pytest.param([(CSP, "frame-ancestors 'self'")], {"transport.csp_unsafe": ""}, id="scripts not restricted"),
        pytest.param(
            [(CSP, f"{SELF} 'unsafe-inline'; frame-ancestors 'self'")], {"transport.csp_unsafe": "inline"}, id="inline"
        ),
        pytest.param(
            [(CSP, f"{SELF}; script-src 'self' 'unsafe-inline'; frame-ancestors 'self'")],
            {"transport.csp_unsafe": "inline"},
            id="inline scripts",
        ),
        pytest.param(
            [(CSP, f"{SELF}; style-src 'unsafe-inline'; frame-ancestors 'self'")], {}, id="inline styles are no scripts"
        ),
        pytest.param(
            [(CSP, "script-src 'unsafe-inline' 'nonce-abc' 'strict-dynamic' https:; frame-ancestors 'none'")],
            {},
            id="a nonce overrules what is for old browsers",
        ),
        pytest.param(
            [(CSP, "script-src 'nonce-abc' https:; frame-ancestors 'none'")],
            {"transport.csp_unsafe": "anywhere"},
            id="a nonce beside any https site",
        ),
        pytest.param(
            [(CSP, "Script-Src *; frame-ancestors 'none'")], {"transport.csp_unsafe": "anywhere"}, id="from anywhere"
        ),
        pytest.param(
            [(CSP, "upgrade-insecure-requests"), (CSP, f"{SELF}; frame-ancestors 'self'")], {}, id="two headers"
        ),
        pytest.param([(CSP, f"upgrade-insecure-requests, {SELF}; frame-ancestors 'self'")], {}, id="two in one header"),
        pytest.param([("x-content-type-options", "-")], {"transport.nosniff_missing": ""}, id="nosniff missing"),
        pytest.param([("x-content-type-options", "NoSniff, x")], {}, id="nosniff first, any case"),
        pytest.param(
            [("x-content-type-options", "x, nosniff")], {"transport.nosniff_missing": "invalid"}, id="not first"
        ),
        pytest.param([(CSP, SELF)], {"transport.frame_unprotected": ""}, id="framing not restricted"),
        pytest.param([(CSP, SELF), (XFO, "SameOrigin")], {}, id="the old header is enough"),
        pytest.param(
            [(CSP, SELF), (XFO, "ALLOW-FROM https://a.id")], {"transport.frame_unprotected": "invalid"}, id="allow-from"
        ),
        pytest.param([(CSP, SELF), (XFO, "SAMEORIGIN"), (XFO, "DENY")], {}, id="a contradiction keeps out"),
        pytest.param(
            [(CSP, f"{SELF}; frame-ancestors *"), (XFO, "DENY")],
            {"transport.frame_unprotected": "invalid"},
            id="frame-ancestors overrules",
        ),
        pytest.param([("referrer-policy", "-")], {"transport.referrer_policy_missing": ""}, id="referrer missing"),
        pytest.param([("referrer-policy", "x")], {"transport.referrer_policy_missing": "invalid"}, id="not known"),
        pytest.param([("referrer-policy", "Unsafe-URL")], {"transport.referrer_policy_unsafe": ""}, id="leaking"),
        pytest.param([("referrer-policy", "unsafe-url, no-referrer, x")], {}, id="the last that is known counts"),
        pytest.param([("server", "nginx")], {}, id="no version"),
        pytest.param([("server", "cloudflare"), ("x-powered-by", "ASP.NET")], {}, id="no version either"),
        pytest.param([("server", "Apache/2.4.41 (Ubuntu)")], {"transport.version_disclosed": ""}, id="server"),
        pytest.param([("x-powered-by", "PHP/7.4.3")], {"transport.version_disclosed": ""}, id="powered by"),
        pytest.param([("x-aspnet-version", "4.0.30319")], {"transport.version_disclosed": ""}, id="asp.net"),
    ],
)
def test_headers(headers: list[tuple[str, str]], expected: dict[str, str]) -> None:
    assert found(serving(*headers)) == expected


def test_a_policy_in_the_markup_counts_but_not_for_framing() -> None:
    visit = serving(
        (CSP, "-"),
        ("referrer-policy", "-"),
        shown=Page(policies=(f"{SELF}; frame-ancestors 'self'",), referrer="never"),
    )

    assert found(visit) == {"transport.frame_unprotected": ""}


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param(serving((CSP, "x" * MAX_POLICY), shown=Page(active=PLAIN)), id="too long"),
        pytest.param(
            serving(*[(CSP, "script-src *")] * (MAX_POLICIES + 1), shown=Page(active=PLAIN)), id="too many headers"
        ),
        pytest.param(
            serving((CSP, "-"), shown=Page(policies=("img-src *",), policies_partial=True, active=PLAIN)),
            id="in the markup",
        ),
    ],
)
def test_policies_that_were_cut_short_are_not_judged_nor_what_they_may_mend(visit: Visit) -> None:
    codes = {"csp_missing", "csp_unsafe", "frame_unprotected", "mixed_active", "mixed_passive", "form_insecure"}

    assert found(visit) == {}
    assert not answered(visit) & {f"transport.{code}" for code in codes}


def test_what_is_kept_of_policies_has_bounds_that_no_site_can_move() -> None:
    usual, long = (f"{SELF} https://a.go.id",), (SELF, "x" * LONGEST)

    assert parsed(usual) is parsed((*usual,))
    assert parsed(long) is not parsed((*long,))
    assert len(selected([(b"content-security-policy", b"x")] * 40)) == MAX_POLICIES + 1


def test_a_long_policy_is_kept_whole() -> None:
    long = b"default-src 'self' " + b"https://a.go.id " * 200

    assert selected([(b"Content-Security-Policy", long)]) == [(CSP, long.decode())]


@pytest.mark.parametrize(
    "tls",
    [
        pytest.param(session(code=10), id="does not verify"),
        pytest.param(session(legacy=True), id="legacy"),
        pytest.param(None, id="none"),
    ],
)
def test_hsts_counts_over_verified_https_alone(tls: Any) -> None:
    visit = serving((HSTS, "-"), tls=tls)

    assert "transport.hsts_missing" not in found(visit)
    assert "transport.hsts_missing" not in answered(visit)


@pytest.mark.parametrize(
    ("cookie", "missing"),
    [
        pytest.param("PHPSESSID; path=/", "PHPSESSID (Secure HttpOnly SameSite)", id="nothing"),
        pytest.param("ci_session; secure; HTTPONLY; samesite=Lax", None, id="all, any case"),
        pytest.param("laravel_session; httponly; samesite=lax", "laravel_session (Secure)", id="not secure"),
        pytest.param("JSESSIONID; Secure; SameSite=None", "JSESSIONID (HttpOnly)", id="for scripts to read"),
        pytest.param("connect.sid; Secure; HttpOnly", "connect.sid (SameSite)", id="for other sites to use"),
        pytest.param("XSRF-TOKEN; secure", None, id="a token that scripts must read"),
        pytest.param("bahasa; path=/", None, id="a preference"),
        pytest.param("_ga; path=/", None, id="a counter"),
    ],
)
def test_session_cookies(cookie: str, missing: str | None) -> None:
    finding = judged(serving(("set-cookie", cookie))).get("transport.cookie_insecure")

    assert (finding and finding.detail["cookies"]) == (missing and [missing])


def test_a_cookie_that_others_may_use_is_less_grave_than_one_they_can_steal() -> None:
    def severity(cookie: str) -> Severity:
        return judged(serving(("set-cookie", cookie)))["transport.cookie_insecure"].severity

    assert severity("sid; secure; httponly") is Severity.LOW
    assert severity("sid; secure; samesite=lax") is Severity.MEDIUM


def test_cookies_over_http_and_those_of_strangers_are_not_judged() -> None:
    sent = (("set-cookie", "PHPSESSID"),)
    foreign = page(hop(HOME, 302, location="https://slot88.example/"), hop("https://slot88.example/", headers=sent))

    assert "transport.cookie_insecure" not in found(serving(*sent, url=f"http://{HOST}/"))
    assert not found(foreign)


def test_a_cookie_set_on_the_way_counts() -> None:
    on_the_way = hop(HOME, 302, location=f"{HOME}a", headers=(("set-cookie", "PHPSESSID"),))

    assert found(page(on_the_way, hop(f"{HOME}a", tls=session()))) == {"transport.cookie_insecure": ""}


UPGRADE = (CSP, f"{SELF}; frame-ancestors 'self'; upgrade-insecure-requests")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(Page(active=PLAIN), {"transport.mixed_active": ""}, id="active"),
        pytest.param(Page(passive=PLAIN), {"transport.mixed_passive": ""}, id="passive"),
        pytest.param(Page(forms=(Form(f"http://{HOST}/x", "post"),)), {"transport.form_insecure": ""}, id="post"),
        pytest.param(
            Page(forms=(Form(f"http://{HOST}/x", "get", password=True),)),
            {"transport.form_insecure": "password"},
            id="password",
        ),
        pytest.param(Page(forms=(Form(f"http://{HOST}/x", "get"),)), {}, id="a search"),
        pytest.param(
            Page(forms=(Form("https://evil.example/x", "post"),)), {"transport.form_foreign": ""}, id="foreign"
        ),
        pytest.param(
            Page(forms=(Form("https://evil.example/x", "post", password=True),)),
            {},
            id="foreign, with a password: content.login_foreign",
        ),
        pytest.param(Page(forms=(Form("https://www.google.com/search", "get"),)), {}, id="a foreign search"),
        pytest.param(
            Page(forms=(Form("https://purbalinggaka.go.id/", "post"),)),
            {"transport.form_foreign": ""},
            id="an imitation",
        ),
        pytest.param(
            Page(forms=(Form("https://sso.purbalinggakab.go.id/", "post", password=True),)), {}, id="to the county"
        ),
        pytest.param(
            Page(forms=(Form("https://sipd.kemendagri.go.id/", "post", password=True),)), {}, id="to a ministry"
        ),
        pytest.param(Page(forms=(Form("https://203.0.113.7/", "post"),)), {"transport.form_foreign": ""}, id="address"),
    ],
)
def test_what_the_page_loads_and_sends(shown: Page, expected: dict[str, str]) -> None:
    assert found(serving(shown=shown)) == expected


def test_forms_are_told_of_the_page_that_has_them_wherever_they_lead_this_time() -> None:
    forms = (Form("http://a.example/x", "post"), Form("http://b.example/y", "post", password=True))
    told = judged(serving(shown=Page(forms=forms)))
    foreign, insecure = told["transport.form_foreign"], told["transport.form_insecure"]

    assert (foreign.subject, foreign.severity) == (HOST, Severity.MEDIUM)
    assert foreign.detail["destinations"] == ["a.example"]
    assert (insecure.subject, insecure.severity) == (HOST, Severity.HIGH)
    assert insecure.detail["destinations"] == ["b.example", "a.example"]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(Page(active=PLAIN, passive=PLAIN), id="loads"),
        pytest.param(Page(forms=(Form(f"http://{HOST}/x", "post", password=True),)), id="forms"),
    ],
)
def test_what_a_browser_is_told_to_upgrade_is_not_plain(shown: Page) -> None:
    assert found(serving(UPGRADE, shown=shown)) == {}


def test_on_a_page_over_http_nothing_is_mixed() -> None:
    assert found(serving(url=f"http://{HOST}/", shown=Page(active=PLAIN, passive=PLAIN))) == {}


@pytest.mark.parametrize("rest", [{"capped": True}, {}], ids=["capped", "partial"])
def test_a_page_that_was_not_read_to_its_end_shows_what_it_shows_and_closes_nothing(rest: dict[str, Any]) -> None:
    unread = Page(partial=not rest)
    showing = serving(shown=Page(active=PLAIN, partial=not rest), **rest)
    codes = {"transport.mixed_active", "transport.mixed_passive", "transport.form_insecure", "transport.form_foreign"}

    assert found(showing) == {"transport.mixed_active": ""}
    assert answered(showing) & codes == {"transport.mixed_active"}
    assert not answered(serving(shown=unread, **rest)) & codes


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param(unreached(), id="no answer"),
        pytest.param(page(hop(status=404, headers=())), id="no page"),
        pytest.param(page(hop(status=503, headers=())), id="an error"),
        pytest.param(page(hop(HOME, 302, location=HOME), loop=True), id="a loop"),
        pytest.param(page(*path(HOME, "https://slot88.example/").hops), id="a stranger's page"),
    ],
)
def test_what_is_not_the_sites_own_page_says_nothing_of_it(visit: Visit) -> None:
    assert not answered(visit) & FAMILY
    assert found(visit) == {}


def test_a_page_of_another_government_is_judged() -> None:
    elsewhere = page(hop(HOME, 302, location="https://rembangkab.go.id/"), hop("https://rembangkab.go.id/", headers=()))

    assert "transport.csp_missing" in found(elsewhere)


def test_what_the_page_showed_is_kept_as_evidence_without_nonces() -> None:
    shown = Page(active=PLAIN, forms=(Form("https://e.example/", "post"),), policies=("script-src 'nonce-abc'",))
    kept = remember(serving(shown=shown))["page"]

    assert json.loads(json.dumps(kept)) == kept
    assert (kept["active"], kept["forms"]) == ([*PLAIN], [["https://e.example/", "post", False]])
    assert "abc" not in str(kept)
    assert remember(unreached())["page"] is None


def test_hygiene_is_the_owners_and_never_a_state() -> None:
    rules = [rule for judge in JUDGES for rule in judge.rules if rule.code in FAMILY]

    assert {(rule.audience, rule.state, rule.confirm) for rule in rules} == {(Audience.OWNER, None, False)}
    assert {rule.severity for rule in rules} == {Severity.LOW, Severity.MEDIUM}


SHOWN = [
    serving((HSTS, "-"), (CSP, "-"), ("x-content-type-options", "-"), ("referrer-policy", "-")),
    serving(
        (HSTS, "x"), (CSP, "-"), (f"{CSP}-report-only", SELF), ("x-content-type-options", "y"), ("referrer-policy", "z")
    ),
    serving(
        (HSTS, "max-age=60"),
        (CSP, SELF),
        (XFO, "ALLOWALL"),
        ("referrer-policy", "unsafe-url"),
        ("server", "nginx/1.18.0"),
    ),
    serving((HSTS, "max-age=0"), (CSP, "frame-ancestors 'self'"), ("set-cookie", "sid")),
    serving((CSP, "script-src *; frame-ancestors 'self'")),
    serving((CSP, "script-src 'unsafe-inline'; frame-ancestors 'self'")),
    serving(shown=Page(active=PLAIN, passive=PLAIN, forms=(Form("http://e.example/", "post"),))),
    serving(shown=Page(forms=(Form("http://e.example/", "post", password=True),))),
]


def test_every_case_has_words_and_every_word_has_a_case() -> None:
    shown = {item for visit in SHOWN for item in found(visit).items()}
    written = {(code, case) for code in FAMILY for case in ("", *catalogue.text(code).cases)}

    assert shown == written


@pytest.mark.parametrize(
    "finding", [item for visit in SHOWN for item in judged(visit).values()], ids=lambda item: item.code
)
def test_a_finding_is_one_sentence_without_gaps(finding: Finding) -> None:
    sentence = catalogue.describe(finding)

    assert not re.search(r"[{}]|None|\s\s|\n|\.\.$", sentence)
    assert sentence.endswith(".")


def test_the_evidence_is_in_the_sentence() -> None:
    said = catalogue.describe(judged(serving((HSTS, "max-age=8640000")))["transport.hsts_short"])

    assert said == f"HSTS di {HOST} hanya berlaku 100 hari (max-age=8640000); sekurang-kurangnya 182 hari."
    assert target().url == HOME
