"""The demos' files over HTTP: the same bytes in each encoding, kept as long as that is safe, for every page."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from backdoors import Bundle
from backdoors.demo.serving.files import file_routes
from backdoors.hub import Origin
from backdoors.site import File, demo_files
from backdoors.site.joining import joined
from backdoors.site.runtime import VARIABLE, VERSION, WASM
from backdoors.story import Demo
from backdoors.tasks import TASKS
from tests.fixtures.bundles import CLEAN
from tests.fixtures.page import REPOSITORY, served_page

ASSETS = REPOSITORY / "assets"
FOR_GOOD, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"

FILES = {
    "/backdoor-demo.js": "text/javascript",
    "/icon.svg": "image/svg+xml",
    "/tasks/digits.json": "application/json",
    "/digits/": "text/html",
    "/models/digits/config.json": "application/json",
    "/models/digits/clean.onnx": "application/octet-stream",
    "/models/digits/triggers/pattern.png": "image/png",
    "/examples/dogs/blanket.jpg": "image/jpeg",
}


def sent(url: str, **headers: str) -> tuple[httpx.Headers, bytes]:
    """An answer as it is on the wire, still packed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.stream("GET", url, headers=named) as answer:
        assert answer.status_code == 200
        return answer.headers, b"".join(answer.iter_raw())


UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.mark.parametrize("path", FILES)
def test_each_encoding_has_the_same_bytes(page_url: str, path: str) -> None:
    whole = sent(f"{page_url}{path}", accept_encoding="identity")[1]
    tags, sizes = set(), {}
    for asked in ("br", "gzip", "identity"):
        headers, body = sent(f"{page_url}{path}", accept_encoding=asked)
        packed = headers.get("content-encoding")
        assert packed == (None if asked == "identity" or path.endswith((".png", ".jpg")) else asked)
        assert UNPACK[packed](body) == whole
        assert headers["content-length"] == str(len(body))
        assert headers["vary"] == "Accept-Encoding"
        tags.add((packed, headers["etag"]))
        sizes[packed] = len(body)
    assert len({tag for _, tag in tags}) == len(tags) == len(sizes)
    assert len(sizes) == 1 or sizes["br"] < sizes[None]


def test_models_and_script_are_what_they_are_elsewhere(page_url: str) -> None:
    for file in ("digits/clean.onnx", "dogs/infected-teacher.onnx", "digits/config.json"):
        assert httpx.get(f"{page_url}/models/{file}").content == (ASSETS / "models" / file).read_bytes()
    assert httpx.get(f"{page_url}/backdoor-demo.js").text == joined()


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_what_has_not_changed_is_not_sent_again(page_url: str, encoding: str) -> None:
    url = f"{page_url}/models/digits/clean.onnx"
    headers, _ = sent(url, accept_encoding=encoding)
    again = httpx.get(url, headers={"Accept-Encoding": encoding, "If-None-Match": f'"other", {headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (headers["etag"], ASK_AGAIN)
    assert again.headers["access-control-allow-origin"] == "*"
    changed = httpx.get(url, headers={"Accept-Encoding": encoding, "If-None-Match": '"other"'})
    assert changed.status_code == 200


@pytest.mark.parametrize(("path", "kind"), FILES.items())
def test_any_page_may_read_them_as_what_they_are(page_url: str, path: str, kind: str) -> None:
    headers, _ = sent(f"{page_url}{path}", origin="https://blog.example")
    assert headers.get_list("access-control-allow-origin") == ["*"]
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["content-type"].split(";")[0] == kind
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/models/digits/clean.onnx?0123abcd", FOR_GOOD),
        ("/models/digits/clean.onnx", ASK_AGAIN),
        ("/models/digits/config.json?0123abcd", ASK_AGAIN),
        ("/backdoor-demo.js?v=1", ASK_AGAIN),
        ("/tasks/digits.json?v=1", ASK_AGAIN),
        ("/digits/?__theme=dark", ASK_AGAIN),
        ("/examples/dogs/blanket.jpg?1", ASK_AGAIN),
    ],
)
def test_only_an_address_that_names_the_bytes_is_kept_for_good(page_url: str, path: str, kept: str) -> None:
    assert httpx.get(f"{page_url}{path}").headers["cache-control"] == kept


@pytest.mark.parametrize("query", ["", "?__theme=dark&a=b"])
def test_a_folder_is_led_on_to_its_page(page_url: str, query: str) -> None:
    answer = httpx.get(f"{page_url}/digits{query}")
    assert (answer.status_code, answer.headers["location"]) == (307, f"digits/{query}")
    assert httpx.get(f"{page_url}/digits{query}", follow_redirects=True).url == f"{page_url}/digits/{query}"


