"""What is said of an incident comes from the record, and from what is known right now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.kept import to_json
from monitor.findings import Ledger
from monitor.incident import NoticeKind, Parcel
from monitor.model import OpenFinding, Severity
from monitor.telling import NothingToTell, Teller
from tests.unit.web import caseload, record
from tests.unit.web.caseload import HIJACKED, Office
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE


@pytest.fixture
def office() -> Office:
    return caseload.busy()


def parcel(incident: int | None, **changes: object) -> Parcel:
    usual = Parcel(
        key=f"ins-{incident}-1-noc",
        channel="noc",
        kind=NoticeKind.OPENED,
        order=f"ins-{incident}",
        created=NOW,
        due=NOW,
        incident=incident,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


async def test_a_message_is_composed_as_things_are_when_it_leaves(office: Office) -> None:
    message = await office.teller.compose(parcel(2))

    assert message.title == "85 situs turun: alamat 192.0.2.7 koneksi ditolak"
    assert message.key == "ins-2-1-noc"
    assert message.incident == 2


async def test_a_message_that_was_kept_is_sent_word_for_word(office: Office) -> None:
    kept = replace(await office.teller.compose(parcel(3)), title="seperti dulu")

    assert await office.teller.compose(parcel(3, body=to_json(kept))) == kept


@pytest.mark.parametrize("incident", [None, 99])
async def test_a_parcel_about_nothing_has_nothing_to_tell(office: Office, incident: int | None) -> None:
    with pytest.raises(NothingToTell):
        await office.teller.compose(parcel(incident))


async def test_what_has_got_worse_since_it_was_written_is_told_as_it_is(office: Office) -> None:
    entry = office.entry("KECAMATAN-003")
    known = {
        key: replace(item, finding=replace(item.finding, severity=Severity.CRITICAL)) if key[1] == "certificate.expired"
        else item
        for key, item in entry.ledger.open.items()
    }  # fmt: skip
    entry.ledger = Ledger(known)

    (noted,) = (await office.teller.situation(office.store.cases[4])).findings

    assert noted.finding.severity is Severity.CRITICAL


async def test_what_opened_again_is_another_finding(office: Office) -> None:
    entry = office.entry("KECAMATAN-003")
    again = caseload.EXPIRED(days=-9, not_after="x", host="lain")
    entry.ledger = Ledger({(WEBSITE, *again.key): OpenFinding(WEBSITE, again, NOW)})

    (noted,) = (await office.teller.situation(office.store.cases[4])).findings

    assert noted.finding.detail["host"] == "x"


async def test_a_finding_that_is_over_is_told_as_it_was(office: Office) -> None:
    key = office.store.cases[3].members[0].key
    office.closes(key, NOW + timedelta(minutes=5))

    (noted,) = (await office.teller.situation(office.store.cases[3], NoticeKind.RESOLVED)).findings

    assert noted.resolved == NOW + timedelta(minutes=5)
    assert noted.kode == HIJACKED


async def test_a_site_that_left_the_inventory_keeps_its_name(office: Office) -> None:
    target = office.entry(HIJACKED).target
    office.latest.settle([entry.target for entry in office.latest.entries() if entry.target.kode != HIJACKED])
    office.store.gone = [record.Retired(target, NOW)]

    situation = await office.teller.situation(office.store.cases[3])

    assert situation.targets == {HIJACKED: target}
    assert situation.states == {}


@pytest.mark.parametrize("connected", [True, False, None])
async def test_what_the_sentinels_say_is_part_of_it(office: Office, connected: bool | None) -> None:  # noqa: FBT001
    teller = Teller(office.store, office.latest, lambda: connected, office.settings.alerts, lambda: NOW)

    assert (await teller.situation(office.store.cases[3])).vantage_connected is connected
