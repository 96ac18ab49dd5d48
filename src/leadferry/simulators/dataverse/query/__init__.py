"""Questions to the rows: OData, FetchXML and SQL become one parameterised SQL statement each.

    answer_collection  GET leads?…            answer_row      GET leads(id)?…
    answer_related     GET accounts(id)/x?…   count           GET leads/$count?…
    render_row         a stored row as JSON, for `Prefer: return=representation`

Import this before a Storage is made: `like` adds a function to its connections.
Source: dataverse-api reference, section 3.
"""

from leadferry.simulators.dataverse.prefer import Prefer
from leadferry.simulators.dataverse.query import like
from leadferry.simulators.dataverse.query.collection import answer_collection, answer_related, answer_row, count
from leadferry.simulators.dataverse.query.render import render_row

__all__ = ["Prefer", "answer_collection", "answer_related", "answer_row", "count", "like", "render_row"]
