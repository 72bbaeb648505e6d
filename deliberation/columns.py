"""How columns are spelled here: named constraints, enums as checked text, aware UTC times."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

# Every constraint has a name, so that a migration can find it again on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


def state(
    kind: type[StrEnum],
    default: Any,
    *,
    index: bool = False,
    nullable: bool = False,
    primary_key: bool = False,
) -> Any:
    """A column holding one member of `kind` as text, with a CHECK naming the allowed values."""
    column = Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(
        default=default, sa_column=Column(column, nullable=nullable, index=index, primary_key=primary_key)
    )


def document(*, nullable: bool = False) -> Any:
    """A JSON document, written whole and read whole."""
    return Field(
        default=None, sa_column=Column(JSON().with_variant(JSONB(), "postgresql"), nullable=nullable)
    )


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model, for the few statements that are on a hot path or that upsert."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
