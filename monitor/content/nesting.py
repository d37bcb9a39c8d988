"""
Markup that a tree builder reads in linear time.

Building a tree costs about as many steps as elements are open, for every tag: half a megabyte of `<div>` takes ten
seconds and more, and a stranger chooses the page. So the tags are counted first, in one linear pass that never takes
fewer elements to be open than a browser would; a page that costs too much is written anew, shallow and well formed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from monitor.content.holding import holds

MAX_WORK = 6_000_000
"""Open elements, added up over all tags, that a tree builder may be given; a usual page has 100 000."""
MAX_TAGS = 24_000
"""Tags read of one page: of more, the first three quarters and the last quarter."""
MAX_DEPTH = 64
"""Elements within each other in a page that was written anew; twice as many for links and what may hide them."""
MAX_ATTRIBUTES = 512
"""Of one tag; a page with more is cut before it."""
MAX_NAMES = 10_000
"""Different names of attributes: a tree builder compares each with ever more others."""

_SPACE = rb"\t\n\f\r "
# Most attributes are written like this, and there is little to decide about them.
_USUAL = rb"(?: [a-z-]++=\"[^\"]*+\"){0," + str(MAX_ATTRIBUTES).encode() + rb"}+"
_OTHERS = (
    rb"(?:[" + _SPACE + rb"]++|/(?!>)|[^" + _SPACE + rb"/>][^" + _SPACE + rb"/>=]*+"
    rb"(?:[" + _SPACE + rb"]*+=[" + _SPACE + rb"]*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^" + _SPACE + rb">]*+))?+)"
    rb"{0," + str(2 * MAX_ATTRIBUTES).encode() + rb"}+"
)
_END = rb"(?=[" + _SPACE + rb"/>])"
_RAW = rb"script|style|title|textarea|iframe|xmp|noembed|noframes"
_TAG = rb"(?:(" + _RAW + rb")" + _END + rb"|(/?[a-z][^" + _SPACE + rb"/>]*+))"
_TOKEN = re.compile(
    rb"<(?:" + _TAG + rb"(?:>|" + _USUAL + rb"(" + _OTHERS + rb"/?+)(?:>|(.*+)))"
    rb"(?(1)((?:[^<]++|<(?!/\1" + _END + rb"))*+)(?:</\1" + _USUAL + _OTHERS + rb"(?:>|.++))?+)"
    rb"|!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+)"
    rb"|[!?][^>]*+>?+|/[^a-z>][^>]*+>?+"
    rb")",
    re.DOTALL,
)
"""
Of markup in lower case: (raw element, other tag, attributes from the first unusual one on and a slash at the end, all
the rest when it never ends, raw text).
"""
_SLASHED = re.compile(_OTHERS + rb"/>")
"""The same attributes with a slash that belongs to none of them."""


def _names(text: str) -> frozenset[bytes]:
    return frozenset(name.encode("ascii") for name in text.split())


_VOID = _names(
    """
    area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr
    """
)
_IMPLIED = _names(
    """
    html head body p li dd dt option optgroup tr td th thead tbody tfoot caption colgroup rt rp rb rtc
    """
)
"""Elements that end by themselves: they nest only inside others, which are counted."""
_DRAWN = _names(
    """
    path g circle rect use polygon polyline line ellipse defs stop symbol lineargradient radialgradient clippath
    mask filter text tspan animate animatetransform fegaussianblur feoffset feblend feflood fecolormatrix
    fecomposite femerge femergenode pattern marker
    """
)
"""SVG: a slash ends them, as long as nothing of HTML has come between (WHATWG HTML §13.2.6.5)."""
_OPAQUE = frozenset({b"svg", b"math", b"select"})
"""Elements in which what is raw text elsewhere may be markup."""
_FLAT = _VOID | _IMPLIED | {b"/" + name for name in _VOID | _IMPLIED}
_FEW_ROOTS = 3


@dataclass(frozen=True, slots=True)
class Tamed:
    """Markup that may be given to a tree builder."""

    markup: bytes
    tags: Mapping[str, int]
    """Element name → how many were started."""
    work: int
    """Open elements, added up over all tags, at most; `MAX_WORK` + 1 for more."""
    rewritten: bool = False
    partial: bool = False
    """Some of the page was left out."""
    commented: bool = True
    """There may be comments."""
    low: bytes = b""
    """*markup* in lower case."""


def tame(markup: bytes) -> Tamed:
    """*markup* (UTF-8) as it is when a tree of it is cheap; otherwise shallow, without what no judge asks for."""
    kept = _shortened(markup)
    short = kept is not markup
    low = kept.lower()  # as long as *kept*, for it touches ASCII alone
    tokens = _TOKEN.findall(low)
    names = Counter(map(_NAME, tokens))
    raws = [(token[0], token[4]) for token in tokens if token[0]]
    names.update(raw for raw, _text in raws)
    counted = {name.decode("utf-8", "replace"): count for name, count in names.items() if name and name[0] != _SLASH}
    commented = holds(low, b"<!--", b"!")
    strange, varied = _is_strange(tokens, names, raws, low, commented=commented), _is_varied(tokens, low)
    work = MAX_WORK + 1 if strange or varied else _work(tokens, names)
    if work <= MAX_WORK:
        return Tamed(kept, counted, work, partial=short, commented=commented, low=low)
    pieces, cut = _rewritten(kept, low, plain=varied)
    flat = b"".join(pieces)
    return Tamed(flat, counted, work, rewritten=True, partial=short or cut, low=flat.lower())


def _shortened(markup: bytes) -> bytes:
    """*markup* itself unless it has more than `MAX_TAGS`: what is slipped in stands at the ends of a page."""
    if markup.count(b"<") <= MAX_TAGS:
        return markup
    first = markup.split(b"<", 3 * MAX_TAGS // 4)
    last = first.pop().rsplit(b"<", MAX_TAGS // 4)
    return b"<".join([*first, *last[1:]])


_Token = tuple[bytes, bytes, bytes, bytes, bytes]


def _is_strange(
    tokens: Sequence[_Token],
    names: Counter[bytes],
    raws: Sequence[tuple[bytes, bytes]],
    low: bytes,
    *,
    commented: bool,
) -> bool:
    """Whether browsers may see other tags than *tokens*, or gather the attributes of many in one."""
    return (
        bool(tokens and tokens[-1][3])
        or names[b"html"] + names[b"body"] > _FEW_ROOTS
        or not names.keys().isdisjoint(_ODD)
        or ((b"svg" in names or b"math" in names) and b"<![cdata[" in low)
        # A script in a comment in a script ends later than it seems to (WHATWG HTML §13.2.5.27).
        or (commented and any(b"<!--" in text and b"<script" in text for _raw, text in raws))
    )


def _is_varied(tokens: Sequence[_Token], low: bytes) -> bool:
    """Whether attributes may have more than `MAX_NAMES` names; most pages have not so many attributes at all."""
    others = b" ".join(map(_UNUSUAL, tokens))
    if low.count(b"=") + len(others) // _SHORTEST <= MAX_NAMES:
        return False
    return len({*_USUAL_NAME.findall(low), *_OTHER_NAME.findall(others)}) > MAX_NAMES


_UNUSUAL = itemgetter(2)
_SHORTEST = 3
"""Letters of the shortest attribute with a space, of which there are so many."""
_VALUE = rb"(?:[" + _SPACE + rb"]*+=[" + _SPACE + rb"]*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^" + _SPACE + rb">]*+))?+"
_USUAL_NAME = re.compile(rb"(?<= )([a-z-]++)=\"")
_OTHER_NAME = re.compile(rb"([^" + _SPACE + rb"/>=]++)" + _VALUE)


def _work(tokens: Sequence[_Token], names: Counter[bytes]) -> int:
    """
    Open elements, added up over *tokens*, never too few; `MAX_WORK` + 1 when there is no telling.

    An end tag counts only when it fits what was started last: whether a browser heeds any other is a matter of scopes
    and tables, so that the elements it would end are taken to stay open for good.
    """
    simple = names.keys().isdisjoint(_OPAQUE)
    if simple and (most := sum(count for name, count in names.items() if name not in _FLAT) * len(tokens)) <= MAX_WORK:
        return most  # were none of them ever ended
    opened: list[bytes] = []
    depth, work, opaque = 1, 0, 0
    drawing = False  # nothing but SVG since an `svg` began
    for raw, name, attributes, _rest, text in tokens:
        work += depth
        if name in _FLAT:
            drawing = False
        elif raw:
            drawing = False
            if opaque and b"<" in text:
                return MAX_WORK + 1
        elif not name or (drawing and name in _DRAWN and _SLASHED.fullmatch(attributes + b">")):
            continue
        elif name[0] != _SLASH:
            opened.append(name)
            depth += 1
            opaque += name in _OPAQUE
            drawing = name == b"svg" or (drawing and name in _DRAWN)
        elif opened and opened[-1] == name[1:]:
            opaque -= opened.pop() in _OPAQUE
            depth -= 1
            drawing = drawing and name[1:] in _DRAWN
        else:
            _unwind(opened, name[1:])
            drawing = False
        if work > MAX_WORK:
            return MAX_WORK + 1
    return work


def _unwind(opened: list[bytes], name: bytes) -> None:
    """Forget the elements of *opened* that an end tag far from the last one may end; the depth stays as it is."""
    if name in opened[-_NEAR:]:
        while opened.pop() != name:
            pass


_NAME = itemgetter(1)
_SLASH = 0x2F
_NEAR = 16
"""Elements among which the one that an end tag means is looked for."""
_ODD = frozenset({b"plaintext", b"frameset"})
_KEPT = _names(
    """
    a div span section article aside nav header footer main center font b i u strong em small form marquee
    noscript h1 h2 h3 h4 h5 h6
    """
)
_KEPT_VOID = frozenset({b"meta", b"link", b"base", b"input", b"img"})
_KEPT_RAW = frozenset({b"script", b"style", b"title", b"iframe"})


_ASKED = (
    rb"href|src|style|hidden|class|id|rel|content|name|property|itemprop|http-equiv|type|charset|width|height|srcdoc|data"
    rb"|action|method|open|lang|hreflang|onload|onerror"
)
"""Attributes that judges ask for."""
_ATTRIBUTE = re.compile(
    rb"(^<[^" + _SPACE + rb"/>]*+|[" + _SPACE + rb"/]*+(?:" + _ASKED + rb")(?=[" + _SPACE + rb"/>=])" + _VALUE + rb")"
    rb"|["
    + _SPACE
    + rb"/]*+[^"
    + _SPACE
    + rb"/>=]++"
    + _VALUE
    +
    # Else each of many spaces before no attribute would be looked through to the last of them.
    rb"|(["
    + _SPACE
    + rb"/]++)",
    re.IGNORECASE,
)
"""An attribute: (the beginning of the tag, or an attribute that is asked for; or what stands before none)."""


def _asked_for(attribute: re.Match[bytes]) -> bytes:
    return attribute[1] or attribute[2] or b""


def _rewritten(markup: bytes, low: bytes, *, plain: bool) -> tuple[list[bytes], bool]:
    """The pieces of *markup* written anew, *plain* or with all attributes, and whether some of it is missing."""
    writer, at = _Writer(markup, plain=plain), 0
    for match in _TOKEN.finditer(low):
        if match[4] is not None:
            writer.text(at, match.start())
            return [*writer.pieces, *writer.closing()], True
        writer.text(at, match.start())
        at = match.end()
        writer.tag(match)
    writer.text(at, len(markup))
    return [*writer.pieces, *writer.closing()], False


class _Writer:
    """Writes tags so that each ends what was started last, at most `MAX_DEPTH` within each other."""

    def __init__(self, markup: bytes, *, plain: bool) -> None:
        """Of *markup*; *plain*: without attributes that no judge asks for."""
        self._markup = markup
        self._plain = plain
        self._open: list[bytes] = []
        """Names of elements; empty for those whose tags are left out."""
        self._names: list[bytes] = []
        self._depth = 0
        self.pieces: list[bytes] = []

    def text(self, start: int, end: int) -> None:
        if start < end:
            # What is no tag to us shall be none to the tree builder, either.
            self.pieces.append(self._markup[start:end].replace(b"<", b"&lt;"))

    def tag(self, match: re.Match[bytes]) -> None:
        raw, name = match[1], match[2]
        if raw:
            if raw in _KEPT_RAW:
                source = self._source(match.start(), match.start(5)) if match[5] else self._asked(match[0])
                self.pieces += (source, (match[5] or b"").replace(b"<!--", b""), b"</", raw, b">")
        elif not name:
            # A comment, kept as it is, or what is taken for one.
            self.pieces.append(match[0] if match[0].endswith(b"-->") else b"")
        elif name == b"frame":
            # Frames are left out of what is no frameset: as one of another kind it is as high as it was.
            rest = self._source(match.start(), match.end())[len(b"<frame") :]
            self.pieces += (b'<iframe style="position:fixed;inset:0"', rest, b"</iframe>")
        elif name in _KEPT_VOID:
            self.pieces.append(self._source(match.start(), match.end()))
        elif name in _FLAT:
            self.pieces.append(b" ")
        elif name[0] == _SLASH:
            self._end(name[1:])
        else:
            self._start(name, self._source(match.start(), match.end()))

    def _source(self, start: int, end: int) -> bytes:
        """The tag from *start* to *end*, with those attributes that are kept."""
        return self._asked(self._markup[start:end])

    def _asked(self, tag: bytes) -> bytes:
        return _ATTRIBUTE.sub(_asked_for, tag) if self._plain else tag

    def _start(self, name: bytes, source: bytes) -> None:
        # Links and what may hide them are asked for, however deep.
        most = 2 * MAX_DEPTH if name == b"a" or b"style" in source or b"hidden" in source else MAX_DEPTH
        kept = name in _KEPT and self._depth < most
        self._names.append(name)
        self._open.append(name if kept else b"")
        if kept:
            self._depth += 1
            self.pieces.append(source)

    def _end(self, name: bytes) -> None:
        if name not in self._names[-_NEAR:]:
            return
        while self._names:
            last = self._names.pop()
            self._close(self._open.pop())
            if last == name:
                return

    def _close(self, name: bytes) -> None:
        if name:
            self._depth -= 1
            self.pieces += (b"</", name, b">")

    def closing(self) -> Iterator[bytes]:
        """The end tags that are still missing."""
        for name in reversed(self._open):
            if name:
                yield b"</" + name + b">"
