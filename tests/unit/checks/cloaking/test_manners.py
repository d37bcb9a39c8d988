"""As whom a site is asked, and what may be set of it."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from monitor.checks.cloaking.facts import As
from monitor.checks.cloaking.observe import RANDOM_LETTERS, manners, unlikely
from monitor.settings import Cloaking


def test_each_visitor_says_what_such_a_visitor_says_and_a_browser_nothing_special() -> None:
    said = {visitor: dict(fields) for visitor, fields in manners(Cloaking()).items()}

    assert said[As.BROWSER] == {}
    assert "Googlebot/2.1" in said[As.BOT]["User-Agent"]
    assert said[As.REFERRED] == {"Referer": "https://www.google.com/"}
    assert "Mobile" in said[As.PHONE]["User-Agent"]
    assert said[As.PHONE]["Referer"] == "https://www.google.com/"


@pytest.mark.parametrize("text", ["", " ", "a\r\nX-Lain: b", "peramban é"])
@pytest.mark.parametrize("key", ["bot", "phone", "referrer"])
def test_what_could_break_a_request_is_refused(key: str, text: str) -> None:
    with pytest.raises(ValidationError, match="hanya satu baris huruf ASCII"):
        Cloaking.model_validate({key: text})


def test_the_address_that_cannot_exist_is_another_one_each_day_and_for_each_site() -> None:
    day = date(2026, 11, 24)
    words = {unlikely("OPD-009", day), unlikely("OPD-010", day), unlikely("OPD-009", date(2026, 11, 25))}

    assert unlikely("OPD-009", day) == unlikely("OPD-009", day)
    assert len(words) == 3
    assert all(len(word) == RANDOM_LETTERS and word.isalpha() and word.islower() for word in words)
