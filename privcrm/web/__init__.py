"""The receiver's side of HTTP: one handler, mounted under WSGI, ASGI, or our own server.

Names are resolved on first use.
"""
