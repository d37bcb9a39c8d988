"""`monitor lint`, as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import lint, lint_spf
from monitor.cli.lint_report import WIDTH, pointed
from monitor.standards.linted import Level, Remark
from monitor.standards.spf_evaluate import Lookup
from tests.unit.standards.keys import rsa
from tests.unit.standards.lookups import DEAD, Zone, spf

KEY = rsa(2048)
VALID = {
    "spf": "v=spf1 -all",
    "dmarc": "v=DMARC1; p=reject; rua=mailto:a@x.example",
    "dkim": f"v=DKIM1; p={KEY}",
    "mta-sts": "v=STSv1; id=1",
    "tls-rpt": "v=TLSRPTv1; rua=mailto:a@x.example",
    "caa": '0 issue "letsencrypt.org"',
    "hsts": "max-age=31536000",
    "csp": "default-src 'self'",
    "security-txt": "Contact: mailto:a@x.example\nExpires: 2099-01-01T00:00:00Z\n",
}
ME = "192.0.2.10"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(lint.app, list(arguments), input=stdin)


def as_json(*arguments: str, stdin: str | bytes = "") -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run(*arguments, "--json", stdin=stdin).stdout)
    return result


def zone(monkeypatch: pytest.MonkeyPatch, records: dict[str, Any]) -> None:
    def lookup(resolver: object, deadline: float) -> Lookup:
        return Zone(records)

    monkeypatch.setattr(lint_spf, "SpfLookup", lookup)


def test_every_standard_has_its_command() -> None:
    assert {"spf", *(standard.name for standard in lint.STANDARDS)} == set(VALID)


@pytest.mark.parametrize("name", VALID)
def test_what_is_valid_ends_with_0_given_either_way(name: str) -> None:
    for result in (run(name, VALID[name]), run(name, "-", stdin=VALID[name] + "\n")):
        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines()[-1].partition(":")[0] == "sah"


@pytest.mark.parametrize("name", VALID)
def test_what_is_wrong_ends_with_1(name: str) -> None:
    result = run(name, "salah")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("tidak sah: ")


@pytest.mark.parametrize("name", VALID)
def test_json_says_the_same_to_a_script(name: str) -> None:
    right, wrong = as_json(name, VALID[name]), as_json(name, "salah")

    assert right["valid"] is True
    assert isinstance(right["value"], dict)
    assert (wrong["valid"], wrong["value"]) == (False, None)
    assert {key for problem in wrong["problems"] for key in problem} == {
        "level", "position", "length", "message", "reference",
    }  # fmt: skip


@pytest.mark.parametrize("name", VALID)
def test_nothing_given_is_wrong_use(name: str) -> None:
    assert run(name).exit_code == 2


def test_a_place_is_pointed_at_without_colours_in_a_pipe() -> None:
    result = run("spf", "v=spf1 ipv4:192.0.2.1 -all")

    assert result.stdout.splitlines() == [
        "  v=spf1 ipv4:192.0.2.1 -all",
        "         ^^^^",
        "galat: tidak ada mekanisme 'ipv4'; maksudnya ip4? (RFC 7208 §4.6.1)",
        "",
        "tidak sah: 1 galat",
    ]


def test_problems_come_with_their_place() -> None:
    problem = as_json("spf", "v=spf1 ipv4:192.0.2.1 -all")["problems"][0]

    assert problem == {
        "level": "galat",
        "position": 7,
        "length": 4,
        "message": "tidak ada mekanisme 'ipv4'; maksudnya ip4?",
        "reference": "RFC 7208 §4.6.1",
    }


def test_mta_sts_is_the_policy_when_it_looks_like_one() -> None:
    policy = "version: STSv1\nmode: enforce\nmx: *.x.example\nmax_age: 604800\n"

    assert as_json("mta-sts", "-", stdin=policy)["value"] == {
        "mode": "enforce", "mx": ["*.x.example"], "max_age": 604800,
    }  # fmt: skip


def test_the_right_line_of_a_file_is_shown() -> None:
    result = run("security-txt", "-", stdin="Contact: mailto:a@x.example\nExpires: besok\n")

    assert "  Expires: besok\n           ^^^^^\n" in result.stdout


@pytest.mark.parametrize("stdin", [b"v=spf1 \xff -all", b"\xef\xbb\xbfv=spf1 -all"], ids=["not UTF-8", "BOM"])
def test_odd_bytes_are_read_all_the_same(stdin: bytes) -> None:
    assert run("spf", "-", stdin=stdin).exit_code == (1 if b"\xff" in stdin[:8] else 0)


def test_endless_input_is_wrong_use() -> None:
    assert run("csp", "-", stdin="a" * (lint.LARGEST + 1)).exit_code == 2


def test_nothing_in_a_text_steers_the_terminal() -> None:
    result = run("spf", "v=spf1 \x1b[31m -all")

    assert "\x1b" not in result.stdout
    assert "  v=spf1 ·[31m -all\n" in result.stdout


@pytest.mark.parametrize("position", [0, 10, 100, 290, 299, 300])
def test_of_a_long_line_the_part_in_question_is_shown(position: int) -> None:
    text = "".join(chr(0x100 + number) for number in range(300))
    remark = Remark(level=Level.NOTE, position=position, length=3, message="", reference="")

    shown, carets = pointed(text, remark)

    assert len(shown) <= WIDTH + 4
    assert position == 300 or shown[carets.index("^")] == text[position]


def test_a_sender_is_judged_by_what_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    zone(monkeypatch, spf(a="v=spf1 ip4:192.0.2.0/24 -all"))

    result = run("spf", "--domain", "a.example", "--ip", ME)

    assert result.exit_code == 0, result.output
    assert "Hasil: pass\n" in result.stdout
    assert "a.example  ip4:192.0.2.0/24: cocok" in result.stdout


def test_a_sender_is_judged_by_what_would_be_published(monkeypatch: pytest.MonkeyPatch) -> None:
    zone(monkeypatch, spf(a="v=spf1 -all", b="v=spf1 ip4:192.0.2.10 -all"))

    said = as_json("spf", "v=spf1 include:b.example -all", "--ip", ME, "--from", "u@A.example")

    assert (said["valid"], said["evaluation"]["result"], said["evaluation"]["lookups"]) == (True, "pass", 1)


@pytest.mark.parametrize(
    ("records", "result", "code"),
    [
        ({}, "none", 1),
        (spf(a="v=spf1 moo:"), "permerror", 1),
        (spf(a="v=spf1 -all"), "fail", 0),
        ({"a.example TXT": [DEAD]}, "temperror", 3),
    ],
)
def test_the_exit_code_tells_errors_from_verdicts(
    monkeypatch: pytest.MonkeyPatch, records: dict[str, Any], result: str, code: int
) -> None:
    zone(monkeypatch, records)

    found = run("spf", "--helo", "a.example", "--ip", ME, "--json")

    assert (json.loads(found.stdout)["evaluation"]["result"], found.exit_code) == (result, code)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ip", ME],
        ["--domain", "a.example"],
        ["v=spf1 -all", "--from", "u@a.example"],
        ["--domain", "a.example", "--ip", "192.0.2"],
    ],
)
def test_half_a_question_is_wrong_use(arguments: list[str]) -> None:
    assert run("spf", *arguments).exit_code == 2
