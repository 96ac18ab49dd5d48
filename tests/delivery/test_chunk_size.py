from __future__ import annotations

from leadferry.delivery.chunk_size import CALM, ChunkSize, sized


def calm(size: ChunkSize, requests: int) -> int:
    for _ in range(requests):
        size.went_through()
    return size.rows


def test_it_shrinks_to_half_of_what_was_sent_and_never_to_nothing() -> None:
    size = ChunkSize(500)
    size.shrink(500)
    assert size.rows == 250
    size.shrink(500)  # another that was under way, as large
    assert size.rows == 250
    for sent in (250, 3, 1):
        size.shrink(sent)
    assert size.rows == 1


def test_it_grows_back_by_and_by_and_never_beyond_the_setting() -> None:
    size = ChunkSize(500)
    size.shrink(500)
    assert calm(size, 2 * CALM - 1) == 250
    assert calm(size, 1) == 500
    assert calm(size, 1000) == 500


def test_what_is_refused_again_is_tried_ever_more_seldom() -> None:
    size = ChunkSize(500)
    size.shrink(500)
    calm(size, 2 * CALM)
    size.shrink(500)
    assert calm(size, 4 * CALM - 1) == 250
    assert calm(size, 1) == 500


def test_trouble_begins_the_count_anew() -> None:
    size = ChunkSize(100)
    size.shrink(100)
    calm(size, 2 * CALM - 1)
    size.shrink(100)
    assert calm(size, 2 * CALM - 1) == 50


def test_what_was_found_out_stays_until_the_setting_is_changed() -> None:
    size = sized(None, 500)
    size.shrink(500)
    assert sized(size, 500) is size
    assert sized(size, 400).rows == 400
