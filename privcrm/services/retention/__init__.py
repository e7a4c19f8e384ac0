"""``crm.retention``: what is old is deleted, by hand or by a timer."""

from privcrm.services.retention.purged import Purged, RetentionProgress
from privcrm.services.retention.retention import Retention

__all__ = ["Purged", "Retention", "RetentionProgress"]
