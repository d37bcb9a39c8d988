"""`monitor config`: are the settings right, and what are they?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from monitor import inventory, settings
from monitor.alerts.channels.build import couriers
from monitor.alerts.routing import gaps
from monitor.cli.spoken import App
from monitor.cli.state import State
from monitor.net.trust import build_trust
from monitor.seal.stamp import roots_in

app = App(help="Periksa dan tampilkan setelan.")


@app.command("check")
def check(ctx: typer.Context) -> None:
    """Periksa setelan dan inventaris yang ditunjuknya, tanpa menjalankan apa pun."""
    state: State = ctx.obj
    chosen = state.settings()
    targets = inventory.load(chosen.inventory.directory)
    with settings.naming_origins(state.config):
        couriers(chosen.alerts, chosen.net)
        build_trust(chosen.net)
        if chosen.seal.tsa_ca is not None:
            roots_in(chosen.seal.tsa_ca)
    typer.echo(f"setelan baik; inventaris {chosen.inventory.directory}: {len(targets)} sasaran")
    for gap in gaps(chosen.alerts):
        typer.echo(f"perhatian: {gap}")


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
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping) and not _is_tables(value)}
    if plain:
        yield f"[{prefix.removesuffix('.')}]"
    for key, value in plain.items():
        yield (
            f"# {_key(key)}: tidak disetel"
            if value is None
            else f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}"
        )
    if plain:
        yield ""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _toml(value, f"{prefix}{_key(key)}.")
        elif _is_tables(value):
            for table in value:
                yield f"[[{prefix}{_key(key)}]]"
                yield from (f"{_key(name)} = {json.dumps(each, ensure_ascii=False)}" for name, each in table.items())
                yield ""


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key)
