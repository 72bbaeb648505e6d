"""The sentences of a charter's page that are the same in every charter. No number is typed here.

With the clauses and `charters.tables` these are all the words of the page.
"""

from collections.abc import Mapping
from types import MappingProxyType

from charters.wording import Words

LEAD = Words(
    "This is a promise between people and the bodies that decide. The program is built to follow it."
    " To change it, both sides must say yes."
)
NOT_SIGNED = Words("This is a template. Nobody has signed it, and nothing can be agreed under it.")
UNCHECKED = Words(
    "No reader of this language has checked this translation yet. The text that was signed counts."
)
CHECKED = Words("This is a translation. The text that was signed counts.")
NO_OWNER = Words("In law nobody can own facts. So we say who decides.")
HONEST = Words("We would rather tell you than promise too much.")
FILE = Words(
    "This page is made from a file. Computers read the file, people read the page. They cannot disagree."
)

HEADINGS: Mapping[str, Words] = MappingProxyType(
    {
        "parties": Words("Who this is between"),
        "owners": Words("What you give, and who decides about it"),
        "decisions": Words("Who decides what"),
        "purposes": Words("What it is used for"),
        "never": Words("Never"),
        "cannot": Words("What this charter cannot do"),
        "duties": Words("What is owed"),
        "clauses": Words("The promises, word by word"),
        "file": Words("The same, as a file"),
    }
)
PURPOSES: Mapping[str, Words] = MappingProxyType(
    {
        "run-space": Words("To run this space for you: to keep your votes, and to show you your own place."),
        "publish-aggregate": Words("To work out the figures that are published."),
        "answer": Words("To answer you, where you asked for it."),
        "approved-research": Words("For research that both sides have approved, case by case."),
    }
)
PROHIBITED: Mapping[str, Words] = MappingProxyType(
    {
        "sale": Words("Selling it"),
        "advertising": Words("Using it for adverts"),
        "re-identification": Words("Trying to find out who somebody is"),
        "link-to-care-record": Words("Joining it to anybody's care record"),
        "individual-profiling": Words("Building a profile of a person"),
    }
)
NEVER = (
    Words("Closing a question by a side on its own"),
    Words("Counting a vote for more because of who cast it"),
    Words("Keeping health records, asking for fees, or showing adverts"),
    Words("Private messages, likes, or ranking people by their role"),
)
CANNOT = (
    Words("It cannot stop somebody who breaks the rules after a download."),
    Words("It cannot call back a copy that somebody has taken."),
    Words("It cannot make anybody mean what they say, or do what they promised."),
    Words("It cannot see what happens outside this site."),
    Words("It cannot hide your votes from those who run the computers. They could look."),
    Words("It cannot prove that nobody told you how to vote. It is no way to hold a binding election."),
    Words("It cannot make anybody the owner of facts. English law knows no such thing."),
)
