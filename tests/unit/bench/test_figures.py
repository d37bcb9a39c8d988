"""What the benchmarks reckon with: medians against bars, ratios of one round, a table a person can read."""

from __future__ import annotations

import pytest

from bench.figures import Bar, Figure, Part, ratios, short, table


def figure(*values: float, bar: Bar | None = None, name: str = "visit ÷ other") -> Figure:
    return Figure(name=name, unit="×", values=values, bar=bar)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        pytest.param((0.9, 1.0, 7.0), "yes, and the aim", id="one bad round does not spoil the median"),
        pytest.param((1.25,), "yes", id="the bar itself is met"),
        pytest.param((1.1, 1.5, 1.3), "no, by 0.05", id="missed, and by how much"),
    ],
)
def test_the_median_is_held_against_the_bar(values: tuple[float, ...], verdict: str) -> None:
    assert figure(*values, bar=Bar(1.25, 1.0)).verdict == verdict


def test_a_figure_without_a_bar_has_no_verdict() -> None:
    assert figure(3.0).verdict == ""
    assert figure(3.0).as_json()["met"] is None


def test_json_carries_every_round() -> None:
    values = Part(title="a", figures=(figure(1.0, 2.0, bar=Bar(1.4, 1.0)),)).as_json()["figures"][0]
    assert values["values"] == [1.0, 2.0]
    assert (values["median"], values["min"], values["max"], values["met"]) == (1.5, 1.0, 2.0, False)


def test_ratios_are_taken_within_a_round_and_not_between_means() -> None:
    costs = {"ours": (1.0, 10.0), "theirs": (1.0, 5.0)}
    assert ratios(costs, "ours", "theirs") == (1.0, 2.0)


def test_ratios_of_unequal_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios({"ours": (1.0, 2.0), "theirs": (1.0,)}, "ours", "theirs")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(0, "0", id="zero"),
        pytest.param(0.0219, "0.0219", id="small"),
        pytest.param(0.00004, "0.00004", id="tiny, without an exponent"),
        pytest.param(1.25, "1.25", id="plain"),
        pytest.param(40150.4, "40150", id="large, without an exponent"),
        pytest.param(-68.71, "-68.7", id="negative"),
        pytest.param(float("inf"), "inf", id="beyond the last bucket"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_the_table_is_straight_and_says_what_was_asked_for() -> None:
    lines = table([figure(1.0, bar=Bar(1.25, 1.0)), figure(2.0, name="x")]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        "visit ÷ other", "1.25", "1", "1", "1", "1", "×", "yes, and the aim",
    ]  # fmt: skip
