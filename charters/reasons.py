"""Why something is refused: codes for programs, sentences for people."""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType

from charters.wording import Words


@unique
class Reason(StrEnum):
    """Why something was refused: a short code for programs; `SENTENCES` has the words for people."""

    NOT_OPEN_YET = "not-open-yet"
    CLOSED = "closed"
    PAUSED = "paused"
    ARCHIVE = "archive"
    NO_CONSULTATION = "no-consultation"
    NEEDS_FACILITATOR = "needs-facilitator"
    NEEDS_DEVICE = "needs-device"
    NEEDS_ATTESTATION = "needs-attestation"
    NO_PAPER = "no-paper"
    STATEMENT_PENDING = "statement-pending"
    STATEMENT_REMOVED = "statement-removed"
    STATEMENT_PUBLISHED = "statement-published"
    NO_STATEMENT = "no-statement"
    NOT_THE_AUTHOR = "not-the-author"
    STATEMENT_ANSWERED = "statement-answered"
    STATEMENT_IN_RESULT = "statement-in-result"
    ALREADY_OPEN = "already-open"
    CANNOT_UNDO = "cannot-undo"
    NOT_FAIR_YET = "not-fair-yet"
    NO_ANSWER_DAY = "no-answer-day"
    NOT_PAUSED = "not-paused"
    PAUSE_USED_UP = "pause-used-up"
    CANNOT_REOPEN = "cannot-reopen"
    NO_INVITATION = "no-invitation"
    INVITATION_ENDED = "invitation-ended"
    INVITATION_EXPIRED = "invitation-expired"
    INVITATION_SPENT = "invitation-spent"
    STILL_OPEN = "still-open"
    NEEDS_SIGN_IN = "needs-sign-in"
    NEEDS_OPERATOR = "needs-operator"
    NEEDS_TASK = "needs-task"
    NEEDS_SIDE = "needs-side"
    ON_A_SIDE = "on-a-side"
    BODY_ADDRESS = "body-address"
    NEEDS_INVITATION = "needs-invitation"
    NEEDS_INTERESTS = "needs-interests"
    NEEDS_ADVISER = "needs-adviser"
    NEEDS_DELEGATE = "needs-delegate"
    NEEDS_FOUNDER = "needs-founder"
    TOO_FEW_FOUNDERS = "too-few-founders"
    FOUNDED_ALREADY = "founded-already"
    UNSIGNED = "unsigned"
    TRIAL_DECIDES_NOTHING = "trial-decides-nothing"
    PROVISIONAL = "provisional"
    NOT_PROVISIONAL = "not-provisional"
    TOO_FEW_MEMBERS = "too-few-members"
    RATIFICATION_OVER = "ratification-over"
    DORMANT = "dormant"
    AWAKE = "awake"
    NO_NEWCOMERS = "no-newcomers"
    NEEDS_BOTH_KEYS = "needs-both-keys"
    NO_DECISION = "no-decision"
    DECISION_OVER = "decision-over"
    TEXT_MOVED = "text-moved"
    NO_BODY = "no-body"
    NO_KEY_IN_ROLE = "no-key-in-role"
    KEY_CLASS = "key-class"
    JOINED_AFTER = "joined-after"
    KEY_TENURE = "key-tenure"
    NEEDS_END = "needs-end"
    TOO_LONG = "too-long"
    NEEDS_GROUND = "needs-ground"
    NOT_REMOVED = "not-removed"
    NO_APPEAL = "no-appeal"
    OWN_CASE = "own-case"
    APPEAL_OVER = "appeal-over"
    SIDE_ANSWERED = "side-answered"
    HIDDEN_BEFORE = "hidden-before"
    PURPOSE = "purpose"
    NO_PROPOSAL = "no-proposal"
    NOT_WRITTEN = "not-written"
    NOT_A_CO_AUTHOR = "not-a-co-author"
    SUGGESTION_OVER = "suggestion-over"
    NOT_AGREED = "not-agreed"
    NOT_YOUR_PROMISE = "not-your-promise"
    REPORTED = "reported"
    NEEDS_VOICE = "needs-voice"
    NOT_DISCUSSED = "not-discussed"
    NOT_YOUR_COMMENT = "not-your-comment"
    COMMENT_ANSWERED = "comment-answered"
    COMMENT_PENDING = "comment-pending"
    COMMENT_PUBLISHED = "comment-published"
    COMMENT_REMOVED = "comment-removed"
    TOO_MANY = "too-many"
    TOO_MANY_NEWCOMERS = "too-many-newcomers"
    TOO_MANY_REPORTS = "too-many-reports"


