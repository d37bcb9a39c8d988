"""DMARC policy records (RFC 9989): what is to become of mail that is not what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.standards.addresses import mailto_address
from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import Tag, quoted, tag_list, without_doubles

_IS_RECORD = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_SIZE = re.compile(r"(.*)!(\d+[kmgt]?)", re.IGNORECASE | re.DOTALL)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_FO = frozenset("01ds")
_TAGS = "RFC 9989 §4.7"
_KNOWN = frozenset({"v", "p", "sp", "np", "adkim", "aspf", "fo", "rua", "ruf", "t", "psd"})
_REMOVED = {"pct": re.compile(r"\d{1,2}|100"), "rf": re.compile(r"afrf"), "ri": re.compile(r"\d{1,10}")}
"""Tags of RFC 7489 that RFC 9989 took out, with the values they had."""


class Action(StrEnum):
    """What is asked for mail that fails (RFC 9989 §4.7, `p`)."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class Alignment(StrEnum):
    """How closely domains must agree (RFC 9989 §4.7, `adkim` and `aspf`)."""

    RELAXED = "r"
    STRICT = "s"


@dataclass(frozen=True, slots=True)
class ReportUri:
    """Where reports go."""

    uri: str
    """Without the size limit of old."""
    address: str = ""
    """Of a `mailto:` URI; empty for others."""

    @property
    def domain(self) -> str:
        """Of the address, in lower case."""
        return self.address.rpartition("@")[2].removesuffix(".").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dmarc:
    """A policy record, defaults filled in."""

    p: Action | None = None
    """As published; None when missing or invalid."""
    sp: Action | None = None
    np: Action | None = None
    adkim: Alignment = Alignment.RELAXED
    aspf: Alignment = Alignment.RELAXED
    fo: tuple[str, ...] = ("0",)
    rua: tuple[ReportUri, ...] = ()
    ruf: tuple[ReportUri, ...] = ()
    t: bool = False
    """Testing: the policy is not meant to be applied yet."""
    psd: str = "u"
    """`y`: a public suffix; `n`: the organizational domain; `u`: whichever."""
    removed: Mapping[str, str]
    """Tags that only RFC 7489 knows, as written: `pct`, `rf`, `ri`."""

    @property
    def policy(self) -> Action:
        """What is asked for the domain itself: `none` where `p` does not say (RFC 9989 §4.7)."""
        return self.p or Action.NONE

    @property
    def subdomain_policy(self) -> Action:
        """What is asked for existing subdomains."""
        return self.sp or self.policy

    @property
    def nonexistent_policy(self) -> Action:
        """What is asked for subdomains that do not exist."""
        return self.np or self.subdomain_policy

    @property
    def pct(self) -> int:
        """The share of mail that older readers apply the policy to (RFC 7489 §6.3); newer ones ignore it."""
        value = self.removed.get("pct", "")
        return int(value) if _REMOVED["pct"].fullmatch(value) else 100

    def __str__(self) -> str:
        """The record as it would be written."""
        written = (*((name, value) for name, value in self._written() if value), *self.removed.items())
        return "; ".join(f"{name}={value}" for name, value in written)

    def _written(self) -> Iterable[tuple[str, str]]:
        yield "v", "DMARC1"
        yield from (("p", self.p or ""), ("sp", self.sp or ""), ("np", self.np or ""))
        yield "adkim", self.adkim if self.adkim is not Alignment.RELAXED else ""
        yield "aspf", self.aspf if self.aspf is not Alignment.RELAXED else ""
        yield "fo", ":".join(self.fo) if self.fo != ("0",) else ""
        yield "rua", ",".join(one.uri for one in self.rua)
        yield "ruf", ",".join(one.uri for one in self.ruf)
        yield "t", "y" if self.t else ""
        yield "psd", self.psd if self.psd != "u" else ""


