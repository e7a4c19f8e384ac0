"""Wire dictionaries to models and back, one file for each area.

Total: whatever the vendor sends, nothing here raises. Unknown fields stay in ``raw``, a field of the wrong type reads
as absent, numbers and numeric texts are taken for each other, because WeCom mixes them.
"""
