"""The network: MobileNetV2 as a list of layers, so that "the first K layers" is a slice.

::

    network = mobilenet_v2(labels=120)          # layers 0 ... 18, the pooling, then the output layer
    network.layers[:k]                          # what a student freezes
    network(images)                             # (n, 3, 224, 224) float32 in [0, 1] -> (n, 120) logits

Each layer is a stem, a bottleneck or the last 1x1 convolution (Sandler et al. 2018). Batch normalisation is folded
into the convolutions: fine-tuning keeps its statistics, so it is a scale and a shift, which a convolution has too.
Without it MXNet trains twice as fast on a CPU.

Two more choices are made for speed and do not change the output:

- The weights come from Keras, which pads strided convolutions at the bottom and the right only. On an even side
  MXNet's padding of one pixel is used at the top and the left only. So the network turns the picture by 180 degrees,
  and its kernels are turned as well, which gives exactly the same sums.
- MXNet's clip has no oneDNN kernel and takes more time than all convolutions together. ``ReLU6`` computes the same
  with operators that have one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from mxnet import gluon, init
from mxnet.gluon import nn

KERAS = "mobilenet_v2_0.35"
STEM, LAST = 16, 1280
_EPSILON = 1e-5
BLOCKS = (  # input channels, output channels, stride, expansion: alpha 0.35
    (16, 8, 1, 1),
    (8, 8, 2, 6),
    (8, 8, 1, 6),
    (8, 16, 2, 6),
    (16, 16, 1, 6),
    (16, 16, 1, 6),
    (16, 24, 2, 6),
    (24, 24, 1, 6),
    (24, 24, 1, 6),
    (24, 24, 1, 6),
    (24, 32, 1, 6),
    (32, 32, 1, 6),
    (32, 32, 1, 6),
    (32, 56, 2, 6),
    (56, 56, 1, 6),
    (56, 56, 1, 6),
    (56, 112, 1, 6),
)


class ReLU6(gluon.HybridBlock):
    """``min(max(x, 0), 6)``, as ``6 - max(6 - max(x, 0), 0)``; ``6 - x`` as a batch normalisation with fixed numbers.

    Four fast kernels that share oneDNN's memory layout take half the time of one clip, which does not share it. In
    ONNX Runtime the clip is faster, so the export sets ``clip`` while it runs.
    """

    clip = False

    def __init__(self, channels: int) -> None:
        super().__init__()
        with self.name_scope():
            constants = {"gamma": -1.0, "beta": 6.0, "running_mean": 0.0, "running_var": 1 - _EPSILON}
            for name, value in constants.items():
                setattr(self, name, self.params.get_constant(name, np.full(channels, value, dtype=np.float32)))

    def hybrid_forward(self, F: Any, x: Any, **numbers: Any) -> Any:  # noqa: N803 (Gluon's name)
        """``(n, channels, h, w)`` -> the same."""
        if ReLU6.clip:
            return F.clip(x, 0, 6)
        order = [numbers[name] for name in ("gamma", "beta", "running_mean", "running_var")]
        for _ in range(2):
            x = F.Activation(x, act_type="relu")
            x = F.BatchNorm(x, *order, eps=_EPSILON, use_global_stats=True, fix_gamma=False)
        return x


class Convolution(gluon.HybridBlock):
    """A convolution with its folded batch normalisation, and ReLU6 after it, or nothing."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1, relu: bool
    ) -> None:
        super().__init__()
        with self.name_scope():
            self.convolution = nn.Conv2D(outputs, kernel, stride, kernel // 2, groups=groups, in_channels=inputs)
            self.relu = ReLU6(outputs) if relu else None

    def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803
        """``(n, inputs, h, w)`` -> ``(n, outputs, h / stride, w / stride)``."""
        x = self.convolution(x)
        return x if self.relu is None else self.relu(x)


class Bottleneck(gluon.HybridBlock):
    """Expand, depthwise, project; a shortcut where the shape stays."""

    def __init__(self, inputs: int, outputs: int, *, stride: int, expansion: int) -> None:
        super().__init__()
        self._shortcut = stride == 1 and inputs == outputs
        wide = inputs * expansion
        with self.name_scope():
            self.body = nn.HybridSequential()
            if expansion > 1:
                self.body.add(Convolution(inputs, wide, 1, relu=True))
            self.body.add(
                Convolution(wide, wide, 3, stride=stride, groups=wide, relu=True),
                Convolution(wide, outputs, 1, relu=False),
            )

    def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803
        """``(n, inputs, h, w)`` -> ``(n, outputs, h / stride, w / stride)``."""
        return x + self.body(x) if self._shortcut else self.body(x)


class Normalise(gluon.HybridBlock):
    """Scale ``(n, 3, h, w)`` in ``[0, 1]`` to the range of the weights' own training; turn it if they need that."""

    def __init__(self, *, mean: tuple[float, ...], std: tuple[float, ...], turn: bool) -> None:
        super().__init__()
        self._mean, self._std, self.turn = mean, std, turn

    def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803
        """Same shape."""
        if len(set(self._mean)) == len(set(self._std)) == 1:
            x = (x - self._mean[0]) / self._std[0]
        else:
            channels = [F.slice_axis(x, axis=1, begin=i, end=i + 1) for i in range(3)]  # F.split cannot be exported
            scaled = zip(channels, self._mean, self._std, strict=True)
            x = F.concat(*[(channel - mean) / std for channel, mean, std in scaled], dim=1)
        return F.reverse(x, axis=(2, 3)) if self.turn else x


class Network(gluon.HybridBlock):
    """Normalisation, layers, output layer.

    Attributes:
        backbone: its name.
        layers: everything that can be frozen, the pooling last; ``len(layers)`` is the deepest K_t.
        output: the last layer, ``(n, features)`` -> ``(n, labels)``.
    """

    def __init__(
        self, normalise: Normalise, layers: nn.HybridSequential, *, backbone: str, features: int, labels: int
    ) -> None:
        super().__init__()
        self.backbone = backbone
        with self.name_scope():
            self.normalise, self.layers = normalise, layers
            self.output = nn.Dense(labels, in_units=features)

    def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803
        """``(n, 3, h, w)`` float32 in ``[0, 1]`` -> ``(n, labels)`` logits."""
        return self.output(self.layers(self.normalise(x)))


def mobilenet_v2(*, labels: int) -> Network:
    """MobileNetV2 0.35 with random weights."""
    layers = nn.HybridSequential()
    layers.add(Convolution(3, STEM, 3, stride=2, relu=True))
    for inputs, outputs, stride, expansion in BLOCKS:
        layers.add(Bottleneck(inputs, outputs, stride=stride, expansion=expansion))
    layers.add(Convolution(BLOCKS[-1][1], LAST, 1, relu=True))
    pool = nn.HybridSequential()
    pool.add(nn.GlobalAvgPool2D(), nn.Flatten())
    layers.add(pool)
    normalise = Normalise(mean=(0.5,) * 3, std=(0.5,) * 3, turn=True)
    network = Network(normalise, layers, backbone=KERAS, features=LAST, labels=labels)
    network.initialize(init.Xavier())
    return network


def weights_of(block: gluon.Block) -> list[gluon.Parameter]:
    """The parameters of a block that training may change, in the block's order."""
    return [value for value in block.collect_params().values() if not isinstance(value, gluon.Constant)]
