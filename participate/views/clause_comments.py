"""What people say about a clause: the discussion, saying something, and how a comment was settled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Reason, Refused
from charters.states import StatementState
from deliberation.drafting.clause_comments import comment_on_clause, resolve_comment
from deliberation.drafting.clauses import Clause, clause_numbered, revisions_of, standing_of
from deliberation.drafting.comments import Comment, comment_in, comments_on_clause, no_comment
from deliberation.drafting.places import SpokenOf, place_of
from deliberation.drafting.proposals import Proposal
from deliberation.errors import Invalid, NotFound
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.discussing import About, DiscussionShown, Draft, reader, talked
from participate.drafts import ClauseCard, clause_card
from participate.forms import Wrong, typed
from participate.languages import said
from participate.network import visitor
from participate.saying import check_page, drafted, saying_of, taken_back, unseen, wrong_with
from participate.spoken_of import place_shown
from participate.views.clauses import arrived, place_here
from participate.views.proposals import why_not

pages = Blueprint("clause_comments", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseTalkPage:
    """A clause and what is said about it. `settling` is the comment whose note had something wrong.

    `moved`: the clause has changed since the form was made. `link_address` is where a comment is named as a
    source; empty for who may not write.
    """

    space: Space
    proposal: Proposal
    clause: Clause
    card: ClauseCard
    talk: DiscussionShown
    link_address: str = ""
    moved: bool = False
    settling: int = 0
    note: str = ""
    wrong: Sequence[Wrong] = ()

    def settle_address(self, comment: int) -> str:
        """Where the form about settling a comment goes."""
        return url_for(
            "clause_comments.settled", space=self.space.slug, proposal=self.proposal.number, comment=comment
        )


@pages.get("/clauses/<int:clause>/comments")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """The discussion of a clause."""
    return await _page(clause, done=request.args.get("said", ""))


@pages.post("/clauses/<int:clause>/comments")
@permits(Action.WRITE_COMMENT, in_verb=True)
async def write(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Say something about it. Where something was found in the words, show that first and ask."""
    stand, asking = await arrived(space, proposal, Action.WRITE_COMMENT)
    place, _ = place_here()
    draft, about = await drafted(), SpokenOf(proposal=proposal, clause=clause)
    if await taken_back():
        return await _page(clause, draft=draft)
    try:
        saying = await saying_of(stand, draft)
        if (found := await unseen(saying.text)) is not None:
            return await check_page(draft, found, place_shown(space, about))
        async with database().transaction() as session:
            comment = await comment_on_clause(
                session, place, proposal, clause, saying, asking=asking, now=now()
            )
            waits = comment.state is StatementState.PENDING
    except (ValidationError, Invalid) as error:
        return await _page(clause, draft=draft, wrong=wrong_with(error)), 422
    except Refused as error:
        if error.reason is not Reason.TEXT_MOVED:
            raise
        return await _page(clause, draft=replace(draft, shown=""), moved=True), 409
    return redirect(place_shown(space, about, comment, "waits" if waits else "added").address, 303)


@pages.post("/comments/<int:comment>/settle")
@permits(Action.RESOLVE_COMMENT, in_verb=True)
async def settled(space: str, proposal: int, comment: int) -> ResponseReturnValue:
    """Say how a comment was settled, or open it again."""
    _, asking = await arrived(space, proposal, Action.READ_PAGE)
    place, _ = place_here()
    note, again = await typed("note"), bool(await typed("again"))
    about, found = await _about(comment)
    try:
        async with database().transaction() as session:
            key = visitor().pseudonym(place.id or 0)
            await resolve_comment(
                session, place, comment, note=note, again=again, key=key, asking=asking, now=now()
            )
    except Invalid as error:
        wrong = [Wrong("note", said(str(error)))]
        return await _page(about.clause or 0, settling=comment, note=note, faults=wrong), 422
    return redirect(place_shown(space, about, found, "opened" if again else "settled").address, 303)


async def _about(comment: int) -> tuple[SpokenOf, Comment]:
    """The clause of this proposal that a comment is about. Raises NotFound."""
    place, proposal = place_here()
    async with database().reading() as session:
        found, discussion = await comment_in(session, place.id or 0, comment)
        about = await place_of(session, discussion)
    if about.proposal != proposal.number:
        raise NotFound(no_comment())
    return about, found


async def _page(
    number: int,
    *,
    draft: Draft | None = None,
    wrong: Sequence[Wrong] = (),
    done: str = "",
    moved: bool = False,
    settling: int = 0,
    note: str = "",
    faults: Sequence[Wrong] = (),
) -> str:
    place, proposal = place_here()
    where = {"space": place.slug, "proposal": proposal.number, "clause": number}
    async with database().reading() as session:
        clause = await clause_numbered(session, proposal, number)
        standing = await standing_of(session, clause)
        history = {one.hash: one.number for one, _ in await revisions_of(session, clause)}
        written, me = await comments_on_clause(session, clause.id), await reader(session)

    def older(one: Comment) -> str:
        return f"{url_for('clause_history.show', **where)}#revision-{history.get(one.text_hash, 1)}"  # type: ignore[arg-type]

    about = About(
        text=standing.hash,
        action=url_for("clause_comments.write", **where),  # type: ignore[arg-type]
        older=older,
        settling=True,
    )
    talk = talked(
        written,
        me,
        about,
        refusal=why_not(Action.WRITE_COMMENT),
        draft=draft,
        wrong=wrong,
        done=done,
        writes=here().facts.co_author,
    )
    page = ClauseTalkPage(
        space=place,
        proposal=proposal,
        clause=clause,
        card=clause_card(standing, proposal),
        talk=talk,
        link_address=url_for("sources.add", **where)  # type: ignore[arg-type]
        if why_not(Action.WRITE_CLAUSE) is None
        else "",
        moved=moved,
        settling=settling,
        note=note,
        wrong=[*wrong, *faults],
    )
    return await render_template("drafting/talk.html", page=page)
