from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.database.tables import Base


class Example(DeclarativeBase):
    """What `Base` is, on metadata of its own, so that no other test finds these tables."""

    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = Base.type_annotation_map


class Parent(Example):
    __tablename__ = "parents"

    id: Mapped[str] = mapped_column(primary_key=True)


class Child(Example):
    __tablename__ = "children"
    __table_args__ = (
        CheckConstraint("age > 0", name="age"),
        UniqueConstraint("name", "born"),
        Index(None, "name", "age"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int]
    born: Mapped[datetime]
    parent: Mapped[str] = mapped_column(ForeignKey(Parent.id))


def test_everything_has_a_name() -> None:
    table = Example.metadata.tables["children"]
    assert {str(constraint.name) for constraint in table.constraints} == {
        "pk_children",
        "ck_children_age",
        "uq_children_name_born",
        "fk_children_parent",
    }
    assert [index.name for index in table.indexes] == ["ix_children_name_children_age"]


def test_times_have_a_zone_and_texts_no_length() -> None:
    table: Table = Example.metadata.tables["children"]
    born, name = table.c.born.type, table.c.name.type
    assert isinstance(born, DateTime)
    assert born.timezone
    assert isinstance(name, Text)
