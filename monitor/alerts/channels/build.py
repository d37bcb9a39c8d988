"""From the settings to couriers: every channel is understood at the start, or the start says which is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor.alert_sections import Channel
from monitor.alerts.channels.courier import Courier
from monitor.alerts.channels.forms import RENDERED, Forms
from monitor.alerts.channels.gateways import FONNTE, Fonnte, Wablas
from monitor.alerts.channels.mail import Mail
from monitor.alerts.channels.relay import Relay
from monitor.alerts.channels.services import Bot, Mailbox, NotUsable, read
from monitor.alerts.channels.telegram import API, Telegram
from monitor.alerts.channels.web import Web
from monitor.alerts.channels.webhook import Webhook
from monitor.alerts.secrets import Veil, in_url
from monitor.errors import ConfigError, Problem
from monitor.net.trust import build_trust
from monitor.settings import Alerts, Net


class _Wrong(Exception):
    """A field of a channel that cannot be used: which, why, and what to do."""

    def __init__(self, field: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.field, self.message, self.remedy = field, message, remedy


def couriers(settings: Alerts, net: Net, forms: Forms = RENDERED, *, telegram_api: str = API) -> Mapping[str, Courier]:
    """
    A courier for every channel of *settings* that takes messages (Alertmanager takes states: `alertmanager`).

    It trusts the authorities that *net* trusts, and sends what *forms* make of a message.

    Nothing is asked of anybody yet. Raises `ConfigError` with a problem for every channel that cannot be used; it names
    the channel and the remedy, never the address or the secret.
    """
    made, problems = dict[str, Courier](), list[Problem]()
    for name, channel in settings.channels.items():
        make = _MAKERS.get(channel.type)
        if make is None:
            continue
        try:
            made[name] = make(channel, net, forms, telegram_api)
        except _Wrong as wrong:
            problems.append(Problem(f"alerts.channels.{name}.{wrong.field}", wrong.message, wrong.remedy))
    if problems:
        raise ConfigError(problems)
    return made


def _apprise(channel: Channel, net: Net, forms: Forms, telegram_api: str) -> Courier:
    url = channel.url
    try:
        addressed = read(url)
    except NotUsable as error:
        raise _Wrong("url", str(error), "lihat https://github.com/caronc/apprise/wiki untuk bentuknya") from None
    veil, timeout = Veil(in_url(url.get_secret_value())), channel.timeout.total_seconds()
    match addressed:
        case Mailbox():
            own = Veil({addressed.password.get_secret_value(), url.get_secret_value()})
            return Mail(addressed, build_trust(net, alpn=()).strict, own, timeout, forms)
        case Bot():
            return Telegram(Web(net, channel.timeout), addressed, veil, forms.telegram, telegram_api)
        case _:
            return Relay(addressed, veil, timeout, forms)


def _webhook(channel: Channel, net: Net, forms: Forms, _telegram_api: str) -> Courier:
    return Webhook(Web(net, channel.timeout), channel.url, channel.secret, forms.webhook)


def _fonnte(channel: Channel, net: Net, forms: Forms, _telegram_api: str) -> Courier:
    base = channel.url.get_secret_value() or FONNTE
    return _gateway(Fonnte, channel, net, forms, f"{base.rstrip('/')}/send")


def _wablas(channel: Channel, net: Net, forms: Forms, _telegram_api: str) -> Courier:
    return _gateway(Wablas, channel, net, forms, f"{channel.url.get_secret_value().rstrip('/')}/api/send-message")


def _gateway(kind: type[Fonnte | Wablas], channel: Channel, net: Net, forms: Forms, url: str) -> Courier:
    _require_secret(channel, "isi token dari gerbang WhatsApp")
    veil = Veil({channel.secret.get_secret_value(), *channel.to})
    return kind(Web(net, channel.timeout), url, token=channel.secret, to=channel.to, veil=veil, form=forms.whatsapp)


def _require_secret(channel: Channel, remedy: str) -> None:
    """What goes into a header must be able to."""
    secret = channel.secret.get_secret_value()
    if not secret.isascii() or not secret.isprintable():
        raise _Wrong("secret", "memuat karakter yang tidak dapat dikirim", remedy)


_MAKERS: Mapping[str, Callable[[Channel, Net, Forms, str], Courier]] = {
    "apprise": _apprise,
    "webhook": _webhook,
    "fonnte": _fonnte,
    "wablas": _wablas,
}
