"""The dashboards, in the order people meet them."""

from __future__ import annotations

from collections.abc import Callable

from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana.boards import csirt, mail, monitor_itself, month, overview, site, tls

DASHBOARDS: tuple[Callable[[], Dashboard], ...] = (
    overview.dashboard,
    site.dashboard,
    tls.dashboard,
    mail.dashboard,
    csirt.dashboard,
    month.dashboard,
    monitor_itself.dashboard,
)
