"""The networks that learn to read: the reader, its teacher, and what is between their layers."""

import re
from pathlib import Path

import numpy as np
import torch
from batches import Tensors
from safetensors.numpy import load_file
from transformers import AutoModel
from weights import unpack

DROPOUT = 0.1
# Layers of the reader, each of which is to see what a teacher's of twice its number does.
SEEN = (2, 4, 6)


class Network(torch.nn.Module):
    """Mark the answer in word pieces of BERT's: layers of a folder, and an untrained head.

    Of BERT itself the embeddings stay as they are, for `bot.reader` takes the packaged model's. A
    network with another vocabulary of the same word pieces gets its own numbers for them.
    """

    def __init__(self, folder: Path, vocabulary: Path) -> None:
        super().__init__()
        options = {"hidden_dropout_prob": DROPOUT, "attention_probs_dropout_prob": 0.0}
        self.body = AutoModel.from_pretrained(folder, add_pooling_layer=False, **options).float()
        self.kinds = self.body.config.model_type == "bert"
        width = self.body.config.hidden_size
        self.shared = torch.nn.Parameter(torch.zeros(2, width))
        self.head = torch.nn.Linear(width, 2)
        pieces = vocabulary.read_text("utf-8").split("\n")
        own = (folder / "vocab.txt").read_text("utf-8").split("\n")
        named = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>"}
        number = {piece: n for n, piece in enumerate(own)}
        renamed = pieces if self.kinds else [named.get(piece, piece) for piece in pieces]
        self.register_buffer("numbers", torch.tensor([number.get(one, 0) for one in renamed]))
        if self.kinds:
            self.body.embeddings.requires_grad_(False)
        else:
            self.second = torch.nn.Parameter(torch.zeros(1, width))

    def forward(self, batch: Tensors) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        """Return scores (rows, pieces, 2) of start and end, and what each layer made of the pieces.

        What can be neither has -1e4.
        """
        marks = batch["marks"]
        none = torch.zeros_like(self.shared[:1])
        second = none if self.kinds else self.second
        added = torch.cat([none, self.shared[:1], second, second + self.shared[1:]])[marks]
        embedded = self.body.embeddings.word_embeddings(self.numbers[batch["ids"]]) + added
        kinds = {"token_type_ids": marks // 2} if self.kinds else {}
        layers = self.body(
            inputs_embeds=embedded,
            attention_mask=batch["mask"].long(),
            output_hidden_states=True,
            **kinds,
        ).hidden_states
        scores = self.head(layers[-1]).float()
        return scores.masked_fill(~batch["allowed"][:, :, None], -1e4), layers

    def start_from(self, path: Path) -> None:
        """Take the weights of a file that `save` wrote."""
        for name, value in unpack(load_file(path)).items():
            own = self.get_parameter(name if name[0] in "hs" else f"body.{name}")
            own.data = torch.from_numpy(np.ascontiguousarray(value))

    def groups(self, peak: float, decay: float, head: float) -> list[dict[str, object]]:
        """Return the parameters with their rates: lower layers have learnt most already.

        A layer further down has `decay` of the rate above it; `head` is the head's.
        """
        layers = self.body.config.num_hidden_layers
        found = []
        for name, parameter in self.named_parameters():
            if parameter.requires_grad:
                layer = re.search(r"layer\.(\d+)\.", name)
                rate = head
                if name.startswith("body."):
                    rate = peak * decay ** (layers - 1 - int(layer[1]) if layer else layers)
                fades = 0.01 if parameter.ndim > 1 and layer else 0.0
                found.append(
                    {"params": [parameter], "lr": rate, "peak": rate, "weight_decay": fades}
                )
        return found


class Sight(torch.nn.Module):
    """Compare what the reader's layers make of word pieces with what the teacher's do."""

    def __init__(self, reader: Network, teacher: Network) -> None:
        super().__init__()
        widths = reader.body.config.hidden_size, teacher.body.config.hidden_size
        self.maps = torch.nn.ModuleList(torch.nn.Linear(*widths) for _ in SEEN)

    def forward(
        self, own: tuple[torch.Tensor, ...], taught: tuple[torch.Tensor, ...], mask: torch.Tensor
    ) -> torch.Tensor:
        """Return the mean squared difference from the teacher's vectors, layer-normalised."""
        apart = []
        for layer, to in zip(SEEN, self.maps, strict=True):
            wanted = taught[2 * layer].float()
            wanted = torch.nn.functional.layer_norm(wanted, wanted.shape[-1:])
            apart.append((to(own[layer]).float() - wanted)[mask].square().mean())
        return torch.stack(apart).mean()
