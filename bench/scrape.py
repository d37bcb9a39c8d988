"""What the daemon's `/metrics` says, as far as the benchmarks ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from math import inf
from urllib.request import urlopen

_TIMEOUT = 60
_SAMPLE = re.compile(r"^([a-z_]+)(?:\{([^}]*)\})? (\S+)$", re.MULTILINE)
_LE = re.compile(r'le="([^"]*)"')

Buckets = Mapping[float, float]
"""Upper bound → how many observations were no larger."""


def fetch(url: str, page: str = "metrics") -> str:
    """What the daemon at *url* shows on *page*."""
    with urlopen(f"{url}/{page}", timeout=_TIMEOUT) as response:  # noqa: S310 – our own child on loopback
        return str(response.read().decode("utf-8"))


def value(text: str, name: str) -> float:
    """The sum of the samples called *name*, whatever their labels."""
    return sum(float(found[3]) for found in _SAMPLE.finditer(text) if found[1] == name)


def buckets(text: str, name: str) -> Buckets:
    """The histogram *name*."""
    found = (each for each in _SAMPLE.finditer(text) if each[1] == f"{name}_bucket")
    return {float(le[1].replace("+Inf", "inf")): float(each[3]) for each in found if (le := _LE.search(each[2] or ""))}


def since(later: Buckets, earlier: Buckets) -> Buckets:
    """What was observed between two looks at a histogram."""
    return {bound: count - earlier.get(bound, 0) for bound, count in later.items()}


def quantile(counts: Buckets, share: float) -> float:
    """
    The value that *share* of the observations do not exceed, read between bounds as PromQL's histogram_quantile does.

    Infinity when it lies above the largest bound; 0 when nothing was observed.
    """
    bounds = sorted(counts)
    wanted = share * counts[bounds[-1]]
    if not wanted:
        return 0.0
    for lower, upper in pairwise([0.0, *bounds]):
        below, until = counts.get(lower, 0.0), counts[upper]
        if until >= wanted:
            return upper if upper == inf else lower + (upper - lower) * (wanted - below) / (until - below)
    return inf
