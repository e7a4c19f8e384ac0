"""The ways to mount a handler in Flask, FastAPI and Django, on real servers."""

import threading

import django
import flask
import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from privcrm.web import AsgiApp, Reply, WebhookServer, WsgiApp

from .conftest import FakeHandle, no_sleep, post

NO_ANSWER = Reply(503, abort=True)


def flask_mount(handle):
    app = flask.Flask("mounted")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/wecom": WsgiApp(handle, sleep=lambda seconds: None)})
    return app


def flask_view_that_lets_answer(handle):
    app, wsgi = flask.Flask("lets_answer"), WsgiApp(handle, sleep=lambda seconds: None)
    app.add_url_rule("/wecom/<app>", view_func=lambda app: wsgi, endpoint="wecom", methods=["GET", "POST"])
    return app


def flask_view(handle):
    app = flask.Flask("view")

    @app.route("/wecom/<app>", methods=["GET", "POST"])
    def wecom(app):
        request = flask.request
        query = request.query_string.decode("latin-1")
        reply = handle(request.method, query, request.headers, request.get_data(), request.path)
        return flask.Response(reply.body, reply.status, reply.headers)

    return app


@csrf_exempt
def django_view_function(request, app):
    query = request.META["QUERY_STRING"]
    reply = settings.HANDLE(request.method, query, request.headers.items(), request.body, request.path)
    return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))


urlpatterns = [path("wecom/<app>", django_view_function)]


def django_view(handle):
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)
        django.setup()
    settings.HANDLE = handle
    return get_wsgi_application()


def fastapi_route(handle):
    return FastAPI(routes=[Route("/wecom/{app}", AsgiApp(handle, sleep=no_sleep))])


def fastapi_mount(handle):
    app = FastAPI()
    app.mount("/wecom", AsgiApp(handle, sleep=no_sleep))
    return app


def fastapi_view(handle):
    app = FastAPI()

    @app.api_route("/wecom/{app}", methods=["GET", "POST"])
    async def wecom(app: str, request: Request) -> Response:
        query = request.scope["query_string"].decode("latin-1")
        headers, body = request.headers.items(), await request.body()
        reply = await run_in_threadpool(handle, request.method, query, headers, body, request.url.path)
        return Response(reply.body, reply.status, dict(reply.headers))

    return app


WSGI_MOUNTS = [flask_mount, flask_view_that_lets_answer]
ASGI_MOUNTS = [fastapi_route, fastapi_mount]
VIEWS = [flask_view, django_view, fastapi_view]


@pytest.fixture
def serve_any():
    """Serve WSGI by Werkzeug's server and ASGI by ours."""
    endings = []

    def start(app):
        if isinstance(app, FastAPI):
            server = WebhookServer(app)
            server.start()
            endings.append(server.stop)
            return server.port
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        endings.extend((server.shutdown, thread.join, server.server_close))
        return server.server_port

    yield start
    for end in endings:
        end()


def ask(clients, port, request):
    return clients(port).send(request).read_all()


@pytest.mark.parametrize("mount", [*WSGI_MOUNTS, *ASGI_MOUNTS, *VIEWS])
def test_a_request_goes_through_untouched(serve_any, clients, mount):
    handle = FakeHandle(Reply(200, (("Content-Type", "text/plain"),), b"success"))
    port = serve_any(mount(handle))
    target = "/wecom/a%20b?msg_signature=5ec7e7&echostr=a%2Bb%FF&x="
    for method, body in (("POST", b"<xml>\xff</xml>"), ("GET", b"")):
        request = post(body, target, b"Content-Type: text/xml\r\nConnection: close\r\n").replace(
            b"POST", method.encode()
        )
        answer = ask(clients, port, request)
        assert answer.split()[1] == b"200"
        assert b"success" in answer.partition(b"\r\n\r\n")[2]
        seen_method, query, headers, seen_body, seen_path = handle.asked.pop()
        assert (seen_method, seen_body, seen_path) == (method, body, "/wecom/a b")
        assert query == "msg_signature=5ec7e7&echostr=a%2Bb%FF&x="
        assert {name.lower(): value for name, value in headers.items()}["content-type"] == "text/xml"


@pytest.mark.parametrize("mount", [*WSGI_MOUNTS, *ASGI_MOUNTS])
def test_a_mount_sends_not_one_byte_of_an_aborted_request(serve_any, clients, mount):
    assert ask(clients, serve_any(mount(FakeHandle(NO_ANSWER))), post(path="/wecom/app?q")) == b""


@pytest.mark.parametrize("view", VIEWS)
def test_a_plain_view_says_at_least_that_nothing_was_stored(serve_any, clients, view):
    request = post(path="/wecom/app?q", extra=b"Connection: close\r\n")
    assert ask(clients, serve_any(view(FakeHandle(NO_ANSWER))), request).split()[1] == b"503"


def test_the_address_itself_is_a_route_but_not_a_mount(serve_any, clients):
    # Starlette redirects from a mount's own path, and the vendor follows no redirect: hence the route in the example.
    handle = FakeHandle()
    request = post(path="/wecom?q", extra=b"Connection: close\r\n")
    routed = FastAPI(routes=[Route("/wecom", AsgiApp(handle))])
    assert ask(clients, serve_any(routed), request).split()[1] == b"200"
    assert ask(clients, serve_any(fastapi_mount(handle)), request).split()[1] == b"307"
