"""What dashboards are made of: panels that all look alike, and the questions they put to Prometheus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, Self, TypeVar

from grafana_foundation_sdk.builders import bargauge, common, prometheus, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders.dashboard import FieldColor, ThresholdsConfig
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

GREEN, YELLOW, ORANGE, RED, GREY, BLUE = "green", "yellow", "orange", "red", "text", "blue"
SOURCE = DataSourceRef(type_val="prometheus", uid="${ds}")
WIDTH = 24
"""Columns of Grafana's grid."""

Steps = Sequence[tuple[float | None, str]]
"""(from which value on, colour); the first begins at no value."""

ALARM_ABOVE_0: Steps = ((None, GREEN), (1, RED))
WARN_ABOVE_0: Steps = ((None, GREEN), (1, ORANGE))
NEUTRAL: Steps = ((None, BLUE),)
DAYS_LEFT: Steps = ((None, RED), (7, ORANGE), (30, YELLOW), (60, GREEN))
GRADE: Steps = ((None, RED), (50, ORANGE), (70, YELLOW), (85, GREEN))
SHARE: Steps = ((None, RED), (0.95, ORANGE), (0.99, YELLOW), (0.995, GREEN))
SECONDS: Steps = ((None, GREEN), (2, YELLOW), (5, ORANGE), (10, RED))

Labelled = Mapping[str, tuple[str, str]]
"""Value → (what is shown, colour)."""

STATES: Labelled = {
    "0": ("Tidak teramati", GREY),
    "1": ("Turun", RED),
    "2": ("Terganggu", ORANGE),
    "3": ("Aktif", GREEN),
}
"""Of `kode:monitor_target_state:code`."""
WELL: dict[str, tuple[str, str]] = {"-1": ("Tidak dipasang", GREY), "0": ("Bermasalah", RED), "1": ("Baik", GREEN)}
STATE_COLOURS: Mapping[str, str] = {"aktif": GREEN, "terganggu": ORANGE, "turun": RED, "tidak-teramati": GREY}
SEVERITY_COLOURS: Mapping[str, str] = {
    "kritis": "dark-red",
    "tinggi": RED,
    "sedang": ORANGE,
    "rendah": YELLOW,
    "info": BLUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How values are shown; `unit` is one of Grafana's ids."""

    unit: str = "short"
    decimals: float | None = 0
    steps: Steps = NEUTRAL
    labelled: Labelled = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    empty: str = "Belum ada data"
    """What stands where a query gives nothing."""


PLAIN = Look()
PERCENT = Look(unit="percentunit", decimals=2, steps=SHARE, most=1)
DURATION = Look(unit="s", decimals=None, steps=SECONDS, least=0)


class Ask(NamedTuple):
    """A query and how its series are called."""

    expr: str
    legend: str = "__auto"


class Panel(Protocol):
    """What every kind of panel can be told; the SDK gives them no common base."""

    def title(self, title: str, /) -> Self: ...
    def description(self, description: str, /) -> Self: ...
    def datasource(self, datasource: DataSourceRef, /) -> Self: ...
    def span(self, w: int, /) -> Self: ...
    def height(self, h: int, /) -> Self: ...
    def unit(self, unit: str, /) -> Self: ...
    def decimals(self, decimals: float, /) -> Self: ...
    def min(self, min_val: float, /) -> Self: ...
    def max(self, max_val: float, /) -> Self: ...
    def mappings(self, mappings: list[ValueMapping], /) -> Self: ...
    def thresholds(self, thresholds: ThresholdsConfig, /) -> Self: ...
    def no_value(self, no_value: str, /) -> Self: ...
    def with_target(self, target: prometheus.Dataquery, /) -> Self: ...
    def override_by_name(self, name: str, properties: list[DynamicConfigValue], /) -> Self: ...


P = TypeVar("P", bound=Panel)

BOARD_SITE = "${board}/situs/"
"""The board's page of a target; its kode follows."""
DETAIL = "/d/monitor-situs?${ds:queryparam}&${board:queryparam}&${__url_time_range}&var-kode="
"""The dashboard of one site; its kode follows."""


def stat_panel(title: str, about: str, expr: str, look: Look = PLAIN, *, span: int = 4, height: int = 4) -> stat.Panel:
    """One figure as it is now, on a coloured ground."""
    panel = (
        _dressed(stat.Panel(), title, about, look, (span, height))
        .with_target(_now(expr))
        .color_mode(words.BigValueColorMode.BACKGROUND)
        .graph_mode(words.BigValueGraphMode.NONE)
        .reduce_options(_last())
    )
    return _coloured(panel)


def lines(
    title: str,
    about: str,
    asks: Sequence[Ask],
    look: Look = PLAIN,
    *,
    span: int = 12,
    height: int = 8,
    colours: Mapping[str, str] | None = None,
    stacked: bool = False,
) -> timeseries.Panel:
    """How something went over time; *colours* by legend."""
    legend = common.VizLegendOptions().display_mode(words.LegendDisplayMode.TABLE).show_legend(show_legend=True)
    panel = (
        _dressed(timeseries.Panel(), title, about, look, (span, height))
        .fill_opacity(60 if stacked else 8)
        .line_width(1)
        .span_nulls(span_nulls=False)
        .legend(legend.placement(words.LegendPlacement.BOTTOM).calcs(["lastNotNull", "max"]))
        .tooltip(common.VizTooltipOptions().mode(words.TooltipDisplayMode.MULTI).sort(words.SortOrder.DESCENDING))
    )
    for place, ask in enumerate(asks):
        panel = panel.with_target(_over_time(ask, chr(ord("A") + place)))
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(words.StackingMode.NORMAL).group("A"))
    for name, colour in (colours or {}).items():
        panel = panel.override_by_name(name, [_fixed(colour)])
    return panel


