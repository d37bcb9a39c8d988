"""Reading the terms of an SPF record one by one (RFC 7208 §4.6.1), and what each deserves to hear."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from monitor.standards.addresses import is_domain
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.spf_macro import ends_as_domain, macro_problems
from monitor.standards.spf_values import Kind, Mechanism, Modifier, Qualifier, Term
from monitor.standards.tags import quoted

_TERM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(?=[:/=]|\Z)")
_PREFIXES = re.compile(r"(?:/(\d+))?(?://(\d+))?\Z", re.ASCII)
_PREFIX = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)
_BLANK = re.compile(r"[^ ]+")
_BITS4, _BITS6 = 32, 128
_WIDE4, _WIDE6 = 8, 16
_KINDS = {kind.value: kind for kind in Kind}
_CALLED = {"ipv4": "ip4", "ipv6": "ip6", "ip": "ip4", "includes": "include", "exist": "exists", "exit": "exists"}
_DOMAIN_KINDS = frozenset({Kind.INCLUDE, Kind.EXISTS})
"""Mechanisms that need a domain."""
_ADDRESS_KINDS = frozenset({Kind.A, Kind.MX})
"""Mechanisms that may have prefix lengths."""
_GRAMMAR = "RFC 7208 §4.6.1"
_SECTION = {
    Kind.ALL: "RFC 7208 §5.1",
    Kind.INCLUDE: "RFC 7208 §5.2",
    Kind.A: "RFC 7208 §5.3",
    Kind.MX: "RFC 7208 §5.4",
    Kind.PTR: "RFC 7208 §5.5",
    Kind.IP4: "RFC 7208 §5.6",
    Kind.IP6: "RFC 7208 §5.6",
    Kind.EXISTS: "RFC 7208 §5.7",
}


def read_terms(rest: Piece, remarks: Remarks) -> Iterator[Term]:
    """The terms of *rest*, what follows the version; those that cannot be read are left out."""
    reader = _Reader(remarks)
    for word in rest.finds(_BLANK):
        term = reader.term(word)
        if term is not None:
            yield term
    reader.ended()


@dataclass(slots=True)
class _Reader:
    """Reads term after term, and remembers what the next ones depend on."""

    remarks: Remarks
    all: Piece | None = None
    """Where `all` stood."""
    named: dict[str, Piece] = field(default_factory=dict)
    """Where `redirect` and `exp` stood."""
    before: set[str] = field(default_factory=set)

    def term(self, word: Piece) -> Term | None:
        """The term in *word*."""
        match = _TERM.match(word.text)
        if match is None or (match[1] and word.text[match.end() : match.end() + 1] == "="):
            self._not_a_term(word)
            return None
        name, rest = word.cut(match.start(2), match.end(2)), word.cut(match.end())
        if rest.text.startswith("="):
            return self._modifier(word, name, rest.cut(1))
        kind = _kind(name)
        if kind is None:
            self._unknown(word, name, rest)
            return None
        found = self._mechanism(kind, Qualifier(match[1] or "+"), word, rest)
        if found is not None:
            self._judge(found, word)
        return found

    def ended(self) -> None:
        """Say what the order of terms has made useless."""
        if self.all is not None and "redirect" in self.named:
            said = "redirect tidak pernah dipakai, karena ada all"
            self.remarks.warning(self.named["redirect"], said, "RFC 7208 §6.1")

    def _not_a_term(self, word: Piece) -> None:
        bare = word.text.lstrip("+-?~")
        address = _address(bare.partition("/")[0])
        if address is not None:
            said = f"alamat ditulis dengan mekanismenya: ip{address.version}:{bare}"
        elif _kind(word.strip("+-?~;,.")) is not None:
            said = f"{quoted(word.text)}: tulis {word.text.strip(';,.')} saja; suku dipisahkan spasi"
        else:
            said = f"{quoted(word.text)} bukan mekanisme dan bukan modifier"
        self.remarks.error(word, said, _GRAMMAR)

    def _unknown(self, word: Piece, name: Piece, rest: Piece) -> None:
        if _address(word.text.lstrip("+-?~").partition("/")[0]) is not None:
            self._not_a_term(word)
            return
        if name.lower in {"redirect", "exp"}:
            said = f"{name.lower} adalah modifier dan ditulis dengan sama dengan: {name.lower}={rest.text[1:]}"
        else:
            guess = _guess(name.lower)
            said = f"tidak ada mekanisme {quoted(name.text)}" + (f"; maksudnya {guess}?" if guess else "")
        self.remarks.error(name, said, _GRAMMAR)

    def _modifier(self, word: Piece, name: Piece, value: Piece) -> Modifier:
        known = name.lower in {"redirect", "exp"}
        if known and name.lower in self.named:
            self.remarks.error(word, f"{name.lower} hanya boleh sekali", "RFC 7208 §6")
        self.named.setdefault(name.lower, word)
        if known:
            self._domain_spec(value, word, "RFC 7208 §6.1" if name.lower == "redirect" else "RFC 7208 §6.2")
        else:
            self._macros(value, "RFC 7208 §6", explaining=True)
            self._other_modifier(name, value)
        return Modifier(name=name.lower, value=value.text)

    def _other_modifier(self, name: Piece, value: Piece) -> None:
        if name.lower in _KINDS or name.lower in _CALLED:
            meant = _CALLED.get(name.lower, name.lower)
            said = f"ini modifier tak dikenal dan diabaikan; maksudnya {meant}:{value.text}?"
            self.remarks.warning(name, said, "RFC 7208 §6")
        else:
            self.remarks.note(name, f"modifier {quoted(name.text)} tidak dikenal dan diabaikan", "RFC 7208 §6")

    def _mechanism(self, kind: Kind, qualifier: Qualifier, word: Piece, rest: Piece) -> Mechanism | None:
        if kind is Kind.ALL:
            if rest:
                self.remarks.error(rest, "all tidak bernilai apa pun", _SECTION[kind])
            return Mechanism(kind=kind, qualifier=qualifier)
        if kind in {Kind.IP4, Kind.IP6}:
            network = self._network(kind, word, rest)
            return None if network is None else Mechanism(kind=kind, qualifier=qualifier, network=network)
        spec, four, six = self._prefixes(kind, rest)
        domain = self._target(kind, word, spec)
        if domain is None or four is None or six is None:
            return None
        return Mechanism(kind=kind, qualifier=qualifier, domain=domain, prefix4=four, prefix6=six)

    def _target(self, kind: Kind, word: Piece, spec: Piece) -> str | None:
        """The domain-spec after the colon; empty where none is needed; None when it is wrong."""
        if not spec:
            if kind in _DOMAIN_KINDS:
                self.remarks.error(word, f"{kind} memerlukan domain: {kind}:contoh.go.id", _SECTION[kind])
                return None
            return ""
        if not spec.text.startswith(":"):
            slash = spec.text.startswith("/") and kind in _ADDRESS_KINDS
            said = "prefiks IPv6 ditulis sesudah dua garis miring: /24//64"
            said = said if slash else f"setelah {kind} hanya boleh ada titik dua dan domain"
            self.remarks.error(spec, said, _SECTION[kind])
            return None
        return spec.text[1:] if self._domain_spec(spec.cut(1), word, _SECTION[kind]) else None

    def _domain_spec(self, spec: Piece, word: Piece, reference: str) -> bool:
        if not spec:
            self.remarks.error(word, "domain tidak disebut", reference)
            return False
        if not self._macros(spec, reference):
            return False
        if not ends_as_domain(spec.text) or ".." in spec.text or spec.text.startswith("."):
            self.remarks.error(spec, f"{quoted(spec.text)} bukan nama domain yang lengkap", "RFC 7208 §7.1")
            return False
        return True

    def _macros(self, spec: Piece, reference: str, *, explaining: bool = False) -> bool:
        problems = tuple(macro_problems(spec, explaining=explaining))
        for piece, said in problems:
            self.remarks.error(piece, said, "RFC 7208 §7.1")
        return not problems

    def _prefixes(self, kind: Kind, rest: Piece) -> tuple[Piece, int | None, int | None]:
        """*rest* without prefix lengths, and the two (RFC 7208 §5.6); None for one that is wrong."""
        match = _PREFIXES.search(rest.text)
        if kind not in _ADDRESS_KINDS or match is None or not match[0]:
            return rest, _BITS4, _BITS6
        four = _BITS4 if match[1] is None else self._prefix(rest.cut(*match.span(1)), _BITS4, _SECTION[kind])
        six = _BITS6 if match[2] is None else self._prefix(rest.cut(*match.span(2)), _BITS6, _SECTION[kind])
        return rest.cut(0, match.start()), four, six

    def _prefix(self, digits: Piece, most: int, reference: str) -> int | None:
        if _PREFIX.fullmatch(digits.text) is None or int(digits.text) > most:
            said = f"panjang prefiks {quoted(digits.text)} harus angka 0 sampai {most} tanpa nol di depan"
            self.remarks.error(digits, said, reference)
            return None
        return int(digits.text)

    def _network(self, kind: Kind, word: Piece, rest: Piece) -> IPv4Network | IPv6Network | None:
        most = _BITS4 if kind is Kind.IP4 else _BITS6
        if len(rest.text) < 2 or not rest.text.startswith(":"):  # noqa: PLR2004 – a colon and something
            self.remarks.error(
                word, f"{kind} memerlukan alamat: {kind}:alamat atau {kind}:alamat/prefiks", _SECTION[kind]
            )
            return None
        address, digits = rest.cut(1).partition("/")
        prefix = most if digits is None else self._prefix(digits, most, _SECTION[kind])
        read = _address(address.text)
        if read is None or read.max_prefixlen != most:
            other = {4: Kind.IP4, 6: Kind.IP6}.get(read.version if read else 0)
            hint = f"; untuk alamat ini: {other}" if other else ""
            self.remarks.error(address, f"{quoted(address.text)} bukan alamat IPv{kind[2]}{hint}", _SECTION[kind])
            return None
        if prefix is None:
            return None
        network = (IPv4Network if kind is Kind.IP4 else IPv6Network)((int(read), prefix), strict=False)
        if network.network_address != read:
            said = f"bit setelah prefiks diabaikan; yang berlaku {network}"
            self.remarks.note(address, said, _SECTION[kind])
        return network

    def _judge(self, found: Mechanism, word: Piece) -> None:
        """Say what is allowed but hardly wise."""
        section = _SECTION[found.kind]
        if self.all is not None:
            self.remarks.warning(word, "tidak pernah diperiksa, karena berada setelah all", "RFC 7208 §5.1")
        elif str(found).lower() in self.before:
            self.remarks.warning(word, "suku ini sudah ada", section)
        self.before.add(str(found).lower())
        if found.kind is Kind.ALL:
            self._all(found, word)
        elif found.kind is Kind.PTR:
            said = "ptr lambat dan tidak dapat diandalkan; jangan diterbitkan lagi"
            self.remarks.warning(word, said, section)
        elif _covers_much(found):
            self.remarks.warning(word, "rentang alamat ini terlalu luas untuk pengirim surel", section)

    def _all(self, found: Mechanism, word: Piece) -> None:
        said = {
            Qualifier.PASS: "+all membolehkan siapa saja mengirim atas nama domain ini",
            Qualifier.NEUTRAL: "?all tidak melindungi apa pun: pengirim lain dianggap netral",
        }.get(found.qualifier)
        if said and self.all is None:
            self.remarks.warning(word, said, "RFC 7208 §5.1")
        self.all = self.all or word


def _covers_much(found: Mechanism) -> bool:
    if found.qualifier is not Qualifier.PASS:
        return False
    if found.network is not None:
        return found.network.prefixlen <= (_WIDE4 if found.kind is Kind.IP4 else _WIDE6)
    return found.prefix4 <= _WIDE4 or found.prefix6 <= _WIDE6


def _kind(name: Piece) -> Kind | None:
    return _KINDS.get(name.lower)


def _guess(name: str) -> str:
    """What was probably meant, in words; or nothing."""
    if is_domain(name):
        return f"a:{name} atau include:{name}"
    close = difflib.get_close_matches(name, [kind for kind in _KINDS if len(kind) > 1], n=1, cutoff=0.6)
    return _CALLED.get(name) or "".join(close)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None
