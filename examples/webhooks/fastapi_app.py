"""FastAPI: `crm.webhooks.asgi` is a route of its own.

    uv run uvicorn --app-dir examples/webhooks --port 8000 --no-access-log fastapi_app:app

uvicorn's access log would write the query, which holds signatures. Needs the PRIVCRM_* variables of a company: at
least a callback token, its key, and PRIVCRM_STORE.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from privcrm import CRM
from privcrm.events import MemberAdded

crm = CRM.from_env()


@crm.on(MemberAdded)
async def note(event: MemberAdded) -> None:
    print(f"{event.staff_id} has a new member: {event.member_id}", flush=True)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
    crm.webhooks.start()
    yield
    crm.close()


app = FastAPI(lifespan=lifespan, routes=[Route("/wecom", crm.webhooks.asgi)])
