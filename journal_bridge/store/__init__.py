"""The bridge's records in SQL. In: an open transaction and values. Out: values. No rule is decided here."""

from journal_bridge.store import attendance as attendance  # declares its tables
from journal_bridge.store import bbb as bbb  # declares its tables
from journal_bridge.store import calendars as calendars  # declares its tables
from journal_bridge.store import events as events  # declares its tables
from journal_bridge.store import imports as imports  # declares its tables
from journal_bridge.store import link_tables as link_tables  # declares its tables
from journal_bridge.store import lti as lti  # declares its tables
from journal_bridge.store import meetings as meetings  # declares its tables
from journal_bridge.store import webhooks as webhooks  # declares its tables
from journal_bridge.store.tables import METADATA

__all__ = ["METADATA"]
