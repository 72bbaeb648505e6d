"""Every column of every table is known to be personal or not."""

from sqlmodel import SQLModel

import deliberation.tables
from charters.policy import load_policy
from deliberation.own_data.emptying import EMPTYING
from deliberation.own_data.register import REGISTER, Goes, Whose, unregistered

assert deliberation.tables

TABLES = {name: frozenset(table.columns.keys()) for name, table in SQLModel.metadata.tables.items()}


def test_every_column_is_entered_as_personal_or_as_not_personal() -> None:
    assert unregistered(TABLES) == []


def test_a_new_column_and_one_that_is_gone_are_found() -> None:
    changed = {**TABLES, "vote": TABLES["vote"] - {"draw"} | {"mood"}, "diary": frozenset({"words"})}
    assert unregistered(changed) == ["diary.words", "vote.draw", "vote.mood"]


def test_each_entry_names_columns_that_are_there() -> None:
    for held in REGISTER:
        columns = TABLES[held.table]
        assert {held.by, *held.beside, *held.columns} <= columns, held.table


def test_every_pseudonym_that_points_to_a_participant_is_entered() -> None:
    """Whatever refers to a participant or an account is found by the register, so it is erased."""
    pointing = {
        (table.name, key.parent.name)
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("participant", "account")
    }
    found = {(held.table, held.by) for held in REGISTER}
    assert pointing <= found


def test_each_purpose_is_in_the_charter_and_each_asset_is_known() -> None:
    policy = load_policy("open-health-space")
    assert {held.purpose for held in REGISTER} <= set(policy.purposes)
    assert {held.asset for held in REGISTER} <= {*policy.assets, "account"}


def test_each_table_whose_rows_stay_is_emptied_by_somebody() -> None:
    stays = {held.table for held in REGISTER if held.goes is Goes.EMPTIED and held.whose is Whose.KEY}
    assert stays == set(EMPTYING)


def test_only_what_nobody_can_find_is_not_given_out() -> None:
    hidden = {held.table for held in REGISTER if not held.exported}
    assert hidden == {"counter", "daily_key", "paper_mark"}
