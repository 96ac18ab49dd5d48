"""Writes the page of what the simulator has, from the simulator itself, so that the page cannot lie.

python -m leadferry.simulators.dataverse.definitions.coverage > docs/reference/dataverse-simulator.md
"""

from __future__ import annotations

import inspect
import re
import sys
from collections import Counter
from collections.abc import Iterable
from types import ModuleType

from leadferry.simulators.dataverse import app_actions, refusals, solution_actions, solution_rows
from leadferry.simulators.dataverse.definitions import change, create_choices, handling
from leadferry.simulators.dataverse.definitions.standard import standard_catalog
from leadferry.simulators.dataverse.model import Catalog, Table
from leadferry.simulators.dataverse.query import (
    conditions,
    fetch,
    fetch_aggregate,
    fetch_plan,
    fetch_tree,
    hierarchy,
    options,
    rows_page,
    scope,
    sql_text,
    table_query,
)
from leadferry.simulators.dataverse.role_rows import shipped
from leadferry.simulators.dataverse.settings import Settings

_CODE = re.compile(r'(\d{3}),\s*"(0x[0-9A-Fa-f]{8})"')
_MODULES = (
    refusals,
    scope,
    conditions,
    fetch,
    fetch_plan,
    fetch_tree,
    table_query,
    sql_text,
    change,
    solution_actions,
    solution_rows,
    app_actions,
)

_ADDRESSES = """
| address | methods |
|---|---|
| `WhoAmI`, `RetrieveTotalRecordCount(EntityNames=…)` | GET |
| `{set}` | GET, POST |
| `{set}/$count` | GET |
| `{set}(key)` by id or alternate key | GET, PATCH, DELETE |
| `{set}(key)/{column}`, `…/$value` | GET, PUT, DELETE |
| `{set}(key)/{navigation}`, `…/$count` | GET |
| `{set}(key)/{navigation}/$ref` | POST, PUT, DELETE |
| `{set}/Microsoft.Dynamics.CRM.CreateMultiple`, `UpdateMultiple`, `UpsertMultiple` | POST |
| `leads(id)/Microsoft.Dynamics.CRM.QualifyLead` | POST |
| `roles(id)/Microsoft.Dynamics.CRM.AddPrivilegesRole`, `ReplacePrivilegesRole`, `RemovePrivilegeRole` | POST |
| `roles(id)/Microsoft.Dynamics.CRM.RetrieveRolePrivilegesRole()`, `RetrieveRolePrivilegesRole(RoleId=…)` | GET |
| `systemusers(id)/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()` | GET |
| `RetrieveAadUserRoles(DirectoryObjectId=…)` | GET |
| `$batch` with change sets | POST |
| `BulkDelete` | POST |
| `Merge` of leads, contacts, accounts | POST |
| the service document, `$metadata` | GET |
| `EntityDefinitions`, `…/Attributes`, `…/Keys` | GET, POST, PUT, DELETE |
| `…/OneToManyRelationships`, `…/ManyToOneRelationships`, `…/ManyToManyRelationships` | GET |
| `RelationshipDefinitions`, `GlobalOptionSetDefinitions` | GET, POST, PUT, DELETE |
| `RetrieveMetadataChanges(Query=…)` | GET |
| `CreateEntities`, `CreateCustomerRelationships`, `ReactivateEntityKey` | POST |
| `PublishXml`, `PublishAllXml` | POST |
| `AddSolutionComponent`, `RemoveSolutionComponent`, `ExportSolution` | POST |
| `AddAppComponents`, `RemoveAppComponents` | POST |
| `ValidateApp(AppModuleId=…)` | GET |
"""

_INTRODUCTION = (
    "Generated from the simulator: `python -m leadferry.simulators.dataverse.definitions.coverage`. "
    "The contract is Web API v9.2."
)

_PERIODS = (
    "`today`, `yesterday`, `tomorrow`, `last-seven-days`, `next-seven-days`, `last-x-` and `next-x-` (`hours`, `days`, "
    "`weeks`, `months`, `years`), `olderthan-x-` (also `minutes`), "
    "`last-`, `this-` and `next-` (`week`, `month`, `year`)"
)

_PAGES = (
    "Without a token, to look at with a browser: `/` lists dashboards, apps and tables; `/look/{table}` the rows of a\n"
    "view, `/look/{table}/{id}` a row on its main form, `/look/dashboards/{id}` a dashboard with its charts drawn.\n"
)

