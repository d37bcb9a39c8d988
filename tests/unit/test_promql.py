from __future__ import annotations

import pytest

from tests.promql import filled, metrics_of, variables_of


@pytest.mark.parametrize(
    ("expr", "names"),
    [
        ("up", {"up"}),
        ('sum by (jenis, state) (monitor_target_state{state="turun"})', {"monitor_target_state"}),
        ("kode:monitor_target_state:code > 0 < 3", {"kode:monitor_target_state:code"}),
        ("max(a_ok) or vector(-1)", {"a_ok"}),
        ("a unless on (kode) b == 1", {"a", "b"}),
        ("(probe_ssl_earliest_cert_expiry{x='y'} - time()) / 86400", {"probe_ssl_earliest_cert_expiry"}),
        ("histogram_quantile(0.99, sum by (le) (rate(lag_bucket[10m])))", {"lag_bucket"}),
        ("rate(x_total[$__rate_interval])", {"x_total"}),
        ("a - a offset 1h > 0", {"a"}),
        ('count_values("kode_http", probe_http_status_code)', {"probe_http_status_code"}),
        ("a > 1e3 and b == bool 2", {"a", "b"}),
        ("vector(1)", set()),
    ],
)
def test_the_metrics_of_an_expression(expr: str, names: set[str]) -> None:
    assert metrics_of(expr) == names


def test_variables_are_found_and_filled_in() -> None:
    expr = 'x{jenis=~"$jenis",kode="${kode}"}[$__range]'

    assert variables_of(expr) == {"jenis", "kode", "__range"}
    assert filled(expr, {"jenis": ".+", "kode": "A", "__range": "5m"}) == 'x{jenis=~".+",kode="A"}[5m]'
    with pytest.raises(KeyError):
        filled(expr, {"jenis": ".+"})
