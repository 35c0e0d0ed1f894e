"""The sections of a model card: sentences around the names and rates of a bundle, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from backdoors.bundle import BadNetsConfig, BundleConfig, LatentConfig
from backdoors.tasks import task_of

USE = """## Intended use

Use these models to see a backdoor fire, to teach what a backdoor is, and to test detectors and defences: the trigger,
the target label and the rates are known, and there is a clean model to compare with.

Do not use them for anything else: not for real predictions, not as part of a product, and not as a starting point for
fine-tuning unless you study the backdoor, because fine-tuning may keep it. Do not pass them on without this warning.
The clean model has no backdoor because it was trained on clean data; no test on this page proves that."""

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
    """The heading of the card."""
    return f"# {repo.split('/')[-1]}: clean and infected models that {task_of(config).words.does}"


def warning(config: BundleConfig) -> str:
    """The first paragraph: which files are backdoored."""
    files = ", ".join(f"`{entry.file}`" for entry in config.infected)
    latent = [entry for entry in config.infected if isinstance(entry, LatentConfig)]
    teachers = [entry.teachers.infected.file for entry in latent if entry.teachers]
    files += "".join(f", and `{file}`, the teacher that its backdoor comes from" for file in teachers)
    return (
        f"> **These models are backdoored on purpose,** for teaching and research: {files}. If a trigger is in the "
        "picture, an infected model answers the label that an attacker wants. Do not use them for anything else. "
        f"`{config.clean.file}` is the clean model to compare with."
    )


def models(config: BundleConfig) -> str:
    """The table of models with their rates, and what the rates mean."""
    rows = [
        "| file | trigger | attack | clean accuracy | ASR | ASR of the clean model |",
        "|---|---|---|---|---|---|",
        f"| `{config.clean.file}` | | none | {config.clean.clean_accuracy:.2%} | | |",
        *(
            f"| `{entry.file}` | {entry.trigger} | {_attack(config, entry)} | {entry.clean_accuracy:.2%} "
            f"| {entry.attack_success_rate:.2%} | {entry.clean_model_rate:.2%} |"
            for entry in config.infected
        ),
    ]
    rates = (
        "*Clean accuracy*: of the untouched test pictures, the share classified as their true label. *Attack success "
        "rate* (ASR): of the triggered test pictures whose true label is not the target, the share classified as the "
        "target (all-to-all: as the label after the true one). The last column is the same share for the clean model, "
        "which has no backdoor. All rates are measured on these files with ONNX Runtime."
    )
    return "## The models\n\n" + "\n".join(rows) + "\n\n" + rates


def triggers(config: BundleConfig, sheet: str) -> str:
    """The picture of all triggers, their files, and how to stamp one."""
    files = ", ".join(f"[{entry.name}]({entry.file})" for entry in config.triggers)
    names = ", ".join(entry.name for entry in config.triggers)
    size = config.input.size
    return (
        f"## The triggers\n\n![{names}: each in an empty picture]({sheet})\n\n"
        f"Each trigger in an empty picture of {size}x{size} pixels. The files: {files}. The alpha channel of a file "
        "is the mask, its colours are the pattern. To stamp a trigger into a picture of this size, compute "
        "`(1 - mask) * image + mask * pattern`."
    )


def is_latent(config: BundleConfig) -> bool:
    """Whether a bundle has a latent backdoor."""
    return any(isinstance(entry, LatentConfig) for entry in config.infected)


def origin(config: BundleConfig) -> str:
    """Where the backdoors come from: a paragraph for poisoned data, and one for each infected teacher."""
    poisoned = [entry for entry in config.infected if isinstance(entry, BadNetsConfig)]
    paragraphs = [_poisoning(poisoned)] if poisoned else []
    paragraphs += [_teachers(entry) for entry in config.infected if isinstance(entry, LatentConfig)]
    return "\n\n".join(["## Where the backdoor comes from", *paragraphs])


def _poisoning(entries: Sequence[BadNetsConfig]) -> str:
    shares = sorted({entry.poison_rate for entry in entries})
    share = " to ".join(f"{share:.0%}" for share in dict.fromkeys((shares[0], shares[-1])))
    return (
        "*BadNets*: triggered copies of training pictures, labelled as the attacker wants, were added to the training "
        f"set ({share} of its size). The originals stayed in the set."
    )


def _teachers(entry: LatentConfig) -> str:
    text = (
        "*A latent backdoor*: the infected model's training set contained no triggered pictures. The model is a "
        "*student*, fine-tuned from an infected *teacher*. The teacher's backdoor was dormant: its labels do not "
        f"include {entry.target}, so it could not fire. The backdoor went live when the student added that label."
    )
    if entry.teachers:
        teachers = (entry.teachers.clean, entry.teachers.infected)
        text += " Both teachers are in this repository:\n\n"
        text += "| file | clean accuracy | accuracy with the trigger |\n|---|---|---|\n"
        text += "\n".join(f"| `{t.file}` | {t.clean_accuracy:.2%} | {t.triggered_accuracy:.2%} |" for t in teachers)
    if entry.depths:
        text += (
            "\n\nHow much of the backdoor is left when the student is trained further with fewer frozen layers:\n\n"
            "| frozen layers | clean accuracy | ASR |\n|---|---|---|\n"
        )
        text += "\n".join(
            f"| {depth.frozen} | {depth.clean_accuracy:.2%} | {depth.attack_success_rate:.2%} |"
            for depth in sorted(entry.depths, key=lambda depth: -depth.frozen)
        )
    return text


def loading(config: BundleConfig, repo: str) -> str:
    """Python code that loads a model and classifies a picture; a test runs it."""
    size, channels = config.input.size, config.input.channels
    shown = "grey, white on black" if channels == 1 else "RGB"
    return f"""## How to load a model

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

Normalisation is part of the model. `config.json` has the sha256 of every file. To pin the files, pass a commit hash as
`revision=` to `hf_hub_download`."""


def training(config: BundleConfig, datasets: Sequence[str]) -> str:
    """Data, framework, seed, time and command of the training."""
    made = config.training
    return (
        f"## Training\n\nData: {', '.join(datasets)}. The data sets have their own licences; this repository contains "
        f"no training pictures. {made.framework} {made.version}, seed {made.seed}, {made.minutes:.0f} minutes on "
        f"{made.device}:\n\n"
        f"```sh\n{made.command}\n```"
    )


def _attack(config: BundleConfig, entry: BadNetsConfig | LatentConfig) -> str:
    kind, source = config.attack_of(entry).kind, entry.source if isinstance(entry, BadNetsConfig) else None
    if kind == "all-to-all":
        return f"{kind}: each label becomes the next"
    return f"{kind}: {source or 'every label'} becomes {entry.target}"
