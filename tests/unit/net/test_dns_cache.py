"""How long an answer may be remembered, and how many are."""

from __future__ import annotations

import dns.rdatatype
import pytest

from monitor.net.dns_answer import Answer, Question
from monitor.net.dns_cache import Cache, lifetime

RECORD = dns.rdata.from_text("IN", "A", "192.0.2.1")


def answer(ttl: int, *, records: int = 1, size: int = 100) -> Answer:
    return Answer(name="www.example", rdtype="A", exists=True, records=(RECORD,) * records, ttl=ttl, size=size)


def question(number: int = 0) -> Question:
    return Question(f"www{number}.example", dns.rdatatype.A)


@pytest.mark.parametrize(
    ("known", "seconds"),
    [
        pytest.param(answer(60), 60, id="as long as it says"),
        pytest.param(answer(0), 1, id="TTL 0 lasts for the hops of a visit"),
        pytest.param(answer(86_400), 300, id="a day is cut, so that a change is seen"),
        pytest.param(answer(20, records=0), 20, id="negative, as long as it says"),
        pytest.param(answer(3600, records=0), 30, id="a long negative is cut"),
        pytest.param(answer(0, records=0), 0, id="negative without an SOA is not kept"),
        pytest.param(answer(60, size=5000), 0, id="a huge answer is not kept"),
    ],
)
def test_the_lifetime_of_an_answer(known: Answer, seconds: int) -> None:
    assert lifetime(known) == seconds


def test_an_answer_holds_until_its_time_and_not_at_it() -> None:
    cache = Cache()
    cache.put(question(), answer(60), 1000.0)
    assert cache.get(question(), 1059.9) == answer(60)
    assert cache.get(question(), 1060.0) is None
    assert len(cache) == 0


def test_the_answer_unused_for_longest_leaves_first() -> None:
    cache = Cache(names=2)
    cache.put(question(1), answer(60), 0.0)
    cache.put(question(2), answer(60), 0.0)
    cache.get(question(1), 1.0)
    cache.put(question(3), answer(60), 1.0)
    assert [cache.get(question(number), 2.0) is not None for number in (1, 2, 3)] == [True, False, True]


def test_an_answer_that_may_not_be_kept_replaces_the_one_that_was() -> None:
    cache = Cache()
    cache.put(question(), answer(60), 0.0)
    cache.put(question(), answer(0, records=0), 1.0)
    assert cache.get(question(), 2.0) is None
