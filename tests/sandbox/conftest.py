import pytest
import requests

from privcrm.sandbox import Sandbox, VirtualClock
from tests.sandbox.callbacks import Receiver


class Vendor:
    """Calls the simulated vendor as one app, the way a program without any library would."""

    def __init__(self, sandbox, secret):
        self.sandbox = sandbox
        self.secret = secret
        self.session = requests.Session()
        self._token = None

    def gettoken(self, corp_id=None, secret=None):
        credentials = self.sandbox.credentials
        query = {"corpid": corp_id or credentials.corp_id, "corpsecret": secret or self.secret}
        return self.request("GET", "gettoken", params=query).json()

    @property
    def token(self):
        if self._token is None:
            self._token = self.gettoken()["access_token"]
        return self._token

    def request(self, method, path, **kwargs):
        return self.session.request(method, f"{self.sandbox.base_url}/cgi-bin/{path}", timeout=5, **kwargs)

    def get(self, path, **params):
        return self.request("GET", path, params={"access_token": self.token, **params}).json()

    def post(self, path, **body):
        return self.request("POST", path, params={"access_token": self.token}, json=body).json()

    def tags(self):
        """Return the id of every tag in the library by "group/name"."""
        groups = self.post("externalcontact/get_corp_tag_list")["tag_group"]
        return {f"{group['group_name']}/{tag['name']}": tag["id"] for group in groups for tag in group["tag"]}

    def mark(self, relation, add=(), remove=()):
        pair = {"userid": relation.userid, "external_userid": relation.external_userid}
        return self.post("externalcontact/mark_tag", **pair, add_tag=list(add), remove_tag=list(remove))


class Control:
    """Speaks to the control plane."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def __call__(self, method, path, body=None, /, **query):
        url = self.sandbox.control_url + path
        return requests.request(method, url, json=body, params=query, timeout=5)

    def ok(self, method, path, body=None, /, **query):
        reply = self(method, path, body, **query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def switch(self, **values):
        return self.ok("PATCH", "switches", values)

    def act(self, name, /, **params):
        return self.ok("POST", f"actions/{name}", params)

    def member(self, external_userid):
        return self.ok("GET", "state/members", external_userid=external_userid)["items"][0]

    def tags_on(self, relation):
        follows = self.member(relation.external_userid)["follows"]
        return set(next(f["tag_id"] for f in follows if f["userid"] == relation.userid))


def every_page(control, path, /, **query):
    cursor, items = "", []
    while True:
        page = control.ok("GET", path, cursor=cursor, **query)
        items += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            assert page["count"] == len(items)
            return items


@pytest.fixture(scope="session")
def server():
    with Sandbox(clock=VirtualClock()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server):
    server.reset()
    return server


@pytest.fixture
def control(sandbox):
    return Control(sandbox)


@pytest.fixture
def vendor_as(sandbox):
    made = []

    def make(secret):
        made.append(Vendor(sandbox, secret))
        return made[-1]

    yield make
    for vendor in made:
        vendor.session.close()


@pytest.fixture
def vendor(sandbox, vendor_as):
    return vendor_as(sandbox.credentials.secret)


@pytest.fixture(scope="session")
def all_relations(server):
    """Read them once: a reset company is the same each time, and thousands take a tenth of a second to derive."""
    server.reset()
    return tuple(server.company.relations())


@pytest.fixture
def relations(sandbox, all_relations):
    return list(all_relations)


@pytest.fixture
def relation(relations):
    return relations[0]


@pytest.fixture
def later(sandbox, vendor):
    """Move virtual time forward by some seconds; a day outlives the vendor's token."""

    def move(seconds):
        sandbox.clock.advance(seconds)
        vendor._token = None

    return move


@pytest.fixture
def receive(sandbox):
    """Give apps receivers; a callable that takes an agent id."""
    made = {}

    def give(agent=1000002, *, verify=False):
        app = sandbox.company.app(agent)
        made[agent] = Receiver(app.callback_token, app.callback_aes_key, sandbox.company.corp_id)
        sandbox.set_callback(made[agent].url, agent, verify=verify)
        return made[agent]

    yield give
    for agent, receiver in made.items():
        sandbox.set_callback("", agent)
        receiver.close()
    sandbox.reset()


@pytest.fixture
def receiver(receive):
    return receive()
