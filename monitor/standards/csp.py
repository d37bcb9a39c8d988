"""The Content-Security-Policy header (CSP Level 3), and how much it holds back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.standards.linted import Linted
from monitor.standards.pieces import Piece, Remarks
from monitor.standards.tags import quoted

_WORD = re.compile(r"[^\t\n\f\r ]+")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_NONCE_OR_HASH = re.compile(r"'(?:nonce|sha256|sha384|sha512)-[a-z0-9+/_-]+={0,2}'", re.IGNORECASE)
_KEYWORDS = frozenset({
    "'none'", "'self'", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "'strict-dynamic'",
    "'report-sample'", "'wasm-unsafe-eval'", "'inline-speculation-rules'", "'trusted-types-eval'",
})  # fmt: skip
_FETCH = frozenset({
    "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem",
    "style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src", "child-src",
    "worker-src", "manifest-src",
})  # fmt: skip
_LISTS = _FETCH | {"base-uri", "form-action", "frame-ancestors"}
_OTHER = frozenset({
    "sandbox", "report-uri", "report-to", "upgrade-insecure-requests", "require-trusted-types-for", "trusted-types",
    "webrtc",
})  # fmt: skip
_RETIRED = frozenset({
    "block-all-mixed-content", "plugin-types", "referrer", "reflected-xss", "navigate-to", "prefetch-src",
    "require-sri-for",
})  # fmt: skip
_ANYWHERE = frozenset({"*", "http:", "https:", "http://*", "https://*", "data:", "blob:"})
_FALLBACK = {
    "script-src-elem": ("script-src",),
    "script-src-attr": ("script-src",),
    "style-src-elem": ("style-src",),
    "style-src-attr": ("style-src",),
    "worker-src": ("child-src", "script-src"),
    "frame-src": ("child-src",),
}
"""Whose list counts where a fetch directive is missing, before that of `default-src` (CSP3 §6.8.3)."""
_GRAMMAR = "CSP3 §2.2.1"


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive, its name in lower case."""

    name: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The directive as it would be written."""
        return " ".join((self.name, *self.values))


@dataclass(frozen=True, slots=True)
class Csp:
    """The directives that count, in order: of several with one name the first."""

    directives: tuple[Directive, ...]

    def values(self, name: str) -> tuple[str, ...] | None:
        """The values of directive *name* itself; None when it is missing."""
        return next((one.values for one in self.directives if one.name == name), None)

    def sources(self, name: str) -> tuple[str, ...] | None:
        """The sources, in lower case, that govern fetch directive *name*, fallbacks followed; None: anything goes."""
        names = (name, *_FALLBACK.get(name, ()), *(("default-src",) if name in _FETCH else ()))
        found = next((values for one in names if (values := self.values(one)) is not None), None)
        return None if found is None else tuple(value.lower() for value in found)

    def __str__(self) -> str:
        """The header's value as it would be written."""
        return "; ".join(map(str, self.directives))


def frame_ancestors(csp: Csp) -> tuple[str, ...] | None:
    """Who may frame the page, in lower case; None when the policy does not say (there is no fallback)."""
    values = csp.values("frame-ancestors")
    return None if values is None else tuple(value.lower() for value in values)


def is_trivially_unsafe(csp: Csp) -> bool:
    """Whether scripts may come from anywhere, or from within the page: then the policy stops no injection."""
    sources = csp.sources("script-src-elem")
    return sources is None or bool(_inline(sources)) or bool(_anywhere(sources))


def parse(text: str) -> Linted[Csp]:
    """The policy in *text*, the value of one header; in a list of policies (with commas) all of them count."""
    remarks = Remarks(text)
    found: dict[str, Directive] = {}
    at: dict[str, Piece] = {}
    for part in Piece(text).split(";"):
        words = tuple(part.finds(_WORD))
        if words:
            _directive(words, found, at, remarks)
    if found.keys().isdisjoint(_LISTS | _OTHER | _RETIRED):
        remarks.error(Piece(text), "tidak ada satu pun direktif yang dikenal", _GRAMMAR)
        return remarks.linted(None)
    csp = Csp(tuple(found.values()))
    _judge(csp, at, remarks)
    return remarks.linted(csp)


