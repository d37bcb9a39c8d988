"""What every dashboard has around its panels: variables, links, alerts as annotations; and its text as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from grafana_foundation_sdk.builders.dashboard import (
    AnnotationQuery,
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
    TextBoxVariable,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from grafana.parts import SOURCE

TAG = "monitor"
"""Of every dashboard: by it they link to each other."""
BOARD = "http://127.0.0.1:8620"
"""The board's shipped address; people set theirs in the variable `board`."""
ZONE = "Asia/Jakarta"
TOLD: dict[str, object] = {
    "titleFormat": "{{alertname}}",
    "textFormat": "{{severity}} {{kode}} {{channel}}",
    "tagKeys": "severity,audience",
    "step": "60s",
}
"""How an alert is written on a graph: options of Grafana's Prometheus source that the SDK has no fields for."""


def dashboard(uid: str, title: str, about: str, span: str = "now-6h", refresh: str = "1m") -> Dashboard:
    """An empty dashboard; *span* is how far back it looks when it is opened."""
    return (
        Dashboard(title)
        .uid(uid)
        .description(about)
        .tags([TAG])
        .timezone(ZONE)
        .week_start("monday")
        .time(span, "now")
        .refresh(refresh)
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(DatasourceVariable("ds").label("Sumber data").type("prometheus"))
        .with_variable(_board())
        .annotation(_alerts())
        .link(_board_link())
        .link(_siblings())
    )


def jenis(metric: str) -> QueryVariable:
    """Which jenis: those that *metric* (a selector) has; all of them at first."""
    choice = _choice("jenis", "Jenis", f"label_values({metric}, jenis)").multi(multi=True)
    every = VariableOption(selected=True, text="Semua", value="$__all")
    return choice.include_all(include_all=True).all_value(".+").current(every)


def kode(metric: str) -> QueryVariable:
    """Which site, one at a time, of those that *metric* (a selector) has."""
    return _choice("kode", "Situs", f"label_values({metric}, kode)")


def _choice(name: str, label: str, query: str) -> QueryVariable:
    asked: dict[str, object] = {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"}
    return (
        QueryVariable(name)
        .label(label)
        .query(asked)
        .datasource(SOURCE)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _board() -> TextBoxVariable:
    about = "Alamat papan pantau, tanpa garis miring di akhir; dipakai oleh semua tautan."
    chosen = VariableOption(selected=True, text=BOARD, value=BOARD)
    return TextBoxVariable("board").label("Papan pantau").description(about).default_value(BOARD).current(chosen)


def _alerts() -> AnnotationQuery:
    query = AnnotationQuery().name("Peringatan").datasource(SOURCE).expr('ALERTS{alertstate="firing"}')
    return query.enable(enable=True).icon_color("red")


def _board_link() -> DashboardLink:
    link = DashboardLink("Papan pantau").type(DashboardLinkType.LINK).url("${board}/")
    return link.icon("external link").target_blank(target_blank=True)


def _siblings() -> DashboardLink:
    link = DashboardLink("Dasbor lain").type(DashboardLinkType.DASHBOARDS).tags([TAG]).as_dropdown(as_dropdown=True)
    return link.include_vars(include_vars=True).keep_time(keep_time=True)


def document(made: Dashboard) -> dict[str, Any]:
    """*made* as Grafana reads it, its panels numbered from 1 in their order."""
    result: dict[str, Any] = json.loads(json.dumps(made.build(), cls=JSONEncoder))
    for number, panel in enumerate(panels(result), start=1):
        panel["id"] = number
    for annotation in result["annotations"]["list"]:
        annotation.update(TOLD)
    return result


def panels(made: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The panels of a dashboard's document, rows and those inside collapsed ones included."""
    listed: Sequence[dict[str, Any]] = made["panels"]
    for panel in listed:
        yield panel
        yield from panel.get("panels", ())


def text(made: Dashboard) -> str:
    """The document of *made* as its file holds it: the same for the same dashboard, whoever writes it."""
    return json.dumps(document(made), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
