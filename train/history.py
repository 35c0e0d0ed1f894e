"""The history of a training run, one row an epoch: written as CSV, read again, and drawn as a plot."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no window: training runs on servers
import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from train.runs import replacing

Row = dict[str, float]


def save_csv(history: Sequence[Row], path: Path) -> None:
    """Write the history, the columns in the order of its first row."""
    with replacing(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(history[0]))
        writer.writeheader()
        writer.writerows(history)


def load_csv(path: Path) -> list[Row]:
    """Read a history that ``save_csv`` wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def save_plot(history: Sequence[Row], path: Path, *, title: str) -> None:
    """Draw clean accuracy and, where there is one, the attack success rate per epoch, in percent."""
    epochs = [row["epoch"] for row in history]
    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for key, label, colour in (
        ("clean_accuracy", "clean accuracy", "tab:blue"),
        ("attack_success_rate", "attack success rate", "tab:red"),
    ):
        if key in history[0]:
            percents = [100 * row[key] for row in history]
            axes.plot(epochs, percents, marker=".", color=colour, label=f"{label}: {percents[-1]:.2f}%")
    axes.set(xlabel="epoch", ylabel="% of the test pictures", title=title, ylim=(0, 102))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=120)
    plt.close(figure)
