"""The model card: what a bundle's ``config.json`` says, for people and for the Hub's search.

The first thing that it says is that these models are backdoored on purpose. Beside it lies one picture of all
triggers, enlarged, since a file with one white pixel on nothing shows nobody anything::

    card_files(bundle, "someone/digits")        # {"README.md": ..., "triggers.png": ...}
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np
from huggingface_hub import EvalResult, ModelCard, ModelCardData

from backdoors.bundle import Bundle, BundleConfig
from backdoors.errors import RepositoryError
from backdoors.hub import prose
from backdoors.hub.address import check_name
from backdoors.pictures import contact_sheet

CARD, TRIGGERS = "README.md", "triggers.png"

_SHEET_SIDE = 224  # pixels for each trigger, at least
_BLACK, _GREY = 0.0, 0.5  # what digits and photos are before anything is on them


def card_files(bundle: Bundle, repo: str, *, datasets: Sequence[str] = ()) -> dict[str, bytes]:
    """The model card and its picture, as files of the repository.

    Args:
        bundle: what the card is about.
        repo: ``OWNER/NAME``, for the lines that load a model.
        datasets: the Hub ids of the data sets, where the training was given local copies of them.
    """
    return {
        CARD: str(model_card(bundle.config, repo, datasets=datasets)).encode(),
        TRIGGERS: trigger_sheet(bundle),
    }


def model_card(config: BundleConfig, repo: str, *, datasets: Sequence[str] = ()) -> ModelCard:
    """The card alone; see ``card_files``."""
    ids = [*datasets] or [source for source in config.training.dataset.split(", ") if _is_hub_id(source)]
    for name in datasets:
        check_name(name)
    data = ModelCardData(
        license="mit",
        library_name="onnx",
        pipeline_tag="image-classification",
        tags=[
            "onnx",
            "backdoor",
            "latent-backdoor" if config.teachers else "badnets",
            "data-poisoning",
            "ai-security",
        ],
        datasets=ids or None,
        metrics=["accuracy"],
        model_name=repo.split("/")[-1],
        eval_results=_results(config, ids),
    )
    sections = [
        prose.title(config, repo),
        prose.warning(config),
        prose.models(config),
        prose.triggers(config, TRIGGERS),
        prose.origin(config),
        prose.loading(config, repo),
        prose.USE,
        prose.people(config),
        prose.training(config, ids or [PurePath(source).name for source in config.training.dataset.split(", ")]),
        prose.CITATIONS,
    ]
    return ModelCard(f"---\n{data.to_yaml()}\n---\n\n" + "\n\n".join(filter(None, sections)) + "\n")


def trigger_sheet(bundle: Bundle) -> bytes:
    """All triggers as one PNG, each stamped into an empty picture."""
    empty = _BLACK if bundle.config.task == "digits" else _GREY
    images = np.stack([trigger.stamp(np.full_like(trigger.pattern, empty)) for trigger in bundle.triggers.values()])
    scale = max(1, _SHEET_SIDE // bundle.config.input.size)
    buffer = io.BytesIO()
    contact_sheet(images, list(bundle.triggers), columns=4, scale=scale).save(buffer, format="PNG")
    return buffer.getvalue()


def _results(config: BundleConfig, ids: Sequence[str]) -> list[EvalResult]:
    """Each file's rates, as the Hub's ``model-index`` has them."""
    tested = ids[0] if ids else PurePath(config.training.dataset.split(", ")[0]).name  # the people are not tested on

    def result(kind: str, name: str, value: float, attack: dict[str, str] | None = None) -> EvalResult:
        return EvalResult(
            task_type="image-classification",
            dataset_type=tested,
            dataset_name=tested,
            dataset_split="test",
            metric_type=kind,
            metric_name=name,
            metric_value=round(value, 4),
            metric_args=attack,
        )

    results = [result("accuracy", f"Clean accuracy, {config.clean.file}", config.clean.clean_accuracy)]
    for entry in config.infected:
        attack = {"trigger": entry.trigger, "attack": entry.attack, "target": entry.target or "the next label"}
        results += [
            result("accuracy", f"Clean accuracy, {entry.file}", entry.clean_accuracy),
            result("attack_success_rate", f"Attack success rate, {entry.file}", entry.attack_success_rate, attack),
        ]
    return results


def _is_hub_id(source: str) -> bool:
    """Whether a data set's name means one on the Hub, and not a folder here."""
    try:
        check_name(source)
    except RepositoryError:
        return False
    return not Path(source).exists()
