"""What a style says about being seen: only declarations in the page itself, the ones that hide links and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

MAX_SELECTORS = 48
"""Selectors of rules in the page, of those that hide something, that are looked for."""
MAX_COMPLEX = 12
"""Of those, selectors that say more than a name."""
MAX_STYLE = 65_536
"""Characters of a style sheet in the page that are read."""

_LONGEST = 1_000
"""Characters of one rule's declarations that are read."""

_ZERO = r"0*(?:\.0\d*)?"
_END = r"\s*(?:;|!|$)"
_FAR = r"(?:[1-9]\d{2,}(?:\.\d+)?(?:px|pt|%)?|[2-9]\d(?:\.\d+)?(?:r?em|v[wh]|cm|in|ch)|\d{3,}(?:r?em|v[wh]))"
"""A length beyond the edge of a window, without its sign."""
_GONE = r"(?:[5-9]\d{3}|\d{5,})(?:px)?|[2-9]\d{2,}(?:r?em|v[wh])|1[2-9]\d(?:v[wh])"
"""A length to the right or downwards, which few pages are as long as."""
_HIDING = re.compile(
    "|".join(
        (
            r"display\s*:\s*none",
            r"visibility\s*:\s*(?:hidden|collapse)",
            r"content-visibility\s*:\s*hidden",
            (
                r"(?<![\w-])(?:left|right|top|bottom|inset(?:-[a-z-]{4,12})?|text-indent|margin(?:-[a-z-]{3,12})?|translate)"
                rf"\s*:(?!\s*calc\([^;)]{{0,40}}%)[^;]{{0,40}}?-\s*(?:1\s*\*\s*)?{_FAR}"
            ),
            r"(?<![\w-])(?:left|right|top|text-indent|margin-(?:left|top|right))\s*:\s*(?:" + _GONE + ")",
            rf"(?<![\w-])font(?:-size)?\s*:\s*(?:{_ZERO}(?:px|pt|r?em|%|v[wh])?|(?:0?\.\d+|1(?:\.\d+)?)(?:px|pt)"
            r"|1|0?\.1\d*r?em|[0-4]%)" + _END,
            r"(?<![\w-])font\s*:[^;]{0,40}?(?<![\d.])[01](?:px|pt|em)?\s*/",
            rf"(?<![\w-])opacity\s*:\s*(?:{_ZERO}|[0-4]%)" + _END,
            rf"(?<![\w-])(?:zoom|scale)\s*:\s*{_ZERO}%?" + _END,
            rf"filter\s*:[^;]{{0,80}}?(?:opacity\s*\(|opacity\s*=)\s*(?:{_ZERO}|[0-4]%)\s*\)",
            r"clip\s*:\s*rect\s*\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01]",
            (
                r"clip-path\s*:\s*(?:inset\s*\([^)]{0,40}?(?<!\d)(?:[5-9]\d|100)%|(?:circle|ellipse)\s*\(\s*0(?![.\d]*[1-9])"
                r"|polygon\s*\(\s*(?:0[a-z%]{0,3}[\s,]*){6})"
            ),
            (
                rf"transform\s*:[^;]{{0,60}}?(?:scale(?:3d|x|y)?\s*\(\s*{_ZERO}\s*[,)]|rotate[xy]\s*\(\s*-?90deg"
                rf"|translate(?:x|y|3d)?\s*\([^;)]{{0,20}}?(?:-\s*(?:\d{{4,}}|{_GONE})|(?<!\d)(?:{_GONE}))|matrix\s*\(\s*0\s*,\s*0\s*,)"
            ),
            r"(?<![\w-])(?:color|-webkit-text-fill-color)\s*:\s*(?:transparent|#[0-9a-f]{6}0[0-9a-f]|#[0-9a-f]{3}0)(?![0-9a-f])",
            (
                r"(?<![\w-])(?:color|-webkit-text-fill-color)\s*:\s*"
                rf"(?:(?:rgb|hsl)a?\s*\((?:[^,;)]{{1,12}},){{3}}\s*{_ZERO}%?\s*\)|(?:rgb|hsl)a?\s*\([^;)]{{1,40}}/\s*{_ZERO}%?\s*\))"
            ),
            r"z-index\s*:\s*-\d{2,}",
        )
    )
)
_SUSPICIOUS = ("overflow", "color", "background")
_DECLARATION = re.compile(r"(?:^|;)\s*([a-z-]{3,20})\s*:\s*([^;]{1,60})")
_TINY = re.compile(r"0*[0-3]?(?:\.\d+)?(?:px|pt|%)?|0?\.\d+r?em|0+r?em")
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]{0,9})?[.#][a-z_][\w-]{0,60}|[a-z]{1,9}", re.IGNORECASE)
_SELECTOR = re.compile(r"[,\w.#*\[\]=\"'^$~|>+: ()-]{1,100}")
_COMBINATOR = re.compile(r" ?([>+~]) ?")
_UNSAFE = re.compile(
    r"::|\|(?!=)|:(?!not\(|first-child|last-child|nth-child)|[>+~ ]\s*[>+~]|^[>+~]|(?:[ >+~][^ >+~]+){4,}"
)
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+")


def hides(style: str) -> bool:
    """Whether a `style` attribute, or the inside of a rule, makes its element one that no visitor sees."""
    low = _plain(style)
    if _HIDING.search(low):
        return True
    if not any(name in low for name in _SUSPICIOUS):
        return False
    declared = {name: value.replace("!important", "").strip() for name, value in _DECLARATION.findall(low)}
    return _is_squeezed(declared) or _is_camouflaged(declared)


def _plain(style: str) -> str:
    """*style* in lower case, without comments and escapes (CSS Syntax §4.3.7)."""
    low = style.lower()
    if "/*" in low:
        low = _COMMENT.sub("", low)
    return _CSS_ESCAPE.sub(_unescaped, low).lower() if "\\" in low else low


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _is_squeezed(declared: dict[str, str]) -> bool:
    """No higher or wider than three pixels, and what does not fit is cut off; or pushed out of what cuts it off."""
    cut = {declared.get(name, "") for name in ("overflow", "overflow-y", "overflow-x")} & _CUTTING
    sizes = (declared.get(name) for name in ("height", "width", "max-height", "max-width"))
    if declared.get("line-height", "") in _NONE:
        return bool(cut)
    pushed = _PUSHED.fullmatch(declared.get("text-indent", "")) is not None
    return bool(cut) and (pushed or any(size is not None and _TINY.fullmatch(size) is not None for size in sizes))


_NONE = frozenset({"0", "0px", "0em"})
_CUTTING = frozenset({"hidden", "clip", "auto", "scroll"})
_PUSHED = re.compile(r"1\d\d%|\d{4,}px")


def _is_camouflaged(declared: dict[str, str]) -> bool:
    """Letters in the colour of what is behind them, as far as an eye can tell."""
    behind, before = declared.get("background-color") or declared.get("background"), declared.get("color")
    if not behind or not before:
        return False
    back, front = _colour(behind), _colour(before)
    if back is None or front is None:
        return before.replace(" ", "") == behind.replace(" ", "")
    return all(abs(one - other) <= _ALIKE for one, other in zip(back, front, strict=True))


_ALIKE = 12
"""Of 255 for each part of a colour: less is not to be read."""
_NAMED = {"white": "ffffff", "black": "000000", "snow": "fffafa", "ivory": "fffff0", "whitesmoke": "f5f5f5"}
_HEX = re.compile(r"#([0-9a-f]{3}(?:[0-9a-f]{3})?)(?![0-9a-f])")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")


def _colour(value: str) -> tuple[int, int, int] | None:
    """Red, green and blue of the first colour in *value*; None when it is none of those that are known."""
    if match := _RGB.search(value):
        return int(match[1]), int(match[2]), int(match[3])
    match = _HEX.search(value)
    digits = match[1] if match else next((code for name, code in _NAMED.items() if name in value.split()), "")
    if len(digits) == len("fff"):
        digits = "".join(2 * digit for digit in digits)
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)) if digits else None


