"""What the embedded store of vectors does, when there are few and when there are very many."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.arrays import Floats
from embeddings.stores.faiss import EXACT, SMALL, FaissStore

DIMENSION = 24


def test_the_nearest_vectors_come_first() -> None:
    store = FaissStore(DIMENSION)
    vectors = np.random.default_rng(1).normal(size=(60, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert len(store) == 0
    store.add(vectors[:40])
    store.add(vectors[40:])
    assert len(store) == 60
    asked = vectors[7]
    products = vectors @ asked

    places, scores = store.search(asked, 10)
    assert places.tolist() == np.argsort(-products)[:10].tolist() and places[0] == 7
    assert scores == pytest.approx(products[places], abs=1e-5)

    within = [3, 50, 7, 21]
    places, scores = store.search(asked, 10, within=within)
    assert places.tolist() == sorted(within, key=lambda place: -products[place])
    assert len(store.search(asked, 2, within=within)[0]) == 2
    assert len(store.search(asked, 5, within=[])[0]) == 0

    assert store.vectors([50, 3]) == pytest.approx(vectors[[50, 3]], abs=1e-6)
    assert store.scores(asked, [50, 3]) == pytest.approx(products[[50, 3]], abs=1e-5)


def vectors(count: int) -> Floats:
    """Return texts' vectors as they lie: many of a topic, all of unit length."""
    chance = np.random.default_rng(1)
    topics = chance.normal(size=(200, 32))
    found = topics[chance.integers(0, 200, count)] + chance.normal(0, 0.7, (count, 32))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def test_very_many_vectors_are_found_without_comparing_each(tmp_path: Path) -> None:
    kept = vectors(EXACT + 2000)
    store = FaissStore(32)
    store.add(kept[:EXACT])
    places, scores = store.search(kept[7], 3)
    assert store.is_exact and places[0] == 7
    assert scores == pytest.approx(np.sort(kept[:EXACT] @ kept[7])[:-4:-1], abs=1e-5)
    store.add(kept[EXACT:-1000])
    store.add(kept[-1000:])
    store.save(tmp_path / "vectors.faiss")
    for one in (store, FaissStore.load(tmp_path / "vectors.faiss")):
        assert not one.is_exact and len(one) == len(kept)
        assert np.allclose(one.vectors([5, len(kept) - 1]), kept[[5, -1]], atol=0.01)
        shares = []
        for question in vectors(100)[::-1] + np.float32(0.05):
            nearest = set(np.argsort(-(kept @ question))[:10].tolist())
            found, scores = one.search(question, 10)
            assert scores.tolist() == sorted(scores, reverse=True)
            shares.append(len(nearest & set(found.tolist())) / 10)
        assert np.mean(shares) >= 0.94  # a byte a component is coarse in so few components
        found, _ = one.search(kept[3], 5, within=[1, 3, 9, len(kept) - 1])
        assert len(found) == 4 and found[0] == 3


def test_a_large_index_compares_no_large_segment_whole() -> None:
    kept = vectors(2 * SMALL)
    store = FaissStore(32)
    store.add(kept)
    assert store.part_of(EXACT).is_exact
    part = store.part_of(EXACT + 1)
    assert not part.is_exact and len(part) == len(kept)
    assert part.search(kept[3], 1)[0] == [3]
    small = FaissStore(32)
    small.add(kept[: SMALL - 1])
    assert small.part_of(EXACT + 1).is_exact
