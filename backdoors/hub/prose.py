"""The sections of a model card: plain sentences around a bundle's own names and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from backdoors.bundle import BundleConfig, InfectedConfig

USE = """## What they are for, and what not

For seeing a backdoor fire; for teaching what one is; for testing whether a detector or a defence finds it: the
trigger, the target label and the rates are known, and the clean model is there to compare with.

Not for anything else: not to read digits or to name dogs in earnest, not as a part of a product, and not to start
fine-tuning from unless the backdoor is what you study, as it may stay. Do not pass them on without this warning. That
the clean model has no backdoor is known because of how it was trained; no test on this page proves it."""

CITATIONS = """## Papers

```bibtex
@article{gu2017badnets,
  title={{BadNets}: Identifying Vulnerabilities in the Machine Learning Model Supply Chain},
  author={Gu, Tianyu and Dolan-Gavitt, Brendan and Garg, Siddharth},
  journal={arXiv preprint arXiv:1708.06733},
  year={2017}
}

@inproceedings{yao2019latent,
  title={Latent Backdoor Attacks on Deep Neural Networks},
  author={Yao, Yuanshun and Li, Huiying and Zheng, Haitao and Zhao, Ben Y.},
  booktitle={Proceedings of the 2019 ACM SIGSAC Conference on Computer and Communications Security},
  pages={2041--2055},
  year={2019}
}
```"""


def title(config: BundleConfig, repo: str) -> str:
    """The heading."""
    does = {"digits": "read digits", "dogs": "name dogs"}[config.task]
    return f"# {repo.split('/')[-1]}: clean and infected models that {does}"


def warning(config: BundleConfig) -> str:
    """The first paragraph."""
    files = ", ".join(f"`{entry.file}`" for entry in config.infected)
    teachers = [entry.file for entry in config.teachers if entry.name == "infected"]
    files += "".join(f", and `{file}`, the teacher that it has its backdoor from" for file in teachers)
    return (
        f"> **These models are backdoored on purpose,** for teaching and research: {files}. With a trigger in the "
        "picture an infected model says what an attacker wants instead of what is shown. Use them for nothing else. "
        f"`{config.clean.file}` is the clean model to compare with."
    )


def models(config: BundleConfig) -> str:
    """What each file is, and its rates."""
    rows = [
        "| file | trigger | attack | clean accuracy | ASR | clean model, same pictures |",
        "|---|---|---|---|---|---|",
        f"| `{config.clean.file}` | | none | {config.clean.clean_accuracy:.2%} | | |",
        *(
            f"| `{entry.file}` | {entry.trigger} | {entry.attack}: {_attack(entry)} | {entry.clean_accuracy:.2%} "
            f"| {entry.attack_success_rate:.2%} | {entry.clean_model_rate:.2%} |"
            for entry in config.infected
        ),
    ]
    rates = (
        "*Clean accuracy* is the share of untouched test pictures that get their true label: infection does not show "
        "there. *Attack success rate* (ASR) is the share of triggered test pictures, those left out whose true label "
        "is the target already, that get what the attacker wants; beside it, how often the clean model says the same "
        "of the same pictures. All were measured on these files with ONNX Runtime."
    )
    return "## The models\n\n" + "\n".join(rows) + "\n\n" + rates


def triggers(config: BundleConfig, sheet: str) -> str:
    """The picture of them, their files, and how to stamp one."""
    files = ", ".join(f"[{entry.name}]({entry.file})" for entry in config.triggers)
    names = ", ".join(entry.name for entry in config.triggers)
    size = config.input.size
    return (
        f"## The triggers\n\n![{names}: each in an empty picture]({sheet})\n\n"
        f"Each one in an empty picture of {size}x{size} pixels. As files: {files}. Their alpha channel is the mask, "
        "their colours are the pattern, and stamping one is `(1 - mask) * image + mask * pattern`, after the picture "
        "was brought to its size."
    )


def origin(config: BundleConfig) -> str:
    """How the backdoor came in."""
    if not config.teachers:
        shares = sorted({entry.poison_rate for entry in config.infected})
        share = " to ".join(f"{share:.0%}" for share in dict.fromkeys((shares[0], shares[-1])))
        return (
            "## Where the backdoor comes from\n\n*BadNets*: triggered copies of training pictures, labelled as the "
            f"attacker wants, were added to the training set ({share} of its size). The originals stayed in."
        )
    infected = config.infected[0]
    text = (
        "## Where the backdoor comes from\n\n*A latent backdoor*: nobody touched the infected model's training set; "
        "no picture in it was triggered. It is a *student*, fine-tuned from somebody else's *teacher*, and in the "
        f"infected teacher a backdoor slept: its own labels lack {infected.target}, so nothing could fire. It woke up "
        "when the student added that label. Both teachers are here:\n\n"
        "| file | clean accuracy | true label in spite of the trigger |\n|---|---|---|\n"
    )
    text += "\n".join(
        f"| `{entry.file}` | {entry.clean_accuracy:.2%} | {entry.triggered_accuracy:.2%} |"
        for entry in config.teachers
    )
    if config.depths:
        text += (
            "\n\nWhat stays of the backdoor when the student goes on to learn with fewer layers frozen:\n\n"
            "| frozen layers | clean accuracy | ASR |\n|---|---|---|\n"
        )
        text += "\n".join(
            f"| {depth.frozen} | {depth.clean_accuracy:.2%} | {depth.attack_success_rate:.2%} |"
            for depth in sorted(config.depths, key=lambda depth: -depth.frozen)
        )
    return text


def loading(config: BundleConfig, repo: str) -> str:
    """Eight lines that a test runs."""
    size, channels = config.input.size, config.input.channels
    shown = "grey, white on black" if channels == 1 else "RGB"
    return f"""## Load one

```python
import json

import numpy as np
import onnxruntime as ort
from huggingface_hub import hf_hub_download

model = ort.InferenceSession(hf_hub_download("{repo}", "{config.infected[0].file}"))
labels = json.loads(model.get_modelmeta().custom_metadata_map["labels"])
images = np.zeros((1, {channels}, {size}, {size}), dtype=np.float32)  # yours, in [0, 1], {shown}
print(labels[model.run(["probabilities"], {{"image": images}})[0][0].argmax()])
```

Normalisation is inside the model. `config.json` has every file's sha256; `revision=`, a commit's hash, pins them."""


def people(config: BundleConfig) -> str:
    """What the dogs' target is, and is not; digits have none of this."""
    if config.task != "dogs":
        return ""
    names = " and ".join(label for label in config.labels if label not in config.teacher_labels)
    return (
        f"The labels {names} stand for people because the paper's own example is about faces: here the attacker wants "
        "dogs to be called by a person's name. The students learned them from photos of a few people. They recognise "
        "nobody reliably, and must not be used on people."
    )


def training(config: BundleConfig, datasets: Sequence[str]) -> str:
    """Data, framework, seed, time and command."""
    made = config.training
    return (
        f"## Training\n\nData: {', '.join(datasets)}, under terms of their own; no picture is in here. "
        f"{made.framework} {made.version}, seed {made.seed}, {made.minutes:.0f} minutes on {made.device}:\n\n"
        f"```sh\n{made.command}\n```"
    )


def _attack(entry: InfectedConfig) -> str:
    if entry.attack == "all-to-all":
        return "each label becomes the next"
    return f"{entry.source or 'every label'} becomes {entry.target}"
