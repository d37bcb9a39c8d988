"""What a record leads to, counted without a sender."""

from __future__ import annotations

from monitor.standards.spf import Fault, Qualifier, SurveyFault
from monitor.standards.spf_survey import survey
from tests.unit.standards.lookups import DEAD, Zone, spf

HOST = {"h.example A": ["192.0.2.1"]}


async def test_look_ups_are_counted_through_includes_and_redirects() -> None:
    zone = Zone(
        spf(
            a="v=spf1 include:b.example a:h.example redirect=c.example",
            b="v=spf1 a:h.example exists:%{i}.x.example -all mx:never.example",
            c="v=spf1 ptr ip4:192.0.2.1 ~all",
        )
        | HOST
    )

    found = await survey("A.example.", zone)

    assert found.lookups == 6
    assert found.all is Qualifier.SOFTFAIL
    assert [(seen.domain, seen.term, seen.depth, seen.lookups) for seen in found.records] == [
        ("a.example", "", 0, 3),
        ("b.example", "include:b.example", 1, 2),
        ("c.example", "redirect=c.example", 1, 1),
    ]
    assert found.unexpanded == ("b.example: exists:%{i}.x.example",)
    assert (found.voids, found.faults, found.complete) == ((), (), True)


async def test_the_limit_is_passed_with_the_eleventh() -> None:
    def records(count: int) -> Zone:
        return Zone(spf(a="v=spf1 include:b.example -all", b=f"v=spf1 {'a:h.example ' * count}-all") | HOST)

    under = await survey("a.example", records(9))
    over = await survey("a.example", records(10))

    assert (under.over_lookups, over.over_lookups) == (False, True)
    assert (await survey("b.example", records(11))).faults == ()


async def test_voids_are_names_with_neither_kind_of_address() -> None:
    zone = Zone(
        spf(a="v=spf1 a:x.example a:six.example mx:x.example exists:x.example -all")
        | {"six.example AAAA": ["2001:db8::1"]}
    )

    found = await survey("a.example", zone)

    assert found.voids == ("a.example: a:x.example", "a.example: mx:x.example", "a.example: exists:x.example")
    assert found.over_voids


async def test_a_loop_is_said_once_and_not_followed() -> None:
    zone = Zone(spf(a="v=spf1 include:b.example -all", b="v=spf1 include:a.example -all"))

    found = await survey("a.example", zone)

    assert found.faults == (Fault(kind=SurveyFault.LOOP, domain="a.example", term="include:a.example"),)
    assert len(found.records) == 2


async def test_what_is_included_twice_counts_twice() -> None:
    zone = Zone(spf(a="v=spf1 include:b.example include:b.example -all", b="v=spf1 a:h.example -all") | HOST)

    found = await survey("a.example", zone)

    assert (found.lookups, len(found.records), found.faults) == (4, 3, ())


async def test_silence_is_not_absence() -> None:
    zone = Zone(spf(a="v=spf1 include:b.example a:h.example -all") | {"b.example TXT": [DEAD], "h.example A": [DEAD]})

    found = await survey("a.example", zone)

    assert found.unanswered == ("b.example", "h.example")
    assert (found.voids, found.faults, found.complete) == ((), (), False)


async def test_what_ends_in_an_error_is_a_fault() -> None:
    zone = Zone(
        spf(
            a="v=spf1 include:none.example include:two.example include:bad.example mx:many.example -all",
            bad="v=spf1 moo:",
        )
        | {"two.example TXT": ["v=spf1 -all", "v=spf1 ~all"], "many.example MX": [f"m{n}.example" for n in range(11)]}
    )

    found = await survey("a.example", zone)

    assert [(fault.kind, fault.domain) for fault in found.faults] == [
        (SurveyFault.NO_RECORD, "none.example"),
        (SurveyFault.SEVERAL, "two.example"),
        (SurveyFault.SYNTAX, "bad.example"),
        (SurveyFault.MANY_MX, "many.example"),
    ]


async def test_a_bush_of_includes_is_cut_short() -> None:
    bush = {f"b{n}.example TXT": ["v=spf1 " + f"include:b{n + 1}.example " * 9 + "-all"] for n in range(9)}
    zone = Zone(bush)

    found = await survey("b0.example", zone)

    assert found.truncated
    assert found.over_lookups
    assert len(zone.asked) < 50


async def test_a_redirect_that_only_a_message_can_fill_in_leaves_the_end_open() -> None:
    found = await survey("a.example", Zone(spf(a="v=spf1 redirect=%{o}.x.example")))

    assert (found.all, found.unexpanded, found.complete) == (None, ("a.example: redirect=%{o}.x.example",), False)
