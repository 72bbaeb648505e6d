"""Where a clause is kept, and the clauses about both sides: who stands where, who decides, by which key."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

UNIT, PAGES, ROWS = "tests/charters/test_", "tests/participate/test_", "tests/deliberation/"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a clause is kept: functions as ``module:name``, tests as ``file::name``."""

    code: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


def unit(name: str) -> str:
    return f"{UNIT}{name}".replace("::", ".py::")


def page(name: str) -> str:
    return f"{PAGES}{name}".replace("::", ".py::")


def rows(name: str) -> str:
    return f"{ROWS}{name}".replace("::", ".py::")


BOTH_SIDES: Mapping[str, Kept] = MappingProxyType(
    {
        "who-may-vote": Kept(
            ("charters.enforcement:RULES",),
            (
                unit("enforcement::test_anne_may_vote_unless_one_thing_stands_against_it"),
                unit("sides::test_who_may_vote_is_changed_only_before_it_opens"),
                page("paper::test_no_sheet_is_entered_where_it_may_not_vote"),
                rows("spaces/test_deciding::test_who_may_vote_changes_with_both_keys_before_the_first_vote"),
            ),
        ),
        "sides": Kept(
            ("charters.sides:may_join", "charters.sides:on_a_side", "charters.sides:delegate"),
            (
                unit("sides::test_who_may_join_which_side"),
                unit("sides::test_a_body_names_its_own_delegates"),
            ),
        ),
        "founding": Kept(
            (
                "charters.sides:enough_founders",
                "charters.sides:ratified",
                "charters.due:ratification_due",
                "deliberation.spaces.putting_charters:put_ratification",
            ),
            (
                rows("spaces/test_deciding::test_both_signatures_make_a_provisional_space"),
                rows("spaces/test_deciding::test_a_majority_on_each_side_ratifies_at_the_close"),
                unit("sides::test_the_operator_founds_a_space_with_founders_of_both_sides"),
                unit("sides::test_a_provisional_space_consults_but_agrees_no_proposal_until_it_is_ratified"),
                unit("agreements::test_only_founders_sign_a_founding_charter_and_need_not_wait"),
            ),
        ),
        "signatures": Kept(
            (
                "charters.sides:signed",
                "charters.versions:signed",
                "charters.agreements:moved",
                "deliberation.spaces.moving:opening_moved",
            ),
            (
                rows("spaces/test_deciding::test_changed_words_take_the_signatures_with_them"),
                page("decisions::test_a_text_that_moved_while_it_was_read_is_not_signed"),
                unit("sides::test_one_letter_of_the_charter_changed_and_the_space_refuses_to_open"),
                unit("sides::test_a_space_opens_only_over_a_charter_that_both_have_signed"),
                unit("versions::test_one_letter_changed_after_signing_and_nothing_is_in_force"),
                unit("agreements::test_when_the_text_moves_signatures_fall_away_and_the_time_begins_anew"),
            ),
        ),
        "keys": Kept(
            (
                "charters.keys:bar_of",
                "charters.agreements:outcome",
                "charters.sides:may_answer",
                "deliberation.spaces.answering:answer_decision",
            ),
            (
                rows(
                    "spaces/test_keys_by_chance::test_nothing_is_agreed_without_both_keys_whatever_anybody_does"
                ),
                rows("spaces/test_deciding::test_who_joined_after_it_opened_does_not"),
                unit("agreement_paths::test_nothing_is_agreed_without_both_keys"),
                unit("agreement_paths::test_nobody_agrees_alone_whatever_roles_they_hold"),
                unit("equal_terms::test_no_sequence_of_acts_by_anybody_leads_to_agreement_without_both_keys"),
                unit("agreements::test_whose_answer_counts"),
            ),
        ),
        "adoption": Kept(
            (
                "charters.agreements:outcome",
                "charters.panels:panel",
                "deliberation.drafting.sealing:seal",
                "deliberation.drafting.withdrawing:put_withdrawal",
            ),
            (
                unit("agreements::test_each_side_must_reach_its_quorum_and_its_share"),
                unit("agreements::test_a_tie_turns_no_key_even_where_one_half_is_the_share"),
                unit(
                    "panels::test_an_open_vote_shows_whether_the_quorum_is_reached_and_never_which_way_it_goes"
                ),
                unit("panels::test_the_sum_at_the_end_is_protected_like_any_result"),
                rows("drafting/test_sealing::test_edits_go_to_the_next_draft_and_touch_no_signature"),
                rows("drafting/test_sealing::test_with_both_keys_turned_it_is_agreed_and_written_no_more"),
                rows("drafting/test_withdrawing::test_one_key_withdraws_nothing"),
            ),
        ),
        "amendment": Kept(
            (
                "charters.agreements:outcome",
                "charters.versions:amendment_faults",
                "charters.bounds:bounds",
                "deliberation.spaces.putting_charters:put_amendment",
            ),
            (
                rows(
                    "spaces/test_deciding::test_a_version_that_both_sides_agreed_to_is_in_force_from_its_day"
                ),
                unit("agreement_paths::test_all_people_and_no_body_fails_and_the_reverse"),
                unit("agreement_paths::test_when_a_majority_is_asked_the_order_of_the_votes_does_not_matter"),
                unit("schema::test_what_promises_too_little_is_refused_by_place_and_rule"),
            ),
        ),
        "versions": Kept(
            ("charters.versions:chain_faults", "charters.canonical:canonical"),
            (
                unit("versions::test_a_version_that_is_left_out_or_put_elsewhere_breaks_the_chain"),
                unit("versions::test_a_letter_that_is_changed_in_any_old_version_shows"),
            ),
        ),
        "facilitator": Kept(
            (
                "charters.enforcement:RULES",
                "charters.sides:with_end",
                "deliberation.spaces.putting_people:put_facilitator",
            ),
            (
                rows("spaces/test_deciding::test_both_sides_appoint_a_facilitator_until_a_day"),
                unit("enforcement::test_running_a_consultation_needs_a_signed_in_facilitator"),
                unit("sides::test_a_facilitators_time_ends"),
            ),
        ),
        "running": Kept(
            ("charters.sides:turned", "deliberation.spaces.carrying_out:carry_out"),
            (
                unit("sides::test_what_both_sides_decide_nobody_does_alone_however_many_roles_they_hold"),
                rows("spaces/test_deciding::test_both_keys_open_it"),
                rows("spaces/test_deciding::test_nobody_opens_it_alone"),
                rows("spaces/test_deciding::test_closing_early_needs_both_keys"),
            ),
        ),
        "advisers": Kept(
            ("charters.keys:KEYLESS",),
            (unit("equal_terms::test_whoever_runs_advises_or_hosts_turns_no_key"),),
        ),
        "appeals": Kept(
            ("charters.appeals:appeal_state", "deliberation.opinion.appealing:decide_appeal"),
            (
                unit("appeals::test_what_the_two_deciders_say_is_what_happens"),
                rows("opinion/test_appealing::test_the_silence_of_a_side_settles_it_when_its_time_is_over"),
                page("appealing::test_an_author_wins_an_appeal"),
                unit("sides::test_an_appeal_is_decided_by_people_of_both_sides_who_had_no_part_in_it"),
            ),
        ),
        "emergency": Kept(
            ("charters.appeals:hidden", "charters.sides:with_ground"),
            (
                unit("appeals::test_what_the_operator_hides_comes_back_by_itself"),
                unit("agreements::test_an_emergency_act_is_confirmed_within_its_hours_or_ends"),
                unit("sides::test_the_operator_hides_on_a_legal_ground_and_changes_nothing"),
            ),
        ),
        "silence": Kept(
            (
                "charters.due:dormant",
                "charters.due:can_wake",
                "charters.sides:awake",
                "deliberation.spaces.waking:wake_space",
            ),
            (
                rows("spaces/test_silence::test_new_people_of_the_side_that_was_silent_wake_it"),
                unit("promises::test_a_space_sleeps_when_a_side_is_silent_and_wakes_with_newcomers"),
                unit("sides::test_a_silent_space_is_read_joined_and_left_and_woken_by_newcomers"),
            ),
        ),
        "trial": Kept(
            ("charters.sides:sided", "charters.agreements:begin"),
            (
                unit("sides::test_in_a_trial_nothing_is_signed_or_agreed"),
                unit("agreements::test_nothing_is_agreed_under_a_template"),
            ),
        ),
        "operator": Kept(
            ("charters.enforcement:RULES", "charters.keys:KEYLESS"),
            (
                unit(
                    "equal_terms::test_running_the_machine_opens_nothing_but_founding_hiding_and_helping_a_trial"
                ),
            ),
        ),
    }
)
