"""What clients may rely on: the public endpoints, their parameters, and what comes back."""

from __future__ import annotations

import json

from tests.clients.endpoints import RECORD, public_endpoints


def test_the_endpoints_are_those_on_record(page_url: str) -> None:
    assert public_endpoints(page_url) == json.loads(RECORD.read_text(encoding="utf-8")), (
        "the public endpoints changed, and clients may break: if that is meant, write them down again with "
        "python -m tests.clients.endpoints"
    )
