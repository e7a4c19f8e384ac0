"""A privcrm provider for an address book in a JSON file."""

from .provider import AddressBookProvider

__all__ = ["AddressBookProvider"]