SENTENCES: Mapping[Reason, Words] = MappingProxyType(
    {
        Reason.NOT_OPEN_YET: Words("This is not open yet. Come back when it opens."),
        Reason.CLOSED: Words("This is closed. You can still read the results and take the data."),
        Reason.PAUSED: Words("This is paused for now. Come back when the pause ends."),
        Reason.ARCHIVE: Words("This is an archive. You can read it, but not vote or write in it."),
        Reason.NO_CONSULTATION: Words("There is no consultation here. Go back to the space and choose one."),
        Reason.NEEDS_FACILITATOR: Words(
            "Only a facilitator of this space can do this. The operator gives out their sign-in links."
        ),
        Reason.NEEDS_DEVICE: Words("Your browser sent no cookie. Allow cookies for this site and try again."),
        Reason.NEEDS_ATTESTATION: Words(
            "This needs another way of coming in. The consultation's page says which."
        ),
        Reason.NO_PAPER: Words(
            "Sheets of paper do not count in this consultation: who may vote was settled otherwise."
        ),
        Reason.STATEMENT_PENDING: Words(
            "This statement is waiting to be read by a facilitator. Try again later."
        ),
        Reason.STATEMENT_REMOVED: Words("This statement was removed. Go on to the next one."),
        Reason.STATEMENT_PUBLISHED: Words("This statement is published already. Nothing is left to do."),
        Reason.NO_STATEMENT: Words("There is no such statement. Go on to the next one."),
        Reason.NOT_THE_AUTHOR: Words("Only whoever wrote this statement can do this, on the same device."),
        Reason.STATEMENT_ANSWERED: Words(
            "Somebody has voted on this statement. You can put a corrected one in its place."
        ),
        Reason.STATEMENT_IN_RESULT: Words(
            "This statement stands in a published result. You can withdraw it while nobody has voted on it."
        ),
        Reason.ALREADY_OPEN: Words("This is open already. Nothing is left to do."),
        Reason.CANNOT_UNDO: Words("Only the last act can be undone, and only within an hour."),
        Reason.NOT_FAIR_YET: Words("This cannot open yet. The list of what is needed says what is missing."),
        Reason.NO_ANSWER_DAY: Words("Say first when the answer comes. Then it can be closed."),
        Reason.NOT_PAUSED: Words("This is not paused. Nothing is left to do."),
        Reason.PAUSE_USED_UP: Words("This has been paused for as long as the rules allow."),
        Reason.CANNOT_REOPEN: Words(
            "This can no longer be undone. Make a new consultation, or copy this one."
        ),
        Reason.NO_INVITATION: Words("There is no such link of invitation. Check that it was copied whole."),
        Reason.INVITATION_ENDED: Words("This link was ended by the people who gave it out."),
        Reason.INVITATION_EXPIRED: Words("This link has come to its last day."),
        Reason.INVITATION_SPENT: Words("As many people as this link was made for have used it."),
        Reason.NEEDS_SIGN_IN: Words(
            "Only somebody who is signed in can do this. Open your sign-in link first."
        ),
        Reason.NEEDS_OPERATOR: Words("Only whoever runs this installation can do this."),
        Reason.NEEDS_TASK: Words(
            "Passkeys are for delegates, facilitators and operators. A link by e-mail signs you in."
        ),
        Reason.NEEDS_SIDE: Words("Only people on a side of this space can do this. Join a side first."),
        Reason.ON_A_SIDE: Words("You are on a side of this space already. Nobody stands on both."),
        Reason.BODY_ADDRESS: Words(
            "This address belongs to a body. Its people come in by that body's invitation."
        ),
        Reason.NEEDS_INVITATION: Words("A body invites its own delegates. Ask it for an invitation."),
        Reason.NEEDS_INTERESTS: Words("Say first what interests you have, or that you have none."),
        Reason.STILL_OPEN: Words("People are still voting. Answer when voting is over."),
        Reason.NEEDS_ADVISER: Words("Only an adviser of this space can do this."),
        Reason.NEEDS_DELEGATE: Words("Only a delegate can do this for their own body."),
        Reason.NEEDS_FOUNDER: Words("Only the founders of this space can do this."),
        Reason.TOO_FEW_FOUNDERS: Words(
            "There are too few founders. The charter says how many each side needs."
        ),
        Reason.FOUNDED_ALREADY: Words("The first charter is signed already. Propose a change of it instead."),
        Reason.UNSIGNED: Words(
            "Both sides have not signed this charter as it stands. Until then nothing opens."
        ),
        Reason.TRIAL_DECIDES_NOTHING: Words("There are no sides here, so nothing can be signed or agreed."),
        Reason.PROVISIONAL: Words(
            "Both sides must ratify the charter first. Its page shows how far that is."
        ),
        Reason.NOT_PROVISIONAL: Words("This charter is ratified already. Nothing is left to do."),
        Reason.TOO_FEW_MEMBERS: Words(
            "Not enough people have joined yet. The charter says how many it needs."
        ),
        Reason.RATIFICATION_OVER: Words(
            "The time to ratify this charter is over. Its founders must sign a new one."
        ),
        Reason.DORMANT: Words("This space is asleep, for a side has been silent. You can still read it."),
        Reason.AWAKE: Words("This space is awake. Nothing is left to do."),
        Reason.NO_NEWCOMERS: Words(
            "Nobody new has come for the side that was silent. New people must join first."
        ),
        Reason.NEEDS_BOTH_KEYS: Words(
            "Both sides must agree to this first. Put it to them, and wait for both keys."
        ),
        Reason.NO_DECISION: Words("There is no such decision. Go back to the space and choose one."),
        Reason.DECISION_OVER: Words("This decision is over. Its page shows how it ended."),
        Reason.TEXT_MOVED: Words(
            "The text has changed since you opened this page. Read it again, then decide."
        ),
        Reason.NO_BODY: Words("Only a body that signs the charter has a vote. Yours is not named in it."),
        Reason.NO_KEY_IN_ROLE: Words(
            "Whoever runs, advises or hosts this space has no key while they do so."
        ),
        Reason.KEY_CLASS: Words(
            "More must be checked about you before you can turn a key. The charter says what."
        ),
        Reason.JOINED_AFTER: Words("You joined after this decision opened. You can take part in the next."),
        Reason.KEY_TENURE: Words(
            "You joined a short time ago. Come back when the charter's waiting time is over."
        ),
        Reason.NEEDS_END: Words("Say until when. Nobody is appointed without an end."),
        Reason.TOO_LONG: Words("That is longer than the charter allows. Choose an earlier day."),
        Reason.NEEDS_GROUND: Words("Name the law that this rests on."),
        Reason.NOT_REMOVED: Words("This text is not removed, so there is nothing to appeal against."),
        Reason.NO_APPEAL: Words("Nobody has appealed here. Nothing is left to do."),
        Reason.OWN_CASE: Words("You removed this text or wrote it. Somebody else must decide."),
        Reason.APPEAL_OVER: Words("The time for this is over. The record shows how it ended."),
        Reason.SIDE_ANSWERED: Words(
            "Somebody on your side has answered already. Only the first answer counts."
        ),
        Reason.HIDDEN_BEFORE: Words("This was hidden once already. A facilitator can remove it by a rule."),
        Reason.PURPOSE: Words("The charter does not list this purpose. The data cannot be read for it."),
        Reason.NO_PROPOSAL: Words("There is no such proposal. Go back to the space and choose one."),
        Reason.NOT_WRITTEN: Words("This proposal is not being written any more. You can begin another one."),
        Reason.NOT_A_CO_AUTHOR: Words(
            "Only those who write this proposal can do this. Change a clause first."
        ),
        Reason.NOT_AGREED: Words("Both sides have not agreed this proposal. Nothing is promised by it yet."),
        Reason.NOT_YOUR_PROMISE: Words("Only the side and the body that promised it can tell of it."),
        Reason.REPORTED: Words("What became of this promise is told already. Nothing is left to do."),
        Reason.SUGGESTION_OVER: Words("This suggestion is settled already. Nothing is left to do."),
        Reason.NEEDS_VOICE: Words(
            "Only people on a side of this space, and its advisers, can comment. Join a side first."
        ),
        Reason.NOT_DISCUSSED: Words("Only what both sides decide about the charter is discussed here."),
        Reason.NOT_YOUR_COMMENT: Words("Only whoever wrote this comment can do this, signed in as then."),
        Reason.COMMENT_ANSWERED: Words(
            "Somebody has replied to this comment, so it stays as it is. You can write another one."
        ),
        Reason.COMMENT_PENDING: Words("This comment waits to be read by a facilitator. Try again later."),
        Reason.COMMENT_PUBLISHED: Words("This comment is published already. Nothing is left to do."),
        Reason.COMMENT_REMOVED: Words("This comment is no longer there. Go back to the decision."),
        Reason.TOO_MANY: Words("That was too many in a short time. Wait a little and send it again."),
        Reason.TOO_MANY_NEWCOMERS: Words(
            "Very many people began from your network in the last hour. Wait a little."
        ),
        Reason.TOO_MANY_REPORTS: Words(
            "You have many reports open. Wait until a facilitator has decided on them."
        ),
    }
)
