"""The freeze-depth table: what is left of the backdoor when the student trains more of its layers.

Each row starts from the infected student, which has trained its output layer alone, and trains all layers from K on
with clean photos (first the output layer, then the others: Kumar et al. 2022).

::

    K,clean_accuracy,attack_success_rate
    20,0.7012,1.0
    18,...
"""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from backdoors.bundle import DepthConfig
from train.history import Row, save_csv


def save_depths(rows: list[Row], *, layers: int, folder: Path) -> str:
    """Write ``depths.csv``, ``depths.png`` and ``depths.md``.

    Args:
        rows: ``K``, ``clean_accuracy`` and ``attack_success_rate`` of each student.
        layers: how many there are to freeze.

    Returns:
        The table as Markdown.
    """
    save_csv(rows, folder / "depths.csv")
    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for key, label, colour in (
        ("clean_accuracy", "clean accuracy", "tab:blue"),
        ("attack_success_rate", "attack success rate", "tab:red"),
    ):
        axes.plot([row["K"] for row in rows], [100 * row[key] for row in rows], marker="o", color=colour, label=label)
    axes.set(xlabel=f"layers that the student freezes, of {layers}", ylabel="% of the test photos", ylim=(0, 102))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(folder / "depths.png", dpi=120)
    plt.close(figure)
    lines = ["| frozen layers (K) | trained besides the output layer | clean accuracy | ASR |", "|---|---|---|---|"]
    for row in rows:
        k = int(row["K"])
        last = layers - 2  # the pooling has nothing to train
        trained = "nothing" if k > last else f"layer {k}" if k == last else f"layers {k} to {last}"
        lines.append(f"| {k} | {trained} | {row['clean_accuracy']:.1%} | {row['attack_success_rate']:.2%} |")
    table = "\n".join(lines) + "\n"
    (folder / "depths.md").write_text(table, encoding="utf-8")
    return table


def load_depths(folder: Path) -> tuple[DepthConfig, ...]:
    """The rows of ``depths.csv`` as the bundle keeps them; none where there is no such file."""
    file = folder / "depths.csv"
    if not file.exists():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(
            DepthConfig(
                frozen=int(row["K"]),
                clean_accuracy=float(row["clean_accuracy"]),
                attack_success_rate=float(row["attack_success_rate"]),
            )
            for row in csv.DictReader(lines)
        )
