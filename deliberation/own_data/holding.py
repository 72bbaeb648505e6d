"""What an entry of the register says: whose a column is, what it is for, how it goes out and away."""

from dataclasses import dataclass
from enum import StrEnum, unique

from charters.wording import Words


@unique
class Whose(StrEnum):
    """What the column `by` holds, by which a row is found."""

    PARTICIPANT = "participant"
    """The id of a participant, a person's pseudonym within one space."""
    KEY = "key"
    """The pseudonym itself."""
    AUTHOR = "author"
    """The id of a statement that a participant wrote."""
    COMMENTER = "commenter"
    """The id of a comment that a participant wrote."""
    ACCOUNT = "account"
    """The id of an account."""
    ADDRESS = "address"
    """The e-mail address of an account, or of somebody who has none yet."""
    NETWORK = "network"
    """Nobody can tell whose it is: an address under a key that is gone after its day, or a scrambled code."""


@unique
class Goes(StrEnum):
    """How it is erased when somebody takes back what they gave."""

    WITH_ITS_ROW = "row"
    """The row is deleted."""
    EMPTIED = "emptied"
    """The row stays, for what it is to others, and these columns are emptied."""
    WITH_THE_PERSON = "swept"
    """Found by the participant's id within a document, and taken out of it or made nobody's."""
    IN_TIME = "time"
    """By itself, after its time; nobody could say whose it is before."""


@dataclass(frozen=True, slots=True)
class Held:
    """Some columns of a table that are one person's. `asset` and `purpose` are words of the charter."""

    table: str
    by: str
    whose: Whose
    columns: tuple[str, ...]
    name: Words
    asset: str
    purpose: str = "run-space"
    beside: tuple[str, ...] = ()
    """Columns that are nobody's and go out with them, so that the row can be understood."""
    goes: Goes = Goes.WITH_ITS_ROW

    @property
    def exported(self) -> bool:
        """Whether it is shown and goes out to the person: all of it, but what nobody can find."""
        return self.whose is not Whose.NETWORK