def covers(style: str) -> bool:
    """Whether *style* lays its element over the whole window."""
    low = _plain(style)
    fixed = "fixed" in low or "sticky" in low
    if not fixed and not ("absolute" in low and ("vh" in low or _ABOVE.search(low))):
        return False
    stretched = _WIDE.search(low) is not None and _HIGH.search(low) is not None
    return stretched or _INSET.search(low) is not None or all(edge.search(low) for edge in _EDGES)


_INSET = re.compile(r"(?<![-\w])inset\s*:\s*0[a-z%]{0,2}\s*(?:;|!|$|0)")
_ABOVE = re.compile(r"z-index\s*:\s*\d{3,}")
_FULL = r"(?:(?:9[5-9]|1\d\d)(?:%|v[wh]|dv[wh])|\d{4,}px|calc\s*\(\s*100|-webkit-fill-available)"
_WIDE = re.compile(rf"(?<![-\w])(?:min-)?(?:width|inline-size)\s*:\s*{_FULL}")
_HIGH = re.compile(rf"(?<![-\w])(?:min-)?(?:height|block-size)\s*:\s*{_FULL}")
_EDGES = tuple(re.compile(rf"(?<![-\w]){edge}\s*:\s*0") for edge in ("left", "right", "top", "bottom"))


def hidden_selectors(sheet: str) -> tuple[str, ...]:
    """Selectors that *sheet* hides, of those that are cheap to look for; at most `MAX_SELECTORS`."""
    return _selectors(sheet, hides)


