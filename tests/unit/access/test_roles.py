"""The table of permissions, cell by cell."""

from __future__ import annotations

import pytest

from monitor.access.people import Via, anybody, member, nobody, owner, program
from monitor.access.roles import ROLES, SCOPES, Action, Role, Scope, roles_for, scopes_for
from tests.unit.access.making import NOW, token

TABLE = """
                     viewer operator csirt auditor | read act evidence metrics
baca                 yes    yes      yes   yes     | yes  -   -        -
metrik               yes    yes      yes   yes     | -    -   -        yes
insiden              -      yes      yes   -       | -    yes -        -
temuan               -      yes      yes   -       | -    yes -        -
positif-palsu-csirt  -      -        yes   -       | -    -   -        -
pemeliharaan         -      yes      yes   -       | -    yes -        -
rupa-wajar           -      yes      yes   -       | -    yes -        -
kirim-ulang          -      yes      yes   -       | -    yes -        -
kandidat-aset        -      yes      yes   -       | -    yes -        -
bekukan-bulan        -      yes      yes   -       | -    yes -        -
tindakan             -      yes      yes   -       | -    yes -        -
lihat-bukti          -      -        yes   yes     | -    -   yes      -
unduh-bukti          -      -        yes   yes     | -    -   yes      -
unduh-aset           -      yes      yes   yes     | -    -   yes      -
unduh-berkas-audit   -      yes      yes   yes     | -    -   yes      -
baca-audit           -      -        -     yes     | -    -   yes      -
akun                 -      -        -     -       | -    -   -        -
"""
HEAD, *ROWS = [line.replace("|", "").split() for line in TABLE.strip().splitlines()]


def test_every_action_has_a_row() -> None:
    assert [row[0] for row in ROWS] == [action.value for action in Action]
    assert [*Role, *Scope] == HEAD


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_who_may(row: list[str]) -> None:
    action = Action(row[0])
    roles, scopes = row[1 : 1 + len(Role)], row[1 + len(Role) :]

    assert [action in ROLES[role] for role in Role] == [cell == "yes" for cell in roles]
    assert [action in SCOPES[scope] for scope in Scope] == [cell == "yes" for cell in scopes]
    assert roles_for(action) == tuple(role for role, cell in zip(Role, roles, strict=True) if cell == "yes")
    assert scopes_for(action) == tuple(scope for scope, cell in zip(Scope, scopes, strict=True) if cell == "yes")


@pytest.mark.parametrize("action", list(Action))
def test_what_needs_no_role(action: Action) -> None:
    assert anybody().may(action) is (action is not Action.ADMIN)
    assert owner().may(action) is True
    assert nobody().may(action) is False


def test_a_token_has_the_sum_of_its_scopes() -> None:
    both = program(token(Scope.READ, Scope.ACT), "")

    assert {action for action in Action if both.may(action)} == SCOPES[Scope.READ] | SCOPES[Scope.ACT]


@pytest.mark.parametrize(
    ("who", "said", "name"),
    [
        (anybody(), "Ani", "Ani"),
        (owner(), "Ani", "Ani"),
        (member("budi", Role.OPERATOR, Via.SESSION, "", ""), "Ani", "budi"),
        (member("budi", Role.OPERATOR, Via.PROXY, "", ""), "", "budi"),
        (program(token(), ""), "Ani", "Ani (token siem)"),
        (program(token(), ""), " ", "token siem"),
        (program(token(), ""), "x" * 500, "x" * 40 + " (token siem)"),
    ],
)
def test_nobody_acts_under_another_name(who: object, said: str, name: str) -> None:
    assert who.acting(said) == name  # type: ignore[attr-defined]


def test_when_a_token_is_over() -> None:
    assert token().is_over(NOW) is False
    assert token(expires=NOW).is_over(NOW) is True
