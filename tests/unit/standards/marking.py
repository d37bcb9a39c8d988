"""What a reading remarks, as (level, the part of the text it points at)."""

from __future__ import annotations

from typing import Any

from monitor.standards.linted import Level, Linted


def marked(text: str, linted: Linted[Any]) -> list[tuple[str, str]]:
    return [(remark.level.value, text[remark.position : remark.position + remark.length]) for remark in linted.remarks]


def errors(text: str, linted: Linted[Any]) -> list[str]:
    return [
        text[remark.position : remark.position + remark.length]
        for remark in linted.remarks
        if remark.level is Level.ERROR
    ]


def messages(linted: Linted[Any]) -> str:
    return "\n".join(remark.message for remark in linted.remarks)
