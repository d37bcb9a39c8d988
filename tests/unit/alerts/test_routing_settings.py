from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor import settings
from monitor.alert_sections import Alerts, Channel, Feed, parse_hours, receiver
from monitor.errors import ConfigError

NOC = {"type": "apprise", "url": "json://127.0.0.1/"}
FONNTE = {"type": "fonnte", "secret": "rahasia", "to": ["081234567890"]}


def message(model: type[Any], values: dict[str, Any]) -> str:
    """What is said of *values*; the first problem."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    assert "rahasia" not in str(caught.value.errors(include_input=False, include_context=False))
    return str(caught.value.errors()[0]["msg"]).removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param(
            {"type": "apprise"}, "saluran apprise memerlukan url seperti mailtos://… atau tgram://…", id="no address"
        ),
        pytest.param(
            {"type": "apprise", "url": "tgram:rahasia"},
            "saluran apprise memerlukan url seperti mailtos://… atau tgram://…",
            id="no scheme",
        ),
        pytest.param(
            {"type": "webhook", "secret": "x", "url": "ftp://rahasia@a.id/"},
            "saluran webhook memerlukan url yang berawalan https:// atau http://",
            id="another scheme",
        ),
        pytest.param(
            {"type": "webhook", "secret": "x", "url": "https:///jalur"},
            "saluran webhook memerlukan url yang berawalan https:// atau http://",
            id="no host",
        ),
        pytest.param(
            {"type": "webhook", "secret": "x", "url": "https://a.id:99999/"},
            "saluran webhook memerlukan url yang berawalan https:// atau http://",
            id="no port",
        ),
        pytest.param(
            {"type": "alertmanager"}, "saluran alertmanager memerlukan url yang berawalan https:// atau http://",
            id="alertmanager without an address",
        ),
        pytest.param(
            {"type": "webhook", "url": "https://a.id/"}, "saluran webhook memerlukan secret (kunci HMAC)", id="no key"
        ),
        pytest.param(
            {**FONNTE, "secret": " "}, "saluran fonnte memerlukan secret (token)", id="a blank token"
        ),
        pytest.param(
            {**FONNTE, "to": []}, "saluran fonnte memerlukan to: nomor telepon atau ID grup", id="nobody to send to"
        ),
        pytest.param(
            {**NOC, "to": ["081234567890"]},
            "to hanya untuk saluran fonnte dan wablas, bukan apprise; tujuan apprise ada di dalam url",
            id="receivers of a channel that has its own",
        ),
        pytest.param(
            {**FONNTE, "to": ["dinkes"]},
            "'dinkes' bukan nomor telepon; tulis 08…, 62…, atau +62…, atau ID grup WhatsApp",
            id="no number",
        ),
        pytest.param(
            {**FONNTE, "to": ["081234567890", "+62 812-3456-7890"]}, "6281234567890 tercantum dua kali dalam to",
            id="the same number twice",
        ),
    ],
)  # fmt: skip
def test_a_channel_that_cannot_work(values: dict[str, Any], said: str) -> None:
    assert message(Channel, values) == said


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param("081234567890", "6281234567890", id="as people write it"),
        pytest.param("0812-3456-7890", "6281234567890", id="with dashes"),
        pytest.param(" (0281) 891 012 ", "62281891012", id="a landline"),
        pytest.param("6281234567890", "6281234567890", id="as gateways do"),
        pytest.param("+6281234567890", "6281234567890", id="with a plus"),
        pytest.param("+6591234567", "6591234567", id="another country"),
        pytest.param("120363025246125486@g.us", "120363025246125486@g.us", id="a group"),
        pytest.param("6281234567890-1546789012", "6281234567890-1546789012", id="an old group"),
    ],
)
def test_numbers_become_what_gateways_take(value: str, number: str) -> None:
    assert receiver(value) == number
    assert Channel.model_validate({**FONNTE, "to": [value]}).to == (number,)


@pytest.mark.parametrize("value", ["", "0", "81234567890", "+0812345", "08123456789012345", "62", "٠٨١٢٣٤٥٦٧٨٩"])
def test_no_number(value: str) -> None:
    with pytest.raises(ValueError, match="bukan nomor telepon"):
        receiver(value)


def test_fonnte_has_an_address_of_its_own_and_wablas_has_not() -> None:
    assert Channel.model_validate(FONNTE).url.get_secret_value() == ""
    said = message(Channel, {**FONNTE, "type": "wablas"})
    assert said == "saluran wablas memerlukan url yang berawalan https:// atau http://"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param(
            {"routes": [{"channels": ["noc"]}, {"channels": ["csirt"]}]},
            "rute 2 menyebut saluran 'csirt' yang tidak ada; yang ada: noc",
            id="a channel that is not there",
        ),
        pytest.param(
            {
                "channels": {"am": {"type": "alertmanager", "url": "http://127.0.0.1:9093"}},
                "routes": [{"channels": ["am"]}],
            },
            "rute 1 menyebut saluran 'am', sebuah Alertmanager: ia menerima semua temuan terbuka tanpa rute;"
            " hapus dari rute, dan atur siapa yang diberi tahu di Alertmanager",
            id="a route to what takes no messages",
        ),
        pytest.param(
            {"routes": [{"channels": ["noc"]}, {"channels": ["noc"]}]}, "rute 2 sama dengan rute 1", id="the same twice"
        ),
        pytest.param({"routes": [{}]}, "rute memerlukan channels: sekurangnya satu saluran", id="to nobody"),
        pytest.param({"routes": [{"channels": ["noc", "noc"]}]}, "saluran noc disebut dua kali", id="named twice"),
        pytest.param(
            {"routes": [{"channels": ["noc"], "rules": ["Content"]}]},
            "'Content' bukan awalan kode aturan; tulis seperti content. atau site.down",
            id="no code",
        ),
        pytest.param(
            {"routes": [{"channels": ["noc"], "hours": "7-17"}]}, "jam '7' tidak dikenal; tulis seperti 07:00",
            id="no time",
        ),
        pytest.param(
            {"routes": [{"channels": ["noc"], "hours": "malam"}]},
            "rentang jam 'malam' tidak dikenal; tulis seperti 07:00-17:00 (WIB)",
            id="no span",
        ),
        pytest.param(
            {"routes": [{"channels": ["noc"], "hours": "07:00-07:00"}]},
            "rentang jam '07:00-07:00' berawal dan berakhir pada jam yang sama; kosongkan untuk sepanjang hari",
            id="an empty span",
        ),
        pytest.param(
            {"board_url": "pantau.go.id"},
            "alamat papan pantau ditulis https://nama/ tanpa sandi, tanda tanya, atau pagar",
            id="a board without a scheme",
        ),
        pytest.param(
            {"board_url": "https://u:rahasia@pantau.go.id/"},
            "alamat papan pantau ditulis https://nama/ tanpa sandi, tanda tanya, atau pagar",
            id="a board with a password",
        ),
        pytest.param({"digest_at": "24:00"}, "jam '24:00' tidak dikenal; tulis 00:00", id="the day's end"),
        pytest.param({"digest_at": "07:60"}, "jam '07:60' tidak dikenal; tulis seperti 07:00", id="sixty minutes"),
        pytest.param(
            {"digest": {"csirt": "noc"}}, "ringkasan 'csirt' tidak dikenal; yang ada: noc, owner", id="no such digest"
        ),
        pytest.param(
            {"digest": {"owner": "surel"}}, "ringkasan owner menyebut saluran 'surel' yang tidak ada; yang ada: noc",
            id="a digest to nobody",
        ),
        pytest.param({"contact": " "}, "kontak pelapor tidak boleh kosong dan hanya satu baris", id="no contact"),
        pytest.param({"contact": "a\nb"}, "kontak pelapor tidak boleh kosong dan hanya satu baris", id="two lines"),
        pytest.param(
            {"heartbeat_url": "rahasia"}, "heartbeat_url harus berawalan https:// atau http://", id="no heartbeat"
        ),
    ],
)  # fmt: skip
def test_settings_that_do_not_hold_together(values: dict[str, Any], said: str) -> None:
    assert message(Alerts, {"channels": {"noc": NOC}, **values}) == said


@pytest.mark.parametrize("name", ["NOC", "1a", "a_b", "a b", "", "a" * 33])
def test_a_name_that_is_no_name(name: str) -> None:
    said = message(Alerts, {"channels": {name: NOC}})
    assert said == f"nama saluran {name!r}: huruf kecil, angka, dan tanda hubung, berawal huruf, paling panjang 32"


@pytest.mark.parametrize(
    ("hours", "span"),
    [
        ("07:00-17:00", (420, 1020)),
        ("22:00 - 06:00", (1320, 360)),
        ("00:00-24:00", (0, 1440)),
        ("23:59-00:00", (1439, 0)),
    ],
)
def test_hours_as_minutes(hours: str, span: tuple[int, int]) -> None:
    assert parse_hours(hours) == span


def test_the_defaults_hold_together() -> None:
    assert Alerts() == Alerts.model_validate({})
    assert Alerts.model_validate({"board_url": "https://pantau.go.id/"}).board_url == "https://pantau.go.id"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"to": "file"}, "umpan ke file memerlukan path", id="a file without a path"),
        pytest.param({"to": "syslog-tls"}, "umpan ke syslog-tls memerlukan address: nama:port", id="no address"),
        pytest.param({"to": "syslog-tcp", "address": "siem"}, "'siem' bukan alamat:port", id="no port"),
    ],
)
def test_a_feed_to_nowhere(values: dict[str, Any], said: str) -> None:
    assert message(Feed, values) == said


def test_the_settings_file_says_where(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text('[alerts.channels.noc]\ntype = "webhook"\nurl = "https://u:rahasia@a.id/"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        settings.load(file)
    assert f"{file}:1 alerts.channels.noc.secret: saluran webhook memerlukan secret (kunci HMAC)" in str(caught.value)
    assert "rahasia" not in str(caught.value)
