"""A page taken apart: a tree is built of what is cheap to build one of, and asked for what judges read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, repeat
from math import comb
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.content.decode import utf8
from monitor.content.encoded import decoded, referenced, unescaped
from monitor.content.facts import Document, Form, Link
from monitor.content.hidden import covering_selectors, covers, hidden_selectors, hides, written
from monitor.content.holding import holds
from monitor.content.nesting import Tamed, tame

MAX_LINKS = 2_000
"""Links kept of one page: of more, the first and the last half."""
MAX_ITEMS = 200
"""Of each other kind of thing that is kept of one page."""
MAX_TEMPLATES = 16
MAX_STYLED = 3_000
"""Elements with a style of their own that are looked at."""
MAX_STYLES = 160_000
"""Characters of such styles, all together, that are looked through."""
MAX_STEPS = 16_000_000
"""From one element to another, added up over all rules about what is in or beside what: not to be taken more."""
MAX_TEXT = 400_000
"""Characters of what a visitor sees."""
MAX_ITEM = 20_000
"""Characters of one script, one hidden text, one comment."""
MAX_LINE = 1_000
"""Characters of a title, a heading, a link's text, a description."""
MAX_URL = 2_048

_CONTAINERS: tuple[tuple[str, str], ...] = (
    *((name, name) for name in ("noscript", "marquee", "dialog", "noembed", "noframes", "datalist", "canvas")),
    *((name, name) for name in ("audio", "video", "svg")),
    ("table", "table[width]"),
)
"""Elements that may hide what is in them, and how they are asked for, besides those with `hidden` or `style`."""
_HEADINGS = ("h1", "h2", "h3", "h4")
_FRAMING = frozenset({"iframe", "frame", "embed", "object"})
_RAW = frozenset({"textarea", "noframes", "noembed", "xmp"})
_NEVER_SEEN = frozenset({"noscript", "noembed", "noframes", "datalist", "canvas", "audio", "video"})
"""Elements whose content is for browsers that cannot do better."""
_COVERING = ("fixed", "absolute", "sticky")
_SIZED = frozenset({"marquee", "svg", "table"})
_MARKUP_IN = "textarea,noframes,noembed,script[type*=template],script[type*=html],xmp"
"""Elements that keep markup as text."""
_ALTERNATE = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_UNSEEN = ["script", "style", "template", "title", "noframes", "object", "iframe"]
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,20}:", re.IGNORECASE)
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']{1,2048})", re.IGNORECASE)
_PLAIN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,2000}")
_PLAIN_PATHS = re.compile(r"(?:/(?![/\\])[!-\[\]-~]{0,2000}+(?:\n(?!\Z)|\Z))++")
"""Several of them, each on a line."""
_RELATIVE_SCHEMES = ("http:", "https:")


def read_document(body: bytes, url: str, content_type: str = "") -> Document:
    """
    What the HTML page *body*, read at *url*, consists of; never raises, whatever the bytes.

    The time it takes is linear in the length of *body*: a page that would keep a tree builder busy is flattened first.
    """
    tamed = tame(utf8(body, content_type))
    tree = LexborHTMLParser(tamed.markup)
    reading = _Reading(tree, _Base(url), dict(tamed.tags), tamed.partial)
    reading.read(tamed)
    return reading.document(url)


