"""Evaluating SPF, section by section of RFC 7208."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from monitor.standards.spf_evaluate import Evaluation, Result, evaluate
from tests.unit.standards.lookups import DEAD, Zone, spf

ME, OTHER, SIX = "192.0.2.10", "198.51.100.1", "2001:db8::10"
Records = Mapping[str, Sequence[str]]


async def result(records: Records, ip: str = ME, domain: str = "a.example", sender: str = "u@a.example") -> Evaluation:
    return await evaluate(domain, ip, sender, "helo.example", Zone(records))


def case(records: Records, expected: str, *, name: str, ip: str = ME, domain: str = "a.example") -> object:
    return pytest.param(records, ip, domain, expected, id=name)


MX = {"a.example MX": ["m1.example", "m2.example"], "m1.example A": [OTHER], "m2.example A": [ME]}
TEN = {"a.example MX": [f"m{n}.example" for n in range(10)], **{f"m{n}.example A": [OTHER] for n in range(10)}}
ELEVEN = {**TEN, "a.example MX": [f"m{n}.example" for n in range(11)], "m10.example A": [OTHER]}
CHAIN = {f"c{n}.example TXT": [f"v=spf1 include:c{n + 1}.example -all"] for n in range(12)}


@pytest.mark.parametrize(
    ("records", "ip", "domain", "expected"),
    [
        # §4.3, §4.4, §4.5
        case({}, "none", name="no record"),
        case(spf(a="something else"), "none", name="no SPF among the texts"),
        case({}, "none", domain="localhost", name="one label"),
        case({}, "none", domain="a..example", name="empty label"),
        case({}, "none", domain="x" * 64 + ".example", name="label of 64"),
        case({"a.example TXT": [DEAD]}, "temperror", name="nobody answers"),
        case({"a.example TXT": ["v=spf1 -all", "v=spf1 ~all"]}, "permerror", name="two records"),
        case({"a.example TXT": ["x", "v=spf1 +all", "v=spf10 -all"]}, "pass", name="one record among others"),
        case(spf(a="v=spf1 +all"), "pass", domain="A.Example.", name="any case, final dot"),
        # §4.6
        case(spf(a="v=spf1 +all moo:"), "permerror", name="an error after the match counts"),
        case(spf(a="v=spf1 moo=1 +all"), "pass", name="unknown modifiers are ignored"),
        # §4.6.2, §5.1
        case(spf(a="v=spf1 -all"), "fail", name="-all"),
        case(spf(a="v=spf1 ~all"), "softfail", name="~all"),
        case(spf(a="v=spf1 ?all"), "neutral", name="?all"),
        case(spf(a="v=spf1 -all +ip4:192.0.2.10"), "fail", name="nothing after all"),
        # §4.7
        case(spf(a="v=spf1"), "neutral", name="empty record"),
        case(spf(a="v=spf1 ip4:198.51.100.0/24"), "neutral", name="nothing matches"),
        # §4.6.4
        case(spf(a="v=spf1 a a:x.example a:y.example -all"), "permerror", name="three voids"),
        case(spf(a="v=spf1 a a:x.example -all"), "fail", name="two voids"),
        case({**CHAIN, "a.example TXT": ["v=spf1 include:c0.example -all"]}, "permerror", name="twelve includes"),
        case({**spf(a="v=spf1 mx -all"), **TEN}, "fail", name="ten MX"),
        case({**spf(a="v=spf1 mx -all"), **ELEVEN}, "permerror", name="eleven MX"),
        case(spf(a="v=spf1 include:a.example -all"), "permerror", name="itself"),
        case(spf(a="v=spf1 redirect=b.example", b="v=spf1 redirect=a.example"), "permerror", name="round in circles"),
        # §5.2
        case(spf(a="v=spf1 include:b.example -all", b="v=spf1 ip4:192.0.2.10 -all"), "pass", name="include matches"),
        case(spf(a="v=spf1 -include:b.example ?all", b="v=spf1 +all"), "fail", name="include has its own sign"),
        case(spf(a="v=spf1 include:b.example ~all", b="v=spf1 -all"), "softfail", name="an included fail is no match"),
        case(spf(a="v=spf1 include:b.example ~all", b="v=spf1 ~all"), "softfail", name="nor is a softfail"),
        case(spf(a="v=spf1 include:b.example -all", b="v=spf1 ?all"), "fail", name="nor is neutral"),
        case(spf(a="v=spf1 include:b.example ~all"), "permerror", name="include of nothing"),
        case(spf(a="v=spf1 include:b.example ~all", b="v=spf1 moo:"), "permerror", name="include of an error"),
        case(
            {**spf(a="v=spf1 include:b.example ~all"), "b.example TXT": [DEAD]}, "temperror", name="include of silence"
        ),
        # §5.3
        case({**spf(a="v=spf1 a -all"), "a.example A": [OTHER, ME]}, "pass", name="a"),
        case({**spf(a="v=spf1 a -all"), "a.example A": [OTHER]}, "fail", name="another a"),
        case({**spf(a="v=spf1 a/24 -all"), "a.example A": ["192.0.2.200"]}, "pass", name="a within a prefix"),
        case({**spf(a="v=spf1 a/25 -all"), "a.example A": ["192.0.2.200"]}, "fail", name="a outside a prefix"),
        case({**spf(a="v=spf1 a//64 -all"), "a.example AAAA": ["2001:db8::1"]}, "pass", ip=SIX, name="aaaa"),
        case(
            {**spf(a="v=spf1 a/0 -all"), "a.example AAAA": ["2001:db8::1"]}, "fail", ip=SIX, name="prefix of the other"
        ),
        case({**spf(a="v=spf1 a -all"), "a.example A": [ME]}, "pass", ip="::ffff:192.0.2.10", name="IPv4 in IPv6"),
        case({**spf(a="v=spf1 a -all"), "a.example A": [DEAD]}, "temperror", name="a that nobody knows"),
        # §5.4
        case({**spf(a="v=spf1 mx -all"), **MX}, "pass", name="mx"),
        case({**spf(a="v=spf1 mx:a.example -all"), **MX}, "fail", ip="203.0.113.1", name="another mx"),
        case({**spf(a="v=spf1 mx -all"), "a.example A": [ME]}, "fail", name="no implicit mx"),
        # §5.5
        case({**spf(a="v=spf1 ptr -all"), f"{ME} PTR": ["h.a.example."], "h.a.example A": [ME]}, "pass", name="ptr"),
        case({**spf(a="v=spf1 ptr -all"), f"{ME} PTR": ["h.a.example"]}, "fail", name="ptr that leads nowhere"),
        case(
            {**spf(a="v=spf1 ptr -all"), f"{ME} PTR": ["ha.example"], "ha.example A": [ME]},
            "fail",
            name="ptr elsewhere",
        ),
        case({**spf(a="v=spf1 ptr -all"), f"{ME} PTR": [DEAD]}, "fail", name="ptr that nobody knows is no match"),
        case(
            {
                **spf(a="v=spf1 ptr -all"),
                f"{ME} PTR": [*(f"h{n}.b.example" for n in range(10)), "h.a.example"],
                "h.a.example A": [ME],
            },
            "fail",
            name="the eleventh name does not count",
        ),
        # §5.6
        case(spf(a="v=spf1 ip4:192.0.2.8/29 -all"), "pass", name="ip4"),
        case(spf(a="v=spf1 ip4:192.0.2.0/29 -all"), "fail", name="another ip4"),
        case(spf(a="v=spf1 ip6:2001:db8::/32 -all"), "pass", ip=SIX, name="ip6"),
        case(spf(a="v=spf1 ip4:0.0.0.0/0 -all"), "fail", ip=SIX, name="ip4 is never IPv6"),
        # §5.7, §7
        case(
            {**spf(a="v=spf1 exists:%{ir}.%{v}.b.example -all"), "10.2.0.192.in-addr.b.example A": [OTHER]},
            "pass",
            name="exists",
        ),
        case({**spf(a="v=spf1 exists:b.example -all"), "b.example AAAA": [SIX]}, "fail", name="exists asks for A only"),
        case(
            {**spf(a="v=spf1 exists:%{l}.%{o}.b.example -all"), "u.a.example.b.example A": [OTHER]},
            "pass",
            name="sender",
        ),
        case({**spf(a="v=spf1 exists:%{h}.b.example -all"), "helo.example.b.example A": [OTHER]}, "pass", name="helo"),
        case({**spf(a="v=spf1 exists:%{l}%%.b.example -all")}, "fail", name="what cannot be a name does not exist"),
        case(
            {
                **spf(a="v=spf1 exists:%{p}.b.example -all"),
                f"{ME} PTR": ["x.c.example", "h.a.example"],
                **{name: [ME] for name in ("x.c.example A", "h.a.example A")},
                "h.a.example.b.example A": [OTHER],
            },
            "pass",
            name="of several validated names one under the domain",
        ),
        case({**spf(a="v=spf1 exists:%{p}.b.example -all"), "unknown.b.example A": [OTHER]}, "pass", name="no name"),
        # §6.1
        case(spf(a="v=spf1 redirect=b.example", b="v=spf1 -all"), "fail", name="redirect"),
        case(spf(a="v=spf1 ?all redirect=b.example", b="v=spf1 -all"), "neutral", name="redirect beside all"),
        case(spf(a="v=spf1 redirect=b.example ip4:192.0.2.10", b="v=spf1 -all"), "pass", name="redirect comes last"),
        case(spf(a="v=spf1 redirect=b.example"), "permerror", name="redirect to nothing"),
        case(
            {**spf(a="v=spf1 redirect=b.example", b="v=spf1 a -all"), "b.example A": [ME]},
            "pass",
            name="its own domain",
        ),
    ],
)
async def test_the_result_is_that_of_the_standard(records: Records, ip: str, domain: str, expected: str) -> None:
    evaluation = await result(records, ip, domain)

    assert evaluation.result.value == expected, evaluation.trace


@pytest.mark.parametrize(("count", "expected"), [(10, "fail"), (11, "permerror")])
async def test_ten_terms_may_ask_over_all_records_together(count: int, expected: str) -> None:
    names = [f"h{number}.example" for number in range(count - 1)]
    terms = " ".join(f"a:{name}" for name in names)
    records = spf(a="v=spf1 include:b.example -all", b=f"v=spf1 {terms} -all") | {
        f"{name} A": [OTHER] for name in names
    }

    evaluation = await result(records)

    assert (evaluation.result.value, evaluation.lookups) == (expected, count)


async def test_a_match_before_the_limit_counts() -> None:
    terms = " ".join(f"a:h{number}.example" for number in range(11))
    records = {**spf(a=f"v=spf1 ip4:192.0.2.10 {terms} -all")}

    assert (await result(records)).result is Result.PASS


async def test_a_bounce_is_judged_by_helo() -> None:
    records = spf(helo="v=spf1 exists:%{l}.%{o}.b.example -all") | {"postmaster.helo.example.b.example A": [OTHER]}

    evaluation = await evaluate("helo.example", ME, "", "helo.example", Zone(records))

    assert evaluation.result is Result.PASS


async def test_the_domain_in_a_macro_is_that_of_the_record() -> None:
    records = spf(a="v=spf1 include:b.example -all", b="v=spf1 exists:%{d}.c.example -all")
    records["b.example.c.example A"] = [OTHER]

    assert (await result(records)).result is Result.PASS


@pytest.mark.parametrize(
    ("records", "said"),
    [
        pytest.param({**spf(a="v=spf1 -all exp=e.%{d}"), "e.a.example TXT": ["%{i} is not %{s}%_%-"]},
                     "192.0.2.10 is not u@a.example %20", id="filled in"),
        pytest.param({**spf(a="v=spf1 -all exp=e.%{d}"), "e.a.example TXT": [DEAD]}, "", id="nobody knows"),
        pytest.param({**spf(a="v=spf1 -all exp=e.%{d}"), "e.a.example TXT": ["one", "two"]}, "", id="two"),
        pytest.param({**spf(a="v=spf1 ~all exp=e.%{d}"), "e.a.example TXT": ["no"]}, "", id="not refused"),
        pytest.param({**spf(a="v=spf1 redirect=b.example exp=e.a.example", b="v=spf1 -all exp=f.example"),
                      "e.a.example TXT": ["no"], "f.example TXT": ["yes"]}, "yes", id="of the record that decides"),
        pytest.param({**spf(a="v=spf1 include:b.example -all exp=e.a.example", b="v=spf1 -all exp=f.example"),
                      "e.a.example TXT": ["yes"], "f.example TXT": ["no"]}, "yes", id="not of an included one"),
    ],
)  # fmt: skip
async def test_an_explanation_is_the_refusing_domains_own(records: Records, said: str) -> None:
    assert (await result(records)).explanation == said


async def test_the_trace_tells_what_was_done_where() -> None:
    evaluation = await result(spf(a="v=spf1 include:b.example -all", b="v=spf1 ip4:192.0.2.10"))

    assert [(step.depth, step.domain, step.term) for step in evaluation.trace] == [
        (0, "a.example", ""),
        (0, "a.example", "include:b.example"),
        (1, "b.example", ""),
        (1, "b.example", "ip4:192.0.2.10/32"),
        (0, "a.example", "include:b.example"),
    ]


async def test_silence_is_never_taken_for_absence() -> None:
    zone = Zone(spf(a="v=spf1 a -all") | {"a.example A": [DEAD]})

    evaluation = await evaluate("a.example", ME, "u@a.example", "h.example", zone)

    assert evaluation.result is Result.TEMPERROR
    assert evaluation.voids == 0


async def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="not-an-address"):
        await evaluate("a.example", "not-an-address", "", "h.example", Zone({}))
