import numpy as np
import pytest

from benchmarks.media import picture


@pytest.mark.parametrize("size", [(128, 96), (320, 180), (640, 360), (1280, 720)])
@pytest.mark.parametrize("number", [0, 1, 0xAAAA, 0xFFFF])
def test_a_number_survives_in_a_picture(number: int, size: tuple[int, int]) -> None:
    image = picture.moving_picture(number, *size)
    picture.mark(image, number)
    luma = picture.luma_of(image)
    blurred = (luma.astype(int) + np.roll(luma, 1, axis=(0, 1))) // 2
    assert picture.number_of(luma) == picture.number_of(blurred.astype(np.uint8)) == number


def test_a_picture_without_or_with_a_torn_code_has_no_number() -> None:
    image = picture.moving_picture(7, 640, 360)
    assert picture.number_of(picture.luma_of(image)) is None
    picture.mark(image, 7)
    image[:20] = 0
    assert picture.number_of(picture.luma_of(image)) is None
    assert picture.number_of(np.zeros((8, 8), np.uint8)) is None


def test_the_ratio_tells_how_alike_pictures_are() -> None:
    one = np.full((90, 160), 100, np.uint8)
    assert picture.psnr(one, one) == picture.SAME
    assert picture.psnr(one, one + 1) == pytest.approx(48.13, abs=0.01)
    assert picture.psnr(one, np.full_like(one, 200)) < 10


def test_pictures_move() -> None:
    first, second = (picture.moving_picture(number, 320, 180) for number in (1, 2))
    assert picture.psnr(first, second) < 40
