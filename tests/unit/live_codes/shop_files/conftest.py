from tests.unit.live_codes.making.conftest import clock, provider, records, studio, world

__all__ = ["clock", "provider", "records", "studio", "world"]
