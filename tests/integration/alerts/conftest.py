"""An authority, and couriers that trust it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from monitor.alerts.channels import Courier, couriers
from monitor.alerts.channels.telegram import API
from monitor.settings import Alerts, Net
from tests.integration.net.misbehaving import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def net(authority: Authority) -> Net:
    return Net(extra_ca=(authority.pem,), system_ca=False)


MakeCourier = Callable[..., Courier]


@pytest.fixture
def make_courier(net: Net) -> MakeCourier:
    """The courier of a channel with the settings given."""

    def make(telegram_api: str = API, **channel: Any) -> Courier:
        settings = Alerts.model_validate({"channels": {"uji": {"timeout": 5, **channel}}})
        return couriers(settings, net, telegram_api=telegram_api)["uji"]

    return make
