"""A file that somebody sends as evidence: small, of a kind that is only read, what its name says it is."""

from quart import request

from charters.wording import Words
from deliberation.drafting.sources import MOST_BYTES, File
from deliberation.errors import Invalid
from deliberation.opinion.statements import sayable

KINDS = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "csv": ("text/csv", b""),
    "txt": ("text/plain", b""),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)


async def file_sent(name: str = "file") -> File | None:
    """The file of a form; None where none was chosen. Raises Invalid."""
    sent = (await request.files).get(name)
    if sent is None or not sent.filename:
        return None
    content = sent.read()
    called = " ".join(sayable(sent.filename.replace("\\", "/").rsplit("/", 1)[-1]).split())[-120:]
    kind, begins = KINDS.get(called.rsplit(".", 1)[-1].lower(), ("", b""))
    if not kind:
        raise Invalid(name, Words("Send a PDF, a picture (PNG or JPEG), a table (CSV) or plain text."))
    if not content or not content.startswith(begins) or (not begins and not _is_text(content)):
        raise Invalid(name, Words("This file is not what its name says. Save it again, or give its address."))
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1000
        raise Invalid(
            name, Words("The file is too large. Send at most %(most)s kB, or its address.", most=most)
        )
    return File(called, kind, content)


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
