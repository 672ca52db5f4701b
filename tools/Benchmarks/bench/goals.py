"""What is to be reached. Unless said otherwise a number is how many times better than the best of the peers
the median is; of two, the first is for one copy of ML-1M and the second for 33."""

SEARCH = {
    "notebook, signed": (10, 20),
    "notebook, positive": (10, 20),
    "11 dimensions of random users": (9, 12),
    "100 dimensions of random users": (7, 5),
    "whole vectors of random users": (7, 4),
}
# The notebook's queries.
FILTERED = {", 35 %": (50, None), ", 5 %": (25, None), ", 0.1 %": (12, None)}
WITH_VECTORS = (10, 10)
RECOMMENDATION = (10, 15)
FIRST_QUERY = (None, 30)
LOADING = (10, None)
LOADING_MEMORY = (10, 10)
TEXT = {"30 words": 7, "short descriptions": 8, "30 rarest words": 6}
TEXT_DISK = 3

# At most: bytes a posting; p99 of searches during load as a multiple of that of an idle store; loading from
# text as a multiple of reading and parsing it.
DISK = (None, 2.5)
UNDER_LOAD = 2
TEXT_LOAD = 1.3
# At least, in MB/s of processor time.
JSON_BODIES = 200


def at(pair, copies):
    """The goal for so many copies; None where there is none."""
    return pair[0] if copies == 1 else pair[1] if copies >= 33 else None


def ratio(times):
    """The greatest ratio of ours to a peer's that is so many times better; None of None."""
    return times and 1 / times
