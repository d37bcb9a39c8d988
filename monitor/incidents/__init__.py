"""Findings grouped by cause into what people are told about – pure: no I/O, no clock of its own."""

from __future__ import annotations
