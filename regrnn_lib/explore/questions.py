"""Where explorers begin, those of Python and the page without it.

The values of their sliders, and questions that set them.
"""

from ..parameters import TABLE
from ..regularities import KNOBS, REGULARITIES

SEED = (
    3  # of every explorer and live figure: its network is, without a knob and with each of them, as most are
)
OSCILLATING = "16 of 24 networks oscillate with Dale's principle, 5 freeze, 3 stay chaotic (seeds 0 to 23)"
# a question and the knob that answers it -> the sliders that differ from balanced chaos, and what to look for
QUESTIONS = {
    "What is chaos without a regularity? no knob": (
        dict(),
        "A full disc of eigenvalues, twice as wide as the unit circle, and activity without a pattern.",
    ),
    "Does chaos survive Dale's principle? d = 1": (
        dict(dale=1.0),
        "Stripes, a smaller disc, and one eigenvalue that luck moves far outside it. "
        f"{OSCILLATING}: turn the seed.",
    ),
    "Does chaos survive reciprocity? r = 1": (
        dict(reciprocity=1.0),
        "All eigenvalues on the real axis, twice as far out. 22 of 24 networks oscillate, 2 freeze.",
    ),
    "Does chaos survive modules? m = 1": (
        dict(modularity=1.0),
        "Fewer partners, a smaller cloud. 13 of 24 networks oscillate, 10 freeze, 1 rests.",
    ),
    "What wakes a network at rest? r = 0.7 at coupling 0.7": (
        dict(coupling=0.7, reciprocity=0.7),
        "Without reciprocity it rests. The cloud leaves the unit circle along the real axis: on the right "
        "side neurons freeze, on the left they flip; here they freeze.",
    ),
    "What does an excess of excitation do? b = 0.25": (
        dict(balance=0.25),
        "One eigenvalue far to the right of the cloud: all neurons freeze on one side.",
    ),
    "What does an excess of inhibition do? b = -0.25": (
        dict(balance=-0.25),
        "One eigenvalue far to the left of the cloud: all neurons flip together, with period two.",
    ),
}


def start() -> dict[str, float]:
    """Where the sliders of a network begin, in their order: balanced chaos without a regularity."""
    return (
        dict(coupling=2.0, balance=0.0)
        | dict.fromkeys(KNOBS, 0.0)
        | dict(n_modules=5, density=1.0, n_neurons=100, seed=SEED)
    )


def questions() -> dict[str, tuple[dict[str, float], str]]:
    """A question and the knob that answers it -> the sliders that it sets, and its caption.

    A knob that was registered later has one, too.
    """
    rest = {name: value for name, value in start().items() if name not in ("n_neurons", "seed")}
    told = {name for values, _ in QUESTIONS.values() for name in values}
    more = {
        f"Does chaos survive {law.short}? {TABLE[name].plain} = 1": (
            {name: 1.0},
            f"The {law.label} is complete.",
        )
        for name, law in REGULARITIES.items()
        if name not in told
    }
    return {words: (rest | values, caption) for words, (values, caption) in (QUESTIONS | more).items()}


def presets() -> dict[str, dict[str, float]]:
    """The question -> the sliders that it sets."""
    return {words: values for words, (values, _) in questions().items()}
