"""
HTML for mail: tables and inline styles, as mail programs need them; nothing fetched from anywhere.

The colours are told for light and for dark; where a program knows neither, they are readable on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from string import Template

from monitor.alerts.message import Message
from monitor.alerts.render.layout import Block, Line, Page, layout
from monitor.incident import NoticeKind
from monitor.model import Severity

_FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_MUTED = "color:#6b7280"
_BARS: Mapping[Severity, str] = {
    Severity.CRITICAL: "#b91c1c",
    Severity.HIGH: "#c2410c",
    Severity.MEDIUM: "#a16207",
    Severity.LOW: "#0369a1",
    Severity.INFO: "#4b5563",
}
_CALM = "#15803d"

_DOCUMENT = Template(
    """\
<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$title</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page, .page td { background: #111827 !important; color: #e5e7eb !important; }
  .page .muted { color: #9ca3af !important; }
  .page a { color: #93c5fd !important; }
  td.bar { background: $bar !important; color: #ffffff !important; }
}
</style>
</head>
<body style="margin:0;padding:0">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">
<tr><td align="center" style="padding:12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px;border-collapse:collapse;$font;font-size:15px;line-height:1.5">
<tr><td class="bar" bgcolor="$bar" style="background:$bar;color:#ffffff;padding:12px 16px;font-size:18px;font-weight:600">$title</td></tr>
$rows
</table>
</td></tr>
</table>
</body>
</html>
"""  # noqa: E501
)


def html(message: Message) -> str:
    """*message* as an HTML document."""
    page = layout(message)
    bar = _CALM if message.kind is NoticeKind.RESOLVED else _BARS[message.severity]
    rows = "\n".join(_rows(page))
    return _DOCUMENT.substitute(title=escape(page.title), font=_FONT, bar=bar, rows=rows)


def _rows(page: Page) -> Iterator[str]:
    if page.lead:
        yield _row(escape(page.lead))
    if page.facts:
        yield _row(_facts(page.facts))
    for block in page.blocks:
        yield _row(_block(block))
    if page.link:
        link = escape(page.link)
        yield _row(f'<a href="{link}" style="font-weight:600">Buka di papan pantau</a><br>{_small(link)}')
    yield _row(_small(escape(" · ".join(page.foot))))


def _row(inner: str) -> str:
    return f'<tr><td style="padding:10px 16px">{inner}</td></tr>'


def _small(inner: str) -> str:
    return f'<span class="muted" style="font-size:13px;{_MUTED}">{inner}</span>'


def _facts(facts: tuple[Line, ...]) -> str:
    rows = "".join(
        f'<tr><td class="muted" valign="top" style="padding:2px 12px 2px 0;{_MUTED};white-space:nowrap">'
        f'{escape(line.label)}</td><td valign="top" style="padding:2px 0">{escape(line.text)}</td></tr>\n'
        for line in facts
    )
    style = f"border-collapse:collapse;{_FONT};font-size:15px;line-height:1.5"
    return f'<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="{style}">\n{rows}</table>'


def _block(block: Block) -> str:
    heading = f'<strong style="display:block;padding-bottom:2px">{escape(block.heading)}</strong>'
    return f"{heading}\n" + "\n".join(_line(line, listed=block.listed) for line in block.lines)


def _line(line: Line, *, listed: bool) -> str:
    if line.evidence:
        style = f"font-family:Consolas,Menlo,monospace;font-size:13px;{_MUTED};padding-left:16px;word-break:break-word"
        return f'<div class="muted" style="{style}">{escape(line.text)}</div>'
    label = f"<strong>{escape(line.label)}:</strong> " if line.label else ""
    link = f'<br><a href="{escape(line.link)}">{escape(line.link)}</a>' if line.link else ""
    mark = "• " if listed else ""
    return f'<div style="padding:2px 0;word-break:break-word">{mark}{label}{escape(line.text)}{link}</div>'
