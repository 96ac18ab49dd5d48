"""Addresses and industries, which lead, account and contact share.

Source: dataverse-api reference, sections 7.2 and 7.5.
"""

from __future__ import annotations

INDUSTRIES = "; ".join(
    f"{number} {name}"
    for number, name in enumerate(
        (
            "Accounting", "Agriculture and Non-petrol Natural Resource Extraction",
            "Broadcasting Printing and Publishing",
            "Brokers", "Building Supply Retail", "Business Services", "Consulting", "Consumer Services",
            "Design, Direction and Creative Management", "Distributors, Dispatchers and Processors",
            "Doctor's Offices and Clinics", "Durable Manufacturing", "Eating and Drinking Places",
            "Entertainment Retail", "Equipment Rental and Leasing", "Financial", "Food and Tobacco Processing",
            "Inbound Capital Intensive Processing", "Inbound Repair and Services", "Insurance", "Legal Services",
            "Non-Durable Merchandise Retail", "Outbound Consumer Service", "Petrochemical Extraction and Distribution",
            "Service Retail", "SIG Affiliations", "Social Services", "Special Outbound Trade Contractors",
            "Specialty Realty", "Transportation", "Utility Creation and Distribution", "Vehicle Retail", "Wholesale",
        ),
        start=1,
    )
)  # fmt: skip

_ADDRESS = """
{a}_name             text 100         | {A}: Name
{a}_line1            text 250         | {A}: Street 1
{a}_line2            text 250         | {A}: Street 2
{a}_line3            text 250         | {A}: Street 3
{a}_city             text 80          | {A}: City
{a}_county           text 50          | {A}: County
{a}_stateorprovince  text {code}      | {A}: State/Province
{a}_postalcode       text 20          | {A}: ZIP/Postal Code
{a}_postofficebox    text 20          | {A}: Post Office Box
{a}_country          text 80          | {A}: Country/Region
{a}_telephone1       phone 50         | {A}: Telephone 1
{a}_telephone2       phone 50         | {A}: Telephone 2
{a}_telephone3       phone 50         | {A}: Telephone 3
{a}_fax              text 50          | {A}: Fax
{a}_latitude         float -90..90 p5 | {A}: Latitude
{a}_longitude        float -180..180 p5 | {A}: Longitude
{a}_upszone          text 4           | {A}: UPS Zone
{a}_utcoffset        whole -1500..1500 | {A}: UTC Offset
{a}_addresstypecode  choice default=1 | {A}: Address Type | 1 Default Value
{a}_shippingmethodcode choice default=1 | {A}: Shipping Method | 1 Default Value
{a}_composite        memo 1000 ro     | {A}
{a}_addressid        guid             | {A}: ID
"""


def address_lines(prefix: str, code: int = 50) -> str:
    """`code` is the length of the state or province."""
    label = prefix.replace("address", "Address ")
    return _ADDRESS.replace("{a}", prefix).replace("{A}", label).replace("{code}", str(code))
