"""A letter in the form that travels."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from makeline.commerce.notices.mailer import Letter


def message_of(letter: Letter, *, sender: str) -> EmailMessage:
    """Plain text in UTF-8, files beside it; machines are told that nobody waits for their answer."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or "makeline")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    for attached in letter.attachments:
        kind, _, form = attached.media_type.partition("/")
        message.add_attachment(attached.data, maintype=kind, subtype=form, filename=attached.name)
    return message
