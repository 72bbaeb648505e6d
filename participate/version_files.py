"""A sealed version as files: JSON from which its hashes can be computed, Markdown, and PDF."""

from collections.abc import Iterator

from quart import Response, current_app, render_template

from charters.agreements import State
from charters.canonical import canonical
from charters.wording import Words
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import Sealed, file_of
from deliberation.errors import NotFound
from deliberation.spaces.spaces import Space
from participate.current import settings
from participate.languages import said_in
from participate.pdf import Printer, can_make
from participate.public import ASK_AGAIN, open_to_all, public

WITHHELD = Words("The words of this clause were removed by a rule of the space. Its fingerprint stays.")
NO_PDF = Words("This installation makes no PDF. Print the page, or take the version as text.")
LABELS = {
    "space": Words("Space"),
    "proposal": Words("Proposal"),
    "version": Words("Version"),
    "clause": Words("Clause"),
    "whole": Words("The whole"),
}
STATES = {
    None: Words("Sealed"),
    State.OPEN: Words("Both sides are deciding about it."),
    State.AGREED: Words("Both sides have agreed it."),
    State.DECLINED: Words("It was declined."),
    State.LAPSED: Words("It lapsed: both keys were not turned in its time."),
}


def version_json(space: Space, proposal: Proposal, sealed: Sealed) -> Response:
    """Its canonical bytes (RFC 8785): names sorted, nothing between."""
    content = canonical(file_of(proposal, sealed, space=space.slug))
    return open_to_all(public(content, "application/json", keep=ASK_AGAIN))


def version_text(space: Space, proposal: Proposal, sealed: Sealed) -> Response:
    """The version in Markdown, in the language of its title, whatever the reader's is."""
    content = "\n".join(_markdown(space, proposal, sealed)).encode()
    response = public(content, "text/markdown; charset=utf-8", keep=ASK_AGAIN)
    response.headers["Content-Language"] = sealed.version.language
    return open_to_all(response)


async def version_pdf(space: Space, proposal: Proposal, sealed: Sealed) -> Response:
    """The version as tagged PDF, in the language of its title. Raises NotFound where none can be made."""
    if not can_make():
        raise NotFound(NO_PDF)
    version = sealed.version
    html = await render_template(
        "versions/pdf.html",
        space=space,
        proposal=proposal,
        sealed=sealed,
        version=version,
        say=lambda part: said_in(version.language, LABELS[part]),
        state=said_in(version.language, STATES[sealed.state]),
        withheld=said_in(version.language, WITHHELD),
    )
    printer: Printer = current_app.extensions["printer"]
    response = public(
        await printer.printed(html, version.hash, settings()), "application/pdf", keep=ASK_AGAIN
    )
    response.headers["Content-Language"] = version.language
    return open_to_all(response)


def _markdown(space: Space, proposal: Proposal, sealed: Sealed) -> Iterator[str]:
    version = sealed.version
    tag = version.language

    def say(part: str) -> str:
        return said_in(tag, LABELS[part])

    yield f"# {version.title}"
    yield ""
    yield f"{say('space')}: {space.title}  "
    yield f"{say('proposal')}: {proposal.number}  "
    yield f"{say('version')}: {version.number}  "
    yield f"SHA-256: {version.hash}"
    yield ""
    yield said_in(tag, STATES[sealed.state])
    for clause in sealed.clauses:
        yield ""
        yield f"## {say('clause')} {clause.number}" + (f": {clause.heading}" if clause.heading else "")
        yield ""
        yield said_in(tag, WITHHELD) if clause.withheld else clause.text
        yield ""
        yield f"SHA-256: {clause.hash}"
    yield ""
