"""Is our address served as it should be? Looked at from outside, by `flask check` alone.

TLS is the work of the proxy in front; nobody else would notice when its settings rot.
"""

import http.client
import socket
import ssl
import warnings
from urllib.parse import urlsplit

PATIENCE_SECONDS = 5


def notes(base_url: str, *, trusted: str | None = None, plain_port: int = 80) -> list[str]:
    """What a browser that opens this address would be warned of; empty when all is well.

    :param trusted: a file of certificates to trust instead of the system's
    :param plain_port: where the same host would answer without TLS
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        return [f"TRACKER_BEHIND_TLS is set, but TRACKER_BASE_URL is {base_url}: people get no TLS"]
    place = (host, parts.port or 443)
    found = _handshake_notes(place, trusted)
    if not found and _takes_old_versions(place):
        found.append(f"{host} still takes TLS 1.1 or older: switch it off in the proxy")
    if _answers_without_tls(host, plain_port):
        found.append(f"{host} answers without TLS at port {plain_port}: let it lead to https only")
    return found


def _handshake_notes(place: tuple[str, int], trusted: str | None) -> list[str]:
    context = ssl.create_default_context(cafile=trusted)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        version = _version(place, context)
    except ssl.SSLCertVerificationError as error:
        return [f"browsers do not trust the certificate of {place[0]}: {error.verify_message}"]
    except ssl.SSLError as error:
        return [f"{place[0]} does not speak TLS 1.2 or 1.3: {error.reason}"]
    except OSError as error:
        return [f"{place[0]} could not be reached over TLS from here ({type(error).__name__})"]
    if version != "TLSv1.3":
        return [f"{place[0]} speaks {version}: let the proxy offer TLS 1.3 first"]
    return []


def _version(place: tuple[str, int], context: ssl.SSLContext) -> str | None:
    with (
        socket.create_connection(place, timeout=PATIENCE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=place[0]) as sealed,
    ):
        return sealed.version()


def _takes_old_versions(place: tuple[str, int]) -> bool:
    """Only the version is tried, so that nothing is sent and no certificate has to be good."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that they are old is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        return _version(place, context) is not None
    except OSError:
        return False


def _answers_without_tls(host: str, port: int) -> bool:
    """Something else than a way to https, or nothing at all."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        leads_on = str(answer.getheader("Location", "")).startswith("https://")
        return answer.status < 400 and not leads_on
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
