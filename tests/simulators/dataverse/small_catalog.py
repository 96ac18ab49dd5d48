"""A few tables, declared here so that these tests depend on no other declaration."""

from __future__ import annotations

from leadferry.simulators.dataverse.model import (
    Catalog,
    Column,
    ColumnKind,
    Key,
    ManyToMany,
    OneToMany,
    Option,
    OptionSet,
    Table,
)


def column(name: str, kind: ColumnKind, **more: object) -> Column:
    found = Column(name, name, kind)
    for field, value in more.items():
        setattr(found, field, value)
    return found


def _common() -> list[Column]:
    server = {"valid_for_create": False, "valid_for_update": False}
    return [
        column("createdon", "DateTime", format="DateAndTime", **server),
        column("modifiedon", "DateTime", format="DateAndTime", **server),
        column("createdby", "Lookup", targets=["systemuser"], **server),
        column("modifiedby", "Lookup", targets=["systemuser"], **server),
        column("createdonbehalfby", "Lookup", targets=["systemuser"], **server),
        column("modifiedonbehalfby", "Lookup", targets=["systemuser"], **server),
        column("overriddencreatedon", "DateTime", format="DateAndTime", valid_for_update=False),
        column("ownerid", "Owner", targets=["systemuser", "team"], required="SystemRequired"),
        column("owninguser", "Lookup", targets=["systemuser"], **server),
        column("owningteam", "Lookup", targets=["team"], **server),
        column("versionnumber", "BigInt", **server),
    ]


def table(logical: str, entity_set: str, code: int, name: str, columns: list[Column], *, plain: bool = False) -> Table:
    primary = column(f"{logical}id", "Uniqueidentifier", is_primary_id=True, valid_for_update=False)
    every = [primary, *columns, *([] if plain else _common())]
    schema = {"lead": "Lead", "account": "Account", "contact": "Contact", "campaign": "Campaign"}.get(logical, logical)
    return Table(
        logical, schema, entity_set, primary.logical_name, name, {one.logical_name: one for one in every},
        object_type_code=code,
    )  # fmt: skip


def _lead(catalog: Catalog) -> Table:
    states = [Option(0, "Open", default_status=1), Option(1, "Qualified", default_status=3), Option(2, "Disqualified")]
    catalog.option_sets["lead_statecode"] = OptionSet("lead_statecode", states)
    statuses = [(1, 0), (2, 0), (3, 1), (4, 2), (5, 2), (6, 2), (7, 2)]
    catalog.option_sets["lead_statuscode"] = OptionSet(
        "lead_statuscode", [Option(value, str(value), state=state) for value, state in statuses]
    )
    catalog.option_sets["lead_leadsourcecode"] = OptionSet(
        "lead_leadsourcecode", [Option(value, str(value)) for value in range(1, 11)]
    )
    columns = [
        column("subject", "String", max_length=300, required="ApplicationRequired"),
        column("firstname", "String", max_length=50),
        column("lastname", "String", max_length=50, required="ApplicationRequired"),
        column("fullname", "String", max_length=160, valid_for_create=False, valid_for_update=False),
        column("companyname", "String", max_length=100),
        column("emailaddress1", "String", max_length=100, format="Email"),
        column("mobilephone", "String", max_length=20),
        column("description", "Memo", max_length=2000),
        column("li_responseid", "String", max_length=100),
        column("numberofemployees", "Integer", minimum=0, maximum=1_000_000),
        column("revenue", "Money", minimum=0, maximum=1e14, precision=2),
        column("revenue_base", "Money", valid_for_create=False, valid_for_update=False),
        column("address1_latitude", "Double", minimum=-90, maximum=90, precision=5),
        column("estimatedclosedate", "DateTime", format="DateOnly"),
        column("lastonholdtime", "DateTime", format="DateAndTime"),
        column("donotemail", "Boolean", default=False),
        column("followemail", "Boolean", default=True),
        column("leadsourcecode", "Picklist", option_set="lead_leadsourcecode"),
        column("li_topics", "MultiSelectPicklist", option_set="lead_leadsourcecode"),
        column("statecode", "State", option_set="lead_statecode"),
        column("statuscode", "Status", option_set="lead_statuscode"),
        column("parentaccountid", "Lookup", targets=["account"]),
        column("parentcontactid", "Lookup", targets=["contact"]),
        column("campaignid", "Lookup", targets=["campaign"]),
        column("li_CampaignId".lower(), "Lookup", targets=["campaign"]),
        column("customerid", "Customer", targets=["account", "contact"]),
    ]
    lead = table("lead", "leads", 4, "fullname", columns)
    lead.keys.append(Key("li_ResponseKey", "li_responsekey", ["li_responseid"]))
    return lead


def small_catalog() -> Catalog:
    catalog = Catalog()
    named = [column("name", "String", max_length=160)]
    person = [
        column("firstname", "String", max_length=50),
        column("lastname", "String", max_length=50),
        column("fullname", "String", max_length=160, valid_for_create=False, valid_for_update=False),
        column("emailaddress1", "String", max_length=100, format="Email"),
        column("parentcustomerid", "Customer", targets=["account", "contact"]),
        column("originatingleadid", "Lookup", targets=["lead"]),
    ]
    user = [column("fullname", "String", max_length=200), column("applicationid", "Uniqueidentifier")]
    user += [column("isdisabled", "Boolean", default=False)]
    for one in (
        _lead(catalog),
        table("account", "accounts", 1, "name", [*named, column("originatingleadid", "Lookup", targets=["lead"])]),
        table("contact", "contacts", 2, "fullname", person),
        table(
            "campaign", "campaigns", 4400, "name", [column("name", "String", max_length=128, required="SystemRequired")]
        ),
        table("systemuser", "systemusers", 8, "fullname", user, plain=True),
        table("team", "teams", 9, "name", list(named), plain=True),
        table("li_tag", "li_tags", 10_001, "name", list(named), plain=True),
    ):
        catalog.tables[one.logical_name] = one
    relations = [
        ("lead_parent_account", "account", "lead", "parentaccountid", "parentaccountid", "RemoveLink"),
        ("lead_parent_contact", "contact", "lead", "parentcontactid", "parentcontactid", "RemoveLink"),
        ("campaign_leads", "campaign", "lead", "campaignid", "campaignid", "Restrict"),
        ("li_campaign_leads", "campaign", "lead", "li_campaignid", "li_CampaignId", "NoCascade"),
        ("lead_customer_accounts", "account", "lead", "customerid", "customerid_account", "Cascade"),
        ("lead_customer_contacts", "contact", "lead", "customerid", "customerid_contact", "Cascade"),
        ("contact_customer_accounts", "account", "contact", "parentcustomerid", "parentcustomerid_account", "Cascade"),
    ]
    for schema, referenced, referencing, name, navigation, on_delete in relations:
        catalog.one_to_many.append(
            OneToMany(
                schema,
                referenced,
                f"{referenced}id",
                referencing,
                name,
                navigation,
                schema,
                on_delete=on_delete,  # type: ignore[arg-type]
            )
        )
    catalog.many_to_many.append(
        ManyToMany("li_lead_tag", "lead", "li_tag", "li_lead_li_tag", "li_lead_tags", "li_tag_leads")
    )
    return catalog
