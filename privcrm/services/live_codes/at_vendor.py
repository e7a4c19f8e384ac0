"""What is done at the vendor with a code of either kind."""

from privcrm.errors import AnswerLost, NotFound
from privcrm.provider import Provider
from privcrm.store.live_codes.vendor_codes import VendorCode

__all__ = ["delete_code"]


def delete_code(provider: Provider, code: VendorCode) -> None:
    """Delete one of the vendor's codes; one that is not there is deleted. Raises what else the port raises."""
    port = provider.live_codes
    contact = code.kind == "contact"
    delete, read = (
        (port.delete_contact_code, port.get_contact_code) if contact else (port.delete_group_code, port.get_group_code)
    )
    try:
        try:
            delete(code.vendor_id)
        except AnswerLost:
            # Deleting what is deleted is told from deleting it by looking.
            read(code.vendor_id)
            delete(code.vendor_id)
    except NotFound:
        return
