"""A view, a chart, a dashboard and a site map that are right."""

from __future__ import annotations

from typing import Any

VIEW: dict[str, Any] = {
    "name": "LinkedIn leads", "returnedtypecode": "lead", "querytype": 0,
    "fetchxml": '<fetch><entity name="lead"><attribute name="fullname" /><filter><condition attribute="subject" '
    'operator="like" value="LinkedIn%" /></filter><link-entity name="campaign" from="campaignid" to="campaignid" '
    'alias="c" link-type="outer"><attribute name="name" /></link-entity></entity></fetch>',
    "layoutxml": '<grid name="resultset" object="4" jump="fullname"><row name="result" id="leadid">'
    '<cell name="fullname" width="200" /><cell name="c.name" width="120" /></row></grid>',
}  # fmt: skip
CHART: dict[str, Any] = {
    "name": "Leads by status", "primaryentitytypecode": "lead",
    "datadescription": '<datadefinition><fetchcollection><fetch mapping="logical" aggregate="true"><entity name="lead">'
    '<attribute groupby="true" alias="g" name="statuscode" /><attribute alias="n" name="leadid" aggregate="count" />'
    '</entity></fetch></fetchcollection><categorycollection><category alias="g"><measurecollection>'
    '<measure alias="n" /></measurecollection></category></categorycollection></datadefinition>',
    "presentationdescription": '<Chart><Series><Series ChartType="Column" /></Series></Chart>',
}  # fmt: skip
DASHBOARD: dict[str, Any] = {
    "name": "LinkedIn", "type": 0,
    "formxml": '<form><tabs><tab name="main"><columns><column width="100%"><sections><section name="one"><rows />'
    "</section></sections></column></columns></tab></tabs></form>",
}  # fmt: skip
SITE_MAP: dict[str, Any] = {
    "sitemapname": "LinkedIn", "sitemapnameunique": "li_sitemap",
    "sitemapxml": '<SiteMap><Area Id="li_area"><Group Id="li_g"><SubArea Id="li_leads" Entity="lead" /></Group></Area>'
    "</SiteMap>",
}  # fmt: skip
