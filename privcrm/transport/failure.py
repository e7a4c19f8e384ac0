"""How one attempt ended when it did not end well: a value, so that no frame holding an answer has to raise."""

from attrs import frozen

from privcrm.errors import ProviderError


@frozen
class Failure:
    """An attempt that did not succeed.

    ``final`` says that repeating cannot help. ``pause`` is how many seconds the vendor asked us to wait.
    ``congested`` says that too many calls were in flight, as opposed to two on one record.
    """

    error: ProviderError
    final: bool = False
    pause: float | None = None
    congested: bool = False
