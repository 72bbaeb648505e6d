"""Every page in each of its states. A page without an entry here fails `test_states.py`."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from tests.browser.state import State
from tests.browser.states_of_answers import ANSWER_STATES
from tests.browser.states_of_appeals import APPEAL_STATES
from tests.browser.states_of_charters import CHARTER_STATES
from tests.browser.states_of_clause_comments import CLAUSE_COMMENT_STATES
from tests.browser.states_of_clause_votes import CLAUSE_VOTE_STATES
from tests.browser.states_of_clauses import CLAUSE_STATES
from tests.browser.states_of_commenting import COMMENTING_STATES
from tests.browser.states_of_commitments import COMMITMENT_STATES
from tests.browser.states_of_decisions import DECISION_STATES
from tests.browser.states_of_facilitating import FACILITATING_STATES
from tests.browser.states_of_following import FOLLOWING_STATES
from tests.browser.states_of_help import HELP_STATES
from tests.browser.states_of_moderation import MODERATION_STATES
from tests.browser.states_of_my_data import MY_DATA_STATES
from tests.browser.states_of_passkeys import PASSKEY_STATES
from tests.browser.states_of_places import PLACE_STATES
from tests.browser.states_of_proposals import PROPOSAL_STATES
from tests.browser.states_of_record import RECORD_STATES
from tests.browser.states_of_reporting import REPORTING_STATES
from tests.browser.states_of_results import RESULT_STATES
from tests.browser.states_of_searching import SEARCH_STATES
from tests.browser.states_of_sharing import SHARING_STATES
from tests.browser.states_of_sides import SIDES_STATES
from tests.browser.states_of_signing_in import SIGNING_STATES
from tests.browser.states_of_sources import SOURCES_STATES
from tests.browser.states_of_suggesting import SUGGESTING_STATES
from tests.browser.states_of_versions import VERSION_STATES
from tests.browser.states_of_voting import VOTING_STATES

STATES = [
    *PLACE_STATES,
    *CHARTER_STATES,
    *SIGNING_STATES,
    *PASSKEY_STATES,
    *DECISION_STATES,
    *COMMENTING_STATES,
    *PROPOSAL_STATES,
    *CLAUSE_STATES,
    *VERSION_STATES,
    *CLAUSE_VOTE_STATES,
    *SUGGESTING_STATES,
    *SOURCES_STATES,
    *COMMITMENT_STATES,
    *CLAUSE_COMMENT_STATES,
    *FOLLOWING_STATES,
    *SEARCH_STATES,
    *HELP_STATES,
    *VOTING_STATES,
    *FACILITATING_STATES,
    *MODERATION_STATES,
    *SHARING_STATES,
    *REPORTING_STATES,
    *RECORD_STATES,
    *APPEAL_STATES,
    *RESULT_STATES,
    *ANSWER_STATES,
    *SIDES_STATES,
    *MY_DATA_STATES,
]


def one_of_each_page(states: Iterable[State]) -> frozenset[str]:
    """The name of one state of each page: the first that the demonstration's valley has."""
    first: dict[str, State] = {}
    for state in sorted(states, key=lambda state: state.empty):
        first.setdefault(state.template, state)
    return frozenset(state.name for state in first.values())


def in_tiers(states: Iterable[State], in_every_run: Collection[str]) -> list[Any]:
    """The states as parameters of a test: those named are met by `make test`, the others by `make prove`."""
    return [
        pytest.param(state, id=state.name, marks=[] if state.name in in_every_run else [pytest.mark.prove])
        for state in states
    ]
