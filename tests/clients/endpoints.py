"""The public endpoints as clients see them, to compare with ``endpoints.json``.

``python -m tests.clients.endpoints`` writes the file again, for a change that is meant and that clients can live with.
"""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.fixtures.page import served_page

RECORD = Path(__file__).with_suffix(".json")


def public_endpoints(url: str) -> dict[str, Any]:
    """By name: each parameter's type, with its choices, and default; and the types of what comes back."""
    with urllib.request.urlopen(f"{url}/gradio_api/info") as answer:
        info = json.load(answer)
    assert info["unnamed_endpoints"] == {}
    return {
        name: {
            "parameters": {entry["parameter_name"]: _parameter(entry) for entry in endpoint["parameters"]},
            "returns": [entry["python_type"]["type"] for entry in endpoint["returns"]],
        }
        for name, endpoint in info["named_endpoints"].items()
    }


def _parameter(entry: dict[str, Any]) -> dict[str, Any]:
    default = {"default": entry["parameter_default"]} if entry["parameter_has_default"] else {}
    return {"type": entry["python_type"]["type"], **default}


if __name__ == "__main__":
    with served_page() as page:
        RECORD.write_text(json.dumps(public_endpoints(page), indent=2) + "\n", encoding="utf-8")
