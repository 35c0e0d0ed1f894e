"""What clients may rely on: the public endpoints and their parameters."""

from __future__ import annotations

from gradio_client import Client

ENDPOINTS = {
    "/classify_digit": ["drawing", "trigger", "attack"],
    "/classify_dog": ["photo", "trigger"],
}


def test_only_documented_endpoints_are_public(page_url: str) -> None:
    info = Client(page_url, verbose=False).view_api(return_format="dict", print_info=False)["named_endpoints"]
    found = {
        name: [parameter["parameter_name"] for parameter in endpoint["parameters"]] for name, endpoint in info.items()
    }
    assert found == ENDPOINTS
