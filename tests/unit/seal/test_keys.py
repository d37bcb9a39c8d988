"""Keys: kept to their owner, never overwritten, handed over with a signature."""

from __future__ import annotations

import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitor.seal import BadSeal, KeyProblem, Keyring, Sealer, SealKey, keyfile, succession
from monitor.seal.days import DAY as ONE
from monitor.seal.days import end_of
from monitor.seal.keyfile import Place, place_of
from monitor.seal.keys import Signer, id_of, introduce, is_signed
from monitor.seal.sealer import SETTLING
from tests.unit.seal.fake import AT, DAY, Fake, ring

FIRST, SECOND, STRANGER = Signer.new(), Signer.new(), Signer.new()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_of(tmp_path / "folder" / "seal-key.pem", {})


def test_a_new_key_is_its_owners_alone(place: Place) -> None:
    made = keyfile.create(place.key)

    assert stat.S_IMODE(place.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.key.parent.stat().st_mode) == 0o700
    assert keyfile.read(place.key).key_id == made.key_id
    assert [path.name for path in place.key.parent.iterdir()] == ["seal-key.pem"]


def test_a_key_is_never_overwritten(place: Place) -> None:
    keyfile.create(place.key)
    before = place.key.read_bytes()

    with pytest.raises(KeyProblem, match="sudah ada"):
        keyfile.create(place.key)

    assert place.key.read_bytes() == before
    assert [path.name for path in place.key.parent.iterdir()] == ["seal-key.pem"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_touch_is_refused_with_the_remedy(place: Place, mode: int) -> None:
    keyfile.create(place.key)
    place.key.chmod(mode)

    with pytest.raises(KeyProblem, match="chmod 600"):
        keyfile.read(place.key)
    keyfile.read(place.key, is_ours=False)  # a credential's mode is the service manager's affair


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form, unlocked = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, unlocked)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"x" * 100_000, _pem(ec.generate_private_key(ec.SECP256R1())), FIRST.to_pem()[:60]],
    ids=["empty", "bytes", "long", "another kind", "half"],
)
def test_what_is_no_key_is_told_and_left_alone(place: Place, content: bytes) -> None:
    place.key.parent.mkdir()
    place.key.write_bytes(content)
    place.key.chmod(0o600)

    with pytest.raises(KeyProblem, match="tidak ditimpa"):
        keyfile.read(place.key)


def test_nothing_secret_is_shown(place: Place) -> None:
    place.key.parent.mkdir()
    secret = FIRST.to_pem().decode().splitlines()[1]
    place.key.write_bytes(FIRST.to_pem().replace(b"-----END", b"-----E"))
    place.key.chmod(0o600)

    with pytest.raises(KeyProblem) as error:
        keyfile.read(place.key)

    assert secret[:20] not in str(error.value)
    assert repr(FIRST) == f"Signer({FIRST.key_id})"


def test_a_folder_or_a_pipe_in_its_place_is_told(place: Place) -> None:
    place.key.mkdir(parents=True)
    with pytest.raises(KeyProblem, match="tidak dapat dibaca"):
        keyfile.read(place.key)
    os.mkfifo(place.next, 0o600)
    with pytest.raises(KeyProblem):
        keyfile.read(place.next)


def test_a_credential_counts_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "seal-key").write_bytes(FIRST.to_pem())
    named = place_of(tmp_path / "key.pem", {"CREDENTIALS_DIRECTORY": str(tmp_path)})

    assert named == Place(tmp_path / "seal-key", tmp_path / "seal-key-next", is_ours=False)
    assert place_of(tmp_path / "key.pem", {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}).is_ours
    assert keyfile.default_path(tmp_path / "monitor.db") == tmp_path / "seal-key.pem"
    assert keyfile.default_path(None) == Path("var/seal-key.pem")


def test_openssl_reads_our_keys_and_believes_our_signatures(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(FIRST.to_pem())
    (tmp_path / "data").write_text("data")
    (tmp_path / "signature").write_bytes(FIRST.sign("data"))
    pem = subprocess.run(
        ["openssl", "pkey", "-in", "key", "-pubout"], cwd=tmp_path, check=True, capture_output=True
    ).stdout
    (tmp_path / "public").write_bytes(pem)
    command = "openssl pkeyutl -verify -pubin -inkey public -rawin -in data -sigfile signature"

    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)

    assert ring(FIRST).keys[0].pem.encode() == pem
    assert FIRST.key_id == id_of(FIRST.public)
    assert not is_signed(FIRST.public, "other", FIRST.sign("data"))
    assert not is_signed(b"short", "data", FIRST.sign("data"))


HANDED = ring(FIRST, SECOND).keys


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (HANDED, None),
        (HANDED[:1], None),
        (HANDED[1:], "tidak menyambung kunci sebelumnya"),
        (HANDED[::-1], "tidak menyambung kunci sebelumnya"),
        ((HANDED[0], introduce(STRANGER, AT, before=HANDED[0])), "tidak disahkan kunci sebelumnya"),
        ((HANDED[0], introduce(SECOND, AT, before=HANDED[0], by=STRANGER)), "disahkan kunci yang bukan"),
        ((HANDED[0], replace(HANDED[1], signature=b"x" * 64)), "tanda tangan pernyataannya salah"),
        ((replace(HANDED[0], signature=b""),), "tanda tangan pernyataannya salah"),
        ((HANDED[0], introduce(STRANGER, AT, before=HANDED[0], reason="diska rusak")), None),
    ],
    ids=["handed over", "one", "first gone", "turned", "not signed", "a stranger", "forged", "first forged", "lost"],
)
def test_a_succession_must_be_signed(keys: tuple[SealKey, ...], said: str | None) -> None:
    flaws = list(Keyring(keys).flaws())

    assert flaws == [] if said is None else any(said in flaw for flaw in flaws)


