"""Grafana's dashboards as code: `python -m grafana` writes `dashboards/*.json`; README.md says how to use them."""
