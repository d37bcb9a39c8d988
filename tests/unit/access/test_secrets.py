"""Names, passwords and tokens: what is taken, what is kept, and that nothing of a secret is ever shown."""

from __future__ import annotations

import argon2
import pytest

from monitor.access import keys, passwords
from monitor.access.people import Account, BadAccount, Session, Via, member, name_of
from monitor.access.roles import Role
from tests.unit.access.making import NOW, token

SECRET = "kuda putih di alun-alun"  # noqa: S105 – of a test


@pytest.mark.parametrize(
    ("text", "name"),
    [("ani", "ani"), (" Ani ", "ani"), ("a", "a"), ("ani.s@dinkominfo", "ani.s@dinkominfo"), ("a" * 40, "a" * 40)],
)
def test_a_name_that_is_taken(text: str, name: str) -> None:
    assert name_of(text) == name


@pytest.mark.parametrize("text", ["", " ", "a b", "-ani", "ani-", "a" * 41, "ani\n", "áni", "a/b", "<b>", "a\0"])
def test_a_name_that_is_refused(text: str) -> None:
    if text == "ani\n":
        assert name_of(text) == "ani"  # as typed, with the line's end
        return
    with pytest.raises(BadAccount, match="huruf kecil"):
        name_of(text)


@pytest.mark.parametrize("password", ["abcdefghijkl", SECRET, "x1y2z" * 51])
def test_a_password_that_is_taken(password: str) -> None:
    assert passwords.require_good(password) == password


@pytest.mark.parametrize(
    "password", ["", "abcdefghijk", "x1y2z" * 52, "abcdabcdabcd", "aaaaaaaaaaaaaaaa", "abcdefghijkl\0"]
)
def test_a_password_that_is_refused_is_not_repeated(password: str) -> None:
    with pytest.raises(BadAccount) as caught:
        passwords.require_good(password)

    assert not password or password not in str(caught.value)


def test_a_hash_knows_its_password_and_no_other() -> None:
    encoded = passwords.encode(SECRET)

    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.is_right(encoded, SECRET)
    assert not passwords.is_right(encoded, SECRET + "x")
    assert not passwords.is_right("", SECRET)
    assert not passwords.is_right("$argon2id$nonsense", SECRET)
    assert passwords.encode(SECRET) != encoded, "salted"
    assert passwords.require_encoded(encoded) == encoded
    assert not passwords.is_outdated(encoded)


def test_a_hash_with_other_parameters_is_good_and_outdated() -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)

    assert passwords.is_right(weak, SECRET)
    assert passwords.is_outdated(weak)


@pytest.mark.parametrize(
    "text",
    [
        "", SECRET, "$argon2i$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2g",
        "$argon2id$v=19$m=9999999,t=3,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2g",
        "$argon2id$v=19$m=65536,t=99,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2g",
        "$argon2id$v=19$m=65536,t=3,p=1$" + "A" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_hash_of_ours(text: str) -> None:
    with pytest.raises(BadAccount):
        passwords.require_encoded(text)


def test_tokens_are_long_random_and_kept_as_a_digest() -> None:
    made = {keys.fresh() for _ in range(100)}

    assert len(made) == 100
    assert all(len(each) == 43 for each in made)  # 256 bits in base 64
    assert len(keys.digest("x")) == 32
    assert keys.digest("x") != keys.digest("y")


def test_the_token_of_forms_is_of_one_session_only() -> None:
    one = keys.csrf_of("sesi", "ani")

    assert one == keys.csrf_of("sesi", "ani")
    assert len({one, keys.csrf_of("sesi", "budi"), keys.csrf_of("lain", "ani")}) == 3
    assert keys.are_same(one, one)
    assert not keys.are_same(one, "")
    assert not keys.are_same("\udcff", "x")


def test_no_value_shows_its_secret() -> None:
    account = Account(name="ani", role=Role.VIEWER, password="$RAHASIA", created=NOW, changed=NOW)  # noqa: S106
    session = Session(digest=b"RAHASIA", account="ani", created=NOW, seen=NOW, address="")
    who = member("ani", Role.VIEWER, Via.SESSION, "", "RAHASIA")

    assert "RAHASIA" not in f"{account!r} {session!r} {who!r} {token(digest=b'RAHASIA')!r}"
