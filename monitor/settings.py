"""Settings: one TOML file, overridden by the environment; every problem is said at once."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from monitor.alert_sections import Alerts, Feed
from monitor.errors import ConfigError, Problem
from monitor.login_section import Login, LoginMode
from monitor.sections import (
    Checks,
    Cloaking,
    Content,
    Database,
    Dns,
    Duration,
    Evidence,
    Freshness,
    Inventory,
    Log,
    Mail,
    Names,
    Net,
    RecordKept,
    Registration,
    Runner,
    Seal,
    Section,
    SecurityTxt,
    StatusPage,
    Tls,
    Transport,
    Vantage,
    Web,
    Website,
    Zone,
    format_duration,
    parse_duration,
    split_address,
)

ENV_PREFIX = "MONITOR_"
SEARCHED = (Path("monitor.toml"), Path("/etc/monitor/monitor.toml"))
"""Where a settings file is looked for when none is named; the first that exists counts."""


class Settings(BaseSettings):
    """Everything an operator can set; frozen."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV_PREFIX, env_nested_delimiter="__", validate_default=True
    )

    database: Database = Database()
    inventory: Inventory = Inventory()
    web: Web = Web()
    status: StatusPage = StatusPage()
    dns: Dns = Dns()
    net: Net = Net()
    vantage: Vantage = Vantage()
    checks: Checks = Checks()
    runner: Runner = Runner()
    log: Log = Log()
    alerts: Alerts = Alerts()
    feed: Feed = Feed()
    evidence: Evidence = Evidence()
    record: RecordKept = RecordKept()
    seal: Seal = Seal()
    login: Login = Login()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over systemd credentials over the file (which arrives as the initial values)."""
        sources: list[PydanticBaseSettingsSource] = [env_settings]
        if "CREDENTIALS_DIRECTORY" in os.environ:
            sources.append(
                NestedSecretsSettingsSource(
                    file_secret_settings,
                    secrets_dir=os.environ["CREDENTIALS_DIRECTORY"],
                    secrets_dir_missing="ok",
                    secrets_nested_delimiter="__",
                    secrets_prefix=ENV_PREFIX,
                )
            )
        return (*sources, init_settings)


def load(path: Path | None = None) -> Settings:
    """
    The settings of *path*, or of the first file of `SEARCHED`, or the defaults; the environment on top.

    Raises `ConfigError` with every problem.
    """
    chosen = path or next((candidate for candidate in SEARCHED if candidate.is_file()), None)
    values = _read(chosen) if chosen else {}
    if strangers := tuple(_strangers()):
        raise ConfigError(strangers)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigError(_problems(error, chosen)) from error


def _strangers() -> Iterator[Problem]:
    """Variables of our prefix that are no setting: what is mistyped must not be ignored in silence."""
    for name in sorted(os.environ):
        section, separator, _key = name.upper().removeprefix(ENV_PREFIX).partition("__")
        if name.upper().startswith(ENV_PREFIX) and not (separator and section.lower() in Settings.model_fields):
            known = [ENV_PREFIX + key.upper() + "__…" for key in Settings.model_fields]
            close = difflib.get_close_matches(section.split("_")[0].lower(), Settings.model_fields, n=1)
            remedy = (
                f"mungkin maksudnya {ENV_PREFIX}{close[0].upper()}__…" if close else f"yang dikenal: {', '.join(known)}"
            )
            yield Problem(name, "variabel lingkungan tidak dikenal", remedy)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "bukan teks UTF-8"
        problem = Problem(str(path), f"tidak dapat dibaca ({reason})", "periksa nama dan hak akses")
        raise ConfigError([problem]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Problem(str(path), f"bukan TOML yang sah ({error})", "perbaiki baris tersebut")]) from error


def _problems(error: ValidationError, path: Path | None) -> Iterator[Problem]:
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        keys = [str(part) for part in item["loc"]]
        env = ENV_PREFIX + "__".join(keys[:3]).upper()
        named = next((name for name in os.environ if name.upper() == env), None)
        where = named or f"{path or 'bawaan'} {'.'.join(keys)}"
        if item["type"] == "extra_forbidden":
            yield Problem(where, "kunci tidak dikenal", _nearest(keys))
        else:
            message = item["msg"].removeprefix("Value error, ")
            yield Problem(where, message, "lihat `monitor config show` untuk bentuknya")


def _nearest(keys: list[str]) -> str:
    """What the person may have meant by the unknown last key."""
    model: Any = Settings
    for key in keys[:-1]:
        field = model.model_fields.get(key)
        if field is None:
            break
        model = field.annotation
    known = list(getattr(model, "model_fields", {}))
    close = difflib.get_close_matches(keys[-1], known, n=1)
    return f"mungkin maksudnya {close[0]!r}" if close else f"yang dikenal di sini: {', '.join(known)}"


def masked(settings: Settings) -> dict[str, Any]:
    """The settings as JSON-able values, secrets masked; a database URL keeps all but its password."""
    values = settings.model_dump(mode="json")
    values["database"]["url"] = mask_url(settings.database.url.get_secret_value())
    return values


_WORD = re.compile(r"\S+")
_USER = re.compile(r"(?<=://)[^/:\s]*:")
_SECRET = re.compile(r"((?<=[?&;])(?:password|sslpassword|passfile)=)[^&#\s]*", re.IGNORECASE)


def mask_url(url: str) -> str:
    """
    *url*, or a text with URLs in it, without passwords: those before the host, and those among the parameters.

    A password may have been written as it is, with slashes and at signs: rather too much is hidden than a part shown.
    """
    if "://" not in url:
        return url
    return _SECRET.sub(r"\1***", _WORD.sub(lambda word: _without_password(word[0]), url))


def _without_password(word: str) -> str:
    end = word.rfind("@")
    user = _USER.search(word, 0, end) if end > 0 else None
    return word if user is None else f"{word[: user.end()]}***{word[end:]}"


__all__ = [
    "Alerts",
    "Checks",
    "Cloaking",
    "Content",
    "Database",
    "Dns",
    "Duration",
    "Evidence",
    "Feed",
    "Freshness",
    "Inventory",
    "Log",
    "Login",
    "LoginMode",
    "Mail",
    "Names",
    "Net",
    "RecordKept",
    "Registration",
    "Runner",
    "Seal",
    "Section",
    "SecurityTxt",
    "Settings",
    "Tls",
    "Transport",
    "Vantage",
    "Web",
    "Website",
    "Zone",
    "format_duration",
    "load",
    "mask_url",
    "masked",
    "parse_duration",
    "split_address",
]
