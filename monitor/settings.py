"""Settings: one TOML file, overridden by the environment; every problem is said at once."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from monitor import misfits
from monitor.alert_sections import Alerts, Feed
from monitor.check_sections import (
    Checks,
    Cloaking,
    Content,
    Freshness,
    Mail,
    Names,
    Registration,
    SecurityTxt,
    Tls,
    Transport,
    Website,
    Zone,
)
from monitor.errors import ConfigError, Problem, reason_of
from monitor.login_section import Login, LoginMode
from monitor.origins import BETWEEN, CREDENTIALS, ENV_PREFIX, Origins, variable
from monitor.sections import (
    Database,
    Dns,
    Duration,
    Evidence,
    Inventory,
    Log,
    Misplaced,
    Net,
    RecordKept,
    Runner,
    Seal,
    Section,
    StatusPage,
    Vantage,
    Web,
    format_duration,
    parse_duration,
    split_address,
)

SEARCHED = (Path("monitor.toml"), Path("/etc/monitor/monitor.toml"))
"""Where a settings file is looked for when none is named; the first that exists counts."""
REMEDY = "bentuk dan bawaannya tampak pada `monitor --config /dev/null config show`"
"""With no file at all: the one that is wrong cannot be shown."""
_OF_A_UNION = re.compile(r"[\[\]]")
"""In what pydantic adds to the path of a value that may be one of several things."""


class Settings(BaseSettings):
    """Everything an operator can set; frozen."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV_PREFIX, env_nested_delimiter=BETWEEN, validate_default=True
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
        if CREDENTIALS in os.environ:
            sources.append(
                NestedSecretsSettingsSource(
                    file_secret_settings,
                    secrets_dir=os.environ[CREDENTIALS],
                    secrets_dir_missing="ok",
                    secrets_nested_delimiter=BETWEEN,
                    secrets_prefix=ENV_PREFIX,
                )
            )
        return (*sources, init_settings)


def load(path: Path | None = None) -> Settings:
    """
    The settings of *path*, or of the first file of `SEARCHED`, or the defaults; the environment on top.

    Raises `ConfigError` with every problem.
    """
    chosen = _chosen(path)
    text = _read(chosen) if chosen else ""
    values = _parsed(text, chosen) if chosen else {}
    strangers = tuple(_strangers())
    try:
        found = Settings(**values)
    except ValidationError as error:
        wrong = _problems(error, Origins.of(chosen, text), values)
        raise ConfigError(dict.fromkeys((*strangers, *wrong))) from error
    if strangers:
        raise ConfigError(strangers)
    return found


@contextmanager
def naming_origins(path: Path | None = None) -> Iterator[None]:
    """
    Have what is found wrong with loaded settings say where they were written, as `load` does: line or variable.

    *path* as for `load`. What does not name a setting is passed on as it is.
    """
    try:
        yield
    except ConfigError as error:
        chosen = _chosen(path)
        origins = Origins.of(chosen, _read(chosen) if chosen else "")
        raise ConfigError(origins.placed(error.problems, Settings.model_fields)) from error


def _chosen(path: Path | None) -> Path | None:
    return path or next(filter(_is_there, SEARCHED), None)


def _is_there(path: Path) -> bool:
    """Whether there is such a file; what is closed to us is, so that reading it is refused and not passed over."""
    try:
        return path.is_file()
    except PermissionError:
        return True


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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "bukan teks UTF-8"
        problem = Problem(str(path), f"tidak dapat dibaca ({reason})", "periksa nama dan hak akses")
        raise ConfigError([problem]) from error


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_no_toml(path, str(error))]) from error


