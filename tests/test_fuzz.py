"""Whatever comes in: a right result, or one ValueError in words; no other error, no warning,
no NaN without a meaning.
"""

from datetime import timedelta

import fuzz
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("name, case", fuzz.CORPUS)
def test_what_once_failed_is_right_or_refused(name, case):
    assert fuzz.outcome(name, case) in ("right", "refused")


@pytest.mark.parametrize("value", fuzz.SAME)
@pytest.mark.parametrize("name", ["free_run", "matrix_indices", "apply_knobs", "lyapunov", "evaluate"])
def test_every_container_of_a_matrix_is_welcome_everywhere(name, value):
    further = {
        "free_run": dict(n_steps="12", start="series"),
        "matrix_indices": dict(labels="series of texts"),
        "apply_knobs": dict(dale="0.3", reciprocity="0.3", modularity="0.3", labels="series of texts"),
        "lyapunov": dict(n_steps="12"),
        "evaluate": dict(task="SequenceGeneration", wash_out="2", input_weights="W_in frame"),
    }
    assert fuzz.outcome(name, dict(W=value, **further[name])) == "right"


@pytest.mark.parametrize("value", [*fuzz.ODD, *fuzz.SCALARS])
def test_every_odd_array_is_right_or_refused_at_every_door(value):
    for name, argument in dict(
        free_run="W", measures="Y", matrix_indices="labels", driven_run="inputs"
    ).items():
        needed = {each: good[0] for each, good in fuzz.CALLS[name][1].items()}
        assert fuzz.outcome(name, needed | {argument: value}) in ("right", "refused")


@settings(
    max_examples=2500,
    deadline=timedelta(seconds=20),
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
@given(st.data())
def test_arguments_at_random(data):
    name, case = fuzz.draw(lambda sequence: data.draw(st.sampled_from(sequence)))
    assert fuzz.outcome(name, case) in ("right", "refused")
