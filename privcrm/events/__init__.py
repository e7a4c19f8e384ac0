"""Inbound: what vendors tell us, kept before they are answered, and handled after.

``from privcrm.events import MemberAdded`` gives the class of an event. Names are resolved on first use.
"""
