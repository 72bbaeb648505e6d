"""Which code keeps each clause of a charter, and which test would fail if it did not.

`clauses_page` makes docs/reference/clauses.md from this; a test imports every name and looks for every test.
A clause without code is said to be so on that page. Those about both sides stand in `clauses_of_sides`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from charters.clauses_of_sides import BOTH_SIDES, Kept, page, rows, unit
from charters.policy import load_policy

KEPT: Mapping[str, Kept] = MappingProxyType(
    {
        **BOTH_SIDES,
        "open-reading": Kept(
            ("charters.enforcement:RULES",),
            (unit("enforcement::test_reading_and_signing_out_are_open_to_everybody"),),
        ),
        "equal-votes": Kept(
            ("charters.enforcement:RULES", "charters.schema:faults_of"),
            (
                unit("equal_terms::test_with_the_sides_changed_over_every_permission_is_the_same"),
                unit("equal_terms::test_a_sequence_of_contributions_weighs_the_same_from_either_side"),
                unit("agreement_paths::test_the_two_sides_are_worth_the_same"),
            ),
        ),
        "own-device": Kept(
            ("charters.enforcement:RULES",),
            (page("security::test_an_act_without_the_cookie_keeps_what_was_chosen"),),
        ),
        "own-words": Kept(
            ("charters.enforcement:RULES", "deliberation.opinion.own_words:withdraw"),
            (
                page("own_words::test_the_author_changes_the_words"),
                page("own_words::test_a_withdrawn_statement_is_gone_and_its_words_erased"),
            ),
        ),
        "open-dates": Kept(
            ("charters.states:phase_at", "charters.enforcement:RULES"),
            (
                unit("enforcement::test_votes_are_taken_only_in_an_open_consultation_of_a_living_space"),
                rows(
                    "opinion/test_voting::test_outside_its_dates_a_consultation_takes_no_vote_and_gives_none_back"
                ),
            ),
        ),
        "fair-consultation": Kept(
            ("charters.fairness:opening_held_by", "charters.steering:fair"),
            (
                unit("fairness::test_nothing_opens_that_a_person_could_not_defend_in_public"),
                rows("spaces/test_opening_and_closing::test_each_reason_that_is_left_out_keeps_it_shut"),
            ),
        ),
        "pausing": Kept(
            ("charters.states:pause_left", "charters.steering:may_pause"),
            (
                unit("phases::test_all_pauses_together_are_never_longer_than_the_rule"),
                rows("spaces/test_pausing_and_telling::test_a_pause_holds_for_its_hours_and_ends_by_itself"),
            ),
        ),
        "last-day": Kept(
            ("charters.steering:reopenable",),
            (rows("spaces/test_opening_and_closing::test_the_last_day_moves_both_ways_for_a_public_reason"),),
        ),
        "invitations": Kept(
            ("charters.steering:invited", "charters.states:invitation_at"),
            (rows("spaces/test_invitations::test_only_a_fingerprint_of_the_link_is_kept"),),
        ),
        "old-promises": Kept(
            ("charters.promises:publication_for", "charters.promises:fate", "charters.promises:may_be_read"),
            (
                unit("promises::test_loosened_later_a_figure_with_an_old_vote_keeps_the_old_rule"),
                unit("promises::test_the_strictest_keeps_each_promise_and_no_order_matters"),
                unit("promises::test_what_is_given_is_kept_no_longer_than_either_charter_says"),
                unit("versions::test_ballots_are_not_opened_after_the_first_vote"),
            ),
        ),
        "moderation": Kept(
            ("deliberation.opinion.moderation:remove_statement", "deliberation.opinion.sealed:erase_sealed"),
            (
                rows("opinion/test_moderation::test_a_removal_without_a_reason_is_refused"),
                rows("opinion/test_moderation::test_an_act_that_fails_leaves_no_trace_on_the_record"),
                unit("appeals::test_a_text_is_sealed_until_every_appeal_on_it_is_over"),
                rows("opinion/test_appealing::test_a_text_is_not_erased_while_an_appeal_on_it_is_open"),
            ),
        ),
        "reports": Kept(
            ("deliberation.opinion.reports:report",),
            (rows("opinion/test_reports::test_a_report_is_a_case_that_is_due_on_the_policys_day"),),
        ),
        "duties": Kept(
            (
                "charters.due:overdue",
                "charters.due:duties_of",
                "deliberation.publishing.answers:mark_overdue",
            ),
            (
                unit("promises::test_a_late_answer_is_late_and_stays_so"),
                rows("publishing/test_answers::test_who_is_late_stands_on_the_record_once"),
            ),
        ),
        "archive": Kept(
            ("charters.enforcement:RULES",),
            (rows("opinion/test_voting::test_an_archived_space_takes_no_vote"),),
        ),
        "publication": Kept(
            ("charters.disclosure:protect", "charters.publication:may_publish"),
            (
                unit(
                    "disclosure::test_every_published_count_is_empty_nought_or_a_multiple_of_five_from_ten_up"
                ),
                unit("publication::test_two_published_results_never_differ_by_one_to_nine_people"),
            ),
        ),
        "purposes": Kept(
            ("charters.sides:for_a_purpose",),
            (unit("sides::test_personal_data_is_read_for_a_listed_purpose_or_not_at_all"),),
        ),
        "votes-are-kept": Kept(
            (
                "charters.promises:leaves_at",
                "charters.promises:fate",
                "deliberation.own_data.retention:let_go_votes",
            ),
            (
                unit("promises::test_what_is_given_is_kept_no_longer_than_either_charter_says"),
                rows("own_data/test_retention::test_a_vote_stays_to_the_last_second_and_then_goes"),
                rows(
                    "own_data/test_retention::test_what_was_published_stands_and_nothing_is_worked_out_of_fewer_votes"
                ),
            ),
        ),
        "withdrawal": Kept(
            (
                "deliberation.own_data.erasing:take_back",
                "deliberation.own_data.register:unregistered",
                "participate.keeping.erasures:apply_erasures",
            ),
            (
                rows("own_data/test_erasing::test_after_taking_everything_back_a_full_scan_finds_nothing"),
                rows("own_data/test_register::test_every_column_is_entered_as_personal_or_as_not_personal"),
                page("my_data::test_everything_goes_in_two_actions_with_the_account"),
                page("erasures::test_whoever_left_after_the_backup_is_gone_after_a_restore"),
            ),
        ),
        "fair-limits": Kept(
            ("deliberation.running.limits:count_newcomer",),
            (
                page("voting_limits::test_200_people_from_one_address_in_five_minutes_all_succeed"),
                page(
                    "voting_limits::test_a_device_over_its_limit_is_told_how_long_and_may_go_on_a_minute_later"
                ),
            ),
        ),
        "sign-in": Kept(
            ("deliberation.people.sessions:sign_in", "charters.checks:entrusted"),
            (
                page("signing_in::test_two_simultaneous_presses_sign_in_once"),
                page("passkeys::test_an_ordinary_account_is_not_offered_one_and_told_why"),
            ),
        ),
        "text-is-data": Kept(
            ("charters.prose:prose", "charters.texts:clause_faults"),
            (
                unit("prose::test_no_number_is_typed_in_the_prose"),
                unit("prose::test_whatever_changes_in_the_file_changes_on_the_page"),
            ),
        ),
        "ballots": Kept(
            ("charters.ballots:open_ballots",),
            (
                unit("promises::test_no_ballot_leaves_a_space_whose_charter_did_not_say_so"),
                unit("promises::test_open_ballots_keep_ballots_whole_under_numbers_that_say_nothing"),
            ),
        ),
    }
)

_HEAD = """# Clauses

What the charter promises, the code that keeps it, and the tests that would fail if it did not. This page is
made by `charters.clauses.clauses_page()`; a test imports every function named here and looks for every test.

| clause | what it says | code | tests |
| --- | --- | --- | --- |
"""
_NOT_YET = "said, and not yet kept by code"


def clauses_page() -> str:
    """The Markdown of docs/reference/clauses.md, with the titles of the template that has every clause."""
    titles = {clause.id: clause.title for clause in load_policy("open-ballots").clauses.values()}
    lines = [f"| `{id}` | {title} | {_code(KEPT[id])} | {_tests(KEPT[id])} |" for id, title in titles.items()]
    return _HEAD + "\n".join(lines) + "\n"


def _code(kept: Kept) -> str:
    return "<br>".join(f"`{name}`" for name in kept.code) or _NOT_YET


def _tests(kept: Kept) -> str:
    return "<br>".join(f"`{name}`" for name in kept.tests)
