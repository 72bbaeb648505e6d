"""What somebody looks for: the words in what they typed, and nothing that a database reads as a command."""

import re
from dataclasses import dataclass

from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.searching.folding import folded

LONGEST = 100
_COMMON = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers
herself it its itself they them their theirs themselves what which who whom this that these those am is
are was were be been being have has had having do does did doing a an the and but if or because as until
while of at by for with about against between into through during before after above below to from up down
in out on off over under again further then once here there when where why how all any both each few more
most other some such no nor not only own same so than too very s t can will just don should now
"""
COMMON = frozenset(_COMMON.split())
"""What PostgreSQL leaves out of English texts; so it is looked for on neither database."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The words that are looked for, all of them, each without accents and in small letters."""

    words: tuple[str, ...]

    @property
    def plain(self) -> str:
        """For `plainto_tsquery`, which knows no operators."""
        return " ".join(self.words)

    @property
    def quoted(self) -> str:
        """For FTS5: within quotation marks nothing is an operator, and no word has one."""
        return " ".join(f'"{word}"' for word in self.words)


def looked_for(typed: str) -> Looked:
    """The words in what was typed. Raises Invalid where there are none, or it is too long."""
    if len(typed) > LONGEST:
        raise Invalid(
            "q",
            Words(
                "You typed %(given)s characters. Shorten it to %(most)s or fewer.",
                given=f"{len(typed)}",
                most=f"{LONGEST}",
            ),
        )
    words = re.findall(r"[^\W_]+", folded(typed).lower())
    if not words:
        raise Invalid("q", Words("Type a word to look for."))
    rare = tuple(dict.fromkeys(word for word in words if word not in COMMON))
    if not rare:
        raise Invalid("q", Words("These words stand almost everywhere. Add another word."))
    return Looked(rare)
