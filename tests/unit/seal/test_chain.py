"""The chain: what is missing, moved, altered or signed by a stranger is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.seal import BadSeal, Flaw, Sealed
from monitor.seal.chain import SealRow, followed
from monitor.seal.keys import Keyring, Signer
from monitor.seal.sealed import GENESIS, compose
from monitor.seal.witness import head_in, head_line, labels
from tests.unit.seal.fake import AT, DAY, chain, ring, tables

OURS, NEXT, STRANGER = Signer.new(), Signer.new(), Signer.new()
DAYS = chain(OURS, 4)


def _row(sealed: Sealed) -> SealRow:
    return SealRow(sealed.height, sealed.day.isoformat(), sealed.head, sealed.document, sealed.signature)


ROWS = [_row(sealed) for sealed in DAYS]


def _flaws(rows: list[SealRow], keys: Keyring | None = None) -> list[str]:
    flaws: list[Flaw] = []
    list(followed(rows, keys or ring(OURS), flaws))
    return [str(flaw) for flaw in flaws]


def test_a_chain_that_nobody_touched_is_followed_to_its_end() -> None:
    flaws: list[Flaw] = []

    links = list(followed(ROWS, ring(OURS), flaws))

    assert flaws == []
    assert links == list(zip(DAYS, [None, *DAYS[:-1]], strict=True))
    assert (DAYS[0].previous, DAYS[0].since) == (GENESIS, None)
    assert [sealed.height for sealed in DAYS] == [1, 2, 3, 4]


def _signed_by(signer: Signer) -> SealRow:
    document = json.loads(DAYS[1].document) | {"key": signer.key_id}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return _row(Sealed.read(text, signer.sign(text)))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROWS[0], *ROWS[2:]], "hari antara 2026-11-24 dan 2026-11-26 hilang"),
        (ROWS[1:], "awal rantai hilang: ini hari ke-2"),
        ([ROWS[0], ROWS[2], ROWS[1], ROWS[3]], "tertukar"),
        ([*ROWS, ROWS[0]], "tertukar"),
        ([replace(ROWS[0], signature=b"x" * 64), *ROWS[1:]], "tanda tangannya salah"),
        ([replace(ROWS[0], signature=b""), *ROWS[1:]], "tanda tangannya salah"),
        ([replace(ROWS[0], head="0" * 64), *ROWS[1:]], "tidak cocok dengan dokumen segelnya"),
        ([replace(ROWS[0], day="2026-01-01"), *ROWS[1:]], "tidak cocok dengan dokumen segelnya"),
        ([replace(ROWS[0], document="{}"), *ROWS[1:]], "dokumen segel tidak dapat dibaca"),
        ([ROWS[0], _signed_by(STRANGER), *ROWS[2:]], f"ditandatangani kunci tak dikenal {STRANGER.key_id}"),
        ([ROWS[0], _signed_by(OURS), *ROWS[2:]], ""),
    ],
    ids=[
        "gone",
        "first gone",
        "swapped",
        "again",
        "signature",
        "no signature",
        "head",
        "day",
        "document",
        "key",
        "same",
    ],
)
def test_what_is_wrong_is_told(rows: list[SealRow], said: str) -> None:
    flaws = _flaws(rows)

    assert any(said in flaw for flaw in flaws) if said else flaws == []


def test_a_key_is_not_used_before_it_came_nor_after_it_went() -> None:
    second = _signed_by(NEXT)
    keys = ring(OURS, NEXT)

    assert any(
        f"kunci {OURS.key_id} dipakai lagi setelah diganti" in flaw
        for flaw in _flaws([ROWS[0], second, *ROWS[2:]], keys)
    )
    early = Keyring((replace(keys.keys[0], at=AT.replace(year=2027)),))
    assert any("sebelum diperkenalkan" in flaw for flaw in _flaws(ROWS, early))


def test_a_document_says_what_was_sealed() -> None:
    sealed = DAYS[1]

    assert sealed.rows == {"change": 1}
    assert sealed.marks == {"change": 1}
    assert sealed.previous == DAYS[0].head
    assert sealed.since == DAYS[0].until
    assert sealed.digest != DAYS[0].digest
    again = compose(DAY, None, tables(DAY), at=AT.replace(year=2027), key_id=NEXT.key_id)
    assert Sealed.read(again, b"").digest == DAYS[0].digest
    assert Sealed.read(again, b"").head != DAYS[0].head


def _without(key: str) -> Callable[[dict[str, object]], object]:
    return lambda said: said.pop(key)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said.update(v=2),
        lambda said: said.update(day="2026-11-23"),
        lambda said: said.update(day="24 November"),
        lambda said: said.update(height=0),
        lambda said: said.update(height=True),
        lambda said: said.update(height="1"),
        lambda said: said.update(previous="x"),
        lambda said: said.update(previous="A" * 64),
        lambda said: said.update(key="x"),
        lambda said: said.update(sealed="2026"),
        lambda said: said.update(until="2026-11-24T17:00:00Z"),
        lambda said: said.update({"from": "2026-11-01T17:00:00.000Z"}),
        lambda said: said.update(tables=[]),
        lambda said: said["tables"]["change"].update(rows=-1),
        lambda said: said["tables"]["change"].update(digest="x"),
        _without("tables"),
        _without("from"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused(spoil: Callable[[dict[str, object]], object]) -> None:
    said = json.loads(DAYS[0].document)
    spoil(said)

    with pytest.raises(BadSeal):
        Sealed.read(json.dumps(said), b"")


@pytest.mark.parametrize("document", ["", "[]", "null", "1", "[" * 100_000, '{"v":1}'])
def test_what_is_no_document_is_refused(document: str) -> None:
    with pytest.raises(BadSeal):
        Sealed.read(document, b"")


def test_a_head_goes_out_and_comes_back() -> None:
    said = head_line(DAYS[2])

    assert said == f"Segel catatan s.d. 26 November 2026 (hari ke-3): {DAYS[2].head}"
    assert head_in(said) == DAYS[2].head
    assert labels(DAYS[2]) == {"day": "2026-11-26", "head": DAYS[2].head, "key": OURS.key_id}


@pytest.mark.parametrize(
    ("typed", "head"),
    [
        ("AB" * 32, "ab" * 32),
        (" " + "ab" * 8 + "…", "ab" * 8),
        ("Segel catatan (hari ke-3):\n" + "ab" * 16 + "\r\n " + "ab" * 16, "ab" * 32),
        ("ab" * 7, None),
        ("ab" * 33, None),
        ("xy" * 32, None),
        ("", None),
    ],
)
def test_a_head_is_read_as_people_copy_it(typed: str, head: str | None) -> None:
    assert head_in(typed) == head
