"""The only sockets of the project; everything else asks here."""

from __future__ import annotations

from monitor.net.network import Network, open_network

__all__ = ["Network", "open_network"]
