"""FetchXML as a tree. Source: dataverse-api reference, section 3.6 (FetchXML reference)."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from leadferry.simulators.dataverse.refusals import Refusal

_TRUE = frozenset({"true", "1"})


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    alias: str = ""
    aggregate: str = ""
    group_by: bool = False
    distinct: bool = False
    date_grouping: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`entity` is the alias of a link-entity, where the condition stands outside it."""

    attribute: str
    operator: str
    values: tuple[str, ...]
    entity: str = ""
    other: str = ""
    """`valueof`: the column to compare with."""


@dataclass(frozen=True, slots=True)
class Filter:
    is_or: bool
    parts: tuple[Condition | Filter, ...]


@dataclass(frozen=True, slots=True)
class Order:
    attribute: str
    alias: str
    descending: bool
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity or a link-entity. `attributes` None means all of them."""

    table: str
    attributes: tuple[Attribute, ...] | None = ()
    filters: tuple[Filter, ...] = ()
    orders: tuple[Order, ...] = ()
    links: tuple[Node, ...] = ()
    alias: str = ""
    own_column: str = ""
    """`from`: the column of this table; `parent_column` is `to`."""
    parent_column: str = ""
    kind: str = "inner"
    intersect: bool = False


@dataclass(frozen=True, slots=True)
class Fetch:
    root: Node
    count: int = 0
    page: int = 1
    top: int = 0
    cookie: str = ""
    distinct: bool = False
    aggregate: bool = False
    total: bool = False

    @property
    def table(self) -> str:
        return self.root.table


def parse_fetch(text: str) -> Fetch:
    try:
        element = ElementTree.fromstring(text)  # noqa: S314 (a simulator that only its owner asks)
    except ElementTree.ParseError as error:
        raise invalid(f"Invalid XML. {error}") from None
    entity = element.find("entity")
    if element.tag != "fetch" or entity is None or not entity.get("name"):
        raise invalid("The fetch element needs one entity element with a name.")
    fetch = Fetch(
        root=_node(entity),
        count=_number(element, "count"),
        page=_number(element, "page") or 1,
        top=_number(element, "top"),
        cookie=element.get("paging-cookie", ""),
        distinct=element.get("distinct") in _TRUE,
        aggregate=element.get("aggregate") in _TRUE,
        total=element.get("returntotalrecordcount") in _TRUE,
    )
    if fetch.top and (element.get("page") or element.get("count")):
        raise invalid("The top attribute can't be specified with paging attribute page or count.")
    return fetch


def invalid(message: str) -> Refusal:
    return Refusal(400, "0x80041103", f"Invalid FetchXML: {message}")


def _node(element: Element) -> Node:
    everything = element.find("all-attributes") is not None
    return Node(
        table=element.get("name", "").lower(),
        attributes=None if everything else tuple(_attribute(one) for one in element.findall("attribute")),
        filters=tuple(_filter(one) for one in element.findall("filter")),
        orders=tuple(_order(one) for one in element.findall("order")),
        links=tuple(_node(one) for one in element.findall("link-entity")),
        alias=element.get("alias", ""),
        own_column=element.get("from", "").lower(),
        parent_column=element.get("to", "").lower(),
        kind=element.get("link-type", "inner"),
        intersect=element.get("intersect") in _TRUE,
    )


def _attribute(element: Element) -> Attribute:
    return Attribute(
        name=element.get("name", "").lower(),
        alias=element.get("alias", ""),
        aggregate=element.get("aggregate", ""),
        group_by=element.get("groupby") in _TRUE,
        distinct=element.get("distinct") in _TRUE,
        date_grouping=element.get("dategrouping", ""),
    )


def _filter(element: Element) -> Filter:
    parts: list[Condition | Filter] = []
    for child in element:
        if child.tag == "condition":
            parts.append(_condition(child))
        elif child.tag == "filter":
            parts.append(_filter(child))
        else:
            raise invalid(f"The element '{child.tag}' is not expected in a filter.")
    return Filter(element.get("type", "and") == "or", tuple(parts))


def _condition(element: Element) -> Condition:
    values = tuple(child.text or "" for child in element.findall("value"))
    if element.get("value") is not None:
        values = (element.get("value", ""), *values)
    if not element.get("attribute") or not element.get("operator"):
        raise invalid("A condition needs an attribute and an operator.")
    return Condition(
        attribute=element.get("attribute", "").lower(),
        operator=element.get("operator", ""),
        values=values,
        entity=element.get("entityname", ""),
        other=element.get("valueof", "").lower(),
    )


def _order(element: Element) -> Order:
    return Order(
        attribute=element.get("attribute", "").lower(),
        alias=element.get("alias", ""),
        descending=element.get("descending") in _TRUE,
        entity=element.get("entityname", ""),
    )


def _number(element: Element, name: str) -> int:
    text = element.get(name, "0")
    if not text.isdecimal():
        raise invalid(f"The attribute '{name}' must be a whole number.")
    return int(text)
