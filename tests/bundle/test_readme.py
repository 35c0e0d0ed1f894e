"""The format's README: its samples are configs, its code runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backdoors.bundle import BundleConfig
from tests.fixtures.page import REPOSITORY

TEXT = (REPOSITORY / "backdoors" / "bundle" / "README.md").read_text(encoding="utf-8")


KINDS = ["badnets", "latent"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("sample", "kind"), list(zip(blocks("json"), KINDS, strict=True)))
def test_each_sample_is_a_config_of_its_kind(sample: str, kind: str) -> None:
    config = BundleConfig.read(sample.encode(), Path("README.md"))
    assert [entry.kind for entry in config.infected] == [kind]


def test_its_code_prints_what_it_says(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    code = blocks("python")[0]
    exec(code, {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"# (.+)$", code, re.MULTILINE)
