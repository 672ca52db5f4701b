"""Snapshot files with something changed: bytes, or what the directory says, with right checksums."""

import json
import struct

from . import leaves, mutations
from .text import Raw, encode

FOOTER = struct.Struct("<QQQIIQ")


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = crc_table()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 255] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def mutated(random, data):
    """`data` is a whole snapshot as the daemon made it."""
    kind = random.randrange(8)
    if kind == 0 or len(data) < 100:
        return data
    if kind == 1:
        return data[: random.randrange(len(data))]
    if kind == 2:
        return flipped(random, data)
    if kind == 3:
        return with_footer(random, data)
    if kind == 4:
        return data + random.randbytes(random.choice([1, 40, 64]))
    return with_directory(random, data)


def flipped(random, data):
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 8])):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def with_footer(random, data):
    """Places and lengths that lead anywhere, under a checksum that is right."""
    fields = list(FOOTER.unpack(data[-FOOTER.size :]))
    fields[random.randrange(3)] = random.choice([i for i in leaves.INTEGERS if 0 <= i < 2**64])
    return data[: -FOOTER.size] + footer(data[:16], *fields[:4])


def with_directory(random, data):
    offset, count = FOOTER.unpack(data[-FOOTER.size :])[:2]
    directory = json.loads(data[offset : offset + count])
    if random.random() < 0.3:
        depth = random.choice([20, 50, 60, 63, 90, 5000])
        configuration = directory["collections"][0]["configuration"]
        configuration["echoed"] = {"metadata": {"a": Raw("[" * depth + "]" * depth)}}
        text = encode(directory)
    else:
        text = encode(mutations.mutated(random, directory))
    whole = data[:offset] + text
    size = len(whole) + FOOTER.size
    return whole + footer(data[:16], offset, len(text), size, crc32c(text))


def footer(header, offset, count, size, checksum):
    first = struct.pack("<QQQI", offset, count, size, checksum)
    return first + struct.pack("<IQ", crc32c(header + first), 0x5041_4E53_444E_494B)


def form(data, field="snapshot"):
    """A multipart form with the file in it; the content type and the body."""
    boundary = "----fuzz"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; '
        f'filename="a.snapshot"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    return (
        f"multipart/form-data; boundary={boundary}",
        head.encode() + data + f"\r\n--{boundary}--\r\n".encode(),
    )
