"""Whatever anybody does in whatever order: the two sides are treated alike, and nothing is agreed by one."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from charters.actions import Action
from charters.agreements import Agreement, Kind, State, moved, outcome
from charters.enforcement import Permitted, decide
from charters.facts import Belonging, Facts, Held, Joining, Reading, Removal
from charters.keys import KEYLESS, Answer
from charters.states import Attestation, Role, Side, Stage, Standing, StatementState
from tests.charters.avonmere import BOARD, CHARTER, DAY, NOON, TEXT, TRUST, put

steady = settings(derandomize=True, max_examples=300, deadline=None)
OTHER = {Side.PEOPLE: Side.BODY, Side.BODY: Side.PEOPLE, None: None}
# What is a side's own affair: coming in among the people, a body naming who speaks for it, and that
# whoever speaks for a body may sign in by a passkey, which lets them do nothing more.
OWN_AFFAIRS = frozenset({Action.JOIN_SIDE, Action.INVITE_DELEGATE, Action.ADD_PASSKEY})
BOTH = dict.fromkeys(Side, CHARTER.digest)

moments = st.sampled_from([NOON - 40 * DAY, NOON - 8 * DAY, NOON - DAY, NOON, NOON + DAY])
maybe = st.none() | moments
helds = st.builds(
    Held,
    signatures=st.sampled_from([BOTH, BOTH, {Side.PEOPLE: CHARTER.digest}, {}]),
    members=st.sampled_from([dict.fromkeys(Side, 40), {Side.BODY: 40}]),
    asleep=st.sampled_from([frozenset(), frozenset(), frozenset(Side)]),
    newcomers=st.sampled_from([{}, dict.fromkeys(Side, 9)]),
)
facts = st.builds(
    Facts,
    now=st.just(NOON),
    roles=st.frozensets(st.sampled_from(Role), max_size=3),
    tasks=st.frozensets(st.sampled_from(Role), max_size=2),
    side=st.none() | st.sampled_from(Side),
    standing=st.sampled_from([Standing.RATIFIED, Standing.RATIFIED, *Standing]),
    stage=st.none() | st.sampled_from(Stage),
    opens_at=maybe,
    closes_at=maybe,
    statement=st.none() | st.sampled_from(StatementState),
    attestation=st.sampled_from(Attestation),
    has_device=st.booleans(),
    signed_in=st.booleans(),
    is_author=st.booleans(),
    answered=st.booleans(),
    in_result=st.booleans(),
    limit_reached=st.booleans(),
    role_ends=maybe,
    held=helds,
    belonging=st.none()
    | st.builds(
        Belonging, joined_at=moments, body=st.sampled_from([None, TRUST, BOARD]), founder=st.booleans()
    ),
    decision=st.none() | st.sampled_from(Kind).map(lambda kind: put(kind, now=NOON - 2 * DAY)),
    decision_state=st.none() | st.sampled_from([State.OPEN, State.OPEN, *State]),
    shown=st.sampled_from([TEXT, TEXT, "b" * 64]),
    agreed=st.frozensets(st.sampled_from(Kind)),
    removal=st.none()
    | st.builds(Removal, removed_at=moments, removed_by_me=st.booleans(), appealed_at=maybe),
    reading=st.none()
    | st.builds(
        Reading,
        asset=st.sampled_from(["vote", "story", "nothing"]),
        purpose=st.sampled_from(["run-space", "sale"]),
        given_under=st.just((CHARTER,)),
    ),
    until=maybe,
    ground=st.booleans(),
)
swap_role = {Role.MEMBER: Role.DELEGATE, Role.DELEGATE: Role.MEMBER}
swap_class = {Attestation.STAFF: Attestation.INVITED, Attestation.INVITED: Attestation.STAFF}


def swapped(some: Facts) -> Facts:
    """The same person on the other side: only the labels of the side change."""
    place = some.belonging
    if place is not None:
        place = replace(place, body=TRUST if place.body is None else None)
    return replace(
        some,
        roles=frozenset(swap_role.get(role, role) for role in some.roles),
        side=OTHER[some.side],
        attestation=swap_class.get(some.attestation, some.attestation),
        belonging=place,
    )


@steady
@given(st.sampled_from([action for action in Action if action not in OWN_AFFAIRS]), facts)
def test_with_the_sides_changed_over_every_permission_is_the_same(action: Action, some: Facts) -> None:
    assert decide(CHARTER, action, some) == decide(CHARTER, action, swapped(some))


@steady
@given(st.sampled_from(Action), facts)
def test_running_the_machine_opens_nothing_but_founding_hiding_and_helping_a_trial(
    action: Action, some: Facts
) -> None:
    without = replace(some, roles=some.roles - {Role.OPERATOR})
    with_it = replace(some, roles=some.roles | {Role.OPERATOR})
    gained = isinstance(decide(CHARTER, action, with_it), Permitted) and not isinstance(
        decide(CHARTER, action, without), Permitted
    )
    if gained:
        alone = (
            Action.READ_OPERATING,
            Action.FOUND_SPACE,
            Action.HIDE_STATEMENT,
            Action.LOOK_AS,
            Action.ADD_PASSKEY,
        )
        assert action in (*alone, Action.APPOINT_FACILITATOR)
        assert action is not Action.APPOINT_FACILITATOR or some.standing is Standing.TRIAL


@steady
@given(facts)
def test_whoever_runs_advises_or_hosts_turns_no_key(some: Facts) -> None:
    if some.roles & KEYLESS:
        assert not isinstance(decide(CHARTER, Action.ANSWER_DECISION, some), Permitted)


@dataclass
class Person:
    """Somebody in the play below."""

    side: Side | None = None
    roles: set[Role] = field(default_factory=set)
    joined_at: datetime | None = None
    body: str | None = None


@dataclass
class Play:
    """A space in which anybody tries anything; whatever is permitted happens."""

    kind: Kind
    now: datetime = NOON
    text: str = TEXT
    people: dict[str, Person] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.decision: Agreement = put(self.kind)

    def facts(self, person: Person) -> Facts:
        place = person.joined_at and Belonging(joined_at=person.joined_at, body=person.body)
        return Facts(
            now=self.now,
            standing=Standing.RATIFIED,
            held=Held(signatures=BOTH),
            side=person.side,
            roles=frozenset(person.roles),
            attestation=Attestation.STAFF if person.body else Attestation.EMAIL,
            signed_in=True,
            belonging=place or None,
            decision=self.decision,
            decision_state=self.state(),
            shown=self.text,
            statement=StatementState.PUBLISHED,
            ground=True,
        )

    def state(self) -> State:
        return outcome(self.decision, self.answers, now=self.now).state

    def act(self, name: str, what: str, wish: Any) -> None:
        person = self.people.setdefault(name, Person())
        some = self.facts(person)
        match what:
            case "join":
                joining = Joining(side=wish, interests=True, invited_by=TRUST if wish is Side.BODY else None)
                if self._may(Action.JOIN_SIDE, replace(some, joining=joining)):
                    person.side, person.joined_at = wish, self.now
                    person.body = TRUST if wish is Side.BODY else None
                    person.roles.add(Role.DELEGATE if person.body else Role.MEMBER)
            case "leave":
                if self._may(Action.LEAVE_SIDE, some):
                    person.side = person.joined_at = person.body = None
                    person.roles -= {Role.MEMBER, Role.DELEGATE}
            case "role":
                person.roles.add(wish)
            case "answer":
                if self._may(Action.ANSWER_DECISION, some):
                    self._answer(name, person, wish)
            case "move" if self.state() is State.OPEN and self.kind is not Kind.AGREE_PROPOSAL:
                self.text = wish
                self.decision = moved(self.decision, wish, now=self.now)
            case "hide":
                self._may(Action.HIDE_STATEMENT, some)
            case "wait":
                self.now += timedelta(hours=wish)

    def _may(self, action: Action, some: Facts) -> bool:
        return isinstance(decide(CHARTER, action, some), Permitted)

    def _answer(self, name: str, person: Person, yes: bool) -> None:
        assert person.side is not None
        self.answers.append(
            Answer(
                voter=name,
                key=person.side,
                yes=yes,
                at=self.now,
                text=self.text,
                side=person.side,
                joined_at=person.joined_at,
                attestation=self.facts(person).attestation,
                body=person.body,
                roles=frozenset(person.roles),
            )
        )


acts = st.lists(
    st.tuples(
        st.sampled_from("abcdefg"),
        st.one_of(
            st.tuples(st.just("join"), st.sampled_from(Side)),
            st.tuples(st.just("leave"), st.none()),
            st.tuples(st.just("role"), st.sampled_from([Role.FACILITATOR, Role.OPERATOR, Role.ADVISER])),
            st.tuples(st.just("answer"), st.booleans()),
            st.tuples(st.just("answer"), st.just(True)),
            st.tuples(st.just("move"), st.sampled_from([TEXT, "b" * 64])),
            st.tuples(st.just("hide"), st.none()),
            st.tuples(st.just("wait"), st.sampled_from([1, 30, 200, 700])),
        ),
    ),
    max_size=30,
)


def played(kind: Kind, script: list[Any]) -> Play:
    """Six people who joined long ago, three on each side, and one who may do anything; then the script."""
    play = Play(kind)
    for name, side in zip("abcdef", [Side.PEOPLE] * 3 + [Side.BODY] * 3, strict=True):
        body = TRUST if side is Side.BODY else None
        role = Role.DELEGATE if body else Role.MEMBER
        play.people[name] = Person(side, {role}, NOON - 30 * DAY, body)
    for name, (what, wish) in script:
        play.act(name, what, wish)
        if play.state() is State.AGREED:
            break
    return play


@settings(derandomize=True, max_examples=250, deadline=None)
@given(st.sampled_from(Kind), acts)
def test_no_sequence_of_acts_by_anybody_leads_to_agreement_without_both_keys(
    kind: Kind, script: list[Any]
) -> None:
    play = played(kind, script)
    if play.state() is not State.AGREED:
        return
    since = play.decision.opened_at
    yes = [one for one in play.answers if one.yes and one.text == play.decision.text and one.at >= since]
    signers = {side: {one.voter for one in yes if one.side is side} for side in Side}
    assert signers[Side.PEOPLE]
    assert signers[Side.BODY]
    assert (
        signers[Side.PEOPLE].isdisjoint(signers[Side.BODY])
        or len(signers[Side.PEOPLE] | signers[Side.BODY]) > 2
    )
    for one in yes:
        assert not one.roles & KEYLESS
        assert one.joined_at is not None
        assert one.joined_at <= since


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.sampled_from(Kind), acts, st.sampled_from(Side))
def test_while_one_side_keeps_still_nothing_is_agreed(kind: Kind, script: list[Any], still: Side) -> None:
    silent = "abc" if still is Side.PEOPLE else "def"
    others = [(n, act) for n, act in script if n not in silent and act != ("join", still)]
    assert played(kind, others).state() is not State.AGREED


def test_the_play_can_end_in_agreement_so_that_these_tests_can_fail() -> None:
    script = [(name, ("answer", True)) for name in "abcd"] + [("g", ("wait", 700))]
    for kind in set(Kind) - {Kind.ADOPT_CHARTER}:
        assert played(kind, script).state() is State.AGREED
    assert played(Kind.AMEND_CHARTER, script[:-1]).state() is State.OPEN


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(["vote", "state", "report"]), st.booleans()), max_size=20
    )
)
def test_a_sequence_of_contributions_weighs_the_same_from_either_side(script: list[Any]) -> None:
    """Members and delegates take turns; with labels changed over, the same acts pass and weigh the same."""
    actions = {"vote": Action.CAST_VOTE, "state": Action.ADD_STATEMENT, "report": Action.REPORT_STATEMENT}
    space = Facts(
        now=NOON, standing=Standing.RATIFIED, held=Held(signatures=BOTH), stage=Stage.VOTING,
        opens_at=NOON - DAY, statement=StatementState.PUBLISHED, has_device=True, signed_in=True,
    )  # fmt: skip
    sides = {
        True: replace(space, side=Side.PEOPLE, roles=frozenset({Role.MEMBER}), attestation=Attestation.EMAIL),
        False: replace(
            space, side=Side.BODY, roles=frozenset({Role.DELEGATE}), attestation=Attestation.EMAIL
        ),
    }
    weights: list[list[int]] = []
    for mirror in (False, True):
        weights.append(
            [
                CHARTER.vote_weight
                for people, what, over in script
                if isinstance(
                    decide(CHARTER, actions[what], replace(sides[people is not mirror], limit_reached=over)),
                    Permitted,
                )
            ]
        )
    assert weights[0] == weights[1]
    assert len(weights[0]) == sum(not over for _, _, over in script)
