"""Each state that every page must answer is met by a registered one."""

from tests.browser.states import STATES

ANSWERED = {
    "not open yet": {"in-framing", "opens-later", "invited-early", "report-too-early", "front-coming"},
    "closed": {"closed", "closed-by-hand", "closed-meanwhile", "map-closed", "invited-closed"},
    "paused": {"paused", "vote-while-paused", "invited-paused", "run-paused"},
    "nothing left to vote on": {"nothing-left", "front-answered-all"},
    "no statements yet": {"no-statements", "statements-not-yet"},
    "under 20 people": {"map-under-20"},
    "map being made": {"map-being-made"},
    "no clear groups": {"map-one-group", "report-one-group", "statement-one-group"},
    "worker not seen": {"map-worker-not-seen"},
    "awaiting moderation, for its author": {"own-waits", "statement-own-waiting"},
    "removed, for its author": {"own-removed", "statement-own-removed"},
    "removed, for others": {"all-statements", "map-statement-removed", "removed-meanwhile"},
    "removed, by an old link": {"statement-gone"},
    "trial space": {"space", "front"},
    "link used": {"sign-in-spent", "invitation-spent"},
    "link expired": {"sign-in-expired", "invitation-expired"},
    "link opened on another device": {"sign-in-on-another-device", "invitation-on-another-device"},
    "cookies blocked": {"cookies-blocked"},
    "too many requests": {"too-many"},
    "text too long": {"text-too-long", "report-too-long", "too-large"},
    "clash of edits": {"queue-beaten", "words-clash", "change-own-too-late"},
    "offline": {"offline"},
    "refused": {"refused", "service-ended"},
    "not found": {"not-found", "no-such-space", "no-such-consultation", "statement-unknown"},
    "failed": {"failed"},
    "maintenance while migrating": {"migrating", "migrating-while-voting"},
    "scripts failed": {"scripts-failed"},
    "space dormant": {"space-asleep", "voting-asleep", "decisions-asleep"},
}


def test_each_state_of_the_table_is_registered() -> None:
    names = {state.name for state in STATES}
    assert {said: wanted - names for said, wanted in ANSWERED.items() if wanted - names} == {}
    assert len(ANSWERED) == 28
