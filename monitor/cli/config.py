"""`monitor config`: are the settings right, and what are they?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from monitor import inventory, settings
from monitor.cli.state import State

app = typer.Typer(help="Periksa dan tampilkan setelan.", no_args_is_help=True, rich_markup_mode=None)


@app.command("check")
def check(ctx: typer.Context) -> None:
    """Periksa setelan dan inventaris yang ditunjuknya, tanpa menjalankan apa pun."""
    state: State = ctx.obj
    chosen = state.settings()
    targets = inventory.load(chosen.inventory.directory)
    typer.echo(f"setelan baik; inventaris {chosen.inventory.directory}: {len(targets)} sasaran")


@app.command("show")
def show(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Keluaran JSON untuk skrip.")] = False,
) -> None:
    """Tampilkan setelan yang berlaku (berkas, lingkungan, dan bawaan) sebagai TOML; rahasia disamarkan."""
    state: State = ctx.obj
    chosen = settings.masked(state.settings())
    if as_json:
        typer.echo(json.dumps(chosen, indent=2, ensure_ascii=False))
        return
    typer.echo("\n".join(_toml(chosen)))


def _toml(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """*values* as lines of TOML that `monitor` reads back."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    if plain:
        yield f"[{prefix.removesuffix('.')}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}"
    if plain:
        yield ""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _toml(value, f"{prefix}{_key(key)}.")


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key)
