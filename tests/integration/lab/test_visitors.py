"""Faults of content: what is served, to whom, and at which addresses."""

from __future__ import annotations

import pytest

from tests.integration.lab.client import fetch
from tests.integration.lab.conftest import DESA, OPD, PLAIN
from tests.lab import Fault, FaultName, Lab
from tests.lab.faults import PageName, Visitor

BOT = ("User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1) monitor/0.1.0",)
REFERRED = ("Referer: https://www.google.com/",)
PHONE = ("User-Agent: Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36",)
GAMBLING = b"slot gacor"


async def gambles(lab: Lab, *fields: str, path: str = "/", host: str = DESA) -> bool:
    return GAMBLING in (await fetch(lab, host, path, fields=fields)).body.lower()


@pytest.mark.parametrize(
    ("visitor", "shown"),
    [
        (Visitor.ANYBODY, [True, True, True, True, True]),
        (Visitor.GOOGLEBOT, [False, True, False, False, False]),
        (Visitor.REFERRED, [False, False, True, False, True]),
        (Visitor.PHONE, [False, False, False, True, True]),
    ],
)
async def test_a_fault_is_shown_to_those_it_is_meant_for(lab: Lab, visitor: Visitor, shown: list[bool]) -> None:
    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.CASINO, visitor=visitor))
    assert [await gambles(lab, *fields) for fields in ((), BOT, REFERRED, PHONE, PHONE + REFERRED)] == shown


async def test_any_fault_of_an_answer_can_be_meant_for_some_only(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.REDIRECT, location="https://slot-gacor.example/", visitor=Visitor.PHONE))
    lab.set(OPD, Fault(FaultName.STATUS, status=503, visitor=Visitor.GOOGLEBOT))
    assert (await fetch(lab, DESA)).status == 200
    assert (await fetch(lab, DESA, fields=PHONE)).field("location") == "https://slot-gacor.example/"
    assert [(await fetch(lab, OPD, fields=fields)).status for fields in ((), BOT)] == [200, 503]


async def test_a_site_with_https_only_leads_there_whoever_has_broken_into_it(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.CASINO))
    lab.set(PLAIN, Fault(FaultName.PAGE, page=PageName.CASINO))
    assert (await fetch(lab, DESA, plain=True)).status == 301
    assert GAMBLING in (await fetch(lab, PLAIN, "/first", plain=True)).body.lower()


async def test_a_doorway_is_everywhere_but_where_the_site_is(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.DOORWAY))
    assert await gambles(lab, path="/abcdefghijkl")
    for path in ("/", "/first", "/robots.txt", "/sitemap.xml", "/feed.xml", "/.well-known/security.txt"):
        assert not await gambles(lab, path=path)


async def test_what_machines_read_is_there_and_can_be_poisoned(lab: Lab) -> None:
    files = {path: await fetch(lab, DESA, path) for path in ("/robots.txt", "/sitemap.xml", "/feed.xml")}
    assert {answer.status for answer in files.values()} == {200}
    assert f"Sitemap: https://{DESA}/sitemap.xml".encode() in files["/robots.txt"].body
    assert files["/sitemap.xml"].body.count(f"<loc>https://{DESA}/".encode()) == 6

    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.POISONED_SITEMAP))
    assert b"https://slot-gacor.example/sitemap.xml" in (await fetch(lab, DESA, "/robots.txt")).body
    assert (await fetch(lab, DESA, "/sitemap.xml")).body.count(b"slot-gacor") == 20
    assert not await gambles(lab)


async def test_a_page_that_is_merely_dynamic_differs_each_time(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.DYNAMIC))
    pages = {(await fetch(lab, DESA)).body for _time in range(3)}
    assert len(pages) == 3
    assert all(b"Purbalingga" in page for page in pages)


@pytest.mark.parametrize(
    ("page", "mark"),
    [
        (PageName.WARNING, "Bahaya Judi Online"),
        (PageName.GAMBLING, "Gampang Maxwin"),
        (PageName.HIDDEN_LINKS, "left:-9999px"),
        (PageName.DEFACED, "HACKED BY"),
        (PageName.THAI, "ยินดีต้อนรับ"),
        (PageName.PARKED, "is for sale"),
        (PageName.DEFAULT_PAGE, "Welcome to nginx!"),
        (PageName.ELSEWHERE, "Kabupaten Banjarnegara"),
        (PageName.OLD_OPENSID, "OpenSID 21.01"),
        (PageName.OLD_WORDPRESS, "WordPress 4.9.1"),
        (PageName.DEAD_WORDPRESS, "WordPress 4.1"),
        (PageName.FOREIGN_SCRIPT, '<script src="https://penumpang.example/'),
        (PageName.FOREIGN_FRAME, '<iframe src="https://penumpang.example/'),
        (PageName.FOREIGN_FORM, '<form action="https://penumpang.example/'),
    ],
)
async def test_a_page_says_what_it_is_named_after_and_the_good_one_does_not(
    lab: Lab, page: PageName, mark: str
) -> None:
    good = (await fetch(lab, DESA)).body.decode()
    lab.set(DESA, Fault(FaultName.PAGE, page=page))
    answer = await fetch(lab, DESA)
    assert answer.status == 200
    assert answer.field("content-length") == str(len(answer.body))
    assert mark in answer.body.decode()
    assert mark not in good


async def test_a_page_can_be_empty_or_refused(lab: Lab) -> None:
    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.EMPTIED))
    lab.set(OPD, Fault(FaultName.PAGE, page=PageName.BLOCKED))
    assert b"<body></body>" in (await fetch(lab, DESA)).body
    assert (await fetch(lab, OPD)).status == 403


async def test_an_abandoned_site_is_old_wherever_it_bears_a_date(lab: Lab) -> None:
    young = [(await fetch(lab, DESA, path)).body for path in ("/", "/feed.xml", "/sitemap.xml")]
    lab.set(DESA, Fault(FaultName.PAGE, page=PageName.ABANDONED))
    old = [(await fetch(lab, DESA, path)).body for path in ("/", "/feed.xml", "/sitemap.xml")]
    assert all(one != other for one, other in zip(young, old, strict=True))
