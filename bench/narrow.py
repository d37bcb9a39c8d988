"""`python -m bench.narrow …`: the daemon as `python -m monitor …`, but of all checks the visit to websites alone."""

from __future__ import annotations

from monitor import checks, cli
from monitor.checks.website import website

if __name__ == "__main__":
    checks.ALL = (website,)
    cli.main()
