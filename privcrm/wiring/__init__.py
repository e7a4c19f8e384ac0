"""How a ``CRM`` is put together: what its arguments mean, and when its store opens."""
