"""From incidents to people: who is told, in which words, over which channel, and that nothing is lost."""

from __future__ import annotations
