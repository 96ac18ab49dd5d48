"""Yes or no, in the languages of LinkedIn's forms."""

from __future__ import annotations

from leadferry.mapping.model import ProblemKind
from leadferry.mapping.transforms.text import folded
from leadferry.mapping.unfit import Unfit
from leadferry.words import worded

_YES = worded(
    "yes y true t 1 on x ok accepted agree checked ja j oui o si s sim ano tak da evet igen "
    "kylla jah taip jo はい 是 对 예 네 да نعم כן हाँ ใช่ có ✓ ✔ ☑|i agree|opted in"
)
_NO = worded(
    "no n false f 0 off declined disagree unchecked nein non nao ne nie hayir nem ei nej nei "
    "nu いいえ 否 不 아니요 아니오 нет لا לא नहीं ไม่ không ☐ ✗ ✘|i do not agree|opted out"
)


def _folds(words: str) -> frozenset[str]:
    """Single words up to the first bar, phrases after it."""
    single, *phrases = words.split("|")
    return frozenset(folded(word) for word in (*single.split(), *phrases))


_YES_FOLDS, _NO_FOLDS = _folds(_YES), _folds(_NO)
_UNFIT = Unfit(ProblemKind.NOT_A_BOOLEAN, worded("neither yes nor no"))


def boolean(text: str) -> bool | Unfit:
    word = folded(text)
    if word in _YES_FOLDS:
        return True
    return False if word in _NO_FOLDS else _UNFIT


def negated(text: str) -> bool | Unfit:
    """For columns that say the opposite: consent given means *Do not allow bulk e-mails* is false."""
    value = boolean(text)
    return value if isinstance(value, Unfit) else not value
