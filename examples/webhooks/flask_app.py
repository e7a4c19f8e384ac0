"""Flask: a view returns `crm.webhooks.wsgi`, and Flask lets it answer.

    uv run flask --app examples/webhooks/flask_app run --port 8000

Needs the PRIVCRM_* variables of a company: at least a callback token, its key, and PRIVCRM_STORE.
"""

from flask import Flask

from privcrm import CRM
from privcrm.events import MemberAdded
from privcrm.web import WsgiApp

app = Flask(__name__)
crm = CRM.from_env()


@crm.on(MemberAdded)
def note(event: MemberAdded) -> None:
    print(f"{event.staff_id} has a new member: {event.member_id}", flush=True)


@app.route("/wecom", methods=["GET", "POST"])
def wecom() -> WsgiApp:
    return crm.webhooks.wsgi


crm.webhooks.start()
