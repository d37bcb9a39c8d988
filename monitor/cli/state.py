"""What every command shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from monitor import settings
from monitor.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """The options given before the command."""

    config: Path | None = None

    def settings(self) -> Settings:
        """The settings these options name. Raises `ConfigError`."""
        return settings.load(self.config)
