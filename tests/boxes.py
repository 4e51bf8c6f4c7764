"""Where boxes of a print lie to each other."""

from makeline.cases.designs.boxes import Box


def holds(outer: Box, inner: Box) -> bool:
    """Whether one box lies wholly inside another."""
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )
