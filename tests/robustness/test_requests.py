"""Requests that are not what their route takes: bodies, routes, headers, uploads."""

from __future__ import annotations

import socket
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.robustness.pictures import THREE
from tests.robustness.ways import Site, data_url, reason, timed, troubles

JSON = {"Content-Type": "application/json"}

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{bad",
    "half a JSON": b'{"data": [',
    "a list": b"[]",
    "a number": b"3",
    "a text": b'"data"',
    "null": b"null",
    "NaN": b'{"data": [NaN]}',
    "infinity": b'{"data": [-Infinity]}',
    "no data": b"{}",
    "data that is null": b'{"data": null}',
    "data that is a text": b'{"data": "3.png"}',
    "data that is an object": b'{"data": {"drawing": null}}',
    "no UTF-8": b'{"data": ["\xff\xfe"]}',
    "a lone surrogate": b'{"data": ["\\ud800"]}',
    "100,000 brackets": 100_000 * b"[",
    "30,000 brackets": 30_000 * b"[" + 30_000 * b"]",
    "a megabyte": b'{"data": ["' + 1_000_000 * b"a" + b'"]}',
    "25 megabytes": b'{"data": ["' + 25_000_000 * b"a" + b'"]}',
}

ROUTES = ["/gradio_api/call/classify_digit", "/gradio_api/queue/join"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", BODIES)
def test_bodies(site: Site, body: str, route: str) -> None:
    content = BODIES[body]
    answer = site.request("POST", route, content=content, headers=JSON)
    if body == "a lone surrogate" and answer.ok:
        return  # JSON, and refused later as no file
    assert troubles(answer, large=len(content) > 10_000_000) == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"])
def test_bodies_of_another_kind(site: Site, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = site.request("POST", ROUTES[0], content=b'{"data": [null, null, null]}', headers=headers)
    assert troubles(answer) == []


JOINS: dict[str, dict[str, Any]] = {
    "no event": {"data": [], "session_hash": "s"},
    "an unknown event": {"data": [], "session_hash": "s", "fn_index": 99_999},
    "a negative event": {"data": [], "session_hash": "s", "fn_index": -1},
    "an event that is a text": {"data": [], "session_hash": "s", "fn_index": "0"},
    "an event that is true": {"data": [], "session_hash": "s", "fn_index": True},
    "no session": {"data": [], "fn_index": 0},
    "a session that is a list": {"data": [], "fn_index": 0, "session_hash": []},
    "a trigger that is a text": {"data": [], "fn_index": 0, "session_hash": "s", "trigger_id": "a"},
}


@pytest.mark.parametrize("join", JOINS)
def test_joins(site: Site, join: str) -> None:
    assert troubles(site.request("POST", "/gradio_api/queue/join", json=JOINS[join])) == []


MISSING: dict[str, tuple[str, str]] = {
    "an unknown endpoint": ("POST", "/gradio_api/call/nope"),
    "an unknown endpoint with names": ("POST", "/gradio_api/call/v2/nope"),
    "an endpoint with a long name": ("POST", f"/gradio_api/call/{3000 * 'a'}"),
    "an unknown answer": ("GET", "/gradio_api/call/about/0123456789"),
    "an unknown answer with names": ("GET", "/gradio_api/call/v2/about/0123456789"),
    "a call that does not queue": ("POST", "/gradio_api/run/about"),
    "an old call": ("POST", "/gradio_api/api/about"),
    "a proxy": ("GET", "/gradio_api/proxy=https://a.hf.space/"),
    "a link into a session": ("GET", "/gradio_api/deep_link?session_hash=s"),
    "an editor of the app": ("POST", "/gradio_api/vibe-edit"),
    "the app's code": ("GET", "/gradio_api/vibe-code"),
    "a video": ("POST", "/gradio_api/process_recording"),
    "the runs": ("GET", "/gradio_api/runs"),
    "a stream": ("GET", "/gradio_api/stream/s/r/1/playlist.m3u8"),
    "a custom component": ("GET", "/gradio_api/custom_component/a/client/b/c"),
    "a reload": ("GET", "/gradio_api/dev/reload"),
    "the monitoring": ("GET", "/monitoring"),
    "a file of the machine": ("GET", "/gradio_api/file=/etc/hostname"),
    "a file of the code": ("GET", "/gradio_api/file=LICENSE"),
    "a file that climbs": ("GET", "/gradio_api/file=../../../etc/hostname"),
    "a file on the web": ("GET", "/gradio_api/file=http://127.0.0.1:9/"),
    "a file on the web, in the old way": ("GET", "/gradio_api/file/https://127.0.0.1:9/"),
    "a file with a NUL": ("GET", "/gradio_api/file=a%00b"),
    "a static file that climbs": ("GET", "/static/..%2f..%2f..%2fetc%2fhostname"),
    "an asset that climbs": ("GET", "/assets/..%2f..%2fpackage.json"),
    "a demo's file that climbs": ("GET", "/models/digits/..%2f..%2f..%2fapp.py"),
    "a demo's file that climbs out of its task": ("GET", "/models/digits/../dogs/clean.onnx%00.png"),
    "a demo's file that is none": ("GET", "/models/digits/LICENSE"),
    "a demo's folder": ("GET", "/models/digits/triggers/"),
    "a task that is none": ("GET", "/tasks/cats.json"),
    "a task that climbs": ("GET", "/tasks/..%2f..%2frequirements.txt"),
    "a module": ("GET", "/parts/demo.js"),
    "the runtime's folder": ("GET", "/runtime/"),
    "a file of the static page": ("GET", "/page.js"),
    "a post to a demo's file": ("POST", "/backdoor-demo.js"),
    "a post to a demo's page": ("POST", "/digits/"),
    "a page beside a demo's": ("GET", "/digits/config"),
    "a demo's page by the name of its file": ("GET", "/digits/index.html"),
    "nothing": ("GET", "/nowhere"),
    "a wrong method": ("DELETE", "/gradio_api/info"),
    "get where post is needed": ("GET", "/gradio_api/queue/join"),
    "a login": ("POST", "/login"),
    "an upload's progress": ("GET", "/gradio_api/upload_progress"),
    "a session's data without its name": ("GET", "/gradio_api/queue/data"),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_not_there(site: Site, case: str) -> None:
    method, path = MISSING[case]
    options: dict[str, Any] = {"json": {"data": []}} if method == "POST" else {}
    assert troubles(site.request(method, path, **options)) == []


@pytest.mark.parametrize("page", ["/digits", "/dogs"])
@pytest.mark.parametrize("path", ["call/classify_digit", "queue/join", "upload", "info", "file=/etc/hostname", "mcp/"])
def test_a_demo_alone_has_no_api(site: Site, path: str, page: str) -> None:
    for method in ("GET", "POST"):
        assert troubles(site.request(method, f"{page}/gradio_api/{path}")) == []


FILE_HEADERS: dict[str, dict[str, str]] = {
    "encodings that are none": {"Accept-Encoding": ",;,=;q=,br;q=a,\t;;"},
    "a thousand encodings": {"Accept-Encoding": ",".join(f"e{number}" for number in range(1000))},
    "tags that are none": {"If-None-Match": '"", W/, *, "'},
    "a range beyond the end": {"Range": "bytes=999999999-"},
    "a range that is none": {"Range": "bytes=a-b,-,"},
    "a date that is none": {"If-Modified-Since": "yesterday"},
}


@pytest.mark.parametrize("headers", FILE_HEADERS)
def test_headers_of_files(site: Site, headers: str) -> None:
    """What makes no sense is not looked at: the file comes whole."""
    expected = site.client.get(f"{site.url}/tasks/digits.json").content
    got = site.client.get(f"{site.url}/tasks/digits.json", headers=FILE_HEADERS[headers])
    assert (got.status_code, got.content) == (200, expected)


HEADERS: dict[str, dict[str, str]] = {
    "one of 20 kB": {"X-Long": 20_000 * "a"},
    "a cookie of 30 kB": {"Cookie": f"a={30_000 * 'b'}"},
    "a thousand": {f"X-{number}": "aaaaaaaaaaaaaaaaaaaa" for number in range(1000)},
}


@pytest.mark.parametrize("path", ["/config", "/digits/", "/backdoor-demo.js"])
@pytest.mark.parametrize("headers", HEADERS)
def test_headers(site: Site, headers: str, path: str) -> None:
    assert troubles(site.request("GET", path, headers=HEADERS[headers])) == []


RAW: dict[str, bytes] = {
    "no HTTP": b"hello\r\n\r\n",
    "a header of 100 kB": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + 100_000 * b"a" + b"\r\n\r\n",
    "a negative length": b"POST /gradio_api/call/about HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "a length that is no number": b"POST /gradio_api/call/about HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
    "a length of 10^30": b"POST /gradio_api/call/about HTTP/1.1\r\nHost: a\r\nContent-Length: 1"
    + 30 * b"0"
    + b"\r\n\r\n",
}


@pytest.mark.parametrize("raw", RAW)
def test_what_is_no_http(site: Site, raw: str) -> None:
    where = urlsplit(site.url)
    with socket.create_connection((where.hostname, where.port or 0), timeout=5) as connection:
        connection.sendall(RAW[raw])
        answer = ""
        while len(answer.partition("\r\n\r\n")[2]) <= 15 and (part := connection.recv(4096)):
            answer += part.decode()
    assert answer.startswith("HTTP/1.1 4")
    assert len(answer.partition("\r\n\r\n")[2]) > 15


NAMES = [
    "../../3.png",
    "/etc/cron.d/3",
    "..\\..\\3.png",
    "..",
    ".",
    "",
    "a/b/c.png",
    "a\0b.png",
    5000 * "a" + ".png",
    "CON",
]


@pytest.mark.parametrize("name", NAMES, ids=[repr(name[:12]) for name in NAMES])
def test_names_of_uploads_that_climb(site: Site, name: str) -> None:
    """The file lands in the folder for uploads, or the name is refused."""
    form = b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + name.encode() + b'"\r\n\r\n' + THREE
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = site.client.post(f"{site.url}/gradio_api/upload", content=form + b"\r\n--b--\r\n", headers=headers)
    if answer.status_code == 200:
        honest = PurePosixPath(site.upload(THREE))
        (path,) = answer.json()
        assert PurePosixPath(path).parent == honest.parent
    else:
        assert len(reason(answer.text)) > 15


UPLOADS: dict[str, tuple[bytes, dict[str, str]]] = {
    "no form": (b"hello", {"Content-Type": "text/plain"}),
    "no boundary": (b"hello", {"Content-Type": "multipart/form-data"}),
    "no kind": (b"hello", {}),
    "another boundary": (b"--a\r\n\r\n--a--", {"Content-Type": "multipart/form-data; boundary=b"}),
    "a field that is no file": (
        b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\nhello\r\n--b--\r\n',
        {"Content-Type": "multipart/form-data; boundary=b"},
    ),
    "a part without a name": (
        b"--b\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--b--\r\n",
        {"Content-Type": "multipart/form-data; boundary=b"},
    ),
    "21 megabytes": (bytes(21_000_000), {"Content-Type": "multipart/form-data; boundary=b"}),
    "60 megabytes": (bytes(60_000_000), {"Content-Type": "multipart/form-data; boundary=b"}),
}


@pytest.mark.parametrize("upload", UPLOADS)
def test_uploads(site: Site, upload: str) -> None:
    content, headers = UPLOADS[upload]
    answer = site.request("POST", "/gradio_api/upload", content=content, headers=headers)
    assert troubles(answer, large=len(content) > 10_000_000) == []


@pytest.mark.parametrize("body", ["no JSON", "a list", "a number", "null", "no UTF-8", "100,000 brackets"])
def test_mcp_bodies(site: Site, body: str) -> None:
    headers = {**JSON, "Accept": "application/json, text/event-stream"}
    answer = site.request("POST", "/gradio_api/mcp/", content=BODIES[body], headers=headers)
    assert troubles(answer) == []


def test_an_mcp_body_of_30_megabytes(site: Site) -> None:
    answer = timed(lambda: site.tool("classify_digit", {"drawing": data_url(bytes(30_000_000))}))
    assert troubles(answer, large=True) == []
