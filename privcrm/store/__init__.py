"""What must survive the process: one database, SQLite or PostgreSQL, behind small repositories.

SQLAlchemy is imported when a store is opened, not when this package is.
"""

from privcrm.store.audit import AuditEntry
from privcrm.store.database import Connection, Database
from privcrm.store.opening import open_store
from privcrm.store.stage import Stage
from privcrm.store.store import Store
from privcrm.store.switch import Stop
from privcrm.store.timers import Timer

__all__ = ["AuditEntry", "Connection", "Database", "Stage", "Stop", "Store", "Timer", "open_store"]
