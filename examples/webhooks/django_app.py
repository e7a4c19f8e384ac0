"""Django: `application` sends one path to `crm.webhooks.wsgi` and everything else to Django, as in a `wsgi.py`.

    uv run python examples/webhooks/django_app.py runserver --noreload 8000

Beside Django's middleware instead of behind it: no CSRF exemption, no redirect to a final slash, no parsed body. Needs
the PRIVCRM_* variables of a company: at least a callback token, its key, and PRIVCRM_STORE.
"""

# pyright: basic
# (Django comes without types.)

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application

from privcrm import CRM
from privcrm.events import MemberAdded

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, WSGI_APPLICATION=f"{__name__}.application")
urlpatterns: list[Any] = []

crm = CRM.from_env()
django: Any = get_wsgi_application()


@crm.on(MemberAdded)
def note(event: MemberAdded) -> None:
    print(f"{event.staff_id} has a new member: {event.member_id}", flush=True)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    app = crm.webhooks.wsgi if environ["PATH_INFO"] == "/wecom" else django
    return app(environ, start_response)


crm.webhooks.start()

if __name__ == "__main__":
    execute_from_command_line()
