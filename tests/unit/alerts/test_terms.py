"""Evidence in the county's words, and harmless."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import monitor
from monitor.alerts import terms
from monitor.model import Audience, Rule, Severity

CSIRT = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
NOC = Rule("site.down", Severity.HIGH, Audience.NOC)
CHECKS = Path(monitor.__file__).parent / "checks"
OWN = frozenset({"kedungrejo.desa.id", "purbalinggakab.go.id"})


def kept() -> Iterator[tuple[str, str]]:
    """(name, file) of every piece of evidence that a judge writes down by name."""
    for file in CHECKS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name.isupper():
                yield from ((word.arg, file.name) for word in node.keywords if word.arg and word.arg != "severity")


def test_everything_that_is_kept_by_name_has_a_word() -> None:
    found = dict(kept())

    assert len(found) > 80
    assert {name: file for name, file in found.items() if name not in {*terms.NAMES, *terms.HIDDEN}} == {}


def test_no_two_of_the_words_are_of_the_machine() -> None:
    assert not [word for word in terms.NAMES.values() if "_" in word or not word]


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"case": "error"}, []),
        ({"url": "", "links": [], "excerpt": None}, []),
        ({"views": ["googlebot"]}, [("terlihat oleh", ["mesin pencari (Googlebot)"])]),
        ({"hits": ["slot (title): GACOR"]}, [("yang dinilai", ["di judul: “GACOR” (slot)"])]),
        ({"hits": ["tanpa tempat"]}, [("yang dinilai", ["“tanpa tempat”"])]),
        (
            {"phase": "connect", "kind": "timeout"},
            [("tahap", ["sambung (TCP)"]), ("gangguan", ["tidak menjawab"])],
        ),
        ({"not_after": "2026-11-20T00:00:00+00:00"}, [("berlaku sampai", ["20-11-2026 07:00 WIB"])]),
        ({"newest": "2026-11-20"}, [("terbaru", ["2026-11-20"])]),
        ({"since": "kemarin"}, [("sejak", ["kemarin"])]),
        ({"points": 44}, [("nilai", [44])]),
        ({"of_a_later_release": "x"}, [("of a later release", ["x"])]),
    ],
)
def test_evidence_is_told_in_words(detail: dict[str, Any], said: list[tuple[str, list[object]]]) -> None:
    assert [*terms.told(CSIRT(**detail))] == said


@pytest.mark.parametrize(
    ("rule", "text", "shown"),
    [
        (CSIRT, "https://gacor.example/daftar", "hxxps://gacor[.]example/daftar"),
        (CSIRT, "gacor.example", "gacor[.]example"),
        (CSIRT, "https://kedungrejo.desa.id/slot", "https://kedungrejo.desa.id/slot"),
        (CSIRT, "www.kedungrejo.desa.id", "www.kedungrejo.desa.id"),
        (CSIRT, "evilkedungrejo.desa.id", "evilkedungrejo[.]desa[.]id"),
        (CSIRT, "192.0.2.7", "192.0.2.7"),
        (NOC, "ns1.penyedia.example", "ns1.penyedia.example"),
        (NOC, "http://asing.example/x", "hxxp://asing[.]example/x"),
        (NOC, "https://dinkes.purbalinggakab.go.id/", "https://dinkes.purbalinggakab.go.id/"),
    ],
)
def test_what_leads_to_strangers_is_no_link_and_what_is_ours_stays(rule: Rule, text: str, shown: str) -> None:
    assert terms.harmless(text, rule(), OWN) == shown
