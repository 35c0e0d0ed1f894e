"""Hostile models: what the check refuses (``MODELS``, ``EXTERNAL``), and what only a run shows (``RUN``)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.fixtures.bundles import CLEAN, replace_file
from tests.fixtures.models import DIGITS, constant, linear, reader

Make = Callable[[Path], None]
Change = Callable[[onnx.ModelProto], Any]
node, tensor = helper.make_node, numpy_helper.from_array
LABELS = {"labels": json.dumps(DIGITS)}
SECRET = "/etc/passwd"


def as_model(data: bytes) -> Make:
    return lambda folder: replace_file(folder, CLEAN, data)


def changed(change: Change) -> Make:
    """The clean model, changed."""

    def make(folder: Path) -> None:
        model = onnx.load_from_string(reader())
        change(model)
        replace_file(folder, CLEAN, model.SerializeToString())

    return make


def graph_of(*nodes: onnx.NodeProto, tensors: list[onnx.TensorProto] | None = None, opset: int = 17) -> Make:
    """A model of these nodes, from ``image`` to ``probabilities``, with a constant answer by default."""
    if not any("probabilities" in each.output for each in nodes):
        nodes = (
            *nodes,
            node("Flatten", ["image"], ["_flat"]),
            node("MatMul", ["_flat", "_zeros"], ["_scores"]),
            node("Softmax", ["_scores"], ["probabilities"]),
        )
    zeros = tensor(np.zeros((784, 10), np.float32), "_zeros")
    graph = helper.make_graph(
        list(nodes),
        "hostile",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 28, 28])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", 10])],
        [*(tensors or []), zeros],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    helper.set_model_props(model, LABELS)
    return as_model(model.SerializeToString())


def ints(name: str, *values: int) -> onnx.TensorProto:
    return tensor(np.array(values, np.int64), name)


def pointing(tensor_: onnx.TensorProto, location: str) -> onnx.TensorProto:
    """A tensor whose numbers are said to be in another file."""
    tensor_.ClearField("raw_data")
    tensor_.ClearField("float_data")
    tensor_.data_location = TensorProto.EXTERNAL
    tensor_.external_data.add(key="location", value=location)
    return tensor_


def external(location: str) -> onnx.TensorProto:
    return pointing(TensorProto(name="stolen", dims=[8], data_type=TensorProto.FLOAT), location)


def inner_graph(*tensors: onnx.TensorProto) -> onnx.GraphProto:
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
    return helper.make_graph([node("Identity", ["image"], ["out"])], "inner", [], [out], list(tensors))


def sparse(values: onnx.TensorProto) -> onnx.SparseTensorProto:
    return onnx.SparseTensorProto(values=values, indices=ints("at", 0), dims=[8])


def with_attribute(name: str, value: Any) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.graph.node[0].attribute.append(helper.make_attribute(name, value))

    return change


def with_hidden_graph(model: onnx.ModelProto) -> None:
    """A graph in an attribute that says it is a number."""
    attribute = helper.make_attribute("alpha", 1.0)
    attribute.g.CopyFrom(inner_graph())
    model.graph.node[1].attribute.append(attribute)


def with_function(model: onnx.ModelProto) -> None:
    opset = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("mine", "F", ["x"], ["y"], [node("Identity", ["x"], ["y"])], opset))


def with_training(model: onnx.ModelProto) -> None:
    model.training_info.add().initialization.CopyFrom(inner_graph(external(SECRET)))


def loop() -> Make:
    body = helper.make_graph(
        [node("Identity", ["go"], ["still"]), node("Identity", ["x"], ["y"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
        ],
    )
    return graph_of(node("Loop", ["", "yes", "image"], ["z"], body=body), tensors=[tensor(np.array(True), "yes")])


def deep(levels: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        graph = inner_graph()
        for _ in range(levels):
            outer = helper.make_graph([node("If", ["c"], ["out"], then_branch=graph)], "g", [], [])
            graph = outer
        model.graph.node.append(node("If", ["c"], ["z"], then_branch=graph, else_branch=graph))

    return change


def deeper(levels: int) -> bytes:
    """The bytes of a graph with more sub-graphs in each other than the ONNX package can write."""
    graph = b""
    for _ in range(levels):
        graph = field(1, field(5, field(6, graph)))
    return graph


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def named(value: str) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.graph.node[0].name = value

    return change


def labelled(text: str) -> Make:
    return as_model(reader(metadata={"labels": text}))


def with_dims(*dims: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.graph.initializer.append(TensorProto(name="huge", dims=dims, data_type=TensorProto.FLOAT))

    return change


def with_texts(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(TensorProto(name="t", dims=[1], data_type=TensorProto.STRING, string_data=[b"x"]))


def without_numbers(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].raw_data = b""


def with_opsets(*opsets: tuple[str, int]) -> Change:
    def change(model: onnx.ModelProto) -> None:
        del model.opset_import[:]
        model.opset_import.extend(helper.make_opsetid(*opset) for opset in opsets)

    return change


def doubling(times: int) -> list[onnx.NodeProto]:
    names = ["image", *(f"x{i}" for i in range(times))]
    return [node("Concat", [a, a], [b], axis=1) for a, b in itertools.pairwise(names)]


def plus_mean(*nodes: onnx.NodeProto, of: str, tensors: list[onnx.TensorProto]) -> Make:
    """A model whose answer needs the mean of a value."""
    return graph_of(
        *nodes,
        node("ReduceMean", [of], ["small"], keepdims=0),
        node("Flatten", ["image"], ["f"]),
        node("MatMul", ["f", "_zeros"], ["g"]),
        node("Add", ["g", "small"], ["s"]),
        node("Softmax", ["s"], ["probabilities"]),
        tensors=tensors,
    )


def doubled(times: int) -> Make:
    return plus_mean(*doubling(times), of=f"x{times - 1}", tensors=[])


def outer_product(side: int) -> Make:
    """A small file that wants side x side numbers: one column and one row."""
    column, row = np.ones((side, 1), np.float32), np.ones((1, side), np.float32)
    nodes = [node("ReduceMean", ["image"], ["mean"], keepdims=0), node("Add", ["column", "mean"], ["c"])]
    nodes += [node("Mul", ["c", "row"], ["large"])]
    return plus_mean(*nodes, of="large", tensors=[tensor(column, "column"), tensor(row, "row")])


def slow(times: int) -> Make:
    """Matrix products that take minutes and little memory."""
    nodes = [node("ReduceMean", ["image"], ["mean"], keepdims=0), node("Add", ["square", "mean"], ["x0"])]
    nodes += [node("MatMul", [f"x{i}", "square"], [f"x{i + 1}"]) for i in range(times)]
    return plus_mean(*nodes, of=f"x{times}", tensors=[tensor(np.zeros((1000, 1000), np.float32), "square")])


def says(value: float) -> Make:
    bias = np.full(10, value, np.float32)
    return as_model(linear(np.zeros((1, 28, 28, 10), np.float32), bias=bias))


def no_softmax(model: onnx.ModelProto) -> None:
    model.graph.node[2].op_type = "Identity"


def sized_by_the_picture() -> list[onnx.NodeProto]:
    return [
        node("ReduceMean", ["image"], ["m"], keepdims=1),
        node("Reshape", ["m", "one"], ["m1"]),
        node("Cast", ["m1"], ["n"], to=TensorProto.INT64),
        node("Concat", ["zeros7", "n"], ["pads"], axis=0),
        node("Pad", ["image", "pads"], ["larger"]),
    ]


MODELS: dict[str, tuple[Make, str]] = {
    "model: empty": (as_model(b""), f"{CLEAN}: expected the operators of ONNX"),
    "model: text": (as_model(b"no model"), f"{CLEAN}: not an ONNX model"),
    "model: cut": (as_model(reader()[:-100]), f"{CLEAN}: not an ONNX model"),
    "model: zeros": (as_model(bytes(100_000)), f"{CLEAN}: not an ONNX model"),
    "model: random": (as_model(np.random.default_rng(0).bytes(100_000)), f"{CLEAN}: not an ONNX model"),
    "model: ORT's own format": (as_model(b"\x18\0\0\0ORTM" + bytes(1000)), f"{CLEAN}: not an ONNX model"),
    "model: HTML": (as_model(b"<html>not found</html>"), f"{CLEAN}: not an ONNX model"),
    "model: a PNG": (as_model(b"\x89PNG\r\n\x1a\n" + bytes(100)), f"{CLEAN}: not an ONNX model"),
    "model: a million empty nodes": (as_model(field(7, b"\x0a\0" * 1_000_000)), f"{CLEAN}: .*at most 100,000 fields"),
    "model: a million empty tensors": (as_model(field(7, b"\x2a\0" * 1_000_000)), f"{CLEAN}: .*100,000 fields"),
    "model: 100,000 nested messages": (
        as_model(field(7, field(1, field(5, b"\x32\0" * 100_001)))),
        f"{CLEAN}: .*fields",
    ),
    "model: 3,000 nodes": (
        graph_of(*[node("Relu", ["image"], [f"x{i}"]) for i in range(3000)]),
        f"{CLEAN}: .*2,000 nodes",
    ),
    "model: 3,000 tensors": (graph_of(tensors=[ints(f"t{i}", 1) for i in range(3000)]), f"{CLEAN}: .*2,000 tensors"),
    "model: 2^29 floats declared": (changed(with_dims(2**29)), f"{CLEAN}: .*16,000,000 numbers in tensors"),
    "model: 2^62 floats declared": (changed(with_dims(2**31, 2**31)), f"{CLEAN}: .*numbers in tensors"),
    "model: a negative side": (changed(with_dims(-1)), f"{CLEAN}: .*sides of at least 0"),
    "model: a hundred dimensions": (changed(with_dims(*([1] * 100))), f"{CLEAN}: .*dimensions"),
    "model: fewer bytes than declared": (changed(without_numbers), f"{CLEAN}: "),
    "model: ConstantOfShape": (
        graph_of(node("ConstantOfShape", ["n"], ["x"]), tensors=[ints("n", 2**29)]),
        f"{CLEAN}: .*got ConstantOfShape",
    ),
    "model: Expand": (
        graph_of(node("Expand", ["image", "n"], ["x"]), tensors=[ints("n", 2**29)]),
        f"{CLEAN}: .*got Expand",
    ),
    "model: Tile": (
        graph_of(node("Tile", ["image", "n"], ["x"]), tensors=[ints("n", 1, 1, 9999, 9999)]),
        f"{CLEAN}: .*got Tile",
    ),
    "model: Range": (
        graph_of(node("Range", ["a", "b", "c"], ["x"]), tensors=[ints(n, 1) for n in "abc"]),
        f"{CLEAN}: .*got Range",
    ),
    "model: Resize": (
        graph_of(node("Resize", ["image", "s"], ["x"]), tensors=[ints("s", 1)]),
        f"{CLEAN}: .*got Resize",
    ),
    "model: RandomNormal": (graph_of(node("RandomNormal", ["image"], ["x"])), f"{CLEAN}: .*got RandomNormal"),
    "model: Scan": (
        graph_of(node("Scan", ["image"], ["x"], body=inner_graph(), num_scan_inputs=1)),
        f"{CLEAN}: .*sub-graph",
    ),
    "model: a loop without end": (loop(), f"{CLEAN}: .*sub-graph 'body'"),
    "model: If": (changed(deep(1)), f"{CLEAN}: .*sub-graph"),
    "model: 30 sub-graphs deep": (changed(deep(30)), f"{CLEAN}: "),
    "model: 2,000 sub-graphs deep": (as_model(field(7, deeper(2000))), f"{CLEAN}: "),
    "model: a graph in a number": (changed(with_hidden_graph), f"{CLEAN}: .*sub-graph"),
    "model: a function": (changed(with_function), f"{CLEAN}: .*function 'F'"),
    "model: training information": (changed(with_training), f"{CLEAN}: .*training information"),
    "model: a domain of its own": (
        graph_of(node("Gelu", ["image"], ["x"], domain="com.microsoft")),
        f"{CLEAN}: .*com.microsoft.Gelu",
    ),
    "model: Python's domain": (graph_of(node("PyOp", ["image"], ["x"], domain="pyop")), f"{CLEAN}: .*pyop.PyOp"),
    "model: unknown operator": (graph_of(node("Nonsense", ["image"], ["x"])), f"{CLEAN}: .*got Nonsense"),
    "model: two opsets": (changed(with_opsets(("", 17), ("ai.onnx.ml", 3))), f"{CLEAN}: .*ai.onnx.ml 3"),
    "model: opset 7": (changed(with_opsets(("", 7))), f"{CLEAN}: .*opset 17 to 21, got ai.onnx 7"),
    "model: opset 999": (changed(with_opsets(("", 999))), f"{CLEAN}: .*got ai.onnx 999"),
    "model: a NUL in a name": (changed(named("a\0b")), f"{CLEAN}: .*without NUL"),
    "model: a name of 1 MB": (changed(named("a" * 1_000_000)), f"{CLEAN}: .*characters in name"),
    "model: metadata of 1 MB": (labelled("x" * 1_000_000), f"{CLEAN}: .*characters in value"),
    "model: 1,000 metadata entries": (
        as_model(reader(metadata=dict.fromkeys(map(str, range(1000)), ""))),
        f"{CLEAN}: .*64 metadata entries",
    ),
    "model: labels of 90,000 brackets": (labelled("[" * 90_000), f"{CLEAN}: .*labels as a JSON list"),
    "model: nodes in a wrong order": (
        graph_of(node("Relu", ["b"], ["a"]), node("Relu", ["image"], ["b"])),
        f"{CLEAN}: .*in their order",
    ),
    "model: a circle": (
        graph_of(node("Add", ["b", "image"], ["a"]), node("Relu", ["a"], ["b"])),
        f"{CLEAN}: .*in their order",
    ),
    "model: a size from the picture": (
        graph_of(*sized_by_the_picture(), tensors=[ints("one", 1), ints("zeros7", *[0] * 7)]),
        f"{CLEAN}: Pad .*from the picture",
    ),
    "model: 100 inputs of a node": (graph_of(node("Concat", ["image"] * 100, ["x"], axis=1)), f"{CLEAN}: .*64 inputs"),
    "model: texts in a tensor": (changed(with_texts), f"{CLEAN}: .*expected numbers"),
    "model: huge pictures": (
        as_model(constant([0.1] * 10, labels=DIGITS, shape=(1, 2000, 2))),
        f"{CLEAN}: .*pixels on a side",
    ),
}

LOCATIONS = [SECRET, "../../secret.bin", "link.bin", "/dev/zero", "*/_ORT_MEM_ADDR_/*"]
PLACES: dict[str, Callable[[str], Change]] = {
    "an initialiser": lambda at: lambda m: m.graph.initializer.append(external(at)),
    "an attribute": lambda at: with_attribute("value", external(at)),
    "a list of attributes": lambda at: with_attribute("values", [external(at)]),
    "a sparse initialiser": lambda at: lambda m: m.graph.sparse_initializer.append(sparse(external(at))),
    "a sparse attribute": lambda at: with_attribute("sparse_value", sparse(external(at))),
    "a sub-graph": lambda at: with_attribute("body", inner_graph(external(at))),
}
EXTERNAL: dict[str, tuple[Make, str]] = {
    f"external: {location} in {place}": (changed(put(location)), f"{CLEAN}: .*(another file|sparse tensor|sub-graph)")
    for place, put in PLACES.items()
    for location in (LOCATIONS if place == "an initialiser" else LOCATIONS[:1])
}

# These pass every look at the file, and only running them shows what they are: ``probe`` refuses them.
RUN: dict[str, tuple[Make, str]] = {
    "run: 1.6 GB of numbers": (outer_product(20_000), f"{CLEAN}: .*MB of memory"),
    "run: 32 GB of numbers": (outer_product(90_000), f"{CLEAN}: .*MB of memory"),
    "run: doubled 30 times": (doubled(30), f"{CLEAN}: "),
    "run: minutes of products": (slow(1500), f"{CLEAN}: .*(processor time|longer than)"),
    "run: NaN": (says(float("nan")), f"{CLEAN}: .*not numbers"),
    "run: infinity": (says(float("inf")), f"{CLEAN}: .*not numbers"),
    "run: rows that do not sum to 1": (changed(no_softmax), f"{CLEAN}: .*rows that sum to 1"),
    "run: an index out of bounds": (
        plus_mean(node("Gather", ["image", "i"], ["x"], axis=0), of="x", tensors=[ints("i", 99)]),
        f"{CLEAN}: .*fails when it runs",
    ),
    "run: only batches of 1": (
        graph_of(
            node("Reshape", ["image", "n"], ["f"]),
            node("MatMul", ["f", "_zeros"], ["g"]),
            node("Softmax", ["g"], ["probabilities"]),
            tensors=[ints("n", 1, 784)],
        ),
        f"{CLEAN}: ",
    ),
}
