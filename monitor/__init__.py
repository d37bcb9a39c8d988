"""Watches every website and mail domain of a regency: uptime, TLS, domains, hijacked content."""

__version__ = "0.1.0"
