"""Carries out one step of a plan in an environment. Each step may be carried out twice."""

from __future__ import annotations

import time
from collections.abc import Callable

from leadferry.dataverse.customizing_client import CustomizingClient
from leadferry.solution.components import Component
from leadferry.solution.defining_client import Definer
from leadferry.solution.finding_client import Finder
from leadferry.solution.found import Found
from leadferry.solution.model import Column, Key
from leadferry.solution.plan import Do, Grants, Missing, Step
from leadferry.solution.publishing import lead_xml, publish_xml
from leadferry.solution.removing_client import Remover
from leadferry.solution.rows_client import RowWriter
from leadferry.solution.wanted import Wanted


class SolutionClient:
    def __init__(self, customizing: CustomizingClient, sleep: Callable[[float], None] = time.sleep) -> None:
        self.customizing, self.finder = customizing, Finder(customizing)
        self._definer, self._remover = Definer(customizing, sleep), Remover(customizing)
        self._writer = RowWriter(customizing, self.finder)

    def apply(self, step: Step, wanted: Wanted, found: Found) -> str:
        """What there is to say about it, else ""."""
        match step.do, step.subject:
            case Do.REMOVE, _:
                return self._remover.remove(step, found)
            case Do.PUBLISH, _:
                self._publish(publish_xml(wanted))
            case Do.FINISH, _:
                self._writer.finish(wanted)
            case Do.WAIT, Key() as key if step.table:
                self._definer.await_key(step.table, key)
            case Do.CHANGE, Column() as column if step.table:
                self._definer.lengthen(step.table, column)
            case _, Component() as component:
                return self._writer.put(component, wanted)
            case _, Grants() as grants:
                self._writer.grant(grants)
            case _, Missing() as missing:
                self._definer.add_options(missing)
            case _:
                self._definer.define(step, wanted)
        return ""

    def publish_lead(self) -> None:
        """After the solution was taken away."""
        self._publish(lead_xml())

    def _publish(self, xml: str) -> None:
        self.customizing.action("PublishXml", {"ParameterXml": xml})
