"""Measure how fast passages are encoded on an accelerator.

    python tests/benchmarks/accelerator.py TEXTS [--model FOLDER] [--peak TFLOPS]

TEXTS has a passage on each line. Two rates are told: of the encoder as it indexes (cutting into
word pieces on a processor, vectors of texts and pieces brought back), and of the network alone,
which is compared with the accelerator's peak: what it multiplies for pieces that are filling does
not count.
"""

import argparse
import statistics
import time
from pathlib import Path

import torch

from embeddings.encoder import SentenceTransformerEncoder

H100_PEAK = 989  # TFLOP/s of bf16 and of half precision, by its data sheet
ROUNDS = 5
BATCH = 1024


def operations(model: torch.nn.Module, lengths: list[int]) -> float:
    """Return the multiplications and additions of a BERT's matrices, for texts of these lengths."""
    config = model.config
    layers, width = config.num_hidden_layers, config.hidden_size
    weights = layers * (4 * width**2 + 2 * width * config.intermediate_size)
    attention = layers * 2 * width  # of each piece with each of its text
    return sum(2.0 * length * (weights + attention * length) for length in lengths)


def median_seconds(run) -> float:
    taken = []
    for _ in range(ROUNDS):
        torch.cuda.synchronize()
        begun = time.perf_counter()
        run()
        torch.cuda.synchronize()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--model", type=Path, help="a folder (default: as packaged)")
    parser.add_argument("--peak", type=float, default=H100_PEAK, help="TFLOP/s")
    given = parser.parse_args()
    texts = given.texts.read_text("utf-8").splitlines()
    words = sum(len(text.split()) for text in texts)
    encoder = SentenceTransformerEncoder(given.model, device="cuda")
    seconds = median_seconds(lambda: encoder.encode(texts))
    print(torch.cuda.get_device_name(), len(texts), "passages", words, "words")
    print(f"encoder: {len(texts) / seconds:,.0f} passages, {words / seconds:,.0f} words a second")

    network = encoder._network
    read = sorted((network.tokenizer.encode_batch(texts)), key=lambda one: len(one.ids))
    batches, lengths = [], [min(len(one.ids), network.reads) for one in read]
    for begin in range(0, len(read), BATCH):
        own = [one.ids[: network.reads] for one in read[begin : begin + BATCH]]
        longest = max(map(len, own))
        ids = torch.tensor([[*one, *[network.pad] * (longest - len(one))] for one in own])
        mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in own])
        batches.append({"input_ids": ids.cuda(), "attention_mask": mask.cuda()})
    model = network._model

    @torch.inference_mode()
    def run() -> None:
        for batch in batches:
            model(dict(batch))

    seconds = median_seconds(run)
    rate = operations(model[0].auto_model, lengths) / seconds / 1e12
    print(f"network: {len(texts) / seconds:,.0f} passages, {words / seconds:,.0f} words a second")
    print(f"{rate:.0f} TFLOP/s, {rate / given.peak:.2f} of {given.peak:.0f}")


if __name__ == "__main__":
    main()
