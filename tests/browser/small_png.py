"""A screenshot with at most 256 colours: a third of the bytes, and the same to the eye."""

import struct
import zlib
from base64 import b64decode, b64encode

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser

MOST = 256
PIXELS = """async source => {
  const picture = new Image();
  picture.src = source;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const bytes = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [canvas.width, canvas.height, btoa(text)];
}"""


def smaller(browser: Browser, picture: bytes) -> bytes:
    """The same picture with the colours that it has most of; each other becomes the nearest of them."""
    page = browser.new_page()
    width, height, bytes_ = page.evaluate(PIXELS, inline(picture))
    page.close()
    pixels = np.frombuffer(b64decode(bytes_), np.uint8).reshape(height * width, 4)[:, :3]
    palette, which = _palette(pixels)
    return _png(width, height, palette, which.reshape(height, width))


def inline(picture: bytes) -> str:
    """A picture as an address of its own."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def _palette(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    colours, where, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST])
    palette = colours[kept].astype(int)
    nearest = np.array([np.square(palette - colour).sum(axis=1).argmin() for colour in colours.astype(int)])
    return colours[kept], nearest[where.reshape(-1)].astype(np.uint8)


def _png(width: int, height: int, palette: NDArray[np.uint8], rows: NDArray[np.uint8]) -> bytes:
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
