from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from monitor.alerts.channels import couriers
from monitor.alerts.channels.gateways import Fonnte, Wablas
from monitor.alerts.channels.mail import Mail
from monitor.alerts.channels.relay import Relay
from monitor.alerts.channels.services import Bot, Mailbox, read
from monitor.alerts.channels.telegram import Telegram
from monitor.alerts.channels.webhook import Webhook, signature
from monitor.errors import ConfigError
from monitor.settings import Alerts, Net

TOKEN = "123456789:AAF-geheim_Token"  # noqa: S105 - of a test


def alerts(**channels: Any) -> Alerts:
    return Alerts.model_validate({"channels": channels})


def apprise(url: str) -> dict[str, str]:
    return {"type": "apprise", "url": url}


def test_every_type_has_its_courier_and_alertmanager_none() -> None:
    settings = alerts(
        surel=apprise("mailtos://u:p@smtp.x.id?from=a@x.id&to=b@x.id"),
        telegram=apprise(f"tgram://{TOKEN}/-100123"),
        slack=apprise("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/siaga"),
        kait={"type": "webhook", "url": "https://x.id/", "secret": "s"},
        fonnte={"type": "fonnte", "secret": "s", "to": ["081234567890"]},
        wablas={"type": "wablas", "url": "https://jogja.wablas.com", "secret": "s", "to": ["081234567890"]},
        am={"type": "alertmanager", "url": "http://localhost:9093"},
    )
    made = couriers(settings, Net())
    kinds = {"surel": Mail, "telegram": Telegram, "slack": Relay, "kait": Webhook, "fonnte": Fonnte, "wablas": Wablas}
    assert {name: type(courier) for name, courier in made.items()} == kinds


@pytest.mark.parametrize(
    "url",
    [
        "entah://geheim",
        "tgram://geheim/12",
        f"tgram://{TOKEN}",
        f"tgram://{TOKEN}/12/!!geheim",
        "mailto://geheim.id",
        "mailto://x.id?from=a@x.id&to=geheim",
        "mailto://x.id?from=a@x.id&to=b@x.id&cc=geheim",
        "slack://geheim",
    ],
)
def test_what_cannot_be_used_is_named_with_its_remedy_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        couriers(alerts(siaga=apprise(url)), Net())
    (problem,) = caught.value.problems
    assert problem.where == "alerts.channels.siaga.url"
    assert problem.remedy
    assert "geheim" not in str(caught.value)


def test_every_problem_at_once() -> None:
    settings = alerts(
        a=apprise("entah://x"), b={"type": "webhook", "url": "https://x.id", "secret": "s"}, c=apprise("tgram://x")
    )
    with pytest.raises(ConfigError) as caught:
        couriers(settings, Net())
    assert [problem.where for problem in caught.value.problems] == ["alerts.channels.a.url", "alerts.channels.c.url"]


def test_a_token_that_fits_no_header_is_refused() -> None:
    settings = alerts(wa={"type": "fonnte", "secret": "to\nken", "to": ["081234567890"]})
    with pytest.raises(ConfigError, match=r"alerts\.channels\.wa\.secret"):
        couriers(settings, Net())


def test_a_mail_address_taken_apart() -> None:
    url = "mailtos://pantau%40x.id:s%40ndi@smtp.x.id:465?mode=ssl&to=a@x.id,Budi<b@x.id>&from=Pantau<p@x.id>&cc=c@x.id"
    assert read(SecretStr(url)) == Mailbox(
        host="smtp.x.id",
        port=465,
        mode="ssl",
        verify=True,
        user="pantau@x.id",
        password=SecretStr("s@ndi"),
        sender=("Pantau", "p@x.id"),
        to=(("", "a@x.id"), ("Budi", "b@x.id")),
        cc=("c@x.id",),
        headers={},
    )


def test_a_telegram_address_taken_apart() -> None:
    found = read(SecretStr(f"tgram://{TOKEN}/-100123:7/@kanal_kab/?silent=yes"))
    assert isinstance(found, Bot)
    assert found.token.get_secret_value() == TOKEN
    assert set(found.chats) == {(-100123, 7), ("@kanal_kab", None)}
    assert (found.silent, found.preview) == (True, False)


def test_the_signature_is_what_anybody_can_reckon() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac kunci
    expected = "sha256=122761d2746f8988e92b3e325fc1bdb2b2bbc991bc043332840ce96492807d2a"
    assert signature(SecretStr("kunci"), "1700000000", b"{}") == expected
