"""Why a request is no callback, in the words of ``CallbackRejected.reason``."""

FORM = "form"
STALE = "stale"
SIGNATURE = "signature"
KEY = "key"
RECEIVE_ID = "receive_id"
CONTENT = "content"
