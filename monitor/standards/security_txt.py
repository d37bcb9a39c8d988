"""`security.txt` (RFC 9116): whom to tell about a hole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.standards.addresses import https_host, mailto_address
from monitor.standards.cleartext import Body, body_of
from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import quoted

LONGEST = 32 * 1024
"""Characters beyond which a file is not read (RFC 9116 §5.5 asks readers to have a limit)."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_NAME = re.compile(r"[!-9;-~]+")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)  # RFC 3339 §5.6
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*")
_PHONE = re.compile(r"tel:\+?[0-9()./;=a-zA-Z-]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_YEAR = timedelta(days=366)
_SECTIONS = {
    "acknowledgments": "RFC 9116 §2.5.1",
    "canonical": "RFC 9116 §2.5.2",
    "contact": "RFC 9116 §2.5.3",
    "encryption": "RFC 9116 §2.5.4",
    "expires": "RFC 9116 §2.5.5",
    "hiring": "RFC 9116 §2.5.6",
    "policy": "RFC 9116 §2.5.7",
    "preferred-languages": "RFC 9116 §2.5.8",
    "csaf": "CSAF 2.0 §7.1.8",
    "bug-bounty": "RFC 9116 §2.4",
}
_ADDRESSES = frozenset({"acknowledgments", "canonical", "encryption", "hiring", "policy", "csaf"})
_ONCE = frozenset({"expires", "preferred-languages"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field, its name in lower case."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityTxt:
    """The fields in order, and whether a signature stands around them (it is not verified)."""

    fields: tuple[Field, ...]
    expires: datetime | None = None
    """None when missing, doubled or unreadable."""
    signed: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        """All values of field *name*."""
        return tuple(field.value for field in self.fields if field.name == name)

    @property
    def contacts(self) -> tuple[str, ...]:
        """URIs, the preferred first."""
        return self.values("contact")

    @property
    def canonical(self) -> tuple[str, ...]:
        """Where the file says it belongs."""
        return self.values("canonical")

    @property
    def encryption(self) -> tuple[str, ...]:
        """Where keys are."""
        return self.values("encryption")

    @property
    def languages(self) -> tuple[str, ...]:
        """Preferred languages, in lower case."""
        return tuple(tag.strip().lower() for value in self.values("preferred-languages") for tag in value.split(","))

    def __str__(self) -> str:
        """The file as it would be written, unsigned."""
        return "".join(f"{field.name.title()}: {field.value}\n" for field in self.fields)


def parse(text: str, now: datetime | None = None) -> Linted[SecurityTxt]:
    """The file in *text*; with *now* it is also said whether it has expired."""
    remarks = Remarks(text)
    if len(text) > LONGEST:
        remarks.error(Piece(text).cut(LONGEST), f"lebih panjang dari {LONGEST} karakter", "RFC 9116 §5.5")
        return remarks.linted(None)
    body = body_of(text, remarks)
    pairs = tuple(_fields(body, remarks))
    if not pairs:
        remarks.error(Piece(text), "tidak ada satu field pun", "RFC 9116 §4")
        return remarks.linted(None)
    for name, value in pairs:
        _judge(name, value, remarks)
    expires = _once(pairs, now, remarks)
    fields = tuple(Field(name.lower, value.text) for name, value in pairs)
    if not body.signed:
        remarks.note(Piece(""), "tidak ditandatangani; tanda tangan OpenPGP dianjurkan", "RFC 9116 §2.3")
    return remarks.linted(SecurityTxt(fields=fields, expires=expires, signed=body.signed))


def _fields(body: Body, remarks: Remarks) -> Iterator[tuple[Piece, Piece]]:
    for whole in body.piece.finds(_LINE):
        if whole.text.endswith("\r"):
            remarks.error(whole, "baris diakhiri CR tanpa LF", "RFC 9116 §4")
        line = whole.strip("\r\n")
        if body.signed and line.text.startswith("- "):
            line = line.cut(2)  # dash-escaped (RFC 9580 §7.1)
        if not line.strip() or line.text.startswith("#"):
            continue
        name, value = line.partition(":")
        if value is None or _NAME.fullmatch(name.text) is None:
            remarks.error(line, f"{quoted(line.text)} bukan Nama: nilai, dan bukan komentar (#)", "RFC 9116 §4")
        else:
            if not value.text.startswith(" "):
                remarks.warning(name, "setelah titik dua harus ada satu spasi", "RFC 9116 §4")
            yield name, value.strip()


def _judge(name: Piece, value: Piece, remarks: Remarks) -> None:
    """Say what is wrong with one value."""
    section = _SECTIONS.get(name.lower)
    if section is None:
        remarks.note(name, f"field {quoted(name.text)} tidak dikenal dan diabaikan", "RFC 9116 §2.4")
    elif not value:
        remarks.error(name, f"{name.text} tidak berisi apa-apa", section)
    elif name.lower == "contact":
        _contact(value, section, remarks)
    elif name.lower in _ADDRESSES:
        _address(name, value, section, remarks)
    elif name.lower == "preferred-languages":
        for tag in value.split(","):
            if _LANGUAGE.fullmatch(tag.strip().text) is None:
                remarks.error(tag.strip() or value, f"{quoted(tag.text)} bukan kode bahasa (id, en)", section)


def _contact(value: Piece, section: str, remarks: Remarks) -> None:
    text = value.text
    if mailto_address(text) or https_host(text) or _PHONE.fullmatch(text):
        return
    if text.lower().startswith("http://"):
        remarks.error(value, "alamat web harus https:", section)
    elif "@" in text and ":" not in text:
        remarks.error(value, f"alamat surel ditulis sebagai URI: mailto:{quoted(text)[1:-1]}", section)
    elif _URI.fullmatch(text) and not text.lower().startswith(("mailto:", "https:", "tel:")):
        remarks.warning(value, "hanya mailto:, https:, dan tel: yang pasti dimengerti", section)
    else:
        remarks.error(value, f"{quoted(text)} bukan URI mailto:, https:, atau tel: yang benar", section)


def _address(name: Piece, value: Piece, section: str, remarks: Remarks) -> None:
    if https_host(value.text):
        return
    key = name.lower == "encryption" and value.lower.startswith(("dns:", "openpgp4fpr:"))
    if value.lower.startswith("http:"):
        remarks.error(value, "alamat web harus https:", section)
    elif _URI.fullmatch(value.text) is None or value.lower.startswith("https:"):
        remarks.error(value, f"{quoted(value.text)} bukan URI yang benar", section)
    elif not key:
        remarks.warning(value, "bukan alamat https:; jarang ada yang dapat membukanya", section)


def _once(pairs: Sequence[tuple[Piece, Piece]], now: datetime | None, remarks: Remarks) -> datetime | None:
    """The date of `Expires`; what must be there, and what must not be there twice, is said."""
    found = {name: [pair for pair in pairs if pair[0].lower == name] for name in (*_ONCE, "contact")}
    for name in sorted(_ONCE):
        for key, _value in found[name][1:]:
            remarks.error(key, f"{key.text} hanya boleh sekali", _SECTIONS[name])
    for name, shown in (("contact", "Contact"), ("expires", "Expires")):
        if not found[name]:
            remarks.error(remarks.whole, f"{shown} tidak ada", _SECTIONS[name])
    expires = found["expires"]
    return _expires(expires[0][1], now, remarks) if len(expires) == 1 else None


def _expires(value: Piece, now: datetime | None, remarks: Remarks) -> datetime | None:
    section = _SECTIONS["expires"]
    until = instant(value.text)
    if until is None:
        if value:
            remarks.error(value, f"{quoted(value.text)} bukan waktu seperti 2027-12-31T23:59:59Z", section)
    elif now is not None and until <= now:
        remarks.error(value, "sudah kedaluwarsa: isinya tidak boleh dipakai lagi", section)
    elif now is not None and until - now > _YEAR:
        remarks.warning(value, "lebih dari setahun lagi; perbarui lebih sering", section)
    return until


def instant(text: str) -> datetime | None:
    """The instant of an RFC 3339 date and time, in UTC; None when it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    date, clock, fraction, zone = match.groups()
    leap = clock.endswith(":60")
    try:
        zone = "+00:00" if zone in "Zz" else zone
        read = datetime.fromisoformat(f"{date}T{clock[:-2]}59{zone}" if leap else f"{date}T{clock}{zone}")
        whole = timedelta(seconds=int(leap), microseconds=int(f"{fraction or 0:0<6}"[:6]))
        return read.astimezone(UTC) + whole
    except (ValueError, OverflowError):
        return None
