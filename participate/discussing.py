"""The discussion of a decision as its page shows it: in the order of time, replies under what they answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from quart import url_for
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.discussing import DISCUSSED
from charters.enforcement import Refusal, decide
from charters.states import Role, StatementState
from charters.terms import Policy, comment_notice
from charters.wording import Words
from deliberation.drafting.comments import STANCES, Comment, Stance, comments_on
from deliberation.opinion.moderation import in_words
from deliberation.people.participants import participant_if_any
from deliberation.publishing.said import dated
from deliberation.spaces.decisions import Decision
from participate.access import here
from participate.charter_versions import KEY_DIGITS
from participate.current import device, now
from participate.forms import LANGUAGES, Wrong
from participate.languages import gettext, language, said
from participate.network import visitor
from participate.results.days import span_in_words

SIDES: Mapping[Role, Words] = {
    Role.MEMBER: Words("People"),
    Role.DELEGATE: Words("Health bodies"),
    Role.ADVISER: Words("Adviser"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment as it was typed. `parent` is 0 for one that is no reply."""

    text: str = ""
    language: str = ""
    stance: str = ""
    parent: int = 0
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShown:
    """A comment for whoever asks. `older` leads to the text that it spoke of, where that is another now.

    `gone` says why its words are not there; `mine` that the reader wrote it; `settled` how it was settled.
    """

    comment: Comment
    who: str
    side: str
    stance: Words | None
    written: str
    older: str = ""
    gone: str = ""
    mine: bool = False
    may_change: bool = False
    may_settle: bool = False
    settled: str = ""
    replies: Sequence["CommentShown"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is spoken of: its hash, where comments go, the address of an older text, whether they settle."""

    text: str
    action: str
    older: Callable[[Comment], str]
    settling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionShown:
    """`refusal` says why the reader cannot comment; `draft` is what they typed, and what is `wrong` in it.

    `text` is the hash of what is spoken of, `action` the address that a comment goes to.
    """

    text: str
    action: str
    comments: Sequence[CommentShown]
    count: int
    refusal: Refusal | None
    notice: str
    stances: Mapping[Stance, Words] = field(default_factory=lambda: STANCES)
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)
    draft: Draft = Draft()
    wrong: Sequence[Wrong] = ()
    done: str = ""


async def discussion(
    session: AsyncSession,
    decision: Decision,
    *,
    draft: Draft | None = None,
    wrong: Sequence[Wrong] = (),
    done: str = "",
) -> DiscussionShown | None:
    """What was said about a decision; None where nothing is said about one of its kind."""
    if decision.kind not in DISCUSSED or decision.id is None:
        return None
    space = here().space
    assert space is not None
    version = partial(url_for, "charter.version", space=space.slug)
    return talked(
        await comments_on(session, decision.id),
        await reader(session),
        About(
            text=decision.text,
            action=url_for("commenting.write", space=space.slug, decision=decision.id),
            older=lambda one: version(key=one.text_hash[:KEY_DIGITS]),
        ),
        refusal=may_comment(decision),
        draft=draft,
        wrong=wrong,
        done=done,
    )


def talked(
    written: Sequence[Comment],
    me: int | None,
    about: About,
    *,
    refusal: Refusal | None,
    draft: Draft | None = None,
    wrong: Sequence[Wrong] = (),
    done: str = "",
    writes: bool = False,
) -> DiscussionShown:
    """What was said, for whoever asks. `writes`: they write the text that is spoken of."""
    shown = {
        one.id: _shown(
            one, about, mine=one.author_id == me and me is not None, may=refusal is None, writes=writes
        )
        for one in written
    }
    replies: dict[int | None, list[CommentShown]] = {}
    for one in written:
        if one.parent_id is not None and (reply := shown[one.id]) is not None:
            replies.setdefault(one.parent_id, []).append(reply)
    first = [
        replace(above, replies=tuple(replies.get(one.id, ())), may_change=_unanswered(above, replies))
        for one in written
        if one.parent_id is None and (above := shown[one.id]) is not None
    ]
    return DiscussionShown(
        text=about.text,
        action=about.action,
        comments=[one for one in first if not one.comment.withdrawn or one.replies],
        count=sum(one.state is StatementState.PUBLISHED for one in written),
        refusal=refusal,
        notice=said(comment_notice(here().policy).text),
        draft=draft or Draft(language=first_language(), shown=about.text),
        wrong=wrong,
        done=done,
    )


def first_language() -> str:
    """The language that a comment begins in: that of the page."""
    return language()


def may_comment(decision: Decision) -> Refusal | None:
    """Why whoever asks cannot comment on this decision now; None where they can."""
    facts = replace(
        here().facts,
        now=now(),
        has_device=True,
        decision=decision.agreement,
        decision_state=decision.state,
    )
    found = decide(here().policy, Action.WRITE_COMMENT, facts)
    return found if isinstance(found, Refusal) else None


async def reader(session: AsyncSession) -> int | None:
    """The id of the participant who reads, where they are signed in: nobody else can have written here."""
    space = here().space
    if space is None or space.id is None or here().account_id is None or device() is None:
        return None
    person = await participant_if_any(session, space.id, visitor().pseudonym(space.id))
    return person.id if person is not None else None


def _shown(one: Comment, about: About, *, mine: bool, may: bool, writes: bool) -> CommentShown | None:
    """None for one that nobody but its author is shown, and for a reply that was taken back."""
    if one.state is StatementState.PENDING and not mine:
        return None
    if one.withdrawn and one.parent_id is not None:
        return None
    settled = one.resolved_at is not None and one.removed_for is None
    return CommentShown(
        comment=one,
        who=who_wrote(one, here().policy),
        side=said(SIDES[one.role]),
        stance=STANCES[one.stance] if one.stance is not None else None,
        written=span_in_words(dated(one.created_at, here().policy.publication.time_grain)),
        older=about.older(one) if one.text_hash != about.text else "",
        gone=said(in_words(one.removed_for)) if one.removed_for else "",
        mine=mine,
        may_change=mine and may and one.removed_for is None,
        may_settle=may
        and about.settling
        and (mine or writes)
        and one.state is StatementState.PUBLISHED
        and one.parent_id is None,
        settled=one.resolved_note if settled else "",
    )


def _unanswered(above: CommentShown, replies: Mapping[int | None, Iterable[CommentShown]]) -> bool:
    return above.may_change and not replies.get(above.comment.id)


def who_wrote(one: Comment, policy: Policy) -> str:
    """The name that somebody acts under and the body they speak for; else what they are."""
    bodies = {party.id: party.name for party in policy.parties}
    named = ", ".join(part for part in (one.name, bodies.get(one.body or "", "")) if part)
    if named:
        return named
    match one.role:
        case Role.ADVISER:
            return gettext("An adviser")
        case Role.DELEGATE:
            return gettext("A delegate")
    return gettext("A member")
