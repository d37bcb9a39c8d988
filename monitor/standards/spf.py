"""SPF records (RFC 7208): who may send mail in a domain's name."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.standards.linted import Level, Linted, Remark
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.spf_terms import read_terms
from monitor.standards.spf_values import (
    LOOKUPS,
    VERSION,
    Fault,
    Kind,
    Mechanism,
    Modifier,
    Qualifier,
    Seen,
    Spf,
    Survey,
    SurveyFault,
    Term,
)

_STRING = 255
_SAFE = 450
_LIMITS = "RFC 7208 §4.6.4"
_NO_ALL = "tidak ada all maupun redirect: server lain tidak ditolak dan tidak diterima (netral)"


def is_record(text: str) -> bool:
    """Whether a TXT record's *text* is an SPF record (RFC 7208 §4.5)."""
    return text.partition(" ")[0].lower() == VERSION


def records(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of a domain's TXT records that are SPF; more than one is a permanent error (RFC 7208 §4.5)."""
    return tuple(filter(is_record, texts))


def parse(text: str) -> Linted[Spf]:
    """The record in *text*, the strings of the TXT record joined without blanks (RFC 7208 §3.3)."""
    remarks = Remarks(text)
    if not is_record(text):
        _say_what_it_is_not(Piece(text), remarks)
        return remarks.linted(None)
    record = Spf(tuple(read_terms(Piece(text).cut(len(VERSION)), remarks)))
    _length(Piece(text), remarks)
    _whole(record, remarks)
    return remarks.linted(record)


def refusal(linted: Linted[Spf]) -> Remark | None:
    """
    Why every evaluation of the record ends in `permerror` (RFC 7208 §4.6); None when the grammar gives no reason.

    Too many look-ups are no such reason: what matches before the limit is reached counts.
    """
    errors = (remark for remark in linted.remarks if remark.level is Level.ERROR)
    return next((remark for remark in errors if remark.reference != _LIMITS), None)


def _say_what_it_is_not(text: Piece, remarks: Remarks) -> None:
    first = text.text.strip(' "\t').partition(" ")[0].lower()
    if not text:
        said = "catatan kosong"
    elif text.text.startswith('"'):
        said = "tanda kutip milik berkas zona, bukan bagian catatan; tulis isinya saja, mulai dari v=spf1"
    elif first == VERSION:
        said = "tidak boleh ada apa pun sebelum v=spf1, juga tidak spasi"
    else:
        said = "catatan SPF mulai dengan v=spf1 dan sebuah spasi"
    remarks.error(text.cut(0, len(text.text.partition(" ")[0])), said, "RFC 7208 §4.5")


def _length(text: Piece, remarks: Remarks) -> None:
    if len(text.text) > _SAFE:
        remarks.warning(
            text.cut(_SAFE),
            f"lebih panjang dari {_SAFE} karakter: mungkin tidak muat dalam jawaban DNS",
            "RFC 7208 §3.4",
        )
    elif len(text.text) > _STRING:
        remarks.note(
            text.cut(_STRING), "lebih dari 255 karakter: di zona harus dibagi menjadi beberapa string", "RFC 7208 §3.3"
        )


def _whole(record: Spf, remarks: Remarks) -> None:
    """What only the record as a whole shows."""
    if record.all is None and not record.redirect:
        remarks.warning(remarks.whole, _NO_ALL, "RFC 7208 §4.7")
    if record.lookups > LOOKUPS:
        said = f"{record.lookups} suku memerlukan pencarian DNS; paling banyak {LOOKUPS}"
        remarks.error(remarks.whole, said, _LIMITS)


__all__ = [
    "Fault",
    "Kind",
    "Mechanism",
    "Modifier",
    "Qualifier",
    "Seen",
    "Spf",
    "Survey",
    "SurveyFault",
    "Term",
    "is_record",
    "parse",
    "records",
    "refusal",
]
