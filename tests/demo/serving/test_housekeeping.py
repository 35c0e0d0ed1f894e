"""No file of a visitor is kept for longer than an hour, in whatever way it came."""

from __future__ import annotations

import os
from pathlib import Path

from backdoors.demo.serving.housekeeping import sweep
from backdoors.demo.serving.limits import KEPT_SECONDS

NOW = 1_000_000.0


def file(folder: Path, name: str, *, age: float) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a picture")
    os.utime(path, (NOW - age, NOW - age))
    return path


def test_old_files_are_deleted_and_others_stay(tmp_path: Path) -> None:
    old = file(tmp_path, "a/b/old.png", age=KEPT_SECONDS + 1)
    young = file(tmp_path, "a/b/young.png", age=KEPT_SECONDS - 1)
    assert sweep(tmp_path, now=NOW) == 1
    assert [path.exists() for path in (old, young)] == [False, True]


def test_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    elsewhere = file(tmp_path, "elsewhere/precious.png", age=10 * KEPT_SECONDS)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "link.png").symlink_to(elsewhere)
    assert sweep(tmp_path / "uploads", now=NOW) == 0
    assert elsewhere.exists()
