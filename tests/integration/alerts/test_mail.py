from __future__ import annotations

import ssl
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.alerts.channels import Undelivered
from tests.integration.alerts.conftest import MakeCourier
from tests.integration.alerts.receiving import Post, post
from tests.integration.net.misbehaving import Authority, closed_port, stranger
from tests.unit.alerts.post import message


def mail(make_courier: MakeCourier, server: Post | int, scheme: str = "mailto", more: str = "", **channel: Any) -> Any:
    port = server if isinstance(server, int) else server.port
    url = f"{scheme}://127.0.0.1:{port}?from=Pemantau<pantau@purbalingga.example.id>&to=noc@a.id,csirt@b.id{more}"
    return make_courier(type="apprise", url=url, **channel)


async def failure(courier: Any) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await courier.send("ins-1-1-noc", message())
    return caught.value


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_a_letter_has_both_parts_and_a_subject_in_utf8(make_courier: MakeCourier) -> None:
    async with post() as server:
        await mail(make_courier, server, more="&cc=kepala@c.id&bcc=arsip@d.id&reply=balas@e.id").send(
            "ins-1-1-noc", message()
        )
    ((sender, to, letter),) = server.got
    assert sender == "pantau@purbalingga.example.id"
    assert sorted(to) == ["arsip@d.id", "csirt@b.id", "kepala@c.id", "noc@a.id"]
    assert letter["Subject"] == "Dinas Kesehatan turun – “gangguan”"
    assert letter["From"] == "Pemantau <pantau@purbalingga.example.id>"
    assert letter["To"] == "noc@a.id, csirt@b.id"
    assert letter["Cc"] == "kepala@c.id"
    assert "arsip" not in letter.as_string()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
    assert "Situs tidak menjawab." in part(letter, "plain")
    assert "<html" in part(letter, "html")
    assert all(len(line) <= 998 for line in letter.as_bytes().splitlines())


async def test_every_try_has_the_same_message_id_and_an_incident_is_one_thread(make_courier: MakeCourier) -> None:
    async with post() as server:
        courier = mail(make_courier, server)
        for key in ("ins-1-1-noc", "ins-1-1-noc", "ins-1-2-noc"):
            await courier.send(key, message(key))
    first, again, later = (letter for _sender, _to, letter in server.got)
    assert first["Message-ID"] == again["Message-ID"] != later["Message-ID"]
    assert first["References"] == later["References"]


async def test_a_recipient_refused_for_now_is_asked_again_alone(make_courier: MakeCourier) -> None:
    async with post(refuses={"csirt@b.id": "451 nanti"}) as server:
        courier = mail(make_courier, server)
        failed = await failure(courier)
        assert not failed.permanent
        assert "451" in failed.reason
        server.refuses.clear()
        await courier.send("ins-1-1-noc", message())
    assert [to for _sender, to, _letter in server.got] == [["noc@a.id"], ["csirt@b.id"]]


@pytest.mark.parametrize(
    ("refuses", "permanent"),
    [
        ({"noc@a.id": "550 tidak dikenal", "csirt@b.id": "550 tidak dikenal"}, True),
        ({"noc@a.id": "550 tidak dikenal", "csirt@b.id": "451 nanti"}, False),
        ({"MAIL": "421 penuh"}, False),
        ({"MAIL": "530 masuk dulu"}, True),
        ({"DATA": "452 penuh"}, False),
        ({"DATA": "554 ditolak"}, True),
    ],
)
async def test_what_passes_and_what_does_not(
    make_courier: MakeCourier,
    refuses: dict[str, str],
    permanent: bool,  # noqa: FBT001
) -> None:
    async with post(refuses=refuses) as server:
        assert (await failure(mail(make_courier, server))).permanent is permanent


async def test_it_logs_in_over_starttls(make_courier: MakeCourier, authority: Authority) -> None:
    async with post(starttls=authority.good("127.0.0.1")) as server:
        url = f"mailtos://pantau:kata-sandi@127.0.0.1:{server.port}?from=pantau@a.id&to=noc@a.id"
        await make_courier(type="apprise", url=url).send("k", message("k"))
    assert server.logins == [("pantau", "kata-sandi")]
    assert len(server.got) == 1


async def test_it_speaks_tls_from_the_first_byte(make_courier: MakeCourier, authority: Authority) -> None:
    async with post(tls=authority.good("127.0.0.1")) as server:
        await mail(make_courier, server, "mailtos", "&mode=ssl").send("k", message("k"))
    assert len(server.got) == 1


async def test_a_wrong_password_is_for_a_person_and_not_told(make_courier: MakeCourier) -> None:
    async with post(refuses={"AUTH": "535 kata-sandi salah"}) as server:
        url = f"mailto://pantau:kata-sandi@127.0.0.1:{server.port}?from=pantau@a.id&to=noc@a.id"
        failed = await failure(make_courier(type="apprise", url=url))
    assert failed.permanent
    assert "kata-sandi" not in failed.reason


@pytest.mark.parametrize("context", [stranger()])
async def test_a_stranger_gets_nothing(make_courier: MakeCourier, context: ssl.SSLContext) -> None:
    async with post(starttls=context) as server:
        failed = await failure(mail(make_courier, server, "mailtos"))
    assert server.got == []
    assert failed.reason == "sertifikat server surel tidak sah"


async def test_a_server_without_starttls_gets_nothing(make_courier: MakeCourier) -> None:
    async with post() as server:
        assert not (await failure(mail(make_courier, server, "mailtos"))).permanent
    assert server.got == []


@pytest.mark.parametrize("verb", ["EHLO", "RCPT", "DATA"])
async def test_a_server_that_hangs_is_left_behind(make_courier: MakeCourier, verb: str) -> None:
    async with post(hangs_at=verb) as server:
        assert not (await failure(mail(make_courier, server, timeout=0.5))).permanent


async def test_nobody_listens(make_courier: MakeCourier) -> None:
    assert not (await failure(mail(make_courier, closed_port()))).permanent