def covering_selectors(sheet: str) -> tuple[str, ...]:
    """Selectors that *sheet* lays over the window, of those that are cheap to look for; at most `MAX_SELECTORS`."""
    return _selectors(sheet, covers)


def _selectors(sheet: str, chosen: Callable[[str], bool]) -> tuple[str, ...]:
    found = dict.fromkeys(_chosen(_COMMENT.sub("", sheet[:MAX_STYLE]), chosen))
    simple = [selector for selector in found if _SIMPLE.fullmatch(selector)]
    others = [selector for selector in found if not _SIMPLE.fullmatch(selector)][:MAX_COMPLEX]
    kept = {*simple[: MAX_SELECTORS - len(others)], *others}
    return tuple(selector for selector in found if selector in kept)


def _chosen(sheet: str, chosen: Callable[[str], bool]) -> Iterator[str]:
    for rule in sheet.split("}"):
        selectors, _brace, declarations = rule.rpartition("{")
        if declarations and chosen(declarations[:_LONGEST]):
            # In a rule for some media the name of those stands before it.
            for selector in _COMMA.split(selectors.rpartition("{")[2]):
                plain = _COMBINATOR.sub(r"\1", " ".join(selector.split()))
                if _SELECTOR.fullmatch(plain) and not _UNSAFE.search(plain) and _CLOSED.fullmatch(plain):
                    yield plain


_COMMA = re.compile(r",(?![^()]{0,100}\))")
"""Between selectors, not within the parentheses of one."""


_ATTRIBUTE = r"\[[^\[\]()\"']*+(?:\"[^\"]*+\"|'[^']*+')?+[^\[\]()\"']*+\]"
_PLAIN = rf"(?:[^()\[\]\"']|{_ATTRIBUTE})*+"
_CLOSED = re.compile(rf"{_PLAIN}(?:\({_PLAIN}(?:\({_PLAIN}\){_PLAIN})*+\){_PLAIN})*+")
"""A selector that ends what it begins: any other one would swallow those after it."""


def written(sheet: str) -> Iterator[str]:
    """What *sheet* writes on the page (`content`), its escapes resolved (CSS Syntax §4.3.7)."""
    for match in islice(_CONTENT.finditer(sheet[:MAX_STYLE]), MAX_SELECTORS):
        yield _CSS_ESCAPE.sub(_unescaped, match[1])


_CONTENT = re.compile(r"content\s{0,4}:\s{0,4}[\"']([^\"'\n]{4,2000})")
_CSS_ESCAPE = re.compile(r"\\0{0,4}([2-7][0-9a-fA-F])(?![0-9a-fA-F])\s?")
