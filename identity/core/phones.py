"""Phone numbers: the login of a profile. In: what somebody typed. Out: E.164, or why it is none of ours."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from identity.core.refusals import ProblemError

MAX_TYPED = 40  # characters: twice the longest number with all its brackets
SHOWN_FIRST, SHOWN_LAST = 3, 2  # digits after the country's code and at the end that a masked number shows

_TYPED = re.compile(r"[0-9+().\-\u00a0\u2010-\u2013 ]+")  # no letters: "8-800-FLOWERS" is nobody's mobile phone
# In some countries (the United States) mobile and fixed lines cannot be told apart.
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def parse(typed: str, region: str) -> str:
    """The number in E.164; without a country's code it is one of `region` ("RU").

    Raises ProblemError `phone_invalid` or `phone_not_mobile`.
    """
    if len(typed) > MAX_TYPED or not _TYPED.fullmatch(typed):
        raise ProblemError("phone_invalid", "A phone number has digits, blanks, brackets, hyphens and a plus.")
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException:
        raise ProblemError("phone_invalid", "This cannot be read as a phone number.") from None
    if not phonenumbers.is_valid_number(number):
        raise ProblemError("phone_invalid", "No network has such a number.")
    if phonenumbers.number_type(number) not in _MOBILE:
        raise ProblemError("phone_not_mobile", "Only a mobile number can receive a code.")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def masked(phone: str) -> str:
    """Like "+7 912 ***-**-89": its owner recognises it, others learn nothing. `phone` is E.164."""
    number = phonenumbers.parse(phone)
    text = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    digits = [at for at, char in enumerate(text) if char.isdigit()]
    first = len(str(number.country_code)) + SHOWN_FIRST
    hidden = set(digits[first : len(digits) - SHOWN_LAST])
    return "".join("*" if at in hidden else char for at, char in enumerate(text))


def is_region(code: str) -> bool:
    """Is it the code of a country, ISO 3166-1 alpha-2?"""
    return code in phonenumbers.SUPPORTED_REGIONS
