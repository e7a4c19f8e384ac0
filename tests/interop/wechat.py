"""wechatpy pointed at the sandbox, what it was asked to do, and which of its methods a test covers."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import wraps

from wechatpy.client.api.base import BaseWeChatAPI
from wechatpy.work import WeChatClient

VENDOR = "https://qyapi.weixin.qq.com/cgi-bin/"
_PATH = re.compile(r"[a-z]\w*(/\w+)*")


def client_for(sandbox, secret):
    """Return a client of one app: the vendor's host stands in three places of wechatpy, all else is untouched."""
    address = f"{sandbox.base_url}/cgi-bin/"

    class Client(WeChatClient):
        API_BASE_URL = address

        def fetch_access_token(self):
            params = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=f"{address}gettoken", params=params)

    client = Client(sandbox.credentials.corp_id, secret)
    named = client.media.get_url
    client.media.get_url = lambda media_id: named(media_id).replace(VENDOR, address)
    return client


def methods() -> Iterator[tuple[str, Callable]]:
    """Yield every public method of every area, as `area.method`."""
    for area, api in inspect.getmembers(WeChatClient, lambda value: isinstance(value, BaseWeChatAPI)):
        for name, method in inspect.getmembers(type(api), inspect.isfunction):
            if not name.startswith("_"):
                yield f"{area}.{name}", method


def paths() -> dict[str, set[str]]:
    """Return the paths that each method asks, by itself or through others of its class."""
    own = {name: _mentions(method) for name, method in methods()}

    def reach(name: str) -> set[str]:
        area = name.partition(".")[0]
        others = (f"{area}.{called}" for called in own[name][1])
        return own[name][0].union(*(reach(other) for other in others if other in own))

    return {name: reach(name) for name in own}


def _mentions(method: Callable) -> tuple[set[str], set[str]]:
    """Return the texts in a method's code that may be paths, and the names that it calls on itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(method))).body[0]
    code = tree.body[1:] if ast.get_docstring(tree) else tree.body
    nodes = [node for statement in code for node in ast.walk(statement)]
    texts = {
        node.value.removeprefix(VENDOR)
        for node in nodes
        if isinstance(node, ast.Constant) and node.value and isinstance(node.value, str)
    }
    called = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    return {text for text in texts if _PATH.fullmatch(text)}, called


def covers(*names: str) -> Callable:
    """Say which methods a test is about; whether it called them is checked when it ends."""

    def mark(test: Callable) -> Callable:
        test.covers = frozenset(names)
        return test

    return mark


def record(client) -> set[str]:
    """Return a set that fills with the names of the methods that a client is asked for."""
    asked: set[str] = set()

    def recording(name: str, method: Callable) -> Callable:
        @wraps(method)
        def call(*args, **kwargs):
            asked.add(name)
            return method(*args, **kwargs)

        return call

    for name, _ in methods():
        area, _, short = name.partition(".")
        api = getattr(client, area)
        setattr(api, short, recording(name, getattr(api, short)))
    return asked
