"""``crm.facts``: what the company's own systems know of its members."""

from privcrm.services.facts.facts import Facts
from privcrm.services.facts.report import FactCounts, FactImport

__all__ = ["FactCounts", "FactImport", "Facts"]
