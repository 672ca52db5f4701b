"""Whoever adds a conversion that can trap to code that reads input comes past here: see
docs/design/input-audit.md."""

import pathlib
import re

SOURCES = pathlib.Path(__file__).parents[2] / "Sources"
# What reads requests, queries, settings, files of others and data directories.
FOLDERS = [
    "JSONCodec",
    "KindredServer/HTTP",
    "KindredServer/Routes",
    "KindredServer/Qdrant",
    "KindredServer/Configuration",
    "KindredServer/Doors",
    "KindredServer/GRPC",
    "KindredCommand",
    "MovieLens",
    "Kindred/Query",
    "Kindred/Reading",
    "Kindred/Recommendation",
    "Kindred/Archive",
    "Kindred/Log",
    "Kindred/Opening",
    "SparseIndex/Filter",
    "SparseIndex/Text",
]
# To a narrower type, or from a number with a fraction.
NARROWING = re.compile(r"\bU?Int(?:8|16|32)\((?!\w*\)$)([^()]*(?:\([^()]*\)[^()]*)*)\)")
ROUNDED = re.compile(r"\bU?Int(?:64)?\([^()]*(?:\([^()]*\)[^()]*)*(?:\.rounded\(|\* *\d|[fF]raction|[rR]ate\b)")
CHECKED = re.compile(r"^(?:exactly|clamping|truncatingIfNeeded|ascii|bitPattern|littleEndian|bigEndian):")


def suspects(path):
    found = []
    for line in path.read_text().splitlines():
        code = line.split("//")[0]
        for match in NARROWING.finditer(code):
            if not CHECKED.match(match.group(1).strip()):
                found.append(line.strip())
        if ROUNDED.search(code):
            found.append(line.strip())
    return found


def test_conversions_of_input_are_known():
    known = (pathlib.Path(__file__).parent / "conversions.txt").read_text().splitlines()
    found = [
        f"{path.relative_to(SOURCES)}: {line}"
        for folder in FOLDERS
        for path in sorted((SOURCES / folder).rglob("*.swift"))
        for line in suspects(path)
    ]
    new = sorted(set(found) - set(known))
    assert not new, (
        "these can trap: use exactly:, clamping: or a limit that is checked before, or, where the value "
        "is bounded already, add the line to Tests/python/conversions.txt:\n" + "\n".join(new)
    )
    gone = sorted(set(known) - set(found))
    assert not gone, "no longer there, take them out of conversions.txt:\n" + "\n".join(gone)
