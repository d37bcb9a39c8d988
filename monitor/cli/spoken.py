"""What Typer says in English, said in Indonesian: help, and what is wrong with what was typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from monitor.errors import Problem

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = "[OPSI]"
HEADINGS: Mapping[str, str] = {r"^Usage:": "Pakai:", r"^Commands:$": "Perintah:"}
"""Lines of help → what people read there; as long as the original, where more follows on the line."""
TYPES: Mapping[str, str] = {
    r" <(?:str|path|int|list\[str\])>$": "",
    r"<int range>$": "<bilangan>",
    r"<list\[(.+)\]>$": r"<\1>",
}
"""What follows a name in help → what is worth saying of it."""
REMARKS: Mapping[str, str] = {r"\[default: ": "[bawaan: ", r"(?<=[\[ ])required\]": "wajib]"}
"""What follows an explanation in help → what people read there."""
WRONG: Mapping[str, str] = {
    r"Missing (?:argument|option|parameter) '?(?P<where>[^']+?)'?\.(?:\s*Choose from:\s*(?P<choices>.+))?": (
        "belum disebut"
    ),
    r"Missing command\.": "perintahnya belum disebut",
    r"No such command '(?P<where>.+?)'\..*": "tidak ada perintah ini",
    r"No such option: (?P<where>\S+)(?: \(Possible options: (?P<near>.+)\))?": "tidak ada opsi ini",
    r"Got unexpected extra argument\(s\) \((?P<where>.+)\)": "kata yang berlebih",
    r"Option '(?P<where>.+)' requires an argument\.": "nilainya belum disebut",
    r"Option '(?P<where>.+)' does not take a value\.": "opsi ini tidak memakai nilai",
    r"Invalid value(?: for '?(?P<where>.+?)'?)?: (?P<inner>.+)": "{inner}",
}
"""What Typer says of words that it cannot use → what is said of `where`."""

VALUE: Mapping[str, str] = {
    r"(?:Value error, )?(?P<value>'.*') is not one of (?P<choices>.+)\.": "{value} tidak dikenal",
    r"Input should be a valid integer.*": "{input} bukan bilangan bulat",
    r"Input should be a valid number.*": "{input} bukan bilangan",
    r"Input should be greater than or equal to (?P<limit>\S+)": "{input} terlalu kecil; sekurangnya {limit}",
    r"Input should be less than or equal to (?P<limit>\S+)": "{input} terlalu besar; paling banyak {limit}",
    r"(?:Value error, )?(?P<value>'.*') does not match the formats '%Y-%m-%d'\.": (
        "{value} bukan tanggal; tulis seperti 2026-11-24"
    ),
    r"(?:path|file|directory) '(?P<value>.+)' is not readable\.": "{value} tidak dapat dibaca (hak akses tidak cukup)",
    r"Value error, (?P<rest>.+)": "{rest}",
}
"""What is said of a value, by Typer and by pydantic → what people read."""
_CHOICE = re.compile(r"[^\s,']+")


def spoken(text: str, table: Mapping[str, str] = HEADINGS) -> str:
    """*text* of help with Typer's own words of *table* in Indonesian."""
    for found, said in table.items():
        text = re.sub(found, said, text, flags=re.MULTILINE)
    return text


def problem_of(error: typer.TyperException) -> Problem:
    """What was wrong with the words that were typed; what has no translation is told as it came."""
    context = getattr(error, "ctx", None)
    said, parts = _said(WRONG, error.format_message())
    command = context.command_path if context else "monitor"
    if inner := parts.get("inner"):
        said, more = _said(VALUE, inner)
        parts |= more
    said = said.format_map({"input": repr(_typed(error)), **parts})
    remedy = _remedy(parts, context, f"lihat `{command} --help`")
    return Problem(parts.get("where") or command, said, remedy)


def _said(table: Mapping[str, str], text: str) -> tuple[str, dict[str, str]]:
    """The words for *text*, to be filled with the parts of it that are returned beside them."""
    for found, said in table.items():
        if match := re.fullmatch(found, text, re.DOTALL):
            return said, {name: part for name, part in match.groupdict().items() if part}
    return "{text}", {"text": text}


def _typed(error: BaseException) -> object:
    """The value that pydantic would not take; None when it was not asked."""
    known: Callable[[], list[dict[str, Any]]] | None = getattr(error.__cause__, "errors", None)
    return known()[0].get("input") if known else None


def _remedy(parts: Mapping[str, str], context: Any, otherwise: str) -> str:
    if choices := parts.get("choices"):
        return f"pilih dari {', '.join(_CHOICE.findall(choices))}"
    near = parts.get("near") or ", ".join(_near(parts.get("where", ""), context))
    return f"mungkin maksudnya {near}; {otherwise}" if near else otherwise


def _near(word: str, context: Any) -> list[str]:
    """Commands that look like *word*."""
    command = context.command if context else None
    return difflib.get_close_matches(word, command.list_commands(context)) if isinstance(command, TyperGroup) else []


if TYPE_CHECKING:
    _Either = TyperCommand
else:
    _Either = object  # it stands before a command or a group, which share no public class


class _Spoken(_Either):
    """What commands and groups of them say alike."""

    def get_help(self, ctx: Any) -> str:
        """The page that `--help` shows."""
        return spoken(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """How it is called, in a line or two."""
        return spoken(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, explained."""
        return _explained(super().get_help_option(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what can be given with it."""
        _write_parameters(self.get_params(ctx), ctx, formatter)


class Command(_Spoken, TyperCommand):
    """A command that explains itself in Indonesian."""


class Group(_Spoken, TyperGroup):
    """Commands under one word, explained in Indonesian."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what can be given with it, and the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def _write_parameters(parameters: Iterable[Any], ctx: Any, formatter: Any) -> None:
    records = [(each.param_type_name, each.get_help_record(ctx)) for each in parameters]
    for kind, heading in (("argument", "Argumen"), ("option", "Opsi")):
        rows = [(spoken(row[0], TYPES), spoken(row[1], REMARKS)) for of, row in records if of == kind and row]
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows)


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = "Tampilkan bantuan ini."
    return option


class App(typer.Typer):
    """Typer, set up as all commands here are: plain Indonesian help, and help when nothing is asked."""

    def __init__(self, help: str, *, cls: type[Group] = Group, **more: Any) -> None:  # noqa: A002 – Typer's word
        """Commands under *help*; *more* as Typer has it."""
        super().__init__(
            help=help, cls=cls, no_args_is_help=True, rich_markup_mode=None, add_completion=False,
            pretty_exceptions_enable=False, suggest_commands=False, options_metavar=OPTIONS,
            subcommand_metavar="PERINTAH [ARGUMEN]...", **more,
        )  # fmt: skip

    def command(self, name: str | None = None, **more: Any) -> Callable[[F], F]:
        """A decorator that makes a function the command *name*."""
        return super().command(name, **{"cls": Command, "options_metavar": OPTIONS, **more})
