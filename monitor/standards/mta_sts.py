"""MTA-STS (RFC 8461): the record that announces a policy, and the policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.standards.addresses import is_domain
from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import quoted, tag_list, without_doubles

_IS_RECORD = re.compile(r"v=STSv1[ \t]*;")
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_DIGITS = re.compile(r"[0-9]{1,10}")
_LINE = re.compile(r"[^\r\n]+")
_RECORD = "RFC 8461 §3.1"
_POLICY = "RFC 8461 §3.2"
_LONGEST = 31_557_600
_SHORT = 7 * 86_400
LONGEST_POLICY = 64 * 1024
"""Characters beyond which a policy is not read (RFC 8461 §3.3 suggests 64 kilobytes)."""


class Mode(StrEnum):
    """What a sender does when the policy cannot be kept (RFC 8461 §5)."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StsRecord:
    """That there is a policy, and which edition."""

    id: str

    def __str__(self) -> str:
        """The record as it would be written."""
        return f"v=STSv1; id={self.id};"


@dataclass(frozen=True, slots=True, kw_only=True)
class StsPolicy:
    """A policy."""

    mode: Mode
    mx: tuple[str, ...] = ()
    """Patterns, in lower case; see `mx_matches`."""
    max_age: int
    """Seconds."""

    def allows(self, host: str) -> bool:
        """Whether mail may go to the MX *host*."""
        return any(mx_matches(pattern, host) for pattern in self.mx)

    def __str__(self) -> str:
        """The file as it would be written."""
        lines = ["version: STSv1", f"mode: {self.mode}", *(f"mx: {one}" for one in self.mx), f"max_age: {self.max_age}"]
        return "".join(f"{line}\r\n" for line in lines)


def mx_matches(pattern: str, host: str) -> bool:
    """Whether *host* is meant by *pattern*; `*.` stands for exactly one label (RFC 8461 §4.1, RFC 6125 §6.4)."""
    pattern, host = _tidy(pattern), _tidy(host)
    if pattern.startswith("*."):
        label, _, rest = host.partition(".")
        return bool(label) and rest == pattern[2:] and bool(rest)
    return bool(host) and pattern == host


