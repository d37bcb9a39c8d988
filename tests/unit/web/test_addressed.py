from __future__ import annotations

import pytest

from monitor.model import Audience, Rule, Severity, State
from monitor.web.addressed import addressed, audiences

NOC, CSIRT, OWNER = Audience.NOC, Audience.CSIRT, Audience.OWNER


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param(Rule("site.down", Severity.HIGH, NOC, state=State.DOWN), "NOC", id="the NOC's"),
        pytest.param(Rule("content.gambling", Severity.CRITICAL, CSIRT), "CSIRT", id="the CSIRT's"),
        pytest.param(Rule("name.forbidden_address", Severity.HIGH, CSIRT, state=State.DOWN), "CSIRT", id="felt"),
        pytest.param(Rule("domain.bare_address", Severity.HIGH, OWNER), "pemilik situs", id="however grave"),
        pytest.param(
            Rule("site.missing", Severity.MEDIUM, OWNER, state=State.DEGRADED), "pemilik situs dan NOC", id="degraded"
        ),
        pytest.param(Rule("x.down", Severity.LOW, OWNER, state=State.DOWN), "pemilik situs dan NOC", id="down"),
        pytest.param(
            Rule("name.unverified", Severity.LOW, OWNER, state=State.UNOBSERVED), "pemilik situs", id="out of sight"
        ),
        pytest.param(Rule("site.slow", Severity.LOW, OWNER, state=State.DEGRADED), "pemilik situs", id="no incident"),
    ],
)
def test_who_mends_is_named_before_who_is_called(rule: Rule, said: str) -> None:
    assert addressed(rule()) == said
    assert audiences(rule())[0] is rule.audience
