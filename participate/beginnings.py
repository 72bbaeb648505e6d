"""What a proposal may begin from: a template with its clauses, or nothing. Prompts stand where words will."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from charters.wording import Words


@dataclass(frozen=True, slots=True)
class Beginning:
    """A template: what it is called, when it fits, and its clauses as heading and prompt."""

    name: Words
    use: Words
    clauses: tuple[tuple[Words, Words], ...] = ()


BEGINNINGS: Mapping[str, Beginning] = MappingProxyType(
    {
        "empty": Beginning(Words("Empty"), Words("You write every clause yourselves.")),
        "change": Beginning(
            Words("A change to a service"),
            Words("Something is to work another way from some day on."),
            (
                (Words("What changes"), Words("Say in one or two sentences what will be different.")),
                (Words("Why"), Words("Say what happens now, and for whom that is hard.")),
                (Words("Who does it, and by when"), Words("Name who does what, and by which day.")),
                (Words("How we see whether it worked"), Words("Say what we look at, and when.")),
            ),
        ),
        "information": Beginning(
            Words("Words for patients"),
            Words("You write together what a letter, a sign or a page should say."),
            (
                (Words("Who reads it"), Words("Say who it is for, and when they need it.")),
                (Words("What it says"), Words("Write it as it should stand there.")),
                (Words("Where it stands"), Words("Say where people find it, and in which languages.")),
            ),
        ),
        "promise": Beginning(
            Words("A promise"),
            Words("One side or both promise to do something by a day."),
            (
                (Words("The promise"), Words("Say what is promised, so that anybody can check it.")),
                (Words("Who keeps it, and by when"), Words("Name who keeps it, and by which day.")),
                (Words("If it is not kept"), Words("Say what happens then, and who says so in public.")),
            ),
        ),
    }
)
