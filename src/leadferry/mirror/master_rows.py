"""User profiles, accounts, campaigns, forms and questions as rows of the solution's tables (OC-38 to OC-63). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from leadferry.accounts.model import Owner, UserProfile
from leadferry.forms.model import Consent, Question
from leadferry.mapping.model import FieldMapping, Source
from leadferry.mirror.ids import Ids, bare, consent
from leadferry.mirror.model import Campaign, Form, Kind, Master, Row, target
from leadferry.mirror.values import bind, day, moment, plain, rolled_up, texts
from leadferry.solution.model import FIRST_OPTION, Column
from leadferry.solution.tables import ACCOUNTS, CAMPAIGNS, FIELD_MAPPINGS, FORMS, PROFILES, QUESTIONS

_CAMPAIGN_TYPES = ("TEXT_AD", "SPONSORED_UPDATES", "SPONSORED_INMAILS", "DYNAMIC")
"""LinkedIn's words in the order of the column's options; one from the future is left out."""
_CAMPAIGN_STATUSES = ("ACTIVE", "PAUSED", "ARCHIVED", "COMPLETED", "CANCELED", "DRAFT")


def profile(ids: Ids, one: UserProfile) -> Master:
    """Nothing of its tokens, only when they end."""
    row: Row = {PROFILES.primary_id: ids.of("profile", one.id)}
    row |= texts(PROFILES, name=one.name, linkedinauthorizedname=one.member_name, statusdetails=one.status_text)
    row |= plain(PROFILES, authorized=int(one.authorization), syncstatus=int(one.sync_status))
    ends = one.refresh_expires_at or one.access_expires_at
    row |= plain(PROFILES, expiresin=moment(ends), lastsyncdate=moment(one.last_sync_at))
    return Master(Kind.PROFILE, one.id, target(PROFILES), row | _owned(one.row_owner_id))


def account(ids: Ids, one: Owner, row_owner_id: str, polled_at: int | None) -> Master:
    """`polled_at`: the newest look at its form responses, whatever came of it."""
    campaign_status = None if one.campaign_sync_status is None else int(one.campaign_sync_status)
    row: Row = {ACCOUNTS.primary_id: ids.of("account", one.urn)}
    row |= texts(ACCOUNTS, name=one.name, linkedinaccounttextid=bare(one.urn), statusdetails=one.status_text)
    row |= plain(ACCOUNTS, syncstatus=int(one.form_sync_status), campaignsyncstatus=campaign_status)
    row |= plain(ACCOUNTS, enabledforsync=one.sync_enabled, lastsyncdate=moment(one.last_form_sync_at))
    row |= plain(ACCOUNTS, lastcampaignsyncdate=moment(one.last_campaign_sync_at))
    if polled_at is not None:
        row |= rolled_up(ACCOUNTS, "lastsynctimestamprollup", moment(polled_at), polled_at)
    row |= bind(ACCOUNTS["defaultleadowner"], "systemusers", one.default_lead_owner_id)
    return Master(Kind.ACCOUNT, one.id, target(ACCOUNTS), row | _owned(row_owner_id))


def campaign(ids: Ids, one: Campaign, owners: Mapping[int, Owner]) -> Master:
    """OC-53 to OC-55; its totals are written apart, because they change with every submission."""
    row: Row = {CAMPAIGNS.primary_id: ids.campaign(one.urn)}
    row |= texts(CAMPAIGNS, name=one.name, linkedinid=bare(one.urn))
    row |= plain(CAMPAIGNS, campaigntype=_option(_CAMPAIGN_TYPES, one.type))
    row |= plain(CAMPAIGNS, linkedinstatus=_option(_CAMPAIGN_STATUSES, one.status))
    row |= plain(CAMPAIGNS, startdate=day(one.starts_at), enddate=day(one.ends_at))
    row |= _of_account(ids, CAMPAIGNS["linkedinaccount"], owners.get(one.owner_id or 0))
    return Master(Kind.CAMPAIGN, one.id, target(CAMPAIGNS), row)


def form(ids: Ids, one: Form, owners: Mapping[int, Owner]) -> Master:
    """As its newest version says."""
    newest = one.versions[-1]
    language, _, country = newest.locale.partition("_")
    row: Row = {FORMS.primary_id: ids.form(one.linkedin_id)}
    row |= texts(FORMS, name=one.name, linkedinid=str(one.linkedin_id), headline=newest.headline or one.name)
    row |= texts(FORMS, description=newest.description, thankyoumessage=newest.thank_you)
    row |= texts(FORMS, landingpageurl=newest.landing_page_url, privacypolicyurl=newest.privacy_policy_url)
    row |= texts(FORMS, localelanguage=language, localecountry=country)
    row |= plain(FORMS, syncstatus=one.sync_status, lastsyncdate=moment(one.last_sync_at))
    row |= _of_account(ids, FORMS["linkedinparentaccount"], owners.get(one.owner_id or 0))
    return Master(Kind.FORM, one.linkedin_id, target(FORMS), row)


def questions(ids: Ids, one: Form, mappings: Iterable[FieldMapping]) -> Iterator[Master]:
    """Of every version seen, each once, as the newest version that asks it words it."""
    used = {(mapping.source, mapping.key): mapping.id for mapping in mappings}
    asked = {question.id: question for version in one.versions for question in version.questions}
    consents = {given.id: given for version in one.versions for given in version.consents}
    for question in asked.values():
        by_field = used.get((Source.PREDEFINED, question.predefined)) if question.predefined else None
        mapping = used.get((Source.QUESTION, str(question.id)), by_field)
        yield _question(ids, one, str(question.id), _asked(question), mapping)
    for given in consents.values():
        mapping = used.get((Source.CONSENT, str(given.id)))
        yield _question(ids, one, consent(given.id), _consent(given), mapping)


def _question(ids: Ids, one: Form, key: str, row: Row, mapping: int | None) -> Master:
    row_id = ids.question(one.linkedin_id, key)
    row = {QUESTIONS.primary_id: row_id, **row, **texts(QUESTIONS, linkedinid=key)}
    row |= bind(QUESTIONS["linkedinform"], FORMS.entity_set, ids.form(one.linkedin_id))
    mapped = ids.of("field-mapping", mapping) if mapping else None
    row |= bind(QUESTIONS["linkedinpredefinedfield"], FIELD_MAPPINGS.entity_set, mapped)
    return Master(Kind.QUESTION, one.linkedin_id, target(QUESTIONS), row)


def _asked(question: Question) -> Row:
    kind = ("choices" if question.multiple_choice else "choice") if question.options else "text"
    return {
        **texts(QUESTIONS, name=question.name or question.label, displayname=question.label, responsetype=kind),
        **plain(QUESTIONS, isconsentcheckbox=False, iscustomquestion=not question.predefined),
        **plain(QUESTIONS, responseeditable=question.editable),
    }


def _consent(given: Consent) -> Row:
    return {
        **texts(QUESTIONS, name=given.text, displayname=given.text, responsetype="consent"),
        **plain(QUESTIONS, isconsentcheckbox=True, iscustomquestion=False, responseeditable=True),
    }


def _of_account(ids: Ids, column: Column, owner: Owner | None) -> dict[str, str]:
    return bind(column, ACCOUNTS.entity_set, ids.of("account", owner.urn)) if owner else {}


def _owned(row_owner_id: str) -> dict[str, str]:
    return {"ownerid@odata.bind": f"/systemusers({row_owner_id})"} if row_owner_id else {}


def _option(words: tuple[str, ...], word: str) -> int | None:
    return FIRST_OPTION + words.index(word) if word in words else None