class _Base:
    """Where relative addresses of a page start."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.origin = self._scheme = ""
        self._split()

    def _split(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return
        self._scheme, self.origin = f"{parts.scheme}:", f"{parts.scheme}://{parts.netloc}"

    def move(self, reference: str) -> None:
        """What `base` says counts from now on."""
        self.url = self.absolute(reference) or self.url
        self._split()

    def absolute(self, reference: str | None) -> str:
        """*reference* as an absolute address of http or https; empty when it is none."""
        text = (reference or "").strip()[:MAX_URL]
        if not text or text[0] == "#":
            return ""
        if text[0] in "/\\":
            rest = text.replace("\\", "/")
            return self._scheme + rest if rest.startswith("//") else self.origin + rest
        if text[:8].lower().startswith(("http://", "https://")):
            return text
        if _SCHEME.match(text) and not text[:6].lower().startswith(_RELATIVE_SCHEMES):
            return ""
        try:
            return urljoin(self.url, text)
        except ValueError:
            return ""


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    tree: LexborHTMLParser
    base: _Base
    tags: dict[str, int]
    partial: bool
    metas: list[tuple[str, str]] = field(default_factory=list)
    refreshes: list[str] = field(default_factory=list)
    canonicals: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    encoded: list[str] = field(default_factory=list)
    selectors: tuple[str, ...] = ()
    covering: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    templated: bool = False
    """There may be scripts that keep markup as text."""
    unseen: bool = False
    depth: int = 0
    """Of the tree; 0 when nobody has asked."""

    def read(self, tamed: Tamed) -> None:
        """Everything but what a visitor sees, which is what remains of the tree."""
        markup = tamed.markup
        self._head()
        self._scripts()
        self._handlers()
        self._sheets()
        if "template" in self.tags:
            self._templates(markup)
        data = self._data(_DATA if _may_embed(tamed.low) else "[srcdoc]")
        self.comments = self._kept(_comments(markup), MAX_ITEM) if tamed.commented else []
        self.encoded = self._kept(
            (
                *referenced(markup),
                *_documents(data),
                *decoded((*self.inline, *self.json_ld), (*data, *self._coded(markup))),
            ),
            MAX_ITEM,
        )

    def has(self, tags: frozenset[str]) -> bool:
        """Whether there is any element of *tags*: not to look is quicker than to find none."""
        return not tags.isdisjoint(self.tags)

    def document(self, url: str) -> Document:
        title = self.tree.css_first("title")
        root = self.tree.css_first("html")
        # The order matters: what is hidden leaves the tree before the rest of it is read.
        forms = self._forms() if "form" in self.tags else []
        frames, overlays, filling = self._frames() if self.has(_FRAMING) else ([], [], [])
        nested = self._nested()
        self._hide()
        for markup in nested:
            self._fragment(markup)
        links = self._links()
        headings = self._kept(map(_line, self._elements(_HEADINGS)), MAX_LINE)
        self.tree.strip_tags([name for name in _UNSEEN if name in self.tags])
        body = self.tree.body
        text = _folded(body.text(separator=" ")) if body else ""
        return Document(
            url=url,
            title=_line(title) if title else "",
            lang=(_attribute(root, "lang") if root else "").lower()[:20],
            metas=tuple(self.metas),
            canonicals=tuple(self.canonicals),
            headings=tuple(headings),
            links=links,
            text=text[:MAX_TEXT],
            hidden=tuple(self.hidden),
            json_ld=tuple(self.json_ld),
            scripts=tuple(self.scripts),
            inline_scripts=tuple(self.inline),
            frames=tuple(frames),
            overlays=tuple(overlays if overlays or len(text) >= _BARE else filling),
            refreshes=tuple(self.refreshes),
            forms=tuple(forms),
            feeds=tuple(self.feeds),
            comments=tuple(self.comments),
            styles=tuple(self.assets),
            encoded=tuple(self.encoded),
            tags=self.tags,
            unseen=self.unseen,
            partial=self.partial or len(text) > MAX_TEXT,
        )

    def _elements(self, tags: Iterable[str]) -> list[LexborNode]:
        """All elements of *tags*, in order."""
        asked = ",".join(tag for tag in tags if tag in self.tags)
        return self.tree.css(asked) if asked else []

    def _kept(self, texts: Iterable[str], size: int) -> list[str]:
        """The first `MAX_ITEMS` of *texts* that are not empty, each at most *size* characters long."""
        found: list[str] = []
        for text in texts:
            if not text:
                continue
            if len(found) == MAX_ITEMS:
                self.partial = True
                break
            self.partial = self.partial or len(text) > size
            found.append(text[:size])
        return found

    def _head(self) -> None:
        for node in self._nodes("base[href],meta[content],link[href]"):
            attributes = node.attributes
            if node.tag == "meta":
                self._meta(attributes)
            elif node.tag == "link":
                self._link(attributes)
            else:
                self.base.move(attributes.get("href") or "")

    def _nodes(self, selector: str) -> Iterator[LexborNode]:
        for number, node in enumerate(self.tree.css(selector)):
            if number == MAX_ITEMS:
                self.partial = True
                return
            yield node

    def _meta(self, attributes: dict[str, str | None]) -> None:
        content = attributes.get("content") or ""
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.fullmatch(content[:MAX_URL]) or _REFRESH.match(content[:MAX_URL])
            if match and (url := self.base.absolute(match[1])):
                self.refreshes.append(url)
            return
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        if name:
            self.metas.append((name.strip().lower()[:60], fold(content)[:MAX_LINE]))

    def _link(self, attributes: dict[str, str | None]) -> None:
        url = self.base.absolute(attributes.get("href"))
        relations = (attributes.get("rel") or "").lower().split()
        if not url:
            return
        if "canonical" in relations or "amphtml" in relations:
            self.canonicals.append(url)
        elif "alternate" in relations and attributes.get("hreflang"):
            if not url.startswith(f"{self.base.origin}/"):
                self.canonicals.append(url)
        elif "alternate" in relations:
            if (attributes.get("type") or "").lower() in _ALTERNATE:
                self.feeds.append(url)
        else:
            self.assets.append(url)

    def _scripts(self) -> None:
        self.templated = self.tags.get("script", 0) > MAX_ITEMS
        for node in self._nodes("script"):
            attributes = node.attributes
            kind = (attributes.get("type") or "").lower()
            self.templated = self.templated or "template" in kind or "html" in kind
            source = attributes.get("src")
            if source is not None:
                if url := self.base.absolute(source):
                    self.scripts.append(url)
                elif source.lstrip()[:5].lower() == "data:":
                    self.inline.append(source[:MAX_ITEM])
                continue
            text = node.text()
            self.partial = self.partial or len(text) > MAX_ITEM
            # What is slipped into a long script stands at one of its ends.
            short = text if len(text) <= MAX_ITEM else f"{text[: MAX_ITEM // 2]}\n{text[-MAX_ITEM // 2 :]}"
            is_ld = kind.strip() == "application/ld+json"
            if short.strip():
                (self.json_ld if is_ld else self.inline).append(unescaped(short) if is_ld else short)

    def _handlers(self) -> None:
        """What attributes run as soon as the page is there."""
        for node in self._nodes("[onload],[onerror]"):
            self.inline += filter(None, (_attribute(node, name)[:MAX_ITEM] for name in ("onload", "onerror")))
        if "iframe" in self.tags:
            self.inline += (_attribute(node, "src")[:MAX_ITEM] for node in self._nodes('iframe[src^="javascript:" i]'))

    def _sheets(self) -> None:
        sheet = "\n".join(node.text() for node in self._nodes("style")) if "style" in self.tags else ""
        self.selectors = self._affordable(hidden_selectors(sheet)) if ":" in sheet else ()
        self.written = tuple(written(sheet)) if "content" in sheet else ()
        covering = covering_selectors(sheet) if any(sign in sheet for sign in _COVERING) else ()
        self.covering = self._affordable(covering)
        self.assets += self._addresses("img[src]", "src")

    def _affordable(self, selectors: tuple[str, ...]) -> tuple[str, ...]:
        """*selectors* without those for which too much may have to be looked at that an element is in or beside."""
        kept: list[str] = []
        left = MAX_STEPS
        for selector in selectors:
            steps = 0
            if _RELATED.search(selector):
                self.depth = self.depth or self._depth()
                steps = _steps(selector, sum(self.tags.values()), self.depth)
            if steps <= left:
                left -= steps
                kept.append(selector)
        self.partial = self.partial or len(kept) < len(selectors)
        return tuple(kept)

    def _depth(self) -> int:
        """How many elements are within each other, not too few and up to the last of `_DEPTHS`."""
        return next((depth for depth in _DEPTHS if self.tree.css_first(">".join("*" * (depth + 1))) is None), _DEEPEST)

    def _coded(self, markup: bytes) -> Iterator[str]:
        """Attributes in which something is encoded, as far as a script of the page unpacks such things."""
        if any("atob" in script or "ase64" in script for script in self.inline):
            for match in islice(_ENCODED_ATTRIBUTE.finditer(markup), MAX_ITEMS):
                yield f"base64,{match[1][:MAX_ITEM].decode('ascii')}"

    def _data(self, selector: str) -> tuple[str, ...]:
        nodes = self._nodes(selector)
        return tuple(
            text
            for node in nodes
            for name in ("src", "href", "data", "srcdoc", "content")
            if (text := _attribute(node, name)[:MAX_ITEM]) and (name == "srcdoc" or "data:" in text[:200].lower())
        )

    def _addresses(self, selector: str, *names: str) -> list[str]:
        urls = (
            self.base.absolute(_attribute(node, name)) for node in self.tree.css(selector)[:_MANY] for name in names
        )
        return self._kept(urls, MAX_URL)

    def _forms(self) -> list[Form]:
        found = []
        for node in self._nodes("form"):
            attributes = node.attributes
            url = self.base.absolute(attributes.get("action")) or self.base.url
            method = "post" if (attributes.get("method") or "").strip().lower() == "post" else "get"
            found.append(Form(url, method, password=node.css_first('input[type="password" i]') is not None))
        return found

    def _frames(self) -> tuple[list[str], list[str], list[str]]:
        """Addresses of frames; of those that cover the page; of those that are as high as it."""
        return self._addresses("iframe,frame,embed,object", "src", "data"), self._overlays(), self._filling()

    def _overlays(self) -> list[str]:
        """Frames that cover the page, by themselves or by what they are in."""
        ruled = {node.mem_id for node in self._in_order(*self.covering)[:MAX_STYLED]}
        found = []
        for node in self._nodes("iframe[src],object[data],embed[src]"):
            above = node.parent.parent if node.parent else None
            around = (node, node.parent, above, above.parent if above else None)
            styles = [_attribute(each, "style")[:MAX_LINE] for each in around if each]
            if any(style and _DROPPED.search(style) for style in styles):
                continue  # it waits for a click
            if any(each and (each.mem_id in ruled or covers(_attribute(each, "style")[:MAX_LINE])) for each in around):
                found.append(self.base.absolute(_attribute(node, "src") or _attribute(node, "data")))
        return [url for url in (*found, *self._addresses("frame[src]", "src")) if url]

    def _filling(self) -> list[str]:
        """Frames as high as the window, of a page that says nothing itself."""
        found = [
            self.base.absolute(_attribute(node, "src"))
            for node in self._nodes("iframe[src]")
            if _TALL.search(f"{_attribute(node, 'height')};{_attribute(node, 'style')[:MAX_LINE]}")
        ]
        return [url for url in found if url]

    def _matching(self, selectors: Iterable[str]) -> Iterator[LexborNode]:
        """Elements that *selectors* mean; one that lexbor cannot read means none."""
        for selector in selectors:
            with suppress(SelectolaxError):
                yield from self.tree.css(selector)[:MAX_STYLED]

    def _in_order(self, *selectors: str) -> list[LexborNode]:
        """Elements that *selectors* mean as they stand on the page, as far as lexbor can read all of them."""
        if not selectors:
            return []
        try:
            # One that several of them mean is found several times, unless it is asked for so.
            return self.tree.css(f":is({','.join(selectors)})")
        except SelectolaxError:
            return [*self._matching(selectors)]

    def _nested(self) -> list[str]:
        """Markup that stands as text in elements made for that."""
        found = self.tree.css(_MARKUP_IN)[:MAX_TEMPLATES] if self.templated or self.has(_RAW) else ()
        return [text[: 4 * MAX_ITEM] for node in found if "<" in (text := node.text()) and "href" in text]

    def _fragment(self, markup: str) -> None:
        """Take what *markup*, which nobody sees as it is, would show."""
        if body := LexborHTMLParser(tame(markup.encode("utf-8", "replace")).markup).body:
            self._take(body)

    def _templates(self, markup: bytes) -> None:
        """What stands in `template` elements: nobody sees it, but a script may show it."""
        end = 0
        for _number in range(MAX_TEMPLATES):
            start = markup.find(b"<template", end)
            if start < 0:
                return
            end = markup.find(b"</template", start)
            inner = markup[markup.find(b">", start) + 1 : end if end > start else len(markup)][: 4 * MAX_ITEM]
            if body := LexborHTMLParser(tame(inner).markup).body:
                self._take(body)
            if end < 0:
                return

    def _hide(self) -> None:
        """Take what no visitor sees out of the tree."""
        ruled = {node.mem_id for node in self._in_order(*self.selectors)[:MAX_STYLED]}
        containers = (selector for tag, selector in _CONTAINERS if tag in self.tags)
        nodes = self._in_order("[hidden],[style]", *containers, *self.selectors)
        self.partial = self.partial or len(nodes) > MAX_STYLED
        seen: dict[int, LexborNode] = {}
        left = MAX_STYLES
        for node in nodes[:MAX_STYLED]:
            attributes = node.attributes
            style = (attributes.get("style") or "")[:MAX_LINE]
            left -= len(style)
            if left < 0:
                self.partial = True
                break
            if not (node.mem_id in ruled or _is_hidden(node.tag or "", attributes, style)) or _within(node, seen):
                continue
            if node.tag in _WHOLE:
                self.unseen = self.unseen or node.tag != "head"
                continue
            if len(seen) == MAX_ITEMS:
                self.partial = True
                break
            seen[node.mem_id] = node
            self._take(node)
        for node in seen.values():
            node.decompose()

    def _take(self, node: LexborNode) -> None:
        """Keep the text and the links of *node*, which no visitor sees."""
        self.links += self._as_links(node.css("a[href]")[: MAX_LINKS // 4], hidden=True)
        if node.tag == "a" and (node.attributes.get("href")):
            self.links += self._as_links([node], hidden=True)
        node.strip_tags(["script", "style"])
        if text := " ".join(node.text(separator=" ").split()):
            self.hidden.append(text[:MAX_ITEM])

    def _links(self) -> tuple[Link, ...]:
        nodes = self.tree.css("a[href],area[href]")
        if len(nodes) > MAX_LINKS:
            self.partial = True
            nodes = [*nodes[: MAX_LINKS // 2], *nodes[-MAX_LINKS // 2 :]]
        seen = self._as_links(nodes, hidden=False)
        home = f"{self.base.origin}/"
        # Who wrote a link matters only of those that lead away, and most pages have hardly any.
        away = [at for at, link in enumerate(seen) if link.url and not link.url.startswith(home)]
        written = self._written() if away else set()
        for at in away:
            if nodes[at].mem_id in written:
                seen[at] = seen[at]._replace(rel=_ugc(seen[at].rel))
        return tuple(link for link in (*self.links[:MAX_LINKS], *seen) if link.url)

    def _written(self) -> set[int]:
        """Links that visitors write, as far as the page tells: they count as `rel=ugc`."""
        places: dict[int, LexborNode] = {}
        for node in self.tree.css(_WRITTEN)[:MAX_ITEMS]:
            if node.tag not in _WHOLE and not _within(node, places):
                places[node.mem_id] = node
        return {link.mem_id for node in places.values() for link in node.css("a[href]")}

    def _as_links(self, nodes: Sequence[LexborNode], *, hidden: bool) -> list[Link]:
        """A link for each of *nodes*; column by column, for a page has hundreds of them."""
        attributes = [node.attributes for node in nodes]
        urls = self._urls([each["href"] or "" for each in attributes])
        texts = [" ".join(node.text().split())[:MAX_LINE] for node in nodes]
        relations = [each.get("rel") for each in attributes]
        told = [relation.lower()[:60] if relation else "" for relation in relations]
        return [*map(Link._make, zip(urls, texts, repeat(hidden), told, strict=False))]

    def _urls(self, hrefs: list[str]) -> list[str]:
        """*hrefs* as absolute addresses, empty for what is none."""
        origin, absolute, is_plain = self.base.origin, self.base.absolute, _PLAIN_PATH.fullmatch
        # Most lead to the site itself: all of them are looked at in one go.
        if _PLAIN_PATHS.fullmatch("\n".join(hrefs)):
            return [origin + href for href in hrefs]
        return [origin + href if is_plain(href) else absolute(href) for href in hrefs]


_RELATED = re.compile(r"~(?!=)|nth-| ")
"""A selector that says what an element is in, or one of those that it is beside."""
_DEPTHS = (12, 20, 28, 40, 60, 90)
_DEEPEST = 256


def _steps(selector: str, elements: int, depth: int) -> int:
    """Elements that have to be looked at, at most, to find what *selector* means among so many *elements*."""
    beside = 1 + len(_BESIDE.findall(selector)) * elements // 2
    return elements * comb(depth, min(selector.count(" "), depth)) * beside


_BESIDE = re.compile(r"~(?!=)|nth-")


_DROPPED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MANY = 4 * MAX_ITEMS
_BARE = 200
"""Characters of text below which a page says nothing itself."""
_TALL = re.compile(r"^(?:9\d|100)%|^\d{4,}|^[6-9]\d\d(?:px)?;|height\s*:\s*(?:(?:9\d|100)(?:%|d?vh)|\d{4,}px)")
_ENCODED_ATTRIBUTE = re.compile(rb"=[\"']([A-Za-z0-9+/_-]{40,}={0,2})[\"']")
_WRITTEN = '[class*="omment"],[id*="omment"],[class*="omentar"],[id*="omentar"],[class*="guestbook"],[class*="tamu"]'
_DATA = (
    '[src^="data:text" i],[href^="data:text" i],[data^="data:text" i],[srcdoc],meta[content*="data:text" i],'
    '[src^="data:application" i],[data^="data:application" i],'
    'iframe[src^="data:image/svg" i],embed[src^="data:image/svg" i],object[data^="data:image/svg" i]'
)


def _may_embed(low: bytes) -> bool:
    """Whether an attribute of markup in lower case, *low*, may match `_DATA` by what it has, be it by references."""
    plainly = holds(low, b"data:", b":") and _EMBEDDED.search(low) is not None
    return plainly or any(holds(low, sign, b"&") for sign in _SIGNS)


_EMBEDDED = re.compile(rb":(?<=data:)(?:text|application|image/svg)")
"""From its rarest letter on: that is looked for quickly."""
_SIGNS = (b"&#", b"&colon", b"&sol")
"""How references to what `_DATA` looks for begin: no letter has another one (WHATWG HTML §13.5)."""


_WHOLE = frozenset({"html", "body", "head"})


def fold(text: str) -> str:
    """*text* on one line: white space folded, control and direction characters left out."""
    folded = " ".join(text.split())
    return folded if folded.isprintable() else "".join(filter(str.isprintable, folded))


def _folded(text: str) -> str:
    """*text* with its white space folded; much of it, quickly."""
    for space in "\n\t\r\f\xa0":
        text = text.replace(space, " ")
    return _SPACES.sub(" ", text).strip()


_SPACES = re.compile("  +")


def _documents(data: Iterable[str]) -> Iterator[str]:
    """Documents that stand in attributes as they are, or nearly so."""
    for text in data:
        scheme, comma, rest = text.partition(",")
        if "<" in text or (comma and ";base64" not in scheme and "%3" in rest):
            yield fold(unquote(rest) if comma and text[:5].lower() == "data:" else text)


def _ugc(relation: str) -> str:
    """*relation* of a link that a visitor wrote."""
    return relation if "ugc" in relation else f"{relation} ugc".lstrip()


def _line(node: LexborNode) -> str:
    return " ".join(node.text().split())[:MAX_LINE]


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _is_hidden(tag: str, attributes: Mapping[str, str | None], style: str) -> bool:
    """Whether an element, by its *tag*, *attributes* and *style*, says itself that nobody shall see it."""
    if "hidden" in attributes or tag in _NEVER_SEEN or (style and hides(style)):
        return True
    if tag in _SIZED:
        return any((attributes.get(name) or "").strip(" px") in {"0", "1"} for name in ("width", "height"))
    return tag == "dialog" and "open" not in attributes


def _within(node: LexborNode, seen: Collection[int]) -> bool:
    """Whether one of *seen* contains *node*."""
    above = node.parent if seen else None
    while above is not None:
        if above.mem_id in seen:
            return True
        above = above.parent
    return False


def _comments(markup: bytes) -> Iterator[str]:
    """What stands in comments; linear in the length of *markup*."""
    end = 0
    while (start := markup.find(b"<!--", end)) >= 0:
        end = markup.find(b"-->", start + 4)
        if end < 0:
            return
        yield fold(markup[start + 4 : min(end, start + 4 + 4 * MAX_ITEM)].decode("utf-8", "replace"))
