"""A sealed version as files: JSON from which its hashes can be computed, and Markdown to be read anywhere."""

from collections.abc import Iterator

from quart import Response

from charters.agreements import State
from charters.canonical import canonical
from charters.wording import Words
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import Sealed, file_of
from deliberation.spaces.spaces import Space
from participate.languages import said_in
from participate.public import ASK_AGAIN, open_to_all, public

WITHHELD = Words("The words of this clause were removed by a rule of the space. Its fingerprint stays.")
LABELS = {
    "space": Words("Space"),
    "proposal": Words("Proposal"),
    "version": Words("Version"),
    "clause": Words("Clause"),
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
