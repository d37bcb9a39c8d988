"""What a page loads and where its forms lead, read once per version of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from monitor.checks.website.markup import MAX_ATTRIBUTE, Budget, Tag, narrow, tags
from monitor.content.memory import Memo

MAX_ITEMS = 50
"""Of each kind of thing that is kept of one page."""
MAX_URL = 200
"""Characters of a URL that are kept, its query left out: that differs from visit to visit."""
MAX_POLICIES = 4
"""Content security policies in `meta` elements."""

_ACTIVE = {"script": "src", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_PASSIVE = {"img": "src", "audio": "src", "video": "src", "source": "src", "input": "src"}
_ACTIVE_LINKS = frozenset({"stylesheet", "modulepreload", "manifest", "import"})
_PASSIVE_LINKS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed"})
_CONTROLS = frozenset({"input", "button"})
_ALWAYS = frozenset({*_CONTROLS, "base", "meta", "form", "/form"})
_LOADING = _ALWAYS | {*_ACTIVE, *_PASSIVE, "link"}
_RESOLVING = 10
"""Steps that a URL costs: it takes as long as so many attributes."""
_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Form:
    """Where what a visitor types is sent."""

    url: str
    """Absolute, without query."""
    method: str
    """`get` or `post`."""
    password: bool = False
    """It asks for a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a judge needs to know of a page's markup; each list at most `MAX_ITEMS` long, each item once."""

    active: tuple[str, ...] = ()
    """URLs loaded over plain http that can change the page: scripts, styles, frames."""
    passive: tuple[str, ...] = ()
    """URLs loaded over plain http that can only show something else: images, sound, video."""
    forms: tuple[Form, ...] = ()
    policies: tuple[str, ...] = ()
    """Content security policies in `meta` elements."""
    policies_partial: bool = False
    """There were more of them than are kept, or longer ones."""
    referrer: str = ""
    """The last referrer policy in a `meta` element."""
    partial: bool = False
    """There was more than is kept or read: what is not listed may be there."""

    @property
    def weight(self) -> int:
        """About how many strings of the length of a URL it keeps."""
        policies = sum(1 + len(policy) // MAX_URL for policy in self.policies)
        return 1 + len(self.active) + len(self.passive) + len(self.forms) + policies


NOTHING = Page()


def page_facts(body: bytes, url: str, content_type: str) -> Page:
    """The facts of the page at *url*; none for what is no HTML. The same page is not read twice in a row."""
    if not body or (content_type and "html" not in content_type.lower()):
        return NOTHING
    return MEMO.read(body, url, (), lambda: read(body, url))


def read(body: bytes, url: str) -> Page:
    """The facts of the HTML *body*, in time that grows with its length alone."""
    budget, body = Budget(), narrow(body)
    reading = _Reading(url, budget)
    is_plain = not url.startswith("https:") or b"http:" in body.lower()
    names = _LOADING if is_plain else _ALWAYS
    for tag in tags(body, names, budget):
        reading.take(tag)
    return reading.page()


MEMO: Memo[Page] = Memo(pages=32_768, weight=131_072)


@dataclass(slots=True)
class _Reading:
    """The working sheet of one page."""

    url: str
    budget: Budget
    base: str = field(init=False)
    base_seen: bool = False
    active: dict[str, None] = field(default_factory=dict)
    passive: dict[str, None] = field(default_factory=dict)
    forms: dict[Form, None] = field(default_factory=dict)
    policies: list[str] = field(default_factory=list)
    policies_partial: bool = False
    referrer: str = ""
    partial: bool = False
    _open: list[tuple[str, str]] = field(default_factory=list)
    """The form that is open: where it, and each of its buttons, sends to, and how."""
    _password: bool = False

    def __post_init__(self) -> None:
        """Relative references count from the page until it says otherwise."""
        self.base = self.url

    def take(self, tag: Tag) -> None:
        """Note what *tag* says."""
        name = tag.name
        if name == "form":
            self._begin(tag.attributes(self.budget))
        elif name == "/form":
            self._end()
        elif name == "meta":
            self._meta(tag)
        elif name == "base":
            self._rebase(tag.attributes(self.budget))
        else:
            self._element(name, tag)

    def page(self) -> Page:
        """All that was noted."""
        self._end()
        return Page(
            active=tuple(self.active),
            passive=tuple(self.passive),
            forms=tuple(self.forms),
            policies=tuple(self.policies),
            policies_partial=self.policies_partial,
            referrer=self.referrer,
            partial=self.partial or self.budget.spent,
        )

    def _element(self, name: str, tag: Tag) -> None:
        is_control = name in _CONTROLS and bool(self._open)
        if not is_control and not self._may_be_plain(tag.source):
            return
        attributes = tag.attributes(self.budget)
        if is_control:
            self._control(attributes)
        if name == "link":
            self._link(attributes)
        elif name in _ACTIVE:
            self._load(self.active, attributes.get(_ACTIVE[name]))
        elif name in _PASSIVE and (name != "input" or attributes.get("type", "").lower() == "image"):
            self._load(self.passive, attributes.get(_PASSIVE[name]))
            self._load(self.passive, attributes.get("poster") if name == "video" else None)
            for candidate in _candidates(attributes.get("srcset", "")):
                if self.budget.spent:
                    break
                self._load(self.passive, candidate)

    def _may_be_plain(self, source: bytes) -> bool:
        """Whether a tag can load something over plain http; most cannot, and are not read any further."""
        return not self.base.startswith("https:") or b"http:" in source.lower()

    def _link(self, attributes: dict[str, str]) -> None:
        relations = frozenset(attributes.get("rel", "").lower().split())
        if relations & _ACTIVE_LINKS:
            self._load(self.active, attributes.get("href"))
        elif relations & _PASSIVE_LINKS:
            self._load(self.passive, attributes.get("href"))

    def _load(self, kept: dict[str, None], reference: str | None) -> None:
        parts = self._resolved(reference) if reference else None
        if parts is not None and parts.scheme == "http" and not _is_local(parts.hostname or ""):
            self._keep(kept, _short(parts))

    def _keep(self, kept: dict[str, None], url: str) -> None:
        if len(kept) < MAX_ITEMS:
            kept[url] = None
        elif url not in kept:
            self.partial = True

    def _meta(self, tag: Tag) -> None:
        attributes = tag.attributes(self.budget)
        content = attributes.get("content", "")
        if attributes.get("http-equiv", "").strip().lower() == "content-security-policy":
            self.policies_partial |= len(tag.source) > MAX_ATTRIBUTE or len(self.policies) >= MAX_POLICIES
            self.policies = [*self.policies, content][:MAX_POLICIES]
        elif attributes.get("name", "").strip().lower() == "referrer":
            self.referrer = content[:MAX_URL]

    def _rebase(self, attributes: dict[str, str]) -> None:
        """The first `base` that has an `href` counts (WHATWG HTML §4.2.3)."""
        if "href" in attributes and not self.base_seen:
            self.base_seen = True
            parts = self._resolved(attributes["href"])
            self.base = self.base if parts is None else parts.geturl()

    def _begin(self, attributes: dict[str, str]) -> None:
        """A form; one within another is none (WHATWG HTML §13.2.6.4.7)."""
        if not self._open:
            self._open = [(attributes.get("action", ""), attributes.get("method", "get"))]
            self._password = False

    def _control(self, attributes: dict[str, str]) -> None:
        self._password |= attributes.get("type", "").strip().lower() == "password"
        if "formaction" in attributes and len(self._open) < MAX_ITEMS:
            method = attributes.get("formmethod") or self._open[0][1]
            self._open.append((attributes["formaction"], method))

    def _end(self) -> None:
        for action, method in self._open:
            parts = self._resolved(action) if action.strip() else urlsplit(self.url)
            how = method.strip().lower()
            if parts is not None and how != "dialog":
                self._add(Form(_short(parts), "post" if how == "post" else "get", password=self._password))
        self._open = []

    def _add(self, form: Form) -> None:
        if len(self.forms) < MAX_ITEMS:
            self.forms[form] = None
        elif form not in self.forms:
            self.partial = True

    def _resolved(self, reference: str) -> SplitResult | None:
        """The web address that *reference* means here; None for another scheme, and for what nobody can resolve."""
        text = reference.strip().replace("\\", "/").replace("\n", "").replace("\r", "").replace("\t", "")
        self.budget.steps -= _RESOLVING
        try:
            parts = urlsplit(urljoin(self.base, text))
            is_web = parts.scheme in _SCHEMES and bool(parts.hostname)
        except ValueError:
            return None
        return parts if is_web else None


def _candidates(srcset: str) -> Iterator[str]:
    """The URLs of a `srcset` (WHATWG HTML §4.8.4.2.1), as far as commas and spaces tell."""
    return (item.split(None, 1)[0] for item in srcset.split(",") if item.strip())


def _is_local(host: str) -> bool:
    """Whether a browser trusts *host* without https, for it is the visitor's own machine (W3C Secure Contexts §3.1)."""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _short(parts: SplitResult) -> str:
    authority = parts.netloc.rpartition("@")[2].lower()
    return f"{parts.scheme}://{authority}{parts.path or '/'}"[:MAX_URL]
