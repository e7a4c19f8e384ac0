"""For tests: a provider without a network, builders of models, the contract every provider keeps, a pytest plugin.

Only ``privcrm.testing.contract`` and ``privcrm.testing.plugin`` need pytest; the rest serves wherever a company
without a vendor is wanted.
"""
