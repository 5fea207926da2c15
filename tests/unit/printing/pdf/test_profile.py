"""The colour profile is sRGB, as a colour management system reads it."""

import io

import pytest
from PIL.ImageCms import ImageCmsProfile

from gongkai.printing.pdf.profile import NAME, srgb_profile


def test_the_colours_are_srgb_by_their_formula():
    data = srgb_profile()
    profile = ImageCmsProfile(io.BytesIO(data)).profile
    assert len(data) < 600
    assert profile.profile_description == NAME == "sRGB IEC61966-2.1"
    assert (profile.device_class, profile.xcolor_space.strip(), profile.version) == ("mntr", "RGB", 4.2)
    red, green, blue = (
        primary[1] for primary in (profile.red_primary, profile.green_primary, profile.blue_primary)
    )
    assert red[:2] == pytest.approx((0.648, 0.331), abs=0.001)  # adapted to D50
    assert green[:2] == pytest.approx((0.321, 0.598), abs=0.001)
    assert blue[:2] == pytest.approx((0.156, 0.066), abs=0.001)
