"""What a mail server shows, however it behaves; nothing it does hangs or fools us."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.net.facts import FailureKind, Phase
from tests.integration.net.mailing import (
    GREETING,
    Behaviour,
    Caller,
    Post,
    closing,
    endless,
    greeting,
    posting,
    silent,
)
from tests.integration.net.misbehaving import Authority, black_hole, closed_port, self_signed, stranger


@pytest.fixture
def caller(authority: Authority) -> Caller:
    return Caller.trusting(authority.pem)


async def test_a_good_server_is_seen_whole_and_left_with_quit(caller: Caller, authority: Authority) -> None:
    async with posting(tls=authority.good()) as post:
        session = await caller.call(post.port)

    assert (session.failure, session.refusal) == (None, None)
    assert session.greeting is not None
    assert session.greeting.text == "220 situs.example.id ESMTP"
    assert session.extensions == ("SIZE", "STARTTLS")
    assert session.tls is not None
    assert (session.tls.verify_code, session.tls.version, len(session.tls.chain)) == (0, "TLSv1.3", 2)
    assert post.commands == ["EHLO pemantau.example.id", "STARTTLS", "QUIT"]
    assert post.connections == 1
    assert session.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("expired", 10), ("not_yet_valid", 9), ("self_signed", 18), ("stranger", 20), ("wrong_host", 62)],
)
async def test_a_bad_certificate_is_seen_with_its_chain_in_a_second_pass(
    caller: Caller, authority: Authority, tmp_path: Path, kind: str, code: int
) -> None:
    contexts: dict[str, Callable[[], ssl.SSLContext]] = {
        "expired": authority.expired,
        "not_yet_valid": authority.not_yet_valid,
        "self_signed": lambda: self_signed(tmp_path),
        "stranger": stranger,
        "wrong_host": lambda: authority.good("lain.example.id"),
    }
    async with posting(tls=contexts[kind]()) as post:
        session = await caller.call(post.port)

    assert session.failure is None
    assert session.tls is not None
    assert session.tls.verify_code == code
    assert session.tls.chain
    assert post.connections == 2
    assert post.commands[-1] == "QUIT"


async def test_a_server_of_old_times_is_seen(caller: Caller, authority: Authority) -> None:
    async with posting(tls=authority.outdated()) as post:
        session = await caller.call(post.port)

    assert session.tls is not None
    assert (session.tls.version, session.tls.verify_code, session.tls.legacy) == ("TLSv1", 0, True)


async def test_no_protocol_is_proposed_for_some_servers_refuse_all_but_their_own(
    caller: Caller, authority: Authority
) -> None:
    context = authority.good()
    context.set_alpn_protocols(["http/1.1"])
    async with posting(tls=context) as post:
        session = await caller.call(post.port)

    assert session.tls is not None
    assert post.protocols == [None]


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"EHLO": b"250-situs.example.id\r\n250 SIZE 1\r\n"}, id="not offered"),
        pytest.param({"EHLO": b"502 5.5.1 what?\r\n"}, id="no ESMTP"),
        pytest.param({"STARTTLS": b"502 5.5.1 not here\r\n"}, id="refused for good"),
        pytest.param({"STARTTLS": b"454 4.7.0 TLS not available\r\n"}, id="put off"),
    ],
)
async def test_no_encryption_is_a_fact_and_no_failure(caller: Caller, answers: dict[str, bytes]) -> None:
    async with posting(answers=answers) as post:
        session = await caller.call(post.port)

    assert (session.tls, session.failure, session.refusal) == (None, None, None)
    assert session.hello is not None
    assert post.commands[-1] == "QUIT"


@pytest.mark.parametrize(
    ("behave", "answers"),
    [
        pytest.param(greeting(b"421 4.7.0 try again later\r\n"), {}, id="421 greeting"),
        pytest.param(greeting(b"554-no\r\n554 we do not like your address\r\n"), {}, id="554 greeting"),
        pytest.param(greeting(b"450 grey\r\n"), {}, id="450 greeting"),
        pytest.param(None, {"EHLO": b"550 5.7.1 bad name\r\n"}, id="EHLO refused"),
        pytest.param(None, {"STARTTLS": b"421 4.3.2 shutting down\r\n"}, id="421 to STARTTLS"),
    ],
)
async def test_a_server_that_declines_us_is_told_apart_from_one_that_fails(
    caller: Caller, behave: Behaviour | None, answers: dict[str, bytes]
) -> None:
    async with posting(behave, answers=answers) as post:
        session = await caller.call(post.port)

    assert session.refusal is not None
    assert (session.tls, session.failure) == (None, None)
    assert post.commands[-1] == "QUIT"


@pytest.mark.parametrize(
    ("behave", "answers", "kind"),
    [
        pytest.param(greeting(then=closing), {}, FailureKind.CLOSED, id="closes at once"),
        pytest.param(greeting(b"220 half a", then=closing), {}, FailureKind.CLOSED, id="closes in its greeting"),
        pytest.param(greeting(then=endless(b"220-more\r\n")), {}, FailureKind.MALFORMED, id="endless greeting"),
        pytest.param(greeting(then=endless(b"A" * 4096)), {}, FailureKind.MALFORMED, id="endless line"),
        pytest.param(greeting(b"220 " + b"x" * 507 + b"\r\n"), {}, FailureKind.MALFORMED, id="one byte too long"),
        pytest.param(greeting(b"SSH-2.0-OpenSSH_9.2\r\n"), {}, FailureKind.MALFORMED, id="another protocol"),
        pytest.param(greeting(b"\x00\xff\x16\x03\r\n"), {}, FailureKind.MALFORMED, id="noise"),
        pytest.param(greeting(b"999 no such code\r\n"), {}, FailureKind.MALFORMED, id="no such code"),
        pytest.param(greeting(GREETING + b"250 too eager\r\n"), {}, FailureKind.MALFORMED, id="speaks out of turn"),
        pytest.param(None, {"EHLO": b"250-" + b"a\r\n250-" * 60 + b"\r\n"}, FailureKind.MALFORMED, id="too many lines"),
    ],
)
async def test_what_is_no_conversation_is_ended(
    caller: Caller, behave: Behaviour | None, answers: dict[str, bytes], kind: FailureKind
) -> None:
    async with posting(behave, answers=answers) as post:
        session = await caller.call(post.port)

    assert session.failure is not None
    assert (session.failure.phase, session.failure.kind) == (Phase.TTFB, kind)
    assert session.tls is None
    assert post.connections == 1
    assert len(caller.dialer.seats) == 0


async def test_the_longest_allowed_line_is_read(caller: Caller) -> None:
    async with posting(greeting(b"220 " + b"x" * 506 + b"\r\n"), answers={"EHLO": b"250 hi\r\n"}) as post:
        session = await caller.call(post.port)

    assert session.failure is None
    assert session.greeting is not None
    assert len(session.greeting.lines[0]) == 506


async def test_what_follows_the_word_for_tls_is_never_taken_for_protected(caller: Caller, authority: Authority) -> None:
    async with posting(tls=authority.good(), answers={"STARTTLS": b"220 go\r\n250 injected\r\n"}) as post:
        session = await caller.call(post.port)

    assert session.failure is not None
    assert session.failure.kind is FailureKind.MALFORMED
    assert session.tls is None


async def test_lines_without_a_carriage_return_and_in_small_pieces_are_read(
    caller: Caller, authority: Authority
) -> None:
    async with posting(greeting(b"2", b"20 hal", b"o\n"), tls=authority.good()) as post:
        session = await caller.call(post.port)

    assert session.tls is not None
    assert session.greeting is not None
    assert session.greeting.lines == ("halo",)


async def test_control_characters_do_not_come_through(caller: Caller) -> None:
    async with posting(greeting(b"421 \x1b[31mred\x00\xfe\r\n")) as post:
        session = await caller.call(post.port)

    assert session.refusal is not None
    assert session.refusal.text.isprintable()


@pytest.mark.parametrize("behave", [silent, greeting(b"220-slow\r\n", then=silent)], ids=["mute", "half a greeting"])
async def test_silence_ends_at_the_deadline(caller: Caller, behave: Behaviour) -> None:
    async with posting(behave) as post:
        session = await caller.call(post.port, within=0.3)

    assert session.failure is not None
    assert (session.failure.phase, session.failure.kind) == (Phase.TTFB, FailureKind.TIMEOUT)


async def test_a_handshake_that_fails_is_told_as_one(caller: Caller) -> None:
    async with posting() as post:  # answers the ClientHello like a command
        session = await caller.call(post.port)

    assert session.failure is not None
    assert session.failure.phase is Phase.TLS
    assert session.tls is None


async def test_a_server_that_has_had_enough_at_the_second_pass_is_no_failure(
    caller: Caller, authority: Authority
) -> None:
    async def once(post: Post, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greet = GREETING if post.connections == 1 else b"421 one at a time\r\n"
        await greeting(greet)(post, reader, writer)

    async with posting(once, tls=authority.expired()) as post:
        session = await caller.call(post.port)

    assert session.refusal is not None
    assert session.refusal.code == 421
    assert (session.tls, session.failure) == (None, None)


async def test_a_closed_port_and_a_swallowed_connection_are_told_apart(authority: Authority) -> None:
    caller = Caller.trusting(authority.pem, connect_timeout="200ms")
    refused = await caller.call(closed_port())
    with black_hole() as port:
        lost = await caller.call(port)

    assert refused.failure is not None
    assert lost.failure is not None
    assert (refused.failure.phase, refused.failure.kind) == (Phase.CONNECT, FailureKind.REFUSED)
    assert (lost.failure.phase, lost.failure.kind) == (Phase.CONNECT, FailureKind.TIMEOUT)


async def test_the_address_policy_holds_for_mail_too(authority: Authority) -> None:
    caller = Caller.trusting(authority.pem, allowed_networks=())
    async with posting() as post:
        session = await caller.call(post.port)

    assert session.failure is not None
    assert session.failure.kind is FailureKind.FORBIDDEN_ADDRESS
    assert post.connections == 0


async def test_cancelling_leaves_no_seat_taken(caller: Caller) -> None:
    async with posting(silent) as post:
        task = asyncio.create_task(caller.call(post.port))
        await post.called.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert len(caller.dialer.seats) == 0
