"""Sums that are made beside the writing."""

import hashlib

from pixcrawler.adapters.exporters.summed import Summed


def test_blocks_are_summed_up_in_their_order() -> None:
    blocks = [[b"%d" % number * 10_000, b"", b"%d" % number] for number in range(20)]
    whole = b"".join(piece for block in blocks for piece in block)
    with Summed() as summed:
        for block in blocks:
            summed.add(block)
        assert summed.hexdigest() == hashlib.sha256(whole).hexdigest()
        assert summed.hexdigest() == hashlib.sha256(whole).hexdigest()
        assert summed.size == len(whole)


def test_nothing_has_the_sum_of_nothing() -> None:
    with Summed() as summed:
        assert summed.hexdigest() == hashlib.sha256().hexdigest()
