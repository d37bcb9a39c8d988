"""What it costs: `python -m bench` measures, `docs/benchmarks.md` says how and what came out."""
