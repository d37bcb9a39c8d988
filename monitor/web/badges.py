"""A small picture that says how a site is doing."""

from __future__ import annotations

from fractions import Fraction

from monitor.model import State
from monitor.words import STATES, percent

COLOURS = {State.UP: "#17683a", State.DEGRADED: "#855000", State.DOWN: "#b3261e", State.UNOBSERVED: "#47566a"}
"""White on each of them can be read (WCAG 2.2 §1.4.3)."""
EM = 6.6
"""Width of a character of 11 pixels, on average; the browser fits the text to it."""
PAD = 10

TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" viewBox="0 0 {whole} 20" role="img" \
aria-label="{label}: {value}"><title>{label}: {value}</title>\
<rect width="{left}" height="20" fill="#2b3a48"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/>\
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">\
<text x="{label_x}" y="14" textLength="{label_width}" lengthAdjust="spacingAndGlyphs">{label}</text>\
<text x="{value_x}" y="14" textLength="{value_width}" lengthAdjust="spacingAndGlyphs">{value}</text></g></svg>
"""


def badge(state: State, ratio: Fraction | None, days: int) -> str:
    """The picture of a site that is in *state* and was reachable for *ratio* of the last *days*. An SVG document."""
    label = f"{days} hari"
    value = STATES[state].lower() if ratio is None else f"{STATES[state].lower()} · {percent(ratio)}"
    label_width, value_width = _width(label), _width(value)
    left, right = label_width + PAD, value_width + PAD
    return TEMPLATE.format(
        label=label,
        value=value,
        whole=left + right,
        left=left,
        right=right,
        colour=COLOURS[state],
        label_x=left / 2,
        value_x=left + right / 2,
        label_width=label_width,
        value_width=value_width,
    )


def _width(text: str) -> int:
    return round(len(text) * EM)
