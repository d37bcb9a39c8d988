"""Time-stamps of a real authority (OpenSSL's) are believed when they hold, and in no other case."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from monitor.seal import BadSeal, KeyProblem, Question, Sealed, Sealer, cms, der, keyfile, stamp, verify
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.seal.authority import NOW, YEAR, Authority, Shape, found
from tests.integration.store.records import RULES, record
from tests.integration.store.records import target as listed

HEAD, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return found(tmp_path_factory.mktemp("tsa") / "one")


@pytest.mark.parametrize(
    "shape",
    [
        Shape(),
        Shape(between=0),
        Shape(between=3),
        Shape(rsa=True),
        Shape(rsa=True, digest="sha512", ess="sha512"),
        Shape(ess="sha1"),
    ],
    ids=["P-256", "right under the root", "deep", "RSA", "SHA-512", "as RFC 3161 bound it"],
)
def test_a_proper_stamp_holds(tmp_path: Path, shape: Shape) -> None:
    authority = found(tmp_path / "tsa", shape)
    answer = authority.answer(stamp.request(HEAD, 7))

    read = stamp.read(answer, HEAD, stamp.roots_in(authority.root), 7)

    assert abs(read.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert (read.authority, read.policy) == ("CN=Cap Waktu", "1.2.3.4.1")


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (Shape(ends=NOW - YEAR), "tidak berdiri di bawah akar"),
        (Shape(is_authority=False), "tidak berdiri di bawah akar"),
    ],
    ids=["over", "issued by nobody who may"],
)
def test_a_certificate_that_does_not_hold_is_refused(tmp_path: Path, shape: Shape, why: str) -> None:
    authority = found(tmp_path / "tsa", shape)
    answer = authority.answer(stamp.request(HEAD, 7))

    with pytest.raises(BadSeal, match=why):
        stamp.read(answer, HEAD, stamp.roots_in(authority.root), 7)


@pytest.mark.parametrize(
    "shape",
    [
        Shape(between=0, critical=False),
        Shape(between=0, usages=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        Shape(between=0, usages=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)),
    ],
    ids=["not critical", "for something else", "for something else too"],
)
def test_a_certificate_for_other_purposes_is_refused(tmp_path: Path, authority: Authority, shape: Shape) -> None:
    other = found(tmp_path / "tsa", shape)
    answer = _signed_again(authority.answer(stamp.request(HEAD, 7)), other)

    with pytest.raises(BadSeal, match="bukan untuk cap waktu"):
        stamp.read(answer, HEAD, stamp.roots_in(other.root), 7)


def test_signed_again_by_a_proper_one_it_holds(tmp_path: Path, authority: Authority) -> None:
    """The way in which the test above makes its stamps is not why they are refused."""
    other = found(tmp_path / "tsa", Shape(between=0))
    answer = _signed_again(authority.answer(stamp.request(HEAD, 7)), other)

    assert stamp.read(answer, HEAD, stamp.roots_in(other.root), 7).policy == "1.2.3.4.1"


def _signed_again(answer: bytes, by: Authority) -> bytes:
    """What *answer* attests, signed with the key of *by*, which `openssl ts` would refuse to do."""
    parts = der.only(answer, der.SEQUENCE).inside()
    status, token = parts.next(), parts.next()
    (by.folder / "info").write_bytes(cms.read(token, stamp._TST_INFO).content)
    command = (
        "openssl cms -sign -binary -nodetach -outform DER -cades -md sha256 -signer tsa.pem -inkey tsa.key -in info"
    )
    kind = ["-econtent_type", stamp._TST_INFO, "-nosmimecap"]
    done = subprocess.run([*command.split(), *kind], cwd=by.folder, capture_output=True, check=True)
    return der.tagged(der.SEQUENCE, status.raw, done.stdout)


def test_a_stranger_is_not_believed(tmp_path: Path, authority: Authority) -> None:
    stranger = found(tmp_path / "stranger")
    answer = stranger.answer(stamp.request(HEAD, 7))

    with pytest.raises(BadSeal, match="tidak berdiri di bawah akar"):
        stamp.read(answer, HEAD, stamp.roots_in(authority.root), 7)


def test_another_head_or_another_nonce_is_refused(authority: Authority) -> None:
    answer, roots = authority.answer(stamp.request(HEAD, 7)), stamp.roots_in(authority.root)

    with pytest.raises(BadSeal, match="kepala rantai yang lain"):
        stamp.read(answer, OTHER, roots, 7)
    with pytest.raises(BadSeal, match="nonce"):
        stamp.read(answer, HEAD, roots, 8)


def test_a_refusal_is_told(authority: Authority) -> None:
    query = stamp.request(HEAD, 7).replace(bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040202"))

    with pytest.raises(BadSeal, match=r"menolak memberi cap waktu \(status 2"):
        stamp.read(authority.answer(query), HEAD, stamp.roots_in(authority.root), 7)


def test_no_byte_of_a_stamp_can_be_altered(authority: Authority) -> None:
    """But for what nobody signs: how the answer is wrapped, and what the certificates beside it say."""
    answer, roots = authority.answer(stamp.request(HEAD, 7)), stamp.roots_in(authority.root)
    genuine = stamp.read(answer, HEAD, roots, 7)

    for place in range(len(answer)):
        altered = bytearray(answer)
        altered[place] ^= 0x04
        try:
            assert stamp.read(bytes(altered), HEAD, roots, 7) == genuine
        except BadSeal:
            continue


@pytest.mark.parametrize("cut", [0, 1, 2, 10, 100, -1])
def test_half_an_answer_is_refused(authority: Authority, cut: int) -> None:
    answer = authority.answer(stamp.request(HEAD, 7))[:cut]

    with pytest.raises(BadSeal):
        stamp.read(answer, HEAD, stamp.roots_in(authority.root), 7)


def test_an_answer_without_end_is_refused(authority: Authority) -> None:
    with pytest.raises(BadSeal, match="terlalu besar"):
        stamp.read(bytes(stamp.LARGEST + 1), HEAD, ())


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_roots_that_cannot_be_read_are_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(KeyProblem, match="tsa_ca"):
        stamp.roots_in(path)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/monitor.db", Vitals(started=NOW), RULES)
    began = NOW - timedelta(days=3)
    await opened.sync([listed("DESA-001")], began)
    opened.put(record(began))
    await opened.flush()
    await Sealer(opened, keyfile.place_of(tmp_path / "key.pem", {})).seal_due(NOW)
    yield opened
    await opened.close()


async def _post(url: str, body: bytes, content_type: str) -> bytes:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.post(url, content=body, headers={"Content-Type": content_type})).content


async def test_the_newest_head_is_stamped_once_and_openssl_agrees(
    store: Store, authority: Authority, tmp_path: Path
) -> None:
    roots = stamp.roots_in(authority.root)
    async with authority.served() as url:
        made = await stamp.stamp_last(store, _post, url, roots, NOW)
        assert await stamp.stamp_last(store, _post, url, roots, NOW) is None

    assert made is not None
    assert b"content-type: application/timestamp-query" in authority.asked[-1]
    (kept,), sealed = await store.seal_stamps(), await store.last_seal()
    assert sealed is not None
    assert (kept.height, kept.authority) == (sealed.height, url)
    assert _openssl_agrees(sealed, kept.token, authority, tmp_path)


def _openssl_agrees(sealed: Sealed, token: bytes, authority: Authority, folder: Path) -> bool:
    (folder / "day.json").write_text(sealed.document)
    (folder / "day.tsr").write_bytes(token)
    command = ["openssl", "ts", "-verify", "-data", "day.json", "-in", "day.tsr", "-CAfile", str(authority.root)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "Verification: OK" in done.stdout + done.stderr


async def test_verifying_looks_at_the_stamps(store: Store, authority: Authority, tmp_path: Path) -> None:
    stranger = found(tmp_path / "stranger")
    roots = stamp.roots_in(authority.root)
    async with authority.served() as url:
        await stamp.stamp_last(store, _post, url, roots, NOW)

    believed = await verify(store, Question(roots=roots))
    doubted = await verify(store, Question(roots=stamp.roots_in(stranger.root)))
    unasked = await verify(store)

    assert believed.flaws == ()
    assert "oleh CN=Cap Waktu (1 cap waktu sah)" in believed.notes[-1]
    assert [flaw.table for flaw in doubted.flaws] == ["seal_stamp"]
    assert unasked.notes == ("1 cap waktu tidak diperiksa: akarnya tidak disebut",)


async def test_a_stamp_covers_its_own_head_and_every_one_before_it(store: Store) -> None:
    heads = [sealed.head for sealed in await store.seals()]
    assert len(heads) > 2
    assert [await store.stamp_over(head) for head in heads] == [None] * len(heads)
    await store.put_seal_stamp(2, NOW, "https://satu.example/", b"2")
    await store.put_seal_stamp(2, NOW + timedelta(hours=1), "https://dua.example/", b"2")
    await store.put_seal_stamp(len(heads), NOW, "https://akhir.example/", b"akhir")

    covering = [await store.stamp_over(head) for head in heads]
    assert [stamp.token if stamp else None for stamp in covering] == [b"2", b"2", *[b"akhir"] * (len(heads) - 2)]
    assert covering[0] is not None
    assert covering[0].authority == "https://satu.example/", "the first there was"
    assert await store.stamp_over("ef" * 32) is None, "a head that is not of this chain"


async def test_an_answer_that_does_not_hold_is_not_kept(store: Store, authority: Authority, tmp_path: Path) -> None:
    stranger = found(tmp_path / "stranger")
    async with stranger.served() as url:
        with pytest.raises(BadSeal):
            await stamp.stamp_last(store, _post, url, stamp.roots_in(authority.root), NOW)

    assert await store.seal_stamps() == ()


async def test_a_stamp_from_before_the_day_was_over_is_refused(store: Store, authority: Authority) -> None:
    sealed = await store.last_seal()
    assert sealed is not None
    answer = authority.answer(stamp.request(sealed.head, 7))
    ahead = replace(sealed, until=datetime.now(UTC) + timedelta(hours=1))

    with pytest.raises(BadSeal, match="mendahului"):
        stamp.of(ahead, answer, stamp.roots_in(authority.root), 7)
