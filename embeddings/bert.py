"""BERT with mean pooling (Devlin et al., 2018; Reimers and Gurevych, 2019) as an OpenVINO graph.

The graph is built straight from the weights file: nothing is exported or kept, and neither PyTorch
nor transformers is imported. Its vectors equal sentence-transformers' (cosine > .9999).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import Floats, Integers
from embeddings.errors import EncoderError
from embeddings.network import CPU_BATCH

# Added to the attention paid to filling: what remains of it is zero.
_NOWHERE = np.float32(-1e9)


def is_bert(folder: Path) -> bool:
    """Say whether a sentence-transformers folder holds what this module can run."""
    try:
        modules = [one["type"].rpartition(".")[2] for one in _read(folder, "modules.json")]
        pooling = _read(folder, "1_Pooling/config.json")
        config = _read(folder, "config.json")
    except (OSError, ValueError, KeyError, TypeError):
        return False
    chosen = {name for name, value in pooling.items() if value is True and "_mode_" in name}
    return (
        modules[:2] == ["Transformer", "Pooling"]
        and modules[2:] in ([], ["Normalize"])
        and chosen == {"pooling_mode_mean_tokens"}
        and config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and (folder / "tokenizer.json").is_file()
    )


class Compiled:
    """Run a graph on the CPU, with as many threads as OMP_NUM_THREADS says, or all."""

    def __init__(self, graph: Any) -> None:
        """Compile the graph."""
        import openvino

        threads = os.environ.get("OMP_NUM_THREADS", "")
        self._compiled = openvino.Core().compile_model(
            graph,
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_PRECISION_HINT": precision(),
                "INFERENCE_NUM_THREADS": int(threads) if threads.isdecimal() else 0,
            },
        )
        self._idle: list[Any] = []  # requests to infer, each of which serves one at a time

    def run(self, *inputs: NDArray[Any]) -> Any:
        """Return the outputs, by their number; threads can run at once."""
        try:
            request = self._idle.pop()
        except IndexError:  # the others are at work
            request = self._compiled.create_infer_request()
        outputs = request.infer(list(inputs))
        self._idle.append(request)
        return outputs


class Bert:
    """A folder's BERT, ready to run."""

    def __init__(self, folder: Path) -> None:
        """Read the weights and compile the graph."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        try:
            config = _read(folder, "config.json")
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.reads = int(_read(folder, "sentence_bert_config.json")["max_seq_length"])
            graph = _graph(load_file(folder / "model.safetensors"), config)
        except Exception as error:  # the tokenizer's and the weights' libraries have their own
            raise EncoderError(
                f"{folder}: cannot be opened ({str(error).strip().partition(chr(10))[0]});"
                " give the folder of a sentence-transformers model"
            ) from error
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.pad = int(config["pad_token_id"])
        self.dimension = int(config["hidden_size"])
        self.batch = CPU_BATCH
        self._compiled = Compiled(graph)

    def run(self, pieces: Integers, mask: Integers) -> tuple[Floats, Floats]:
        """Return the vectors of texts and of their pieces, all of unit length."""
        output = self._compiled.run(pieces, mask.astype(np.float32))
        return output[0], output[1]


def precision() -> str:
    """Return the type to calculate in: bf16 where the processor multiplies it faster than f32.

    OpenVINO takes bf16 wherever it can be had. Intel's processors have it fast in their tiles
    (AMX), which virtual machines often hide: without them it takes 1.6 times as long as f32.
    """
    try:
        processor = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:  # not Linux
        return "f32"
    amd = "AuthenticAMD" in processor and "avx512_bf16" in processor
    return "bf16" if amd or "amx_bf16" in processor else "f32"


def _read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def whole(*values: int) -> Any:
    """Return whole numbers as a constant of a graph."""
    from openvino import opset15 as op

    return op.constant(np.asarray(values, dtype=np.int64))


def _graph(weights: dict[str, Floats], config: dict[str, Any]) -> Any:
    """Return the network from word pieces and their mask to the vectors of texts and pieces."""
    from openvino import Model
    from openvino import opset15 as op

    pieces = op.parameter([-1, -1], np.int32)
    mask = op.parameter([-1, -1], np.float32)
    x = layers(weights, config, pieces, mask)

    def unit(x: Any) -> Any:
        return op.divide(x, op.sqrt(op.reduce_sum(op.multiply(x, x), whole(-1), True)))

    # Of unit length in the end, so that the sum serves as the mean.
    total = op.reduce_sum(op.multiply(x, op.unsqueeze(mask, whole(2))), whole(1), False)
    return Model([unit(total), unit(x)], [pieces, mask])


def layers(
    weights: Mapping[str, Floats],
    config: Mapping[str, Any],
    pieces: Any,
    mask: Any,
    added: Any = None,
) -> Any:
    """Return the graph from word pieces and their mask, both of OpenVINO, to the last vectors.

    `added` is what each piece's vector gets on top of its word's and its place's. A matrix may be
    of signed bytes, with a factor for each row under its name and ".scale": where the processor
    multiplies bytes (VNNI), OpenVINO then takes the vectors to bytes as well, by groups.
    """
    from openvino import opset15 as op

    heads, width = int(config["num_attention_heads"]), int(config["hidden_size"])

    def weight(name: str) -> Any:
        return op.constant(weights[name].astype(np.float32, copy=False), shared_memory=True)

    def matrix(name: str) -> Any:
        if f"{name}.scale" not in weights:
            return weight(name)
        bytes_ = op.convert(op.constant(weights[name], shared_memory=True), "f32")
        return op.multiply(bytes_, weight(f"{name}.scale"))

    def linear(x: Any, name: str) -> Any:
        product = op.matmul(x, matrix(f"{name}.weight"), False, True)
        return op.add(product, weight(f"{name}.bias"))

    def normalise(x: Any, name: str) -> Any:
        x = op.mvn(x, whole(-1), True, float(config["layer_norm_eps"]), "inside_sqrt")
        return op.add(op.multiply(x, weight(f"{name}.weight")), weight(f"{name}.bias"))

    def split(x: Any) -> Any:
        apart = op.reshape(x, whole(0, 0, heads, width // heads), True)
        return op.transpose(apart, whole(0, 2, 1, 3))

    def attend(x: Any, name: str) -> Any:
        query, key, value = (
            split(linear(x, f"{name}.self.{one}")) for one in ("query", "key", "value")
        )
        scaled = op.multiply(query, op.constant(np.float32((width // heads) ** -0.5)))
        shares = op.softmax(op.add(op.matmul(scaled, key, False, True), nowhere), -1)
        mixed = op.transpose(op.matmul(shares, value, False, False), whole(0, 2, 1, 3))
        return linear(op.reshape(mixed, whole(0, 0, width), True), f"{name}.output.dense")

    filling = op.multiply(op.subtract(op.constant(np.float32(1)), mask), op.constant(_NOWHERE))
    nowhere = op.unsqueeze(filling, whole(1, 2))
    length = op.gather(op.shape_of(pieces, "i64"), whole(1), whole(0))
    # A text of its own is of the first kind: BERT's second is for pairs.
    embedded, kind = "embeddings.word_embeddings.weight", "embeddings.token_type_embeddings.weight"
    places = weights["embeddings.position_embeddings.weight"] + weights[kind][:1]
    place = op.slice(op.constant(places.astype(np.float32)), whole(0), length, whole(1), whole(0))
    x = op.add(op.gather(weight(embedded), pieces, whole(0)), place)
    x = normalise(x if added is None else op.add(x, added), "embeddings.LayerNorm")
    for layer in range(int(config["num_hidden_layers"])):
        name = f"encoder.layer.{layer}"
        x = op.add(x, attend(x, f"{name}.attention"))
        x = normalise(x, f"{name}.attention.output.LayerNorm")
        inner = op.gelu(linear(x, f"{name}.intermediate.dense"), "erf")
        x = op.add(x, linear(inner, f"{name}.output.dense"))
        x = normalise(x, f"{name}.output.LayerNorm")
    return x
