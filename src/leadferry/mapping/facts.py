"""What is known about a form response beside its answers: for mappings (`Source.FACT`) and the subject. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from leadferry.forms.model import FormResponse, FormVersion
from leadferry.mapping.model import Context
from leadferry.words import _

FactValue = str | bool | datetime


class Known(msgspec.Struct, frozen=True):
    """Where facts come from."""

    response: FormResponse
    version: FormVersion
    context: Context


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    about: str
    read: Callable[[Known], FactValue]


def _number_of(urn: str) -> str:
    """`urn:li:sponsoredCampaign:420001` -> `420001`."""
    return urn.rpartition(":")[2]


def _number(value: int) -> str:
    return str(value) if value else ""


_ALL = (
    Fact("form_name", _("name of the lead form"), lambda k: k.version.name or k.context.form_name),
    Fact("form_id", _("LinkedIn id of the lead form"), lambda k: _number(k.response.form_id)),
    Fact("form_version", _("version of the form that the member saw"), lambda k: _number(k.response.version)),
    Fact("form_headline", _("headline of the form"), lambda k: k.version.headline),
    Fact("form_locale", _("language and country of the form, like `en_US`"), lambda k: k.version.locale),
    Fact("landing_page_url", _("where the form's button leads"), lambda k: k.version.landing_page_url),
    Fact("campaign_name", _("name of the campaign"), lambda k: k.context.campaign_name or k.response.campaign_name),
    Fact(
        "campaign_id",
        _("LinkedIn id of the campaign"),
        lambda k: k.context.campaign_id or _number_of(k.response.campaign_urn),
    ),
    Fact("creative_id", _("LinkedIn id of the ad"), lambda k: _number_of(k.response.creative_urn)),
    Fact("account_name", _("name of the ad account or page behind the form"), lambda k: k.context.account_name),
    Fact("account_id", _("LinkedIn id of it"), lambda k: k.context.account_id or _number_of(k.response.owner_urn)),
    Fact("profile_name", _("LinkedIn user profile that the response came through"), lambda k: k.context.profile_name),
    Fact("event_name", _("name of the event, for event forms"), lambda k: k.context.event_name),
    Fact("lead_type", _("SPONSORED, EVENT, COMPANY or ORGANIZATION_PRODUCT"), lambda k: k.response.lead_type),
    Fact("response_id", _("LinkedIn id of the form response"), lambda k: k.response.id),
    Fact("submitter", _("the member, as LinkedIn's opaque URN"), lambda k: k.response.submitter_urn),
    Fact("submitted_at", _("when the member sent the form"), lambda k: _moment(k.response.submitted_at)),
    Fact("test_lead", _("whether it is a test lead"), lambda k: k.response.test),
)


def _moment(at_ms: int) -> datetime | str:
    """A response from the year 60000 must not cost the lead."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""


FACTS: Mapping[str, Fact] = {fact.name: fact for fact in _ALL}
