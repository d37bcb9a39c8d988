"""CAA records (RFC 8659, RFC 8657): which authorities may issue certificates for a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.standards.addresses import https_host, is_domain, mailto_address
from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import quoted

_RECORD = re.compile(r'[ \t]*(\d{1,5})[ \t]+([^\s"]+)[ \t]+("(?:[^"\\]|\\.)*"|[^\s"]+)[ \t\r\n]*', re.ASCII | re.DOTALL)
_TAG = re.compile(r"[A-Za-z0-9]+")
_ESCAPE = re.compile(r"\\(\d{3}|.)", re.ASCII | re.DOTALL)
_PARAMETER = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]*)")
_CRITICAL = 128
_OCTET = 255
_ISSUING = frozenset({"issue", "issuewild", "issuemail"})
_KNOWN = _ISSUING | {"iodef", "contactemail", "contactphone", "issuevmc"}
_METHODS = frozenset({"http-01", "dns-01", "tls-alpn-01", "dns-account-01", "dns-persist-01", "email-reply-00"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caa:
    """One property."""

    flags: int = 0
    tag: str
    """In lower case."""
    value: str
    issuer: str = ""
    """Of `issue` and its kin, in lower case; empty: nobody may issue."""
    parameters: tuple[tuple[str, str], ...] = ()
    """E.g. `("validationmethods", "dns-01")` (RFC 8657)."""

    @property
    def critical(self) -> bool:
        """Whether an authority that does not know the tag must not issue (RFC 8659 §4.1)."""
        return bool(self.flags & _CRITICAL)

    def __str__(self) -> str:
        """The record's presentation text (RFC 8659 §4.1.1)."""
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.flags} {self.tag} "{escaped}"'


def permitted(records: Iterable[Caa], *, wildcard: bool = False) -> frozenset[str] | None:
    """The issuers that may issue for the name, or for names under it; None when anybody may (RFC 8659 §4.2, §4.3)."""
    by_tag: dict[str, set[str]] = {}
    for record in records:
        by_tag.setdefault(record.tag, set()).add(record.issuer)
    found = (by_tag.get("issuewild") if wildcard else None) or by_tag.get("issue")
    return None if found is None else frozenset(found - {""})


def parse(text: str) -> Linted[Caa]:
    """The record in *text*, as a zone file has it: `0 issue "letsencrypt.org"`."""
    remarks = Remarks(text)
    match = _RECORD.fullmatch(text)
    if match is None:
        said = 'ditulis sebagai bendera, tag, dan nilai dalam kutip: 0 issue "letsencrypt.org"'
        remarks.error(Piece(text), said, "RFC 8659 §4.1.1")
        return remarks.linted(None)
    flags, tag, raw = (Piece(match[number], match.start(number)) for number in (1, 2, 3))
    if not _head(flags, tag, remarks):
        return remarks.linted(None)
    content = raw.cut(1, -1) if raw.text.startswith('"') else raw
    value = _ESCAPE.sub(_character, content.text)
    name = tag.lower
    issuer, parameters = _issue(content, remarks) if name in _ISSUING else ("", ())
    if name == "iodef" and not (mailto_address(value) or _web(value)):
        remarks.error(content or raw, "iodef harus URI mailto:, https:, atau http:", "RFC 8659 §4.4")
    return remarks.linted(Caa(flags=int(flags.text), tag=name, value=value, issuer=issuer, parameters=parameters))


def _head(flags: Piece, tag: Piece, remarks: Remarks) -> bool:
    """Whether *flags* and *tag* are such."""
    number = int(flags.text)
    if number > _OCTET:
        remarks.error(flags, "bendera adalah angka 0 sampai 255", "RFC 8659 §4.1")
    elif number not in {0, _CRITICAL}:
        remarks.warning(flags, "hanya 0 dan 128 (kritis) yang berarti", "RFC 8659 §4.1")
    if _TAG.fullmatch(tag.text) is None:
        remarks.error(tag, "tag terdiri dari huruf dan angka", "RFC 8659 §4.1")
        return False
    if tag.lower not in _KNOWN:
        critical = number & _CRITICAL
        said = f"tag {quoted(tag.text)} tidak dikenal" + (
            "; karena kritis, tidak ada yang boleh menerbitkan" * bool(critical)
        )
        (remarks.error if critical else remarks.warning)(tag, said, "RFC 8659 §4.1")
    elif tag.text != tag.lower:
        remarks.note(tag, "tag lazimnya huruf kecil", "RFC 8659 §4.1")
    return number <= _OCTET


def _issue(content: Piece, remarks: Remarks) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The issuer and its parameters (RFC 8659 §4.2)."""
    first, rest = content.partition(";")
    issuer = first.strip()
    if issuer and not is_domain(issuer.text):
        remarks.error(issuer, f"{quoted(issuer.text)} bukan domain penerbit sertifikat", "RFC 8659 §4.2")
        return "", ()
    return issuer.lower.removesuffix("."), tuple(_parameters(rest, remarks) if rest is not None else ())


def _parameters(rest: Piece, remarks: Remarks) -> Iterator[tuple[str, str]]:
    parts = [part for piece in rest.split(";") if (part := piece.strip())]
    seen: set[str] = set()
    for part in parts:
        match = _PARAMETER.fullmatch(part.text)
        if match is None:
            remarks.error(part, f"{quoted(part.text)} bukan parameter nama=nilai", "RFC 8659 §4.2")
            continue
        name, value = match[1].lower(), match[2]
        if name in seen:
            remarks.warning(part, f"parameter {name} sudah ada", "RFC 8659 §4.2")
        seen.add(name)
        _known(part, name, value, remarks)
        yield name, value


def _known(part: Piece, name: str, value: str, remarks: Remarks) -> None:
    if name == "accounturi" and ":" not in value:
        remarks.error(part, "accounturi harus sebuah URI", "RFC 8657 §3")
    elif name == "validationmethods":
        for method in value.split(","):
            if method not in _METHODS and not method.startswith("ca-"):
                remarks.warning(part, f"cara validasi {quoted(method)} tidak dikenal", "RFC 8657 §4")
    elif name not in {"accounturi", "cansignhttpexchanges"}:
        remarks.note(part, f"parameter {quoted(name)} hanya dimengerti penerbit tertentu", "RFC 8659 §4.2")


def _web(uri: str) -> bool:
    return https_host(uri.replace("http:", "https:", 1) if uri.startswith("http:") else uri) is not None


def _character(match: re.Match[str]) -> str:
    """A character behind a backslash (RFC 1035 §5.1)."""
    code = match[1]
    return chr(int(code)) if len(code) > 1 and int(code) <= _OCTET else code