def records(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the TXT records that are DMARC records; more than one counts as none (RFC 9989 §4.10)."""
    return tuple(text for text in texts if _IS_RECORD.match(text))


def outside(record: Dmarc, organisation: str) -> tuple[str, ...]:
    """The domains of report addresses that are not under *organisation*, the record's organizational domain."""
    under = organisation.removesuffix(".").lower()
    domains = dict.fromkeys(one.domain for one in (*record.rua, *record.ruf) if one.domain)
    return tuple(domain for domain in domains if domain != under and not domain.endswith(f".{under}"))


def authorisation(domain: str, receiver: str) -> str:
    """The name at which *receiver* says that it takes reports about *domain* (RFC 9990 §4)."""
    return f"{domain}._report._dmarc.{receiver}"


def parse(text: str) -> Linted[Dmarc]:
    """The policy record in *text*."""
    remarks = Remarks(text)
    if _IS_RECORD.match(text) is None:
        first = Piece(text).partition(";")[0]
        remarks.error(first, "catatan DMARC mulai dengan v=DMARC1 (huruf besar), lalu titik koma", "RFC 9989 §4.7")
        return remarks.linted(None)
    tags = without_doubles(tag_list(text, remarks, "RFC 9989 §4.8"), remarks, _TAGS)
    reader = _Reader(tags, remarks)
    record = reader.record()
    reader.unknown()
    _judge(record, tags, remarks)
    return remarks.linted(record)


class _Reader:
    """Reads tag after tag; what is invalid is said, and the default taken."""

    def __init__(self, tags: Mapping[str, Tag], remarks: Remarks) -> None:
        self._tags = tags
        self._remarks = remarks

    def record(self) -> Dmarc:
        adkim, aspf = self._one_of("adkim", "rs"), self._one_of("aspf", "rs")
        return Dmarc(
            p=self._action("p"),
            sp=self._action("sp"),
            np=self._action("np"),
            adkim=Alignment(adkim or "r"),
            aspf=Alignment(aspf or "r"),
            fo=self._fo(),
            rua=self._uris("rua"),
            ruf=self._uris("ruf"),
            t=self._one_of("t", "yn") == "y",
            psd=self._one_of("psd", "ynu") or "u",
            removed=self._removed(),
        )

    def unknown(self) -> None:
        for name, tag in self._tags.items():
            if name not in _KNOWN and name not in _REMOVED:
                said = f"tag {quoted(name)} tidak dikenal dan diabaikan"
                self._remarks.warning(tag.name, said, _TAGS)

    def _action(self, name: str) -> Action | None:
        tag = self._tags.get(name)
        if tag is None:
            return None
        value = tag.value.lower
        if value not in _ACTIONS:
            said = f"{name} harus none, quarantine, atau reject; bukan {quoted(tag.value.text)}"
            self._remarks.error(tag.value or tag.name, said, _TAGS)
        return _ACTIONS.get(value)

    def _one_of(self, name: str, letters: str) -> str:
        tag = self._tags.get(name)
        if tag is None:
            return ""
        value = tag.value.lower
        if len(value) == 1 and value in letters:
            return value
        said = f"{name} harus salah satu dari {', '.join(letters)}; bukan {quoted(tag.value.text)}"
        self._remarks.error(tag.value or tag.name, said, _TAGS)
        return ""

    def _fo(self) -> tuple[str, ...]:
        tag = self._tags.get("fo")
        if tag is None:
            return ("0",)
        parts = [part.strip() for part in tag.value.split(":")]
        for part in parts:
            if part.lower not in _FO:
                said = f"fo berisi 0, 1, d, s yang dipisahkan titik dua; bukan {quoted(part.text)}"
                self._remarks.error(part or tag.name, said, _TAGS)
        if "ruf" not in self._tags:
            self._remarks.note(tag.name, "fo tidak berarti apa-apa tanpa ruf", _TAGS)
        return tuple(part.lower for part in parts if part.lower in _FO) or ("0",)

    def _uris(self, name: str) -> tuple[ReportUri, ...]:
        tag = self._tags.get(name)
        parts = () if tag is None else (part.strip(" \t\r\n") for part in tag.value.split(","))
        return tuple(uri for part in parts if (uri := self._uri(tag.name if tag else part, part)) is not None)

    def _uri(self, name: Piece, part: Piece) -> ReportUri | None:
        sized = _SIZE.fullmatch(part.text)
        uri = sized[1] if sized else part.text
        if sized:
            said = "batas ukuran sesudah tanda seru dihapus dari standar; penerima mengabaikannya"
            self._remarks.note(part.cut(len(uri)), said, _TAGS)
        if _URI.fullmatch(uri) is None or "!" in uri:
            hint = f"; tulis mailto:{uri}" if "@" in uri and ":" not in uri else ""
            self._remarks.error(part or name, f"{quoted(part.text)} bukan URI{hint}", _TAGS)
            return None
        address = mailto_address(uri)
        if address is None and uri.lower().startswith("mailto:"):
            self._remarks.error(part, f"{quoted(uri)} tidak berisi satu alamat surel yang benar", _TAGS)
            return None
        if address is None:
            said = "hanya mailto: yang wajib didukung; laporan mungkin tidak pernah dikirim ke sini"
            self._remarks.warning(part, said, _TAGS)
        return ReportUri(uri, address or "")

    def _removed(self) -> dict[str, str]:
        found = {}
        for name, values in _REMOVED.items():
            tag = self._tags.get(name)
            if tag is None:
                continue
            found[name] = tag.value.text
            said = f"tag {name} sudah dihapus dari standar; hanya pembaca lama yang memakainya"
            self._remarks.note(tag.name, said, "RFC 9989 Appendix C")
            if values.fullmatch(tag.value.lower) is None:
                said = f"nilai {quoted(tag.value.text)} juga dahulu tidak sah untuk {name}"
                self._remarks.warning(tag.value or tag.name, said, "RFC 7489 §6.3")
        return found


_ACTIONS = {action.value: action for action in Action}


def _judge(record: Dmarc, tags: Mapping[str, Tag], remarks: Remarks) -> None:
    """Say what is allowed but protects little."""
    if "p" not in tags:
        said = "p tidak ada: pembaca baru menganggapnya none, pembaca lama menolak catatan ini"
        remarks.warning(remarks.whole, said, _TAGS)
    elif next(iter(list(tags)[1:]), "p") != "p":
        remarks.note(tags["p"].name, "pembaca lama mengharapkan p langsung setelah v", "RFC 7489 §6.3")
    if record.p is Action.NONE:
        remarks.warning(tags["p"].value, "p=none hanya memantau: surel palsu tetap diterima", _TAGS)
    if record.subdomain_policy is Action.NONE and record.policy is not Action.NONE:
        remarks.warning(tags["sp"].value, "sp=none: subdomain tetap dapat dipalsukan", _TAGS)
    if record.t:
        remarks.warning(tags["t"].name, "t=y: kebijakan belum diterapkan, masih uji coba", _TAGS)
    if not record.rua:
        remarks.warning(tags["rua"].name if "rua" in tags else remarks.whole, "tanpa rua tidak ada laporan", _TAGS)
