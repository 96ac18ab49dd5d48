"""Finds the stored form version that a response names, and fetches it from LinkedIn when it is new to us."""

from __future__ import annotations

import threading

from leadferry.accounts.model import Owner
from leadferry.clock import Clock
from leadferry.errors import LinkedInError
from leadferry.forms.form_store import FormStore
from leadferry.forms.model import FormResponse
from leadferry.linkedin.client import LinkedInClient
from leadferry.linkedin.reading import UnreadableFormError, to_form_version
from leadferry.mapping.compile import discovered_fields
from leadferry.mapping.mapping_store import MappingStore

RETRY_UNKNOWN_MS = 600_000
"""A form that LinkedIn would not show is not asked for again before this, whatever number of its responses come."""


class FormLookup:
    def __init__(self, forms: FormStore, mappings: MappingStore, clock: Clock) -> None:
        self.forms, self.mappings, self.clock = forms, mappings, clock
        self._keys: dict[tuple[int, int, int], int | None] = {}
        self._asked_at: dict[tuple[int, int, int], int] = {}
        self._lock = threading.Lock()

    def version_key(self, owner: Owner, response: FormResponse, client: LinkedInClient) -> int | None:
        """Row id of the form version; None where neither the store nor LinkedIn has it. Never fails: a response is
        stored whether or not its form is known, and delivered by the nearest known version."""
        wanted = (owner.environment_id, response.form_id, response.version)
        if key := self._keys.get(wanted):
            return key
        with self._lock:
            return self._keys.get(wanted) or self._find(owner, wanted, client)

    def _find(self, owner: Owner, wanted: tuple[int, int, int], client: LinkedInClient) -> int | None:
        environment_id, form_id, version = wanted
        known = self.forms.version(environment_id, form_id, version)
        if known:
            self._keys[wanted] = known[0]
            return known[0]
        if not form_id or self.clock() - self._asked_at.get(wanted, -RETRY_UNKNOWN_MS) < RETRY_UNKNOWN_MS:
            return None
        self._asked_at[wanted] = self.clock()
        self._fetch(owner, form_id, client)
        known = self.forms.version(environment_id, form_id, version)
        self._keys[wanted] = known[0] if known else None
        return self._keys[wanted]

    def _fetch(self, owner: Owner, form_id: int, client: LinkedInClient) -> None:
        """LinkedIn shows the newest version of a form (linkedin-api 4.2); an older one stays unknown to us."""
        try:
            raw = client.lead_form(form_id)
            form = to_form_version(raw)
        except (LinkedInError, UnreadableFormError):
            return
        self.forms.save_version(owner.environment_id, owner.id, form, raw)
        self.mappings.add_discovered(owner.environment_id, discovered_fields(form))
