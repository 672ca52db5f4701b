"""Makes a browser's PNG small: at most 256 colours, compressed well. Pictures of a page need no more."""
import collections
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def shrunk(png):
    """The picture with at most 256 colours.

    `png` has 8 bits a channel, red, green and blue with or without alpha, and is not interlaced, as
    browsers write it. Alpha is left out.
    """
    assert png.startswith(SIGNATURE)
    chunks = list(_chunks(png))
    width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", dict(chunks)[b"IHDR"])
    assert (depth, interlace) == (8, 0) and kind in (2, 6)
    size = 3 if kind == 2 else 4
    rows = _rows(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width, size)
    pixels = [[(row[i] & 0xFC, row[i + 1] & 0xFC, row[i + 2] & 0xFC) for i in range(0, len(row), size)]
              for row in rows]
    counts = collections.Counter(pixel for row in pixels for pixel in row)
    palette = [color for color, _ in counts.most_common(256)]
    places = {color: place for place, color in enumerate(palette)}
    for color in counts.keys() - places.keys():
        places[color] = min(range(len(palette)), key=lambda place: sum(
            (left - right) ** 2 for left, right in zip(palette[place], color)))
    # Two low bits were dropped: white stays white.
    colors = bytes(channel | channel >> 6 for color in palette for channel in color)
    lines = b"".join(b"\0" + bytes(places[pixel] for pixel in row) for row in pixels)
    return SIGNATURE + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)) \
        + _chunk(b"PLTE", colors) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")


def _chunks(png):
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        yield name, png[at + 8:at + 8 + length]
        at += length + 12


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(data, width, size):
    """Undoes the filter of each row."""
    before = bytearray(width * size)
    stride = width * size + 1
    for start in range(0, len(data), stride):
        kind, row = data[start], bytearray(data[start + 1:start + stride])
        for i in range(len(row)) if kind else ():
            left = row[i - size] if i >= size else 0
            above = before[i]
            corner = before[i - size] if i >= size else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = above
            elif kind == 3:
                guess = (left + above) // 2
            else:
                guess = min((left, above, corner), key=lambda each: abs(left + above - corner - each))
            row[i] = (row[i] + guess) & 0xFF
        yield row
        before = row