_MISSING = """
- Change tracking (`odata.track-changes`, `$deltatoken`).
- Duplicate-detection rules, plug-ins, webhooks.
- Import of solutions, layers of managed ones, dependencies other than those of a shown column or of a key's.
- Unpublished changes: what is written counts at once, publishing only checks what it is told.
- Elastic and virtual tables; file and image contents; party lists in rows.
- Times of users: relative dates are counted in UTC, weeks begin on Sunday.
- Sharing of rows, access teams, column security; a team's role at the depth Local counts in the user's business unit.
- Cascades of an assignment or a deletion ask for no privilege at the rows that they reach.
- Alternate keys are built at once; rows that break a new key make it `Failed`.
"""


def coverage_page() -> str:
    catalog = standard_catalog()
    parts = [
        "# What the Dataverse simulator has\n",
        f"{_INTRODUCTION}\n",
        "## Addresses, below `/api/data/v9.2/`\n",
        _ADDRESSES.strip() + "\n",
        f"Options of choices: {_listed(create_choices.ACTIONS)}.\n",
        "## Pages\n",
        _PAGES,
        "## Queries\n",
        _queries(),
        "## Tables of a fresh environment\n",
        _tables(catalog),
        "## Security roles of a fresh environment\n",
        f"{_listed(shipped(catalog))}. Changed by anybody who may; System Administrator always has every privilege.\n",
        "## Settings\n",
        "Changed while it runs at `/__sim/`; a reset brings these back.\n",
        _settings(),
        "## Refusals\n",
        _refusals(),
        "## Not simulated\n",
        _MISSING.strip() + "\n",
    ]
    return "\n".join(parts)


def _queries() -> str:
    operators = sorted({*conditions.COMPARISONS, *conditions.NAMES, *hierarchy.NAMES})
    lines = {
        "Options": f"{_listed(sorted(options.KNOWN))}, parameter aliases, `fetchXml`, `sql`",
        "Operators of FetchXML, which the functions `Microsoft.Dynamics.CRM.*` share": _listed(operators),
        "Relative dates": _PERIODS,
        "Aggregates of FetchXML": _listed(table_query.AGGREGATES),
        "Dates are grouped by": _listed(fetch_aggregate.GROUPINGS),
        "Definitions are read from": _listed(sorted(handling.SETS)),
        "Limits": _limits(),
    }
    return "\n".join(f"- {name}: {text}." for name, text in lines.items()) + "\n"


def _limits() -> str:
    numbers = {
        "rows a page": options.PAGE_SIZE,
        "as the highest count": rows_page.COUNT_CAP,
        "expands": options.MOST_EXPANDS,
        "joins": scope.MOST_JOINS,
        "conditions": scope.MOST_CONDITIONS,
        "values": scope.MOST_VALUES,
        "aggregated rows": table_query.MOST_AGGREGATED,
        "rows paged without a cookie": fetch.MOST_SIMPLE_ROWS,
    }
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items())


def _tables(catalog: Catalog) -> str:
    lines = ["| table | set | id | name | columns | lookups to |", "|---|---|---|---|---|---|"]
    lines += [_table_line(catalog, table) for table in catalog.tables.values()]
    pairs = _listed(one.schema_name for one in catalog.many_to_many)
    return "\n".join(lines) + f"\n\nMany-to-many: {pairs}.\n"


def _table_line(catalog: Catalog, table: Table) -> str:
    targets = Counter(one.referenced for one in catalog.lookups_of(table.logical_name))
    cells = (table.logical_name, table.entity_set, table.primary_id, table.primary_name, str(len(table.columns)))
    return f"| {' | '.join(cells)} | {', '.join(sorted(targets))} |"


def _settings() -> str:
    values = Settings().as_dict()
    lines = ["| setting | at first |", "|---|---|", *(f"| `{name}` | {value} |" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def _refusals() -> str:
    found = sorted({(code, status) for module in _MODULES for status, code in _codes(module)})
    return _listed(f"{code} ({status})" for code, status in found) + "\n"


def _codes(module: ModuleType) -> list[tuple[str, str]]:
    return _CODE.findall(inspect.getsource(module))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(coverage_page())
