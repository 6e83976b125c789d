"""The look from outside at our own address: what a proxy may do wrong is named."""

import datetime
import http.server
import ssl
import threading
import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tracker.core import transport


class Page(http.server.BaseHTTPRequestHandler):
    """Says yes to everybody, or leads to https."""

    def do_GET(self):
        onward = self.server.onward
        self.send_response(301 if onward else 200)
        if onward:
            self.send_header("Location", onward)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        """Nothing."""


class Quiet(http.server.HTTPServer):
    """Handshakes that fail are what is tried here."""

    onward = None

    def handle_error(self, *_args):
        """Nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a key and a certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return str(path)


@pytest.fixture
def proxy(certificate):
    """Start something that answers; its port."""
    running = []

    def start(oldest=None, newest=None, *, tls=True, onward=None):
        server = Quiet(("127.0.0.1", 0), Page)
        server.onward = onward
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = oldest or ssl.TLSVersion.TLSv1_2
                context.maximum_version = newest or ssl.TLSVersion.MAXIMUM_SUPPORTED
            if oldest:
                context.set_ciphers("ALL:@SECLEVEL=0")
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        running.append((server, thread))
        return server.server_port

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


CLOSED = 9  # "discard": nothing listens there


def said(port, **how):
    how = {"plain_port": CLOSED, **how}
    return " / ".join(transport.notes(f"https://localhost:{port}", **how))


def test_an_address_that_is_served_well_has_no_notes(proxy, certificate):
    onward = proxy(tls=False, onward="https://localhost/")
    assert said(proxy(), trusted=certificate, plain_port=onward) == ""


def test_a_certificate_nobody_trusts_is_named(proxy):
    assert "do not trust the certificate" in said(proxy())


def test_old_versions_of_tls_are_named(proxy, certificate):
    lax = proxy(ssl.TLSVersion.TLSv1)
    assert "still takes TLS 1.1" in said(lax, trusted=certificate)


def test_an_address_without_the_newest_version_is_named(proxy, certificate):
    stale = proxy(newest=ssl.TLSVersion.TLSv1_2)
    assert "let the proxy offer TLS 1.3" in said(stale, trusted=certificate)


def test_answering_without_tls_is_named(proxy, certificate):
    open_door = proxy(tls=False)
    assert "answers without TLS" in said(proxy(), trusted=certificate, plain_port=open_door)


def test_what_cannot_be_reached_or_has_no_tls_is_named(proxy):
    assert "could not be reached" in said(CLOSED)
    assert "does not speak TLS" in said(proxy(tls=False))
    (note,) = transport.notes("http://kakehashi.town.example")
    assert "people get no TLS" in note