def records(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the TXT records that are MTA-STS; more than one counts as none (RFC 8461 §3.1)."""
    return tuple(text for text in texts if _IS_RECORD.match(text))


def parse(text: str) -> Linted[StsRecord]:
    """The TXT record in *text*."""
    remarks = Remarks(text)
    if _IS_RECORD.match(text) is None:
        first = Piece(text).partition(";")[0]
        remarks.error(first, "catatan MTA-STS mulai dengan v=STSv1; (huruf besar-kecil persis)", _RECORD)
        return remarks.linted(None)
    tags = without_doubles(tag_list(text, remarks, _RECORD), remarks, _RECORD)
    for name, one in tags.items():
        if name not in {"v", "id"}:
            remarks.note(one.name, f"tag {quoted(name)} tidak dikenal dan diabaikan", _RECORD)
    tag = tags.get("id")
    if tag is None:
        remarks.error(remarks.whole, "id tidak ada", _RECORD)
        return remarks.linted(None)
    if _ID.fullmatch(tag.value.text) is None:
        said = f"id terdiri dari 1 sampai 32 huruf dan angka, bukan {quoted(tag.value.text)}"
        remarks.error(tag.value or tag.name, said, _RECORD)
        return remarks.linted(None)
    return remarks.linted(StsRecord(tag.value.text))


def parse_policy(text: str) -> Linted[StsPolicy]:
    """The policy in *text*, the file at `/.well-known/mta-sts.txt`."""
    remarks = Remarks(text)
    if len(text) > LONGEST_POLICY:
        remarks.error(Piece(text).cut(LONGEST_POLICY), "kebijakan terlalu panjang", "RFC 8461 §3.3")
        return remarks.linted(None)
    fields = tuple(_fields(text, remarks))
    values = {name: _only(name, fields, remarks) for name in ("version", "mode", "max_age")}
    _version(values["version"], fields, remarks)
    mode, max_age = _mode(values["mode"], remarks), _max_age(values["max_age"], remarks)
    patterns = _patterns(fields, remarks)
    if not patterns and mode is not Mode.NONE:
        remarks.error(remarks.whole, "tidak ada mx yang dapat dipakai", _POLICY)
    if mode is None or max_age is None or values["version"] is None:
        return remarks.linted(None)
    return remarks.linted(StsPolicy(mode=mode, mx=patterns, max_age=max_age))


def _fields(text: str, remarks: Remarks) -> Iterator[tuple[Piece, Piece]]:
    for line in Piece(text).finds(_LINE):
        name, value = line.partition(":")
        if value is None:
            if line.strip():
                remarks.error(line, f"{quoted(line.text)} bukan nama: nilai", _POLICY)
            continue
        if name.strip().text != name.text:
            remarks.error(name, "tidak boleh ada spasi di sekitar nama", _POLICY)
        if name.text not in {"version", "mode", "mx", "max_age"}:
            remarks.note(name, f"{quoted(name.text)} tidak dikenal dan diabaikan", _POLICY)
        yield name, value.strip()


def _only(name: str, fields: Iterable[tuple[Piece, Piece]], remarks: Remarks) -> Piece | None:
    """The value of the first field called *name*; only the first counts (RFC 8461 §3.2)."""
    found = [(key, value) for key, value in fields if key.text == name]
    for key, _value in found[1:]:
        remarks.warning(key, f"{name} sudah ada; yang kedua diabaikan", _POLICY)
    if not found:
        remarks.error(remarks.whole, f"{name} tidak ada", _POLICY)
    return found[0][1] if found else None


def _version(value: Piece | None, fields: tuple[tuple[Piece, Piece], ...], remarks: Remarks) -> None:
    if value is not None and value.text != "STSv1":
        remarks.error(value, f"version harus STSv1, bukan {quoted(value.text)}", _POLICY)
    if value is not None and fields[0][0].text != "version":
        remarks.note(fields[0][0], "version lazimnya baris pertama", _POLICY)


def _mode(value: Piece | None, remarks: Remarks) -> Mode | None:
    if value is None:
        return None
    if value.text not in _MODES:
        said = f"mode harus enforce, testing, atau none; bukan {quoted(value.text)}"
        remarks.error(value, said, _POLICY)
        return None
    if value.text == Mode.TESTING:
        remarks.warning(value, "mode testing hanya melapor: surel tetap terkirim tanpa enkripsi", "RFC 8461 §5")
    return _MODES[value.text]


def _max_age(value: Piece | None, remarks: Remarks) -> int | None:
    if value is None:
        return None
    if _DIGITS.fullmatch(value.text) is None:
        remarks.error(value, f"max_age adalah angka detik, bukan {quoted(value.text)}", _POLICY)
        return None
    seconds = int(value.text)
    if seconds > _LONGEST:
        remarks.error(value, f"max_age paling besar {_LONGEST} detik (setahun)", _POLICY)
    elif seconds < _SHORT:
        remarks.warning(value, "max_age kurang dari seminggu: perlindungannya cepat lupa", _POLICY)
    return seconds


def _patterns(fields: Iterable[tuple[Piece, Piece]], remarks: Remarks) -> tuple[str, ...]:
    found = []
    for name, value in fields:
        if name.text != "mx":
            continue
        if not is_domain(value.text.removeprefix("*.")):
            said = f"{quoted(value.text)} bukan nama host dan bukan *.domain"
            remarks.error(value or name, said, "RFC 8461 §4.1")
        else:
            found.append(_tidy(value.text))
    return tuple(found)


def _tidy(name: str) -> str:
    return name.strip().removesuffix(".").lower()


_MODES = {mode.value: mode for mode in Mode}
