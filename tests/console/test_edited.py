"""What a form was drawn from, held against what is there: tables of cases."""

from __future__ import annotations

import pytest

from leadferry.console.edited import Change, Drawn, Part, changed, drawn_at, still
from leadferry.words import _


def drawn(name: str = "Mail", on: bool = True, *, key: int = 3) -> Drawn:
    return Drawn("strategy", key, (Part("name", _("Name"), name), Part("active", _("Active"), on)))


BEFORE = drawn().tag(1_700_000_000_000)


@pytest.mark.parametrize(
    ("tag", "there", "wanted", "goes"),
    [
        (BEFORE, drawn(), drawn("Phone"), True),
        (BEFORE, drawn("Post"), drawn("Phone"), False),
        (BEFORE, drawn("Post"), drawn("Post"), True),
        (BEFORE, drawn("Post"), None, False),
        (BEFORE, drawn(), None, True),
        ("", drawn("Post"), drawn("Phone"), True),
        (BEFORE, drawn(key=4), drawn("Phone", key=4), False),
        ("nonsense", drawn(), drawn("Phone"), False),
        ("....", drawn(), drawn("Phone"), False),
        (BEFORE.replace(".1700000000000", ""), drawn(), drawn("Phone"), False),
    ],
)
def test_a_save_goes_on_where_nothing_was_changed_or_just_to_what_is_wanted(
    tag: str, there: Drawn, wanted: Drawn | None, goes: bool
) -> None:
    assert still(tag, there, wanted) is goes


@pytest.mark.parametrize(
    ("tag", "at"),
    [(BEFORE, 1_700_000_000_000), ("", 0), ("a.b.c", 0), ("a.b.²", 0), ("a.b.99999999999999999999", 0)],
)
def test_when_a_form_was_drawn_is_read_off_it(tag: str, at: int) -> None:
    assert drawn_at(tag) == at


def test_a_tag_tells_nothing_of_what_it_was_made_of() -> None:
    assert "Mail" not in BEFORE
    assert len(BEFORE) < 40


def test_each_part_says_whose_change_it_is() -> None:
    told = changed(BEFORE, drawn("Post"), drawn("Phone", on=False), [Change("a", "Anna", 1, frozenset({"name"}))])
    rows = [(one.name, one.now, one.typed, one.mine, one.others, one.by) for one in told.differing]
    assert rows == [("name", "Post", "Phone", True, True, "Anna"), ("active", "Yes", "No", True, False, "")]
    assert told.clash
    assert told.untouched == frozenset()


def test_what_was_not_touched_stays_as_it_is_now() -> None:
    told = changed(BEFORE, drawn("Post"), drawn("Mail", on=False), [])
    assert [(one.name, one.mine, one.others) for one in told.differing] == [
        ("name", False, True),
        ("active", True, False),
    ]
    assert not told.clash
    assert told.merged({"name": "Mail", "active": "no"}, {"name": "Post"}) == {"name": "Post", "active": "no"}


def test_of_a_form_of_another_shape_all_counts_as_typed() -> None:
    """A page of an older Leadferry that showed fewer fields."""
    older = Drawn("strategy", 3, drawn().parts[:1]).tag(1)
    told = changed(older, drawn("Post"), drawn("Mail"), [])
    assert [(one.name, one.mine) for one in told.differing] == [("name", True), ("active", True)]


def test_what_the_audit_tells_of_other_things_is_nobodys_change_of_the_form() -> None:
    test = Change("a", "Anna", 2, frozenset({"test"}))
    renamed = Change("b", "Bert", 1, frozenset({"name"}))
    assert changed(BEFORE, drawn("Post"), drawn("Phone"), [test, renamed]).changes == [renamed]


def test_each_person_is_named_once_with_the_newest_change() -> None:
    changes = [Change(who, who, at, frozenset({"name"})) for who, at in (("b", 3), ("a", 2), ("b", 1))]
    told = changed(BEFORE, drawn("Post"), drawn("Phone"), changes)
    assert [(one.person, one.at) for one in told.people] == [("b", 3), ("a", 2)]
