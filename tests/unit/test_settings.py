"""Settings are read from file and environment, and wrong ones are named with a remedy."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError, Problem
from monitor.settings import (
    Settings,
    format_duration,
    load,
    mask_url,
    masked,
    naming_origins,
    parse_duration,
    split_address,
)


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [str(problem).replace(str(path), "monitor.toml") for problem in caught.value.problems]


NO_ROLES = 'roles hanya berlaku dengan mode = "proxy"; pakai mode itu, atau hapus roles'
SEE = "bentuk dan bawaannya tampak pada `monitor --config /dev/null config show`"
PORTS = "port dari 0 sampai 65535"
SENTINELS = "tcp://alamat:port, http(s)://…, atau dns://nama"
DURATION = "durasi ditulis seperti 500ms, 60s, 5m, 6h, atau 1d"
AS_USUAL = "tulis seperti 127.0.0.1:8620"
BARE = "tulis huruf kecil tanpa skema dan port"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "[web]\nlisen = '127.0.0.1:1'",
            ["monitor.toml:2 web.lisen: kunci tidak dikenal – mungkin maksudnya 'listen'"],
            id="unknown key, near a known one",
        ),
        pytest.param(
            "[wob]",
            ["monitor.toml:1 wob: kunci tidak dikenal – mungkin maksudnya 'web'"],
            id="unknown section",
        ),
        pytest.param(
            "[web]\nlisten = 'papan.example:80'",
            [
                f"monitor.toml:2 web.listen: 'papan.example:80' bukan alamat IP dengan port; {AS_USUAL} – {SEE}",
            ],
            id="a name to listen on",
        ),
        pytest.param(
            "[web]\nnames = ['https://papan.example']",
            [f"monitor.toml:2 web.names: 'https://papan.example' bukan nama host; {BARE} – {SEE}"],
            id="an address for a name",
        ),
        pytest.param(
            "[login]\nmode = 'proxy'",
            [
                'monitor.toml:1 login: mode "proxy" membutuhkan alamat perantara; isi [login] proxies = ["ALAMAT"] – '
                + SEE
            ],
            id="a proxy from nowhere",
        ),
        pytest.param(
            "[login]\nproxies = ['192.0.2.10']\nroles = { noc = 'operator' }",
            [f"monitor.toml:1 login: {NO_ROLES} – {SEE}"],
            id="groups that nobody tells",
        ),
        pytest.param(
            "[login]\nproxies = ['0.0.0.0/0']",
            [f"monitor.toml:1 login: proxies memuat seluruh internet; sebutkan alamat perantaranya saja – {SEE}"],
            id="a proxy from anywhere",
        ),
        pytest.param(
            "[login]\nidle = '8d'",
            [f"monitor.toml:1 login: idle lebih lama dari lifetime; samakan atau perpendek – {SEE}"],
            id="idle for longer than there is a session",
        ),
        pytest.param(
            "[checks.website]\nevery = '5 menit'",
            [f"monitor.toml:2 checks.website.every: tertulis '5 menit'; {DURATION} – {SEE}"],
            id="a duration in words",
        ),
        pytest.param(
            "[database]\nurl = 'mysql://x'",
            [f"monitor.toml:2 database.url: hanya sqlite:///… dan postgresql://… yang dikenal – {SEE}"],
            id="a database we do not know",
        ),
        pytest.param(
            "[vantage]\nsentinels = ['tcp://1.1.1.1', 'x']",
            [f"monitor.toml:2 vantage.sentinels: 'tcp://1.1.1.1' tidak menyebut port – {SEE}"],
            id="a sentinel without port",
        ),
        pytest.param(
            "[vantage]\nsentinels = ['tcp://h:99999']",
            [f"monitor.toml:2 vantage.sentinels: 'tcp://h:99999' menyebut port yang tidak ada; {PORTS} – {SEE}"],
            id="a sentinel at a port that there is not",
        ),
        pytest.param(
            "[vantage]\nsentinels = ['https://[1']",
            [f"monitor.toml:2 vantage.sentinels: 'https://[1' bukan {SENTINELS} – {SEE}"],
            id="a sentinel with one bracket",
        ),
        pytest.param(
            "[web]\nlisten = '[::1'",
            [f"monitor.toml:2 web.listen: '[::1' bukan alamat:port – {SEE}"],
            id="an address with one bracket",
        ),
        pytest.param(
            "[seal]\ntsa_url = 'https://[1'",
            [f"monitor.toml:1 seal: tsa_url bukan http(s)://… – {SEE}"],
            id="an authority with one bracket",
        ),
        pytest.param(
            "[checks.registration]\nservers = {id = 'https://[1'}",
            [f"monitor.toml:2 checks.registration.servers: server RDAP untuk 'id' bukan http(s)://… – {SEE}"],
            id="a registry with one bracket",
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
    assert problems(tmp_path / "monitor.toml")[0].startswith(
        "monitor.toml: tidak dapat dibaca (berkas atau folder itu tidak ada"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[web\n", ":1:5: bukan TOML yang sah (ada yang berlebih atau kurang", id="a table not closed"),
        pytest.param("[web]\na=1\na=2\n", ":3:4: bukan TOML yang sah (kunci ini sudah ada di atas)", id="a key twice"),
        pytest.param("[web]\n[web]\n", ":2:5: bukan TOML yang sah (tabel ini sudah ada di atas)", id="a table twice"),
        pytest.param("x y\n", ":1:3: bukan TOML yang sah (sesudah kunci harus ada tanda =)", id="no key"),
        pytest.param("a = x\n", ":1:5: bukan TOML yang sah (nilainya tidak dikenal; teks ditulis", id="no quotes"),
        pytest.param('a = "x\n', ":1:7: bukan TOML yang sah (huruf ini tidak boleh ada di sini", id="an open quote"),
        pytest.param("a = [\n", ": bukan TOML yang sah (", id="at the end"),
    ],
)
def test_a_file_that_is_not_toml_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text)

    (told,) = problems(path)
    assert told.startswith(f"monitor.toml{said}")
    assert re.search(r" – (perbaiki baris tersebut|lengkapi akhir berkasnya)$", told)
    assert not re.search(r"\b(line|column|at|Invalid|Expected|Cannot)\b", told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "[alerts.channels.noc]\nx = 1\ntype = 'webhook'",
            "alerts.channels.noc.x: kunci tidak dikenal – yang dikenal di sini: type, url, secret",
            id="of a table that is named",
        ),
        pytest.param(
            "[[alerts.routes]]\nchanels = []",
            "alerts.routes.0.chanels: kunci tidak dikenal – mungkin maksudnya 'channels'",
            id="of one in a list",
        ),
    ],
)
def test_an_unknown_key_is_named_in_tables_of_any_kind(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text)

    assert any(line.startswith(f"monitor.toml:2 {said}") for line in problems(path)), problems(path)


def test_a_value_that_may_be_one_of_several_things_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[login]\nproxies = ['x']")

    assert problems(path) == [
        f"monitor.toml:2 login.proxies.0: 'x' bukan jaringan IP; tulis seperti 192.0.2.0/24 – {SEE}"
    ]


def test_settings_that_are_closed_to_us_are_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", closed)
    monkeypatch.setattr("monitor.settings.SEARCHED", (tmp_path / "tidak-ada.toml",))

    with pytest.raises(ConfigError, match="tidak dapat dibaca"):
        load()


@pytest.mark.parametrize(
    ("listen", "said"),
    [
        ("127.0.0.1:99999", "'127.0.0.1:99999' bukan alamat:port (port dari 0 sampai 65535)"),
        ("127.0.0.1:x", "'127.0.0.1:x' bukan alamat:port (port dari 0 sampai 65535)"),
        ("127.0.0.1", "'127.0.0.1' bukan alamat:port"),
    ],
)
def test_a_port_that_is_none_is_said_in_indonesian(tmp_path: Path, listen: str, said: str) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(f"[web]\nlisten = '{listen}'")

    assert problems(path)[0].startswith(f"monitor.toml:2 web.listen: {said} – ")


def test_the_environment_overrides_the_file_and_is_named_when_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[checks.website]\nevery = '30s'\n")
    monkeypatch.setenv("MONITOR_CHECKS__WEBSITE__EVERY", "2m")

    assert load(path).checks.website.every == timedelta(minutes=2)

    monkeypatch.setenv("MONITOR_CHECKS__WEBSITE__EVERY", "-1s")
    assert problems(path)[0].startswith("MONITOR_CHECKS__WEBSITE__EVERY: tertulis '-1s'; ")


@pytest.mark.parametrize(
    ("text", "variable", "said"),
    [
        pytest.param("", ("WEB__NAMES", '["a", "A/B"]'), "MONITOR_WEB__NAMES: 'A/B' bukan nama host; ", id="a list"),
        pytest.param("", ("WEB__NAMES", "[5]"), "MONITOR_WEB__NAMES: tertulis '5'; bukan teks; ", id="an item of one"),
        pytest.param(
            "[alerts.channels.noc]\ntype = 'apprise'\n",
            ("ALERTS__CHANNELS__NOC__URL", "x"),
            "MONITOR_ALERTS__CHANNELS__NOC__URL: saluran apprise memerlukan url",
            id="a secret of a table of which the rest is in the file",
        ),
        pytest.param(
            "[alerts]\nchannels.noc.type = 'apprise'\nroutes = [{channels = ['nod']}]\n",
            ("ALERTS__CHANNELS__NOC__URL", "tgram://1/2"),
            "monitor.toml:3 alerts.routes.0.channels: rute 1 menyebut saluran 'nod' yang tidak ada; yang ada: noc",
            id="nothing of an innocent secret",
        ),
        pytest.param("", ("RECORD__KEEP", "5d"), "MONITOR_RECORD__KEEP: '5d' terlalu kecil", id="a span as written"),
        pytest.param(
            "[record]\nkeep = 5\n",
            ("LOG__LEVEL", "info"),
            "monitor.toml:2 record.keep: '5' terlalu kecil",
            id="a span that is written as a number",
        ),
        pytest.param(
            "[alerts]\ntlp = 'TLP:RED'\n",
            ("ALERTS__CHANNELS__NOC__URL", "x"),
            "MONITOR_ALERTS__CHANNELS__NOC__URL alerts.channels.noc.type: belum diisi",
            id="a table of which nothing else is anywhere",
        ),
        pytest.param(
            "[web]\nlisten = 'x'\n", ("WEB__NAMES", "[]"), "monitor.toml:2 web.listen: 'x' bukan ", id="of another key"
        ),
    ],
)
def test_what_the_environment_says_is_named_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, variable: tuple[str, str], said: str
) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text)
    monkeypatch.setenv(f"MONITOR_{variable[0]}", variable[1])

    (told,) = problems(path)
    assert told.startswith(said)


def test_a_secret_that_is_missing_says_what_to_fill(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[alerts.channels.noc]\ntype = 'apprise'\n")

    (told,) = problems(path)
    assert told.startswith("monitor.toml:1 alerts.channels.noc.url: saluran apprise memerlukan url seperti ")
    assert told.endswith(" – isi variabel atau kredensial MONITOR_ALERTS__CHANNELS__NOC__URL")


def test_a_mistyped_variable_does_not_hide_what_else_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_TYPO", "1")
    monkeypatch.setenv("MONITOR_WEB__LISTEN", "x")
    path = tmp_path / "monitor.toml"
    path.write_text("")

    assert [told.partition(":")[0] for told in problems(path)] == ["MONITOR_TYPO", "MONITOR_WEB__LISTEN"]


def test_a_wrong_credential_is_named_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "MONITOR_DATABASE__URL").write_text("mysql://u:rahasia@h/d")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    path = tmp_path / "monitor.toml"
    path.write_text("[database]\nurl = 'sqlite:///x'")

    (told,) = problems(path)
    assert told.startswith("kredensial MONITOR_DATABASE__URL: hanya sqlite:///… dan postgresql://… yang dikenal")
    assert "rahasia" not in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[log]\nlevel = 5", "log.level: '5' tidak dikenal; pilih dari", id="that is said anyway"),
        pytest.param("[web]\nlisten = 5", "web.listen: tertulis '5'; bukan teks", id="of a text"),
        pytest.param("[web]\nnames = [true]", "web.names.0: tertulis 'True'; bukan teks", id="of an item"),
        pytest.param(
            "[alerts]\nboard_url = 'https://u:rahasia@papan/'",
            "alerts.board_url: tertulis 'https://u:***@papan/'; alamat papan pantau ditulis https://nama/ tanpa sandi",
            id="without its password",
        ),
        pytest.param(
            f"[alerts]\nboard_url = 'https://u:{'rahasia' * 9}@papan/'",
            "alerts.board_url: tertulis 'https://u:***@papan/'; alamat papan pantau ditulis https://nama/ tanpa sandi",
            id="without a password that is longer than what is shown",
        ),
        pytest.param(
            f"[log]\nlevel = 'https://u:{'rahasia' * 9}@papan/'",
            "log.level: 'https://u:***@papan/' tidak dikenal",
            id="said anyway, without its long password",
        ),
        pytest.param(
            "[vantage]\nsentinels = ['ftp://u:rahasia@h']",
            "vantage.sentinels: 'ftp://u:***@h' bukan tcp://alamat:port",
            id="an item in a sentence, without its password",
        ),
        pytest.param("[database]\nurl = 987654", "database.url: bukan teks", id="no secret"),
        pytest.param(
            "[alerts.channels.noc]\ntype = 'webhook'\nurl = 987654", "channels.noc.url: bukan teks", id="no URL"
        ),
        pytest.param(
            "[alerts.channels.url]\ntype = 5", "channels.url.type: '5' tidak dikenal", id="a name like a key's"
        ),
        pytest.param(
            "[alerts.channels.type]\ntype = 'webhook'\nsecret = 987654",
            "type.secret: bukan teks",
            id="nor there a secret",
        ),
        pytest.param(
            "[database]\npasword = 987654", "database.pasword: kunci tidak dikenal", id="none of an unknown key"
        ),
    ],
)
def test_a_wrong_value_is_shown_unless_it_may_be_a_secret(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text)

    told = "\n".join(problems(path))
    assert said in told
    assert "987654" not in told
    assert "rahasia" not in told


def test_what_is_found_wrong_later_says_where_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("[net]\nsystem_ca = false\nextra_ca = ['x.pem']\n")
    monkeypatch.setenv("MONITOR_WEB__LISTEN", "127.0.0.1:1")
    found = [Problem(where, "salah", "perbaiki") for where in ("net.extra_ca 'x.pem'", "web.listen", "KODE", "a.b")]

    with pytest.raises(ConfigError) as caught, naming_origins(path):
        raise ConfigError(found)

    wheres = [f"{path}:3 net.extra_ca 'x.pem'", "MONITOR_WEB__LISTEN", "KODE", "a.b"]
    assert [problem.where for problem in caught.value.problems] == wheres


def test_a_file_that_is_called_like_a_setting_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("web.toml")
    path.write_text("[web]\nlisten = 'x'\n")

    with pytest.raises(ConfigError) as caught, naming_origins(path):
        load(path)

    assert [problem.where for problem in caught.value.problems] == ["web.toml:2 web.listen"]


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
