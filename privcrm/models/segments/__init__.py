"""The language of segments: conditions in Python, the same as text, and as JSON. No I/O.

Names are resolved on first use.
"""