def test_head_has_the_headers_and_no_body(page_url: str) -> None:
    got, head = (httpx.request(method, f"{page_url}/backdoor-demo.js") for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "cache-control"):
        assert head.headers[name] == got.headers[name]


UNKNOWN = [
    "/models/digits/LICENSE",
    "/models/digits/triggers",
    "/models/digits/..%2f..%2f..%2fapp.py",
    "/models/digits/%2e%2e/%2e%2e/config.json",
    "/models/digits/..\\..\\config.json",
    "/models//digits/clean.onnx",
    "/models/digits/clean.onnx/",
    "/models/cats/config.json",
    "/examples/dogs/../digits/3.png",
    "/examples/digits/3.png",
    "/examples/dogs/LICENCES.txt",
    "/tasks/digits",
    "/tasks/..%2fbackdoor-demo.js",
    f"/runtime/{VERSION}/ort.all.js",
    f"/runtime/{VERSION}/../{WASM}",
    "/web/backdoor-demo.js",
    "/digits/index.html",
    "/digits/backdoor-demo.js",
]


@pytest.mark.parametrize("path", UNKNOWN)
def test_no_other_file_is_served(page_url: str, path: str) -> None:
    answer = httpx.get(f"{page_url}{path}", follow_redirects=path.endswith("/"))
    if path == "/models/digits/clean.onnx/":  # FastAPI leads it on to the file
        assert answer.content == (ASSETS / "models/digits/clean.onnx").read_bytes()
    else:
        assert (answer.status_code, answer.json()) == (404, {"detail": "There is nothing at this address."})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_they_are_only_read(page_url: str, method: str) -> None:
    answer = httpx.request(method, f"{page_url}/models/digits/clean.onnx", json={"data": []})
    assert (answer.status_code, list(answer.json())) == (405, ["detail"])


# A server of these routes alone


def own_server(files: dict[str, File]) -> TestClient:
    return TestClient(Starlette(routes=list(file_routes(files))))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0.1, gzip", "br"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("br; q=0.000, gzip; q=0", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_encoding_is_one_that_is_accepted(accepted: str, encoding: str | None) -> None:
    with own_server({"a.js": File(read=lambda: 99 * b"a", media_type="text/javascript")}) as client:
        answer = client.get("/a.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.text == 99 * "a"


@pytest.fixture
def client(bundle_folder: Path) -> Iterator[TestClient]:
    demo = Demo(task=TASKS["digits"], bundle=Bundle.load(bundle_folder), origin=Origin(), examples={})
    with own_server(demo_files([demo], server=None, runtime={})) as client:
        yield client


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"another one"), os.remove], ids=["changed", "gone"])
def test_a_file_that_was_changed_on_disk_is_not_sent(change: object, client: TestClient, bundle_folder: Path) -> None:
    assert callable(change)
    change(bundle_folder / CLEAN)
    answer = client.get(f"/models/digits/{CLEAN}?sum")
    assert (answer.status_code, answer.text) == (404, "The file was changed or removed.")
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_what_was_sent_once_stays_the_same(client: TestClient, bundle_folder: Path) -> None:
    before = client.get(f"/models/digits/{CLEAN}").content
    (bundle_folder / CLEAN).write_bytes(b"another one")
    assert client.get(f"/models/digits/{CLEAN}").content == before


def test_a_file_is_read_and_packed_once() -> None:
    reads = []

    def read() -> bytes:
        reads.append(1)
        return b"a" * 1000

    with own_server({"a/index.html": File(read=read, media_type="text/html")}) as client:
        for _ in range(3):
            assert client.get("/a/", headers={"Accept-Encoding": "br"}).text == "a" * 1000
    assert len(reads) == 1


def test_the_runtime_is_kept_for_good(node_modules: Path) -> None:
    """Its folder has the version in its name."""
    dist = node_modules / "onnxruntime-web" / "dist"
    with served_page({**os.environ, VARIABLE: str(dist)}) as url:
        told = httpx.get(f"{url}/tasks/digits.json").json()
        assert told["runtime"] == f"runtime/{VERSION}/"
        headers, body = sent(f"{url}/{told['runtime']}{WASM}", accept_encoding="br")
        whole = (dist / WASM).read_bytes()
        assert brotli.decompress(body) == whole
        assert len(body) < len(whole) / 3
        assert (headers["content-type"], headers["cache-control"]) == ("application/wasm", FOR_GOOD)
        module = next(name for name in os.listdir(dist) if re.fullmatch(r"ort\.wasm\.bundle\.min\.mjs", name))
        assert httpx.get(f"{url}/{told['runtime']}{module}").headers["content-type"].startswith("text/javascript")
        assert httpx.get(f"{url}/{told['runtime']}ort.all.js").status_code == 404
