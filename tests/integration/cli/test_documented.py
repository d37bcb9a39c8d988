"""What the documents show of the settings is what `monitor config check` takes."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import trustme

from tests.integration.cli.typed import ROOT, Run
from tests.lab import load

SCENARIO = "docs/lab.md"
"""Its example is one of the lab's scenarios."""
TELEGRAM = "tgram://123456789:AAEtoken-of-the-bot/-1001234567890"
SECRETS: Mapping[str, Mapping[str, str]] = {
    "docs/alerts.md": {"NOC__URL": TELEGRAM, "CSIRT__SECRET": "token"},
    "docs/panduan-operasi.md": {"NOC__URL": TELEGRAM, "CSIRT__URL": TELEGRAM},
}
"""Where an example leaves secrets to the environment: which, below `MONITOR_ALERTS__CHANNELS__`."""
OURS = "/etc/monitor/"
AS_THEY_ARE = re.compile(r"MONITOR_\w+__\w+=\S*…|\w+://…")
"""What only shows a form."""


@dataclass(frozen=True)
class Example:
    """Settings in a document."""

    place: str
    """`FILE:LINE`."""
    text: str

    @property
    def file(self) -> str:
        return self.place.partition(":")[0]


def documents() -> list[Path]:
    """Every document that comes with the program."""
    return [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("deploy/*.md"))]


def fences(kind: str) -> Iterator[Example]:
    """The blocks of that *kind*."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, found.start()) + 1
            yield Example(f"{path.relative_to(ROOT)}:{line}", found[1])


def spans() -> Iterator[Example]:
    """What stands between backticks, of every document."""
    for path in documents():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for found in re.finditer(r"`([^`]+)`", line):
                yield Example(f"{path.relative_to(ROOT)}:{number}", found[1])


def rows() -> Iterator[Example]:
    """Each row of a table that sets something: `key = value`, with what stands beside it."""
    for path in documents():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            settings = re.findall(r"`([a-z_]+\.[a-z_.]+ = [^`]+)`", line) if line.startswith("|") else []
            if settings:
                yield Example(f"{path.relative_to(ROOT)}:{number}", "\n".join(settings))


def files() -> Iterator[Example]:
    """Settings that are delivered, or stand in the head of a file that is."""
    yield Example("deploy/monitor.toml:1", (ROOT / "deploy/monitor.toml").read_text(encoding="utf-8"))
    head = (ROOT / "deploy/nginx/monitor.conf").read_text(encoding="utf-8").partition("\n\n")[0]
    lines = [line.removeprefix("#     ") for line in head.splitlines() if line.startswith("#     ")]
    yield Example("deploy/nginx/monitor.conf:4", "\n".join(lines))


def cases(examples: Iterable[Example]) -> list[object]:
    return [pytest.param(each, id=f"{number}-{each.place}") for number, each in zip(count(), examples, strict=False)]


SETTINGS = [each for each in (*fences("toml"), *rows(), *files()) if each.file != SCENARIO]
VARIABLES = [
    each for each in spans() if re.match(r"MONITOR_[A-Z_]+__[A-Z_]+=", each.text) and not AS_THEY_ARE.search(each.text)
]
ADDRESSES = [each for each in spans() if re.match(r"(tgram|mailtos?)://(?!…)", each.text)]


def test_there_are_examples_of_every_kind() -> None:
    assert {"README.md", "docs/alerts.md", "docs/inventory.md", "docs/panduan-operasi.md"} <= {
        each.file for each in SETTINGS
    }
    assert len(VARIABLES) >= 3
    assert ADDRESSES


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has what the examples name."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "tsa.pem")
    (tmp_path / "inventory").symlink_to(ROOT / "inventory")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("example", cases(SETTINGS))
def test_settings_that_are_shown_are_right(
    run: Run, config: Path, here: Path, monkeypatch: pytest.MonkeyPatch, example: Example
) -> None:
    for name, value in SECRETS.get(example.file, {}).items():
        monkeypatch.setenv(f"MONITOR_ALERTS__CHANNELS__{name}", value)
    config.write_text(example.text.replace(OURS, f"{here}/"), encoding="utf-8")
    ended = run("config", "check")

    assert ended.code == 0, f"{example.place}\n{ended.err}"
    assert ended.out.startswith("setelan baik; ")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("example", cases(VARIABLES))
def test_variables_that_are_shown_are_right(run: Run, monkeypatch: pytest.MonkeyPatch, example: Example) -> None:
    name, _, value = example.text.split(" ")[0].partition("=")
    monkeypatch.setenv(name, value.replace("PORT", "8700"))
    ended = run("config", "check")

    assert ended.code == 0, f"{example.place}\n{ended.err}"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("example", cases(ADDRESSES))
def test_addresses_of_channels_that_are_shown_are_right(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch, example: Example
) -> None:
    config.write_text('[alerts.channels.noc]\ntype = "apprise"\n', encoding="utf-8")
    monkeypatch.setenv("MONITOR_ALERTS__CHANNELS__NOC__URL", example.text)
    ended = run("config", "check")

    assert ended.code == 0, f"{example.place}\n{ended.err}"


def test_the_first_channel_of_the_readme_is_understood(
    run: Run, config: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shown,) = [each.text for each in fences("console") if "alerts.channels" in each.text]
    typed = [line.removeprefix("$ ") for line in shown.splitlines()]
    script = "\n".join(line for line in typed if line.startswith(("printf ", "export ")))
    told = subprocess.run(
        ["sh", "-euc", f"{script}\nenv"], cwd=here, capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    for name, _, value in (line.partition("=") for line in told.splitlines() if line.startswith("MONITOR_")):
        monkeypatch.setenv(name, value)
    assert "monitor config check" in shown
    config.write_text((here / "monitor.toml").read_text(encoding="utf-8"), encoding="utf-8")
    channels = tomllib.loads(config.read_text(encoding="utf-8"))["alerts"]["channels"]
    ended = run("config", "check")

    assert channels == {"noc": {"type": "apprise"}, "csirt": {"type": "apprise"}}
    assert (ended.code, ended.err) == (0, "")
    assert "perhatian" not in ended.out, "nobody would be told of something grave"


def test_the_scenario_that_is_shown_is_one(tmp_path: Path) -> None:
    (shown,) = [each.text for each in fences("toml") if each.file == SCENARIO]
    path = tmp_path / "scenario.toml"
    path.write_text(shown, encoding="utf-8")

    assert [rule.site for rule in load(path).rules] == ["DESA-046"]
