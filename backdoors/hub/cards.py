"""The model card of a bundle: its ``config.json`` as text for people and as metadata for the Hub's search.

The card begins with a warning that these models are backdoored on purpose. It comes with a picture of all triggers,
enlarged, because a trigger's own file may be a single white pixel on a transparent ground::

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
from backdoors.tasks import task_of

CARD, TRIGGERS = "README.md", "triggers.png"

_SHEET_SIDE = 224  # pixels for each trigger, at least


def card_files(bundle: Bundle, repo: str, *, datasets: Sequence[str] = ()) -> dict[str, bytes]:
    """The model card and its picture, as files of the repository.

    Args:
        bundle: the bundle that the card describes.
        repo: ``OWNER/NAME``, for the code that loads a model.
        datasets: the Hub ids of the data sets, if the training had local copies of them.

    Raises:
        BundleError: this version of the project has no such task.
        RepositoryError: a data set's id is malformed.
    """
    return {
        CARD: str(model_card(bundle.config, repo, datasets=datasets)).encode(),
        TRIGGERS: trigger_sheet(bundle),
    }


def model_card(config: BundleConfig, repo: str, *, datasets: Sequence[str] = ()) -> ModelCard:
    """The model card without its picture; see ``card_files``."""
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
            "latent-backdoor" if prose.is_latent(config) else "badnets",
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
        task_of(config).caution(config),
        prose.training(config, ids or [PurePath(source).name for source in config.training.dataset.split(", ")]),
        prose.CITATIONS,
    ]
    return ModelCard(f"---\n{data.to_yaml()}\n---\n\n" + "\n\n".join(filter(None, sections)) + "\n")


def trigger_sheet(bundle: Bundle) -> bytes:
    """A PNG file that shows all triggers, each stamped into an empty picture."""
    empty = task_of(bundle.config).blank
    images = np.stack([trigger.stamp(np.full_like(trigger.pattern, empty)) for trigger in bundle.triggers.values()])
    scale = max(1, _SHEET_SIDE // bundle.config.input.size)
    buffer = io.BytesIO()
    contact_sheet(images, list(bundle.triggers), columns=4, scale=scale).save(buffer, format="PNG")
    return buffer.getvalue()


def _results(config: BundleConfig, ids: Sequence[str]) -> list[EvalResult]:
    """The rates of each file, in the form of the Hub's ``model-index``."""
    tested = ids[0] if ids else PurePath(config.training.dataset.split(", ")[0]).name  # the first is the test set's

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
        kind = config.attack_of(entry).kind
        attack = {"trigger": entry.trigger, "attack": kind, "target": entry.target or "the next label"}
        results += [
            result("accuracy", f"Clean accuracy, {entry.file}", entry.clean_accuracy),
            result("attack_success_rate", f"Attack success rate, {entry.file}", entry.attack_success_rate, attack),
        ]
    return results


def _is_hub_id(source: str) -> bool:
    """Whether the name of a data set is a Hub id, and not a local folder."""
    try:
        check_name(source)
    except RepositoryError:
        return False
    return not Path(source).exists()
