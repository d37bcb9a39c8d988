"""The made-up regency, its name server's bytes, and the clock that makes samples of a race real rows."""

from __future__ import annotations

import random
from datetime import timedelta

import dns.message
import pytest

from bench.names import TTL, home, reply
from bench.record import BEGIN, minute_of
from bench.regency import PAGE_BYTES, page, sites
from bench.setup import Hastened
from monitor.domains import Domains


def test_a_larger_regency_begins_like_a_smaller_one() -> None:
    assert sites(500)[:218] == sites(218)


def test_sites_are_distinct_and_all_are_the_governments() -> None:
    targets = sites(1000)
    assert len({target.kode for target in targets}) == len({target.host for target in targets}) == 1000
    domains = Domains.of(targets)
    assert all(domains.standing(target.host).is_government for target in targets)


def test_the_page_has_exactly_its_size() -> None:
    assert len(page()) == PAGE_BYTES
    assert b"<title>" in page()


def test_the_name_server_answers_with_the_home_of_the_name() -> None:
    query = dns.message.make_query("Desa00001.desa.id", "A", use_edns=0)
    answer = dns.message.from_wire(reply(query.to_wire(), "127.64.0", 96))
    assert query.is_response(answer)
    (rrset,) = answer.answer
    assert rrset.ttl == TTL
    assert [record.to_text() for record in rrset] == [home("desa00001.desa.id", "127.64.0", 96)]


def test_the_name_server_has_no_data_of_other_types() -> None:
    query = dns.message.make_query("go.id", "NS")
    answer = dns.message.from_wire(reply(query.to_wire(), "127.64.0", 96))
    assert (answer.rcode(), answer.answer) == (0, [])


@pytest.mark.parametrize("host", ["a.desa.id", "situs00003.purbalinggakab.go.id"])
def test_a_home_stays_in_its_network(host: str) -> None:
    assert int(home(host, "127.64.0", 96).rpartition(".")[2]) in range(1, 97)


def test_a_hastened_clock_gives_every_site_one_turn_per_cadence() -> None:
    clock = Hastened(218)
    before = clock.now()
    for _turn in range(218):
        clock.tick()
    assert abs(clock.now() - before - timedelta(seconds=60)) < timedelta(milliseconds=1)


def test_records_come_in_the_order_of_time_and_add_up() -> None:
    records = [record for minute in (0, 1) for record in minute_of(minute, sites(218), random.Random(1))]
    times = [record.at for record in records]
    assert times == sorted(times)
    assert times[0] == BEGIN
    assert len({(record.kode, int(record.at.timestamp())) for record in records}) == 436