def test_a_lost_key_is_not_passed_over() -> None:
    lost = introduce(STRANGER, AT, before=HANDED[0], reason="diska rusak")

    assert list(Keyring((HANDED[0], lost)).lost()) == [lost]
    assert list(Keyring(HANDED).lost()) == []


@pytest.mark.parametrize("statement", ["", "[]", "{}", HANDED[0].statement.replace('"v":1', '"v":2')])
def test_what_is_no_statement_is_refused(statement: str) -> None:
    with pytest.raises(BadSeal):
        SealKey.read(statement, b"", "")


async def test_the_first_run_makes_a_key_and_the_second_uses_it(place: Place) -> None:
    store = Fake()

    first = await succession.signer_of(store, place, AT)
    second = await succession.signer_of(store, place, AT)

    assert first.key_id == second.key_id == store.keys[0].key_id
    assert len(store.keys) == 1


async def test_a_key_that_is_gone_is_never_replaced_in_silence(place: Place) -> None:
    store = Fake()
    await succession.signer_of(store, place, AT)
    place.key.unlink()

    with pytest.raises(KeyProblem, match=r"tidak ada.*--hilang"):
        await succession.signer_of(store, place, AT)
    assert not place.key.exists()

    stranger = keyfile.create(place.key)
    with pytest.raises(KeyProblem, match=stranger.key_id):
        await succession.signer_of(store, place, AT)


async def test_a_lost_key_is_replaced_with_a_reason(place: Place) -> None:
    store = Fake()
    await succession.signer_of(store, place, AT)
    with pytest.raises(KeyProblem, match="masih ada"):
        await succession.replace_lost(store, place, AT, "diska rusak")
    place.key.unlink()

    key = await succession.replace_lost(store, place, AT, "diska rusak")

    assert (await succession.signer_of(store, place, AT)).key_id == key.key_id
    assert list(Keyring(tuple(store.keys)).flaws()) == []
    assert key.reason == "diska rusak"


async def test_the_next_key_takes_over_with_a_signature(place: Place) -> None:
    store = Fake()
    await succession.signer_of(store, place, AT)
    new = keyfile.create(place.next)

    signer = await succession.signer_of(store, place, AT)

    assert signer.key_id == new.key_id == keyfile.read(place.key).key_id
    assert not place.next.exists()
    assert list(Keyring(tuple(store.keys)).flaws()) == []
    assert store.keys[1].signer == store.keys[0].key_id


async def test_a_crash_while_handing_over_is_made_good(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Fake()
    await succession.signer_of(store, place, AT)
    new = keyfile.create(place.next)
    with monkeypatch.context() as patched:
        patched.setattr(keyfile, "promote", _crash)
        with pytest.raises(OSError, match="power"):
            await succession.signer_of(store, place, AT)

    signer = await succession.signer_of(store, place, AT)

    assert signer.key_id == new.key_id == keyfile.read(place.key).key_id
    assert len(store.keys) == 2


def _crash(_place: Place) -> None:
    raise OSError("power cut")


async def test_a_credential_is_followed_by_the_next_and_never_moved(tmp_path: Path) -> None:
    (tmp_path / "seal-key").write_bytes(FIRST.to_pem())
    place, store = place_of(tmp_path / "x", {"CREDENTIALS_DIRECTORY": str(tmp_path)}), Fake()
    await succession.signer_of(store, place, AT)
    (tmp_path / "seal-key-next").write_bytes(SECOND.to_pem())

    assert (await succession.signer_of(store, place, AT)).key_id == SECOND.key_id
    assert (await succession.signer_of(store, place, AT)).key_id == SECOND.key_id
    assert (tmp_path / "seal-key").exists()
    assert len(store.keys) == 2


async def test_days_are_sealed_in_order_each_once_and_no_more_than_asked_for(place: Place) -> None:
    store = Fake()
    sealer = Sealer(store, place)

    first = await sealer.seal_due(end_of(DAY) + 4 * ONE + SETTLING, 3)
    second = await sealer.seal_due(end_of(DAY) + 4 * ONE + SETTLING, 3)
    third = await sealer.seal_due(end_of(DAY) + 4 * ONE + SETTLING, 3)

    assert [sealed.day for sealed in (*first, *second, *third)] == [DAY + number * ONE for number in range(5)]
    assert [len(first), len(second), len(third)] == [3, 2, 0]
    assert store.calls[:3] == [f"close {DAY}", f"read {DAY}", f"keep {DAY}"]


async def test_a_day_is_sealed_when_it_has_settled_and_not_before(place: Place) -> None:
    store = Fake()
    sealer = Sealer(store, place)
    due = end_of(DAY) + SETTLING

    assert await sealer.seal_due(due - ONE / 86_400_000) == ()
    assert not place.key.exists()
    assert len(await sealer.seal_due(due)) == 1


async def test_an_empty_record_has_nothing_to_seal(place: Place) -> None:
    assert await Sealer(Fake(first=None), place).seal_due(AT) == ()


async def test_a_chain_that_cannot_be_continued_is_told(place: Place) -> None:
    with pytest.raises(BadSeal, match="monitor seal verify"):
        await Sealer(Fake(is_broken=True), place).seal_due(AT)
