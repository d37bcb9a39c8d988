"""What a style says about being seen: only declarations in the page itself, the ones that hide links and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

MAX_SELECTORS = 32
"""Classes and identifiers, hidden by a style sheet in the page, that are looked for."""
MAX_STYLE = 65_536
"""Characters of a style sheet in the page that are read."""

_LONGEST = 1_000
"""Characters of one rule's declarations that are read."""

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|(?<![\w-])(?:left|right|top|bottom|text-indent|margin(?:-left|-top|-right)?)\s*:\s*-\s*\d{3,}"
    r"|font(?:-size)?\s*:\s*0*\.?0*[01]?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|(?<![\w-])opacity\s*:\s*0?(?:\.0\d*)?\s*(?:;|!|$)"
    r"|clip\s*:\s*rect\s*\(\s*(?:0|1px)(?:px)?[\s,]+(?:0|1px)(?:px)?[\s,]+(?:0|1px)"
    r"|clip-path\s*:\s*(?:inset\s*\(\s*(?:50|100)%|circle\s*\(\s*0"
    r"|polygon\s*\(\s*0(?:px)?\s+0(?:px)?\s*,\s*0(?:px)?\s+0)"
    r"|transform\s*:\s*(?:scale(?:3d|x|y)?\s*\(\s*0\s*[,)]|translate(?:x|y|3d)?\s*\(\s*-\s*\d{4,})"
    r"|(?<![\w-])color\s*:\s*transparent"
)
_DECLARATION = re.compile(r"(?:^|;)\s*([a-z-]{3,20})\s*:\s*([^;]{1,60})")
_TINY = re.compile(r"0*[01]?(?:\.\d+)?(?:px|pt|em|rem|%)?")
_SIMPLE = re.compile(r"iframe|(?:[a-z][a-z0-9]{0,9})?[.#][a-z_][\w-]{0,60}", re.IGNORECASE)
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+")


def hides(style: str) -> bool:
    """Whether a `style` attribute, or the inside of a rule, makes its element one that no visitor sees."""
    low = style.lower()
    if _HIDING.search(low):
        return True
    if ":" not in low or not ("overflow" in low or "color" in low):
        return False
    declared = {name: value.replace("!important", "").strip() for name, value in _DECLARATION.findall(low)}
    return _is_squeezed(declared) or _is_camouflaged(declared)


def _is_squeezed(declared: dict[str, str]) -> bool:
    """No higher or wider than a pixel, and what does not fit is cut off."""
    cut = declared.get("overflow", declared.get("overflow-y", "")) in {"hidden", "clip", "auto", "scroll"}
    sizes = (declared.get(name) for name in ("height", "width", "max-height", "max-width"))
    return cut and any(size is not None and _TINY.fullmatch(size) is not None for size in sizes)


def _is_camouflaged(declared: dict[str, str]) -> bool:
    """Letters in the colour of what is behind them."""
    behind = declared.get("background-color") or declared.get("background")
    return bool(behind) and _colour(declared.get("color", "")) == _colour(behind or "")


def _colour(value: str) -> str:
    """*value* with short forms and the usual names written out."""
    plain = {"white": "#ffffff", "black": "#000000"}.get(value, value.replace(" ", ""))
    return "#" + "".join(2 * digit for digit in plain[1:]) if re.fullmatch(r"#[0-9a-f]{3}", plain) else plain


def covers(style: str) -> bool:
    """Whether *style* lays its element over the whole window."""
    low = style.lower()
    if "fixed" not in low and not ("absolute" in low and "vh" in low):
        return False
    stretched = _WIDE.search(low) is not None and _HIGH.search(low) is not None
    return stretched or "inset" in low or (_RIGHT.search(low) is not None and _BOTTOM.search(low) is not None)


_WIDE = re.compile(r"(?<![-\w])(?:min-)?width\s*:\s*100(?:%|vw)")
_RIGHT = re.compile(r"(?<![-\w])right\s*:\s*0")
_BOTTOM = re.compile(r"(?<![-\w])bottom\s*:\s*0")
_HIGH = re.compile(r"(?<![-\w])(?:min-)?height\s*:\s*100(?:%|d?vh)")


def hidden_selectors(sheet: str) -> tuple[str, ...]:
    """Simple class and identifier selectors that *sheet* hides, at most `MAX_SELECTORS`."""
    return _selectors(sheet, hides)


def covering_selectors(sheet: str) -> tuple[str, ...]:
    """Simple selectors that *sheet* lays over the window, at most `MAX_SELECTORS`."""
    return _selectors(sheet, covers)


def _selectors(sheet: str, chosen: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(_chosen(_COMMENT.sub("", sheet[:MAX_STYLE]), chosen)), MAX_SELECTORS))


def _chosen(sheet: str, chosen: Callable[[str], bool]) -> Iterator[str]:
    for rule in sheet.split("}"):
        selectors, _brace, declarations = rule.rpartition("{")
        if declarations and chosen(declarations[:_LONGEST]):
            # In a rule for some media the name of those stands before it.
            for selector in selectors.rpartition("{")[2].split(","):
                if _SIMPLE.fullmatch(selector.strip()):
                    yield selector.strip()


def written(sheet: str) -> Iterator[str]:
    """What *sheet* writes on the page (`content`), its escapes resolved (CSS Syntax §4.3.7)."""
    for match in islice(_CONTENT.finditer(sheet[:MAX_STYLE]), MAX_SELECTORS):
        yield _CSS_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), match[1])


_CONTENT = re.compile(r"content\s{0,4}:\s{0,4}[\"']([^\"'\n]{4,2000})")
_CSS_ESCAPE = re.compile(r"\\0{0,4}([2-7][0-9a-fA-F])(?![0-9a-fA-F])\s?")
