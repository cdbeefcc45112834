"""Read the reader's examples from a file, as batches of word pieces."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

MAX_PIECES, MAX_QUESTION = 176, 64  # of question and window, of the question, in training
CLS, SEP, ASKS = 101, 102, 1029  # [CLS], [SEP] and "?" in BERT's vocabulary
WINDOWS = (0, 25, 45, 60)  # words of a sentence and its neighbours; as likely each
POOL = 4096  # examples that are sorted by length together

Tensors = dict[str, torch.Tensor]


class Examples(IterableDataset):
    """Read the examples of a file for ever, or those kept out once, as batches of like length."""

    def __init__(self, path: Path, batch: int, seed: int, *, kept_out: bool = False) -> None:
        held = np.load(path)
        self.facts = json.loads(str(held["facts"]))
        self.pieces, self.sentences = held["pieces"], held["sentences"]
        self.texts, self.ranges = held["texts"], held["ranges"]
        self.rows = held["examples"][held["examples"][:, -1] == kept_out]
        self.batch, self.seed, self.once = batch, seed, kept_out

    def __iter__(self) -> Iterator[Tensors]:
        worker = get_worker_info()
        number, count = (worker.id, worker.num_workers) if worker else (0, 1)
        pool = number
        while True:
            if self.once and pool * POOL >= len(self.rows):
                return
            chance = random.Random(self.seed * 1_000_003 + pool)
            passes, place = divmod(pool * POOL, len(self.rows))
            order = np.random.default_rng(self.seed + passes).permutation(len(self.rows))
            made = [self._windowed(self.rows[n], chance) for n in order[place : place + POOL]]
            made.sort(key=lambda one: len(one[0]))
            batches = [made[n : n + self.batch] for n in range(0, len(made), self.batch)]
            chance.shuffle(batches)
            yield from map(self._batch, batches)
            pool += count

    def _text(self, number: int) -> np.ndarray:
        return self.pieces[self.texts[number] : self.texts[number + 1]]

    def _windowed(self, row: np.ndarray, chance: random.Random) -> tuple[np.ndarray, ...]:
        """Return word pieces, marks and target of a question and a part of its passage.

        The part is the sentence of the answer, or the one in focus, or the most alike, with some of
        its neighbours. The target says for each piece whether it is the start and the end.
        """
        kind, asked, passage, lowest, highest, a, b, region, focus, _ = (int(n) for n in row)
        question = self._text(asked)[:MAX_QUESTION]
        if question[-1, 0] == ASKS and len(question) > 1 and chance.random() < 0.3:
            question = question[:-1]  # as people type
        sentences = self.sentences[self.ranges[passage] : self.ranges[passage + 1]]
        text = self._text(passage)
        own_stems = set(question[:, 1].tolist()) - {0}
        inside = [
            n
            for n in range(lowest, highest + 1)
            if a < 0 or (sentences[n][0] < b and sentences[n][1] > a)
        ] or [lowest]
        if a >= 0 and not region:
            first, last = inside[0], inside[-1]
        else:
            if focus < 0:
                focus = max(
                    inside,
                    key=lambda n: (
                        len(own_stems & set(text[slice(*sentences[n][:2]), 1].tolist()))
                        + chance.random()
                    ),
                )
            first = last = focus
        most = chance.choice(WINDOWS)
        while True:
            grown = [(first - 1, last), (first, last + 1)]
            chance.shuffle(grown)
            for lower, upper in grown:
                fits = lower >= lowest and upper <= highest
                if fits and int(sentences[lower : upper + 1, 2].sum()) <= most:
                    first, last = lower, upper
                    break
            else:
                break
        begin = int(sentences[first][0])
        read = text[begin : int(sentences[last][1])][: MAX_PIECES - len(question) - 3]
        both = [*(own_stems & set(read[:, 1].tolist()))]
        ids = np.concatenate([[CLS], question[:, 0], [SEP], read[:, 0], [SEP]])
        marks = np.concatenate(
            [[0], np.isin(question[:, 1], both), [0], 2 + np.isin(read[:, 1], both), [2]]
        )
        target = np.zeros((len(ids), 2), dtype=bool)
        offset = len(question) + 2 - begin
        if a < 0:
            target[0] = True
        elif region:
            target[max(a + offset, len(question) + 2) : min(b + offset, len(ids) - 1)] = True
        elif b + offset < len(ids):
            target[a + offset, 0] = target[b - 1 + offset, 1] = True
        return ids, marks, target, np.array([kind, len(question) + 2, len(ids) - 1])

    def _batch(self, rows: list[tuple[np.ndarray, ...]]) -> Tensors:
        longest = max(len(ids) for ids, *_ in rows)
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        marks = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=bool)
        allowed = np.zeros((len(rows), longest), dtype=bool)
        target = np.zeros((len(rows), longest, 2), dtype=bool)
        for n, (own, marked, wanted, (_, begin, end)) in enumerate(rows):
            ids[n, : len(own)], marks[n, : len(own)] = own, marked
            mask[n, : len(own)], target[n, : len(own)] = True, wanted
            allowed[n, 0] = allowed[n, begin:end] = True
        # What was cut off cannot be learnt.
        keep = target.any(axis=1).all(axis=1)
        arrays = {"ids": ids, "marks": marks, "mask": mask, "allowed": allowed, "target": target}
        arrays["kind"] = np.asarray([row[3][0] for row in rows])
        return {name: torch.from_numpy(value[keep]) for name, value in arrays.items()}
