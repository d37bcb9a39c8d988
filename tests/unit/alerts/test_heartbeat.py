from __future__ import annotations

import pytest

from monitor.alerts.heartbeat import failing, heartbeat
from monitor.settings import Alerts, Net


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hc-ping.com/uuid", "https://hc-ping.com/uuid/fail"),
        ("https://hc-ping.com/uuid/", "https://hc-ping.com/uuid/fail"),
        ("https://x.id/a?token=t", "https://x.id/a/fail?token=t"),
        ("https://x.id", "https://x.id/fail"),
    ],
)
def test_where_to_say_that_something_is_wrong(url: str, expected: str) -> None:
    assert failing(url) == expected


def test_without_an_address_there_is_none() -> None:
    assert heartbeat(Alerts(), Net(), lambda: True) is None
