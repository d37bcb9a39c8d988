"""Made-up views for tests of the cloaking check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.checks.base import judge as judge_all
from monitor.checks.cloaking import cloaking
from monitor.checks.cloaking.facts import As, Shown, Twice, View, Wording
from monitor.content.facts import Gambling, Hit, Place, Verdict
from monitor.model import Finding
from monitor.net.facts import Failure, FailureKind, Phase
from monitor.settings import Cloaking
from tests.unit.checks.seeing import HOST, NOW, POLICY, target

CHECK = cloaking(Cloaking())
HOME = f"https://{HOST}/"
LANDER = "https://slot-gacor.example/daftar?ref=9"
TIMEOUT = Failure(Phase.CONNECT, FailureKind.TIMEOUT, "5.0 s")
POINTS = {Verdict.CLEAN: 0.0, Verdict.SUSPECT: 3.0, Verdict.INJECTED: 17.3}


def gambling(verdict: Verdict, *excerpts: str) -> Gambling:
    said = excerpts or (("slot gacor",) if verdict is not Verdict.CLEAN else ())
    hits = tuple(Hit("slot", Place.HIDDEN, POINTS[verdict] / len(said), excerpt) for excerpt in said)
    links = ("https://slot-gacor.example/1",) if hits else ()
    return Gambling(verdict=verdict, points=POINTS[verdict], hits=hits, links=links)


def view(seen_as: As = As.BROWSER, *urls: str, verdict: Verdict = Verdict.CLEAN, **values: Any) -> View:
    return View(
        **{
            "seen_as": seen_as,
            "urls": urls or (HOME,),
            "status": 200,
            "gambling": gambling(verdict),
            "wording": Wording(frozenset({1, 2, 3})),
            "media_type": "text/html",
            "head": (("Server", "nginx"),),
            "body": b"<p>isi</p>",
            **values,
        }
    )


def failed(seen_as: As) -> View:
    return View(seen_as=seen_as, urls=(HOME,), failure=TIMEOUT)


def once(view: View) -> Twice:
    return Twice(first=view)


def twice(view: View) -> Twice:
    return Twice(first=view, again=view)


def shown(*others: Twice, browser: Twice | None = None, **values: Any) -> Shown:
    """A look in which every visitor that is not named gets what a browser gets."""
    named = {pair.first.seen_as: pair for pair in others}
    rest = tuple(named.get(visitor) or once(view(visitor)) for visitor in (As.BOT, As.REFERRED, As.PHONE))
    return Shown(**{"browser": browser or twice(view()), "others": rest, **values})


def judged(look: Shown) -> Mapping[str, Finding]:
    """The findings of the whole check by code."""
    findings, _codes = judge_all(CHECK, target(), look, POLICY, NOW)
    by_code = {finding.code: finding for finding in findings}
    assert len(by_code) == len(findings)
    return by_code


def answered(look: Shown) -> frozenset[str]:
    return judge_all(CHECK, target(), look, POLICY, NOW)[1]