def _directive(words: tuple[Piece, ...], found: dict[str, Directive], at: dict[str, Piece], remarks: Remarks) -> None:
    name, values = words[0], words[1:]
    if _NAME.fullmatch(name.text) is None:
        remarks.error(name, f"{quoted(name.text)} bukan nama direktif", _GRAMMAR)
        return
    if name.lower in found:
        remarks.warning(name, f"{name.lower} sudah ada; yang ini diabaikan", _GRAMMAR)
        return
    found[name.lower] = Directive(name.lower, tuple(value.text for value in values))
    at[name.lower] = name
    if name.lower in _RETIRED:
        remarks.note(name, f"{name.lower} sudah dihapus dari standar", "CSP3 §6")
    elif name.lower not in _LISTS | _OTHER:
        remarks.warning(name, f"direktif {quoted(name.text)} tidak dikenal dan diabaikan", _GRAMMAR)
    for value in values if name.lower in _LISTS else ():
        _source(name, value, values, remarks)


def _source(name: Piece, value: Piece, values: tuple[Piece, ...], remarks: Remarks) -> None:
    text = value.lower
    if "," in text:
        remarks.error(value, "koma memisahkan kebijakan; sumber dipisahkan spasi", "CSP3 §2.2.2")
    elif text.startswith("'") or text.endswith("'"):
        if text not in _KEYWORDS and _NONCE_OR_HASH.fullmatch(text) is None:
            remarks.error(value, f"{quoted(value.text)} bukan kata kunci; diabaikan", "CSP3 §2.3.1")
        elif text == "'none'" and len(values) > 1:
            remarks.warning(value, f"'none' bersama sumber lain di {name.lower} diabaikan", "CSP3 §6.7.2.3")
    elif f"'{text}'" in _KEYWORDS:
        remarks.warning(value, f"kata kunci ditulis dalam kutip tunggal: '{text}'", "CSP3 §2.3.1")
    elif not text.isascii():
        remarks.error(value, f"{quoted(value.text)} bukan sumber", "CSP3 §2.3.1")


def _judge(csp: Csp, at: dict[str, Piece], remarks: Remarks) -> None:
    for said in _about_scripts(csp):
        governing = next((name for name in ("script-src-elem", "script-src", "default-src") if name in at), "")
        remarks.warning(at.get(governing, remarks.whole), said, "CSP3 §8")
    missing = {
        "object-src": "object-src dan default-src tidak ada: plugin dari mana saja boleh",
        "base-uri": "base-uri tidak ada: sisipan <base> dapat membelokkan tautan dan skrip",
        "frame-ancestors": "frame-ancestors tidak ada: kebijakan ini tidak mencegah pembingkaian",
    }
    for name, said in missing.items():
        if csp.sources(name) is None:
            remarks.warning(remarks.whole, said, f"CSP3 {name}")


def _about_scripts(csp: Csp) -> Iterator[str]:
    sources = csp.sources("script-src-elem")
    if sources is None:
        yield "script-src dan default-src tidak ada: skrip dari mana saja boleh"
        return
    if _inline(sources):
        yield "'unsafe-inline' membolehkan skrip yang disisipkan ke dalam halaman"
    if "'unsafe-eval'" in (csp.sources("script-src") or ()):
        yield "'unsafe-eval' membolehkan teks dijalankan sebagai skrip"
    for source in _anywhere(sources):
        yield f"{source} membolehkan skrip dari mana saja"


def _inline(sources: tuple[str, ...]) -> bool:
    """Whether `'unsafe-inline'` counts: not beside a nonce, a hash, or `'strict-dynamic'` (CSP3 §6.7.3.2)."""
    strict = any(_NONCE_OR_HASH.fullmatch(source) or source == "'strict-dynamic'" for source in sources)
    return "'unsafe-inline'" in sources and not strict


def _anywhere(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Sources that let in the whole world; under `'strict-dynamic'` none counts (CSP3 §8.2)."""
    return () if "'strict-dynamic'" in sources else tuple(one for one in sources if one in _ANYWHERE)
