"""Questions to start from: a regime, and the knob that is then turned on it.

They are named after what one asks, not after what one will see: a knob mostly destroys the regime that it is turned on.
"""

from ..regularities import KNOBS, REGULARITIES

REGIMES = {"chaotic": 0.0, "fixed point": 0.25, "oscillatory": -0.25}  # balance at coupling 2, without a knob
WORDS = {"chaotic": "chaos", "fixed point": "a fixed point", "oscillatory": "an oscillation"}


def questions() -> dict[str, dict[str, float]]:
    """Question -> the sliders that it sets: each regime alone, and then with each knob at 1.

    Returns
    -------
    dict of str -> dict of str -> float
        Such as "What becomes of chaos? → Dale".
    """
    alone = {f"What is {WORDS[regime]}?": _settings(balance) for regime, balance in REGIMES.items()}
    turned = {
        f"What becomes of {WORDS[regime]}? → {REGULARITIES[knob].short}": _settings(balance, knob)
        for regime, balance in REGIMES.items()
        for knob in KNOBS
    }
    return alone | turned


def _settings(balance, turned=""):
    knobs = {knob: float(knob == turned) for knob in KNOBS}
    return dict(coupling=2.0, balance=balance) | knobs | dict(n_modules=5, density=1.0)
