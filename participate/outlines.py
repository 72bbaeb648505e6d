"""Outlines: what a new consultation may begin from. On pages they are called templates.

Each helps with the wording of the question, leaves gaps in a background for a facilitator to fill, and shows
what first statements may look like. For how many days each kind is open at least stands in the policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Outline:
    """One kind of question. Words in double square brackets are gaps: nothing opens with one of them left.

    `use` says when it fits, `wording` how to ask, `asks` is a question with gaps, and `examples` are first
    statements of something else, to show their size and range.
    """

    kind: str
    name: str
    use: str
    wording: str
    asks: str
    background: str
    examples: tuple[str, ...]


IMPROVE_SERVICE = Outline(
    kind="improve-service",
    name="Make a service better",
    use="Something works badly, or could work better. You want to hear what would help.",
    wording="Ask how or what, never whether. Name the service and the place. Leave your own answer out.",
    asks="How should [[which service]] work in [[which place]]?",
    background="""\
**Why we ask.** [[What has happened, and why is now the time?]]

**What can change.** [[What is open: times, places, staff, money. How much money is there?]]

**What cannot change.** [[What is fixed by law, by contract or by money, and why?]]

**What happens next.** [[Who reads the result, and what do they do with it?]]
""",
    examples=(
        "I want to be told beforehand how long I am likely to wait.",
        "I would rather be seen in person than by video.",
        "A person should answer the phone before any machine does.",
        "I do not mind who I see, as long as I am seen soon.",
        "Carers should have the first choice of times.",
        "The service works well as it is.",
    ),
)

CHOOSE_OPTIONS = Outline(
    kind="choose-options",
    name="Choose between options",
    use="There are two ways or more, all of them possible. You want to know what people can live with.",
    wording="Name what has to be settled, not the option you like. Let every option be one that can happen.",
    asks="Which way should [[what has to be settled]] be done?",
    background="""\
**Why we ask.** [[What has to be settled, and by when?]]

**The options.** [[Describe each in two sentences: what changes, for whom, what it costs.]]

**What speaks for and against each.** [[Say it for every option, in the same number of words.]]

**What is not an option, and why.** [[What was looked at and left out?]]

**What happens next.** [[Who decides, when, and what do they read before?]]
""",
    examples=(
        "One large site is better than three small ones.",
        "I would travel further to be seen sooner.",
        "The cheapest option should be chosen if all are safe.",
        "No option should make it harder for people without a car.",
        "It is better to keep what we have for another year.",
        "I could live with any of these.",
    ),
)

SET_PRIORITIES = Outline(
    kind="set-priorities",
    name="Set priorities",
    use="There is more to do than time or money allows. You want to know what comes first.",
    wording="Say that not all can be done. Ask what matters most, and for which time.",
    asks="What should come first in [[which field]] in the next [[how long]]?",
    background="""\
**Why we ask.** [[What is there to share out: money, staff, time? How much?]]

**What is on the list so far.** [[Name what was proposed, in plain words.]]

**What must be done in any case.** [[What is promised or ordered already?]]

**What happens next.** [[Who turns the result into a plan, and when is it public?]]
""",
    examples=(
        "Shorter waits should come before new buildings.",
        "The people who are worst off should come first.",
        "Money should go where most people are helped.",
        "Small repairs that help at once are worth more than a large plan.",
        "Prevention should have a fixed share of the money.",
        "What was promised last year should be finished first.",
    ),
)

LOOK_BACK = Outline(
    kind="look-back",
    name="Look back on a change",
    use="Something was changed. You want to know how it went, and what to mend.",
    wording="Name the change and its date. Ask how it went for people, not whether they like it.",
    asks="How has [[which change]] worked for you since [[when]]?",
    background="""\
**What was changed.** [[What, where and when? Link to what was said then.]]

**Why it was changed.** [[What was it meant to do? Was it promised to anybody?]]

**What we know so far.** [[Figures or reports, good and bad.]]

**What can still change.** [[What could be mended, and what is there to stay?]]

**What happens next.** [[Who answers, and by when?]]
""",
    examples=(
        "It is easier for me now than it was before.",
        "Nobody told me that it would change.",
        "It works for some people and leaves others out.",
        "It was a good idea, badly done.",
        "It should be changed back.",
        "It needs more time before we can tell.",
    ),
)

BLANK = Outline(
    kind="blank",
    name="A blank page",
    use="None of these fits, or you know well what to write.",
    wording="One open question that people can answer from what they know. In plain words.",
    asks="",
    background="",
    examples=(
        "I want to be told beforehand how long I am likely to wait.",
        "Small repairs that help at once are worth more than a large plan.",
        "It works well as it is.",
    ),
)

OUTLINES: Mapping[str, Outline] = MappingProxyType(
    {outline.kind: outline for outline in (IMPROVE_SERVICE, CHOOSE_OPTIONS, SET_PRIORITIES, LOOK_BACK, BLANK)}
)


def outline_of(kind: str) -> Outline:
    """The outline of this kind; a blank page for any other."""
    return OUTLINES.get(kind, BLANK)