_TOML: Mapping[str, str] = {
    r"Cannot overwrite a value": "kunci ini sudah ada di atas",
    r"Cannot declare .* twice": "tabel ini sudah ada di atas",
    r"Duplicate inline table key.*": "kunci ini sudah ada di baris ini",
    r"Expected '=' after a key.*": "sesudah kunci harus ada tanda =",
    r"Expected (?:newline|'\]|\]).*": "ada yang berlebih atau kurang di akhir baris",
    r"Unclosed array": "kurung siku belum ditutup",
    r"Unterminated string|Expected .*'\"+'.*": "tanda petik belum ditutup",
    r"Illegal character .*": "huruf ini tidak boleh ada di sini; mungkin tanda petik belum ditutup",
    r"Unescaped '.*": "garis miring terbalik di dalam teks ditulis dua kali, atau pakai petik tunggal",
    r"Invalid value": "nilainya tidak dikenal; teks ditulis di antara tanda petik",
    r"Invalid (?:statement|initial character.*)": "bukan [tabel] dan bukan kunci = nilai",
}
"""What tomllib says → what people read."""
_PLACED = re.compile(r"(?P<text>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


def _no_toml(path: Path, text: str) -> Problem:
    """Where, and what is wrong there; what has no translation is told by its place alone."""
    placed = _PLACED.fullmatch(text)
    line = placed["line"] if placed else None
    where = f"{path}:{line}:{placed['column']}" if placed and line else str(path)
    said = next((words for found, words in _TOML.items() if placed and re.fullmatch(found, placed["text"])), "")
    remedy = "perbaiki baris tersebut" if line else "lengkapi akhir berkasnya"
    return Problem(where, f"bukan TOML yang sah ({said})" if said else "bukan TOML yang sah", remedy)


def _problems(error: ValidationError, origins: Origins, values: Mapping[str, Any]) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        path = [part for part in (*item["loc"], *_place(item)) if not _OF_A_UNION.search(str(part))]
        keys, where = [*map(str, path)], origins.where(path)
        if item["type"] == "extra_forbidden":
            yield Problem(where, "kunci tidak dikenal", _nearest(keys))
            continue
        remedy = f"isi variabel atau kredensial {variable(path)}" if _place(item) and _is_secret(keys) else REMEDY
        yield Problem(where, _with_value({**item, "input": _written(item["input"], path, values)}, keys), remedy)


def _place(item: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where in the table that refuses it the value stands; nowhere in particular where the table itself is wrong."""
    error = item.get("ctx", {}).get("error")
    return error.place if isinstance(error, Misplaced) else ()


def _written(value: object, path: Sequence[str | int], values: Mapping[str, Any]) -> object:
    """*value*, or what was written for it where that was read as a span of time, by a variable or by the file."""
    if not isinstance(value, timedelta):
        return value
    name = variable(path)
    if said := next((text for known, text in os.environ.items() if known.upper() == name), None):
        return said
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return value if found is None else found


def _with_value(item: Mapping[str, Any], keys: Sequence[str]) -> str:
    """
    What is wrong, which may name the value, with it in front otherwise; a secret, or what may hold one, is never shown.

    Passwords are hidden before a long value is cut: of what is cut, nobody can tell that it was one.
    """
    value = mask_url(item["input"]) if isinstance(item["input"], str) else item["input"]
    said = mask_url(misfits.said({**item, "input": value}))
    if not isinstance(value, str | int | float) or _is_secret(keys):
        return said
    shown = misfits.shown(value)
    return said if shown in said else f"tertulis {shown}; {said}"


def _is_secret(keys: Sequence[str]) -> bool:
    """Whether the setting *keys* is a secret, or none that we know."""
    kind: Any = Settings
    for key in keys:
        fields = getattr(kind, "model_fields", None)
        if fields is None:
            kind = _element(kind)
        elif key in fields:
            kind = fields[key].annotation
        else:
            return True
    return kind is None or _holds_secret(kind)


def _element(kind: Any) -> Any:
    """Of what kind the items of a list, or the values of a mapping, of *kind* are; None when it is neither."""
    return next((each for each in reversed(get_args(kind)) if each is not Ellipsis), None)


def _holds_secret(kind: Any) -> bool:
    return kind is SecretStr or any(map(_holds_secret, get_args(kind)))


def _nearest(keys: list[str]) -> str:
    """What the person may have meant by the unknown last key."""
    model: Any = Settings
    for key in keys[:-1]:
        if key in model.model_fields:
            model = _table_of(model.model_fields[key].annotation) or model
    known = list(getattr(model, "model_fields", {}))
    close = difflib.get_close_matches(keys[-1], known, n=1)
    return f"mungkin maksudnya {close[0]!r}" if close else f"yang dikenal di sini: {', '.join(known)}"


def _table_of(annotation: Any) -> Any:
    """The table that *annotation* is of, or that is listed or named in it."""
    return next(filter(None, map(_table_of, get_args(annotation))), None) or (
        annotation if hasattr(annotation, "model_fields") else None
    )


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
    "naming_origins",
    "parse_duration",
    "split_address",
]
