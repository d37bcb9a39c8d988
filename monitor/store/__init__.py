"""The record: samples, findings, incidents, the outbox and evidence in one database, SQLite or PostgreSQL."""

from __future__ import annotations

from monitor.store.errors import StoreError
from monitor.store.months import AlreadyFrozen
from monitor.store.store import Store
from monitor.store.stored import (
    FrozenMonth,
    Remembered,
    StoredChange,
    StoredExhibit,
    StoredFacts,
    StoredFinding,
    StoredSample,
    StoredTarget,
    TargetChange,
)

__all__ = [
    "AlreadyFrozen",
    "FrozenMonth",
    "Remembered",
    "Store",
    "StoreError",
    "StoredChange",
    "StoredExhibit",
    "StoredFacts",
    "StoredFinding",
    "StoredSample",
    "StoredTarget",
    "TargetChange",
]
