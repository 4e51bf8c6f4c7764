"""Letters leave: over a real SMTP conversation, or into a folder; whose fault a failure is, is told apart."""

import asyncio
import stat
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes, policy

import pytest

from makeline.adapters.mail.mailbox_folder import MailboxFolder, NoMailer
from makeline.adapters.mail.smtp import SmtpMailer
from makeline.commerce.notices.mailer import Letter, MailTrouble
from makeline.kernel.errors import FailureKind

LETTER = Letter("anna@example.com", "Новый пароль", "Hello Anna,\n\nопен\n\n    http://makeline.test/x\n")
SENDER = "no-reply@makeline.test"


class PostServer:
    """Speaks as much SMTP as a letter needs; ``answers`` replaces what it says to a command."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = answers or {}
        self.heard: list[str] = []
        self.letters: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post ready\r\n")
        while line := (await reader.readline()).decode().rstrip():
            word = line.split()[0].upper()
            self.heard.append(line)
            said = self.answers.get(word) or {"EHLO": "250-post\r\n250 8BITMIME", "DATA": "354 go on"}.get(
                word, "250 ok"
            )
            writer.write(f"{said}\r\n".encode())
            if said.startswith("354"):
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 kept\r\n")
            if word == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def running(post: PostServer) -> AsyncGenerator[str]:
    server = await asyncio.start_server(post.serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def test_a_letter_arrives_as_it_was_written():
    post = PostServer()
    async with running(post) as place:
        await SmtpMailer(f"smtp://{place}", sender=SENDER).send(LETTER)
    (raw,) = post.letters
    message = message_from_bytes(raw.removesuffix(b".\r\n"), policy=policy.default)
    assert (message["to"], message["from"], message["subject"]) == (LETTER.to, SENDER, LETTER.subject)
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n").rstrip() == LETTER.text.rstrip()


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"RCPT": "550 nobody here"}, FailureKind.PERMANENT),
        ({"RCPT": "450 try later"}, FailureKind.TRANSIENT),
        ({"MAIL": "451 busy"}, FailureKind.TRANSIENT),
        ({"DATA": "554 no"}, FailureKind.PERMANENT),
        ({"EHLO": "421 closing", "HELO": "421 closing"}, FailureKind.TRANSIENT),
    ],
)
async def test_whose_fault_it_is_decides_whether_it_is_tried_again(answers: dict, kind: FailureKind):
    post = PostServer(answers)
    async with running(post) as place:
        with pytest.raises(MailTrouble) as trouble:
            await SmtpMailer(f"smtp://{place}", sender=SENDER).send(LETTER)
    assert trouble.value.kind is kind
    assert LETTER.to not in trouble.value.reason


async def test_no_server_is_a_matter_of_time():
    with pytest.raises(MailTrouble) as trouble:
        await SmtpMailer("smtp://127.0.0.1:1", sender=SENDER).send(LETTER)
    assert trouble.value.kind is FailureKind.TRANSIENT


async def test_a_password_never_travels_in_the_clear():
    post = PostServer({"EHLO": "250-post\r\n250 AUTH PLAIN LOGIN"})
    async with running(post) as place:
        with pytest.raises(MailTrouble) as trouble:
            await SmtpMailer(f"smtp://shop:s%40cret@{place}", sender=SENDER).send(LETTER)
    assert trouble.value.kind is FailureKind.MISCONFIGURED
    assert not [line for line in post.heard if line.upper().startswith("AUTH")]


async def test_a_line_break_in_a_header_is_no_letter():
    post = PostServer()
    async with running(post) as place:
        with pytest.raises(ValueError, match=r"newline|linefeed|header"):
            await SmtpMailer(f"smtp://{place}", sender=SENDER).send(LETTER._replace(to="a@b.c\r\nBcc: d@e.f"))
    assert post.letters == []


async def test_an_embedded_shop_keeps_letters_for_their_owner_alone(tmp_path):
    folder = tmp_path / "var" / "mailbox"
    mailbox = MailboxFolder(folder, sender=SENDER)
    for number in range(3):
        await mailbox.send(LETTER._replace(subject=f"letter {number}"))
    kept = sorted(folder.iterdir())
    assert [message_from_bytes(path.read_bytes())["subject"] for path in kept] == [
        "letter 0",
        "letter 1",
        "letter 2",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert all(path.suffix == ".eml" for path in kept)


async def test_production_without_a_mail_server_says_so():
    with pytest.raises(MailTrouble, match="SMTP_URL") as trouble:
        await NoMailer().send(LETTER)
    assert trouble.value.kind is FailureKind.MISCONFIGURED
