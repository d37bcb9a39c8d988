"""The ways out of the house: one courier for every channel of the settings, all behind one door."""

from __future__ import annotations

from monitor.alerts.channels.build import couriers
from monitor.alerts.channels.courier import Courier, Undelivered
from monitor.alerts.channels.forms import Forms

__all__ = ["Courier", "Forms", "Undelivered", "couriers"]
