"""The mocked company of the unit tests, for defects that only a strange answer shows."""

from tests.unit.wecom.conftest import bare_vendor, clock, company, mock, records, token_of, vendor

__all__ = ["bare_vendor", "clock", "company", "mock", "records", "token_of", "vendor"]
