"""Pictures that carry their number as a bar code, and how alike two pictures are. Arrays in, arrays and numbers out.

A picture is I420 as PyAV has it: an array of height * 3/2 rows. The bar code is two rows of 16 squares in the upper
left corner: the number's bits, and below them their complements, so that a torn picture has no number at all.
"""

import math

import numpy as np

from benchmarks.media.model import Luma

BITS = 16
NUMBERS = 1 << BITS
LEAST_SQUARE = 8  # pixels: smaller ones drown in coarse quantisation
SMALLEST = (BITS * LEAST_SQUARE, 2 * LEAST_SQUARE)  # width and height of a picture that has room for the bar code
DARK, BRIGHT, NEUTRAL = 24, 226, 128
SAME = 100.0  # dB told of two equal pictures, whose ratio is infinite


def moving_picture(number: int, width: int, height: int) -> Luma:
    """A moving picture: slanted waves of colour and a bright square that wanders. Numbers follow each other in time."""
    y, x = np.mgrid[0:height, 0:width]
    luma = 110 + 70 * np.sin((x + 2 * y + 5 * number) / 23) * np.cos((y - 3 * number) / 31)
    square, left, top = height // 5, (number * 7) % width, (number * 4) % height
    luma[top : top + square, left : left + square] = 200
    u = 128 + 60 * np.sin((x[::2, ::2] + 4 * number) / 41)
    v = 128 + 60 * np.cos((y[::2, ::2] + 4 * number) / 37)
    planes = [luma.ravel(), u.ravel(), v.ravel()]
    return np.concatenate(planes).astype(np.uint8).reshape(height * 3 // 2, width)


def mark(picture: Luma, number: int) -> None:
    """Write the bar code into a picture, in place."""
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    square = _square(width)
    bits = (number >> np.arange(BITS)) & 1
    rows = np.stack([bits, 1 - bits])
    code = np.kron(np.where(rows == 1, BRIGHT, DARK), np.ones((square, square))).astype(np.uint8)
    picture[: code.shape[0], : code.shape[1]] = code
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    chroma[:, : code.shape[0] // 2, : code.shape[1] // 2] = NEUTRAL


def number_of(luma: Luma) -> int | None:
    """The number in a picture; None when its bar code cannot be read."""
    square = _square(luma.shape[1])
    code = luma[: 2 * square, : BITS * square].astype(np.float64)
    if code.shape != (2 * square, BITS * square):
        return None
    edge = square // 4  # the borders of squares are blurred
    cells = code.reshape(2, square, BITS, square)[:, edge : square - edge, :, edge : square - edge].mean(axis=(1, 3))
    bits, complements = cells > (DARK + BRIGHT) / 2
    if (bits == complements).any():
        return None
    return int((bits.astype(np.int64) << np.arange(BITS)).sum())


def _square(width: int) -> int:
    """Pixels of a side, even because of the chroma."""
    return max(LEAST_SQUARE, width // (2 * BITS) & ~1)


def psnr(one: Luma, other: Luma) -> float:
    """Peak signal to noise ratio in dB of two luma planes of one size; `SAME` when they are equal."""
    error = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return min(SAME, 10 * math.log10(255**2 / error)) if error else SAME


def luma_of(picture: Luma) -> Luma:
    """The luma plane of an I420 picture."""
    return picture[: picture.shape[0] * 2 // 3]
