"""The columns that the platform itself gives to every table, standard or made later.

Source: dataverse-api reference, sections 2.2, 6.2 and 7.2.
"""

from __future__ import annotations

from leadferry.simulators.dataverse.model import Ownership

_ALWAYS = """
createdon             moment ro   | Created On
modifiedon            moment ro   | Modified On
createdby             lookup systemuser ro delete=NoCascade via=lk_{table}_createdby | Created By
modifiedby            lookup systemuser ro delete=NoCascade via=lk_{table}_modifiedby | Modified By
createdonbehalfby     lookup systemuser ro delete=NoCascade via=lk_{table}_createdonbehalfby | Created By (Delegate)
modifiedonbehalfby    lookup systemuser ro delete=NoCascade via=lk_{table}_modifiedonbehalfby | Modified By (Delegate)
versionnumber         big ro      | Version Number
importsequencenumber  whole new -2147483648..2147483647 | Import Sequence Number
overriddencreatedon   moment new    | Record Created On
timezoneruleversionnumber    whole -1..2147483647 | Time Zone Rule Version Number
utcconversiontimezonecode    whole -1..2147483647 | UTC Conversion Time Zone Code
"""

_OWNED = """
ownerid               owner systemuser,team S | Owner
owninguser            lookup systemuser ro delete=NoCascade via=user_{table} | Owning User
owningteam            lookup team ro delete=NoCascade via=team_{table} | Owning Team
owningbusinessunit    lookup businessunit ro delete=Restrict via=business_unit_{table} | Owning Business Unit
"""

_OF_ORGANIZATION = """
organizationid        lookup organization ro delete=NoCascade via=organization_{table} | Organization Id
"""

PLAIN_STATES = """
statecode   state S | Status | 0 Active >1; 1 Inactive >2
statuscode  status  | Status Reason | 1 Active @0; 2 Inactive @1
"""


def system_lines(table: str, ownership: Ownership) -> str:
    """Declarations, as `declare` reads them."""
    owned = {"UserOwned": _OWNED, "OrganizationOwned": _OF_ORGANIZATION}.get(ownership, "")
    return (_ALWAYS + owned).replace("{table}", table)


CURRENCY_LINES = """
transactioncurrencyid lookup transactioncurrency delete=Restrict via=transactioncurrency_{table} | Currency
exchangerate          decimal ro 0..100000000000 p12 | Exchange Rate
"""
"""For tables with money."""
