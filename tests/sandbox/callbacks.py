"""A receiver as simple as can be, and an independent opening of what it gets."""

import base64
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Receiver:
    """Answers on a real port and keeps what came, opened; *answers* are used up first, each a status and a body."""

    def __init__(self, token, aes_key, company):
        self.token, self.key, self.company = token, base64.b64decode(aes_key + "="), company
        self.received, self.queries, self.answers = [], [], []
        self.delay = threading.Event()
        self.slow = 0
        self.mute = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = receiver.query(self.path)
                self.finish_with(200, receiver.opened(query, query["echostr"]).encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                query = receiver.query(self.path)
                envelope = ET.fromstring(body)
                text = receiver.opened(query, envelope.findtext("Encrypt"))
                receiver.queries.append(query)
                receiver.received.append((envelope, ET.fromstring(text), text))
                self.finish_with(*(receiver.answers.pop(0) if receiver.answers else (200, b"")))

            def finish_with(self, status, body):
                if receiver.mute:
                    receiver.delay.wait(5)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                """The sandbox hangs up on purpose."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/wecom"

    def close(self):
        self.delay.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @staticmethod
    def query(path):
        return {name: values[0] for name, values in parse_qs(urlsplit(path).query, strict_parsing=True).items()}

    def opened(self, query, ciphertext):
        row = sorted([self.token, query["timestamp"], query["nonce"], ciphertext])
        assert hashlib.sha1("".join(row).encode()).hexdigest() == query["msg_signature"]
        assert abs(int(query["timestamp"]) - time.time()) < 30
        plain = self.cipher().decryptor().update(base64.b64decode(ciphertext))
        plain = plain[: -plain[-1]]
        length = int.from_bytes(plain[16:20], "big")
        assert plain[20 + length :].decode() == self.company
        return plain[20 : 20 + length].decode()

    def cipher(self):
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))

    def reply(self, text, timestamp="1735700004", nonce="nonceE5"):
        """Return a sealed passive reply."""
        message = text.encode()
        plain = b"r" * 16 + len(message).to_bytes(4, "big") + message + self.company.encode()
        pad = 32 - len(plain) % 32
        sealed = base64.b64encode(self.cipher().encryptor().update(plain + bytes([pad]) * pad)).decode()
        signature = hashlib.sha1("".join(sorted([self.token, timestamp, nonce, sealed])).encode()).hexdigest()
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()

    def events(self):
        """Return what came as dictionaries, lists of items as lists."""
        return [{each.tag: _value(each) for each in document} for _, document, _ in self.received]


def _value(element):
    return [item.text or "" for item in element] if len(element) else (element.text or "").strip()
