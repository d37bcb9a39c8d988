"""Settings are read from file and environment, and wrong ones are named with a remedy."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.settings import (
    Settings,
    format_duration,
    load,
    mask_url,
    masked,
    parse_duration,
    split_address,
)


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [str(problem).replace(str(path), "monitor.toml") for problem in caught.value.problems]


NO_ROLES = 'roles hanya berlaku dengan mode = "proxy"; pakai mode itu, atau hapus roles'
SEE = "lihat `monitor config show` untuk bentuknya"
AS_USUAL = "tulis seperti 127.0.0.1:8620"
BARE = "tulis huruf kecil tanpa skema dan port"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "[web]\nlisen = '127.0.0.1:1'",
            ["monitor.toml web.lisen: kunci tidak dikenal – mungkin maksudnya 'listen'"],
            id="unknown key, near a known one",
        ),
        pytest.param(
            "[wob]",
            ["monitor.toml wob: kunci tidak dikenal – mungkin maksudnya 'web'"],
            id="unknown section",
        ),
        pytest.param(
            "[web]\nlisten = 'papan.example:80'",
            [
                f"monitor.toml web.listen: 'papan.example:80' bukan alamat IP dengan port; {AS_USUAL} – {SEE}",
            ],
            id="a name to listen on",
        ),
        pytest.param(
            "[web]\nnames = ['https://papan.example']",
            [f"monitor.toml web.names: 'https://papan.example' bukan nama host; {BARE} – {SEE}"],
            id="an address for a name",
        ),
        pytest.param(
            "[login]\nmode = 'proxy'",
            [
                'monitor.toml login: mode "proxy" membutuhkan alamat perantara; isi [login] proxies = ["ALAMAT"] – '
                + SEE
            ],
            id="a proxy from nowhere",
        ),
        pytest.param(
            "[login]\nproxies = ['192.0.2.10']\nroles = { noc = 'operator' }",
            [f"monitor.toml login: {NO_ROLES} – {SEE}"],
            id="groups that nobody tells",
        ),
        pytest.param(
            "[login]\nproxies = ['0.0.0.0/0']",
            [f"monitor.toml login: proxies memuat seluruh internet; sebutkan alamat perantaranya saja – {SEE}"],
            id="a proxy from anywhere",
        ),
        pytest.param(
            "[login]\nidle = '8d'",
            [f"monitor.toml login: idle lebih lama dari lifetime; samakan atau perpendek – {SEE}"],
            id="idle for longer than there is a session",
        ),
        pytest.param(
            "[checks.website]\nevery = '5 menit'",
            [f"monitor.toml checks.website.every: durasi ditulis seperti 500ms, 60s, 5m, 6h, atau 1d – {SEE}"],
            id="a duration in words",
        ),
        pytest.param(
            "[database]\nurl = 'mysql://x'",
            [f"monitor.toml database.url: hanya sqlite:///… dan postgresql://… yang dikenal – {SEE}"],
            id="a database we do not know",
        ),
        pytest.param(
            "[vantage]\nsentinels = ['tcp://1.1.1.1', 'x']",
            [f"monitor.toml vantage.sentinels: 'tcp://1.1.1.1' tidak menyebut port – {SEE}"],
            id="a sentinel without port",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_file_key_and_remedy(tmp_path: Path, text: str, said: list[str]) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text)

    assert problems(path) == said


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[web]\nlisten = 'x'\n[runner]\nwidth = 0\n[log]\nlevel = 'loud'\n")

    assert len(problems(path)) == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "monitor.toml")[0].startswith("monitor.toml: tidak dapat dibaca (No such file")


def test_a_file_that_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[web\n")

    assert "bukan TOML yang sah" in problems(path)[0]
    assert "line 1" in problems(path)[0]


def test_the_environment_overrides_the_file_and_is_named_when_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[checks.website]\nevery = '30s'\n")
    monkeypatch.setenv("MONITOR_CHECKS__WEBSITE__EVERY", "2m")

    assert load(path).checks.website.every == timedelta(minutes=2)

    monkeypatch.setenv("MONITOR_CHECKS__WEBSITE__EVERY", "-1s")
    assert problems(path)[0].startswith("MONITOR_CHECKS__WEBSITE__EVERY: ")


def test_a_secret_arrives_as_a_systemd_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "MONITOR_DATABASE__URL").write_text("postgresql://monitor:rahasia@db/monitor")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    settings = load()

    assert settings.database.url.get_secret_value() == "postgresql://monitor:rahasia@db/monitor"
    assert "rahasia" not in repr(settings)
    assert masked(settings)["database"]["url"] == "postgresql://monitor:***@db/monitor"


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[database]\nurl = 'mysql://u:rahasia@h/d'\n")

    assert "rahasia" not in "\n".join(problems(path))


def test_masked_settings_read_back_as_the_same_settings() -> None:
    shown = json.loads(json.dumps(masked(Settings())))

    assert Settings(**shown) == Settings()


@given(st.integers(1, 10**9).map(lambda ms: timedelta(milliseconds=ms)))
def test_a_duration_shown_is_a_duration_read(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("127.0.0.1:53", ("127.0.0.1", 53), id="IPv4"),
        pytest.param("[::1]:53", ("::1", 53), id="IPv6 in brackets"),
        pytest.param("localhost:80", ("localhost", 80), id="a name"),
    ],
)
def test_an_address_is_split_from_its_port(text: str, parts: tuple[str, int]) -> None:
    assert split_address(text) == parts


@pytest.mark.parametrize("text", ["::1", "127.0.0.1", "", ":80", "[::1]", "a:b"])
def test_an_address_without_a_port_is_refused_unless_there_is_a_default(text: str) -> None:
    with pytest.raises(ValueError, match=r"port|bukan|Port|valid"):
        split_address(text)


def test_a_bare_address_takes_the_default_port() -> None:
    assert split_address("::1", 53) == ("::1", 53)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("postgresql://u:p@h/d", "postgresql://u:***@h/d", id="password"),
        pytest.param("postgresql://u:p:q@h/d", "postgresql://u:***@h/d", id="colon in the password"),
        pytest.param("postgresql://u:p@q@h/d", "postgresql://u:***@h/d", id="at sign in the password"),
        pytest.param("postgresql://u:se/cret@h/d", "postgresql://u:***@h/d", id="slash in the password"),
        pytest.param("postgresql://u:se?c#r@t@h/d", "postgresql://u:***@h/d", id="everything in the password"),
        pytest.param("postgresql://:p@h/d", "postgresql://:***@h/d", id="password without a user"),
        pytest.param("postgresql://u@x:p@h/d", "postgresql://u@x:***@h/d", id="at sign in the user"),
        pytest.param(
            "postgresql://h/d?user=u&password=secret&sslmode=require",
            "postgresql://h/d?user=u&password=***&sslmode=require",
            id="password as a parameter",
        ),
        pytest.param(
            "postgresql://h/d?PassFile=/x&sslpassword=y",
            "postgresql://h/d?PassFile=***&sslpassword=***",
            id="the others",
        ),
        pytest.param(
            "dari http://a:b@c ke http://d:80/e oleh f@g",
            "dari http://a:***@c ke http://d:80/e oleh f@g",
            id="among other words",
        ),
        pytest.param("http://h:80/", "http://h:80/", id="a port is no password"),
        pytest.param("https://h/x@y", "https://h/x@y", id="an at sign in the path"),
        pytest.param("sqlite:///var/x.db", "sqlite:///var/x.db", id="nothing to hide"),
    ],
)
def test_a_password_in_a_url_is_masked(url: str, shown: str) -> None:
    assert mask_url(url) == shown


def test_the_shipped_defaults_are_toml_that_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[checks.website]\nevery = '60s'\n")

    assert tomllib.loads(path.read_text())["checks"]["website"]["every"] == "60s"
    assert load(path) == Settings()


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        pytest.param("MONITOR_WEB_LISTEN", "mungkin maksudnya MONITOR_WEB__…", id="one underscore too few"),
        pytest.param("MONITOR_WIB__LISTEN", "mungkin maksudnya MONITOR_WEB__…", id="mistyped section"),
    ],
)
def test_a_variable_that_is_no_setting_is_not_ignored(name: str, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")

    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value) == f"{name}: variabel lingkungan tidak dikenal – {remedy}"