def timeline(title: str, about: str, ask: Ask, look: Look, *, span: int = 24, height: int = 5) -> statetimeline.Panel:
    """Which state when, a row per series."""
    panel = (
        _dressed(statetimeline.Panel(), title, about, look, (span, height))
        .with_target(_over_time(ask, "A"))
        .merge_values(merge_values=True)
        .show_value(words.VisibilityMode.AUTO)
        .row_height(0.8)
        .fill_opacity(70)
        .line_width(0)
    )
    return _coloured(panel)


def bars(title: str, about: str, ask: Ask, look: Look = PLAIN, *, span: int = 8, height: int = 8) -> bargauge.Panel:
    """One bar per series, as it is now."""
    panel = (
        _dressed(bargauge.Panel(), title, about, look, (span, height))
        .with_target(_now(ask.expr, legend=ask.legend))
        .orientation(words.VizOrientation.HORIZONTAL)
        .display_mode(words.BarGaugeDisplayMode.BASIC)
        .reduce_options(_last())
    )
    return _coloured(panel)


def rows(
    title: str,
    about: str,
    expr: str,
    columns: Mapping[str, str],
    look: Look = PLAIN,
    *,
    span: int = 12,
    height: int = 9,
    descending: bool = False,
) -> table.Panel:
    """
    A table of what *expr* gives now: label → heading, in this order; `Value` is the figure and what it is sorted by.

    A column made of `kode` leads to the board and to the dashboard of the site.
    """
    figure = columns["Value"]
    order = common.TableSortByFieldState().display_name(figure).desc(descending)
    panel = (
        _dressed(table.Panel(), title, about, look, (span, height))
        .with_target(_now(expr, PromQueryFormat.TABLE))
        .with_transformation(
            DataTransformerConfig(id_val="filterFieldsByName", options={"include": {"names": list(columns)}})
        )
        .with_transformation(DataTransformerConfig(id_val="organize", options=_organised(columns)))
        .sort_by([order])
        .filterable(filterable=True)
        .override_by_name(figure, [_cell_by_threshold()])
    )
    if "kode" in columns:
        panel = panel.override_by_name(columns["kode"], [DynamicConfigValue(id_val="links", value=_links())])
    return panel


def _organised(columns: Mapping[str, str]) -> dict[str, object]:
    return {
        "renameByName": dict(columns),
        "indexByName": {name: place for place, name in enumerate(columns)},
        "excludeByName": {},
    }


def _links() -> list[dict[str, object]]:
    return [
        {"title": "Buka di papan pantau", "url": BOARD_SITE + "${__value.raw}", "targetBlank": True},
        {"title": "Rincian situs di Grafana", "url": DETAIL + "${__value.raw}", "targetBlank": False},
    ]


def _dressed(panel: P, title: str, about: str, look: Look, size: tuple[int, int]) -> P:
    panel = panel.title(title).description(about).datasource(SOURCE).span(size[0]).height(size[1])
    panel = panel.unit(look.unit).thresholds(_thresholds(look.steps)).no_value(look.empty)
    if look.decimals is not None:
        panel = panel.decimals(look.decimals)
    if look.least is not None:
        panel = panel.min(look.least)
    if look.most is not None:
        panel = panel.max(look.most)
    return panel.mappings([_mapping(look.labelled)]) if look.labelled else panel


C = TypeVar("C", stat.Panel, statetimeline.Panel, bargauge.Panel)


def _coloured(panel: C) -> C:
    return panel.color_scheme(FieldColor().mode(FieldColorModeId.THRESHOLDS))


def _thresholds(steps: Steps) -> ThresholdsConfig:
    made = [Threshold(value=value, color=colour) for value, colour in steps]
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(made)


def _mapping(labelled: Labelled) -> ValueMap:
    return ValueMap(
        options={
            value: ValueMappingResult(text=text, color=colour, index=place)
            for place, (value, (text, colour)) in enumerate(labelled.items())
        }
    )


def _fixed(colour: str) -> DynamicConfigValue:
    return DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})


def _cell_by_threshold() -> DynamicConfigValue:
    return DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-text"})


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).values(values=False)


def _now(
    expr: str, shape: PromQueryFormat = PromQueryFormat.TIME_SERIES, legend: str = "__auto"
) -> prometheus.Dataquery:
    query = prometheus.Dataquery().expr(expr).instant().format(shape).legend_format(legend)
    return query.ref_id("A").datasource(SOURCE)


def _over_time(ask: Ask, ref: str) -> prometheus.Dataquery:
    query = prometheus.Dataquery().expr(ask.expr).range().format(PromQueryFormat.TIME_SERIES)
    return query.legend_format(ask.legend).ref_id(ref).datasource(SOURCE)
