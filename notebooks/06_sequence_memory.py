# %% [markdown]
# # 6. Sequence memory
#
# How far back can a network remember?
# Feed it white noise, which no rule predicts, and ask at every step for the inputs of the last thirty steps.
# Nothing has to be computed: the task is memory itself.
#
# **What you will see.**
# A memory that is nearly perfect over ten steps and nearly gone at twenty-five, and one that holds nothing.
# The sharpest peak of the five tasks, just below the onset.
# Regularities that cost memory on one side of the onset and add some on the other.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drive, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# How the network is driven, read and scored is told once, in notebook 5: [How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run).
# The first two belong to this task.

# %% tags=["parameters"]
n_delays: int = 30  # delays that are recalled, 1..10000
n_stream_steps: int = 2000  # time steps of the stream, 20..10000000
n_neurons: int = 100  # number of neurons N, 2..5000
input_strengths: list = [0.1, 1.0]  # drives: input strength w_in, weak and strong, 0 or more each
balances: list = [-0.25, 0.0, 0.25]  # balances b of the curves, one per regime, -1..1 each
coupling_good: float = 0.9  # coupling w sqrt(N) of the network shown solving the task, above 0, up to 100
coupling_bad: float = 3.0  # coupling x of the network shown failing, above 0, up to 100
n_couplings: int = 9  # couplings x of curves and maps, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling, above 0
coupling_max: float = 6.0  # largest coupling, above coupling_min, up to 100
n_balances: int = 9  # balances b of the maps over -1..1, denser near 0, 3..201
n_levels: int = 3  # levels of the knobs in the curves, evenly over 0..1, 2..101
n_replicates: int = 8  # networks at each point, 1..10000
bias_strength: float = 0.1  # strength w_beta of the constant biases, 0 or more
ridge: float = 1e-06  # ridge of the readout, relative to the mean diagonal of the Gram matrix, 0 or more
ridges: list = [1e-10, 1e-08, 1e-06, 0.0001, 0.01]  # ridges compared, 0 or more each
n_modules: int = 5  # number of modules K, 1..N
n_steps: int = 400  # recorded time steps T of the free runs, 2..10000000
burn_in: int = 200  # steps of the free runs dropped before recording, 0..10000000
seed: int = 0  # seed of every random draw, 0 or more
n_workers: int = 0  # threads that share the work, 0 means one per core
scheduler: str = ""  # Dask scheduler such as tcp://host:8786; empty means this machine

# %%
from regrnn_lib.figures import reservoir, style
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure
from regrnn_lib.tasks import SequenceMemory, stream

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## What the task asks
#
# There is one input $u(t)$, uniform in $(-1,1)$, and an output for each delay: $u(t-1)$, $u(t-2)$, and so on.
# The accuracy is the squared correlation of output and target, averaged over the delays; chance is 0.
# Its sum over the delays is the *memory capacity* of Jaeger (2001), in steps.
# The first half of the stream trains, the second scores; it has no episodes, so there is nothing to reset.

# %%
task = SequenceMemory(n_delays=n_delays, n_steps=n_stream_steps)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "Sequence memory. Above: white noise comes in. Below: wanted is the noise of earlier steps, a row "
    "for each delay."
)
save_figure(fig, "06_task", caption)

# %% [markdown]
# **What to see.**
# Each row of the lower panel is the upper one, shifted by one step more.

# %% [markdown]
# ## One network that can, and one that cannot
#
# Both networks come from one seed and read the same weak input.
# They differ in the coupling alone.

# %%
from IPython.display import Markdown

from regrnn_lib import theory
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.experiments import statistics, studies, verdicts
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, level_grid, sweep, sweep_knobs
from regrnn_lib.figures import maps
from regrnn_lib.record import save_table
from regrnn_lib.regularities import KNOBS
from regrnn_lib.reservoir import evaluate

# %%
weak = min(input_strengths)
settings = dict(task=task, bias_strength=bias_strength, ridge=ridge)
drives = dict(input_strength=input_strengths)
network = dict(n_neurons=n_neurons, n_modules=n_modules, n_replicates=n_replicates, seed=seed)
common = network | dict(n_workers=n_workers, scheduler=scheduler)
couplings, plane = coupling_grid(coupling_min, coupling_max, n_couplings), balance_grid(n_balances)

# %%
pair = [coupling_good, coupling_bad]
titles, solved = studies.solve_at(pair, n_neurons=n_neurons, seed=seed, input_strength=weak, **settings)
fig = reservoir.solutions(task, solved, titles)
caption = (
    f"Two networks without a knob, weakly driven, at coupling w√N = {coupling_good:g} (left) and "
    f"{coupling_bad:g} (right). Above: activity of 40 neurons over time. Below: squared correlation of "
    "output and target against the delay."
)
save_figure(fig, "06_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left recall is nearly perfect up to ten steps, one half at twenty, and nearly gone at twenty-five.
# On the right there is nothing, not even the step before.
#
# At the defaults the input to a neuron of the right network has less than a thousandth of the variance of what the others send it.

# %% [markdown]
# ## Accuracy over coupling, for each knob
#
# [How to read the curves](05_sequence_generation.ipynb#Curves).
# The first figure is the weak drive, the second the strong one.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("06_curves_weak", "06_curves_strong")):
    fig = reservoir.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    caption = (
        f"Accuracy against coupling w√N under the drive w_in = {w_in:g}: a column for each knob, a row "
        "for each balance b, a line for each level of the knob. Line: mean over networks; band: 95 % "
        "of them; dotted: chance; dashed: W = 0."
    )
    save_figure(fig, name, caption)

# %% [markdown]
# **What to see.**
# At $b=0$ under weak drive there is a sharp peak just below the onset, and nothing from 3 on.
# Dale's principle and reciprocity cut the peak down, at half their level and at 1.
# Modules move it to stronger coupling.
# Without recurrence nothing is remembered: the dashed line lies on the dotted one.
#
# Under strong drive the whole landscape lies low; a large input saturates the neurons and overwrites the past.
# Modules still move the top to the right, and reciprocity still cuts it down.

# %% [markdown]
# ## Where a regularity helps and where it harms
#
# [How to read the maps](05_sequence_generation.ipynb#Maps).

# %%
on_off = sweep_knobs(
    dict(coupling=couplings, balance=plane), [0.0, 1.0], evaluate, settings=settings, vary=drives, **common
)
change = statistics.paired_effect(on_off[["accuracy"]], "level").accuracy
fig = maps.measures(studies.effect_maps(change), KNOBS, theory.boundaries(n_neurons, couplings))
caption = (
    "Paired change of accuracy when a knob (columns) goes from 0 to 1, over balance b and coupling "
    "w√N, for two drives (rows). Stroke: the 95 % interval includes 0. Lines: borders of the regimes "
    "without a knob."
)
save_figure(fig, "06_effects", caption)

# %%
levels = statistics.summary(on_off[["accuracy", "score", "memory_capacity"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "06_effects_table", caption)

# %% [markdown]
# **What to see.**
# Just below the onset, under weak drive, every knob costs much.
# From about twice that coupling on all three gain, modules most: their own onset lies there.
# Just above the line symmetric networks at $b=0$ still lose.
# Under strong drive Dale's principle and reciprocity gain at most a few hundredths, in the strongest couplings; below these they cost memory.

# %% [markdown]
# ## What predicts accuracy?
#
# [How to read this figure](05_sequence_generation.ipynb#Free-runs).

# %%
measures = ("fluctuation", "correlation", "nonlinearity", "lyapunov", "dimension")
length = dict(n_steps=n_steps, burn_in=burn_in)
free = sweep_knobs(
    dict(coupling=couplings, balance=plane), [0.0, 1.0], free_dynamics, settings=length, **common
)
alone = {name: studies.each_network(free[name]) for name in measures}
by_drive = {studies.drive_text(w): on_off.accuracy.sel(input_strength=w) for w in input_strengths}
scores = {text: studies.each_network(accuracy) for text, accuracy in by_drive.items()}

# %%
fig = reservoir.predictors(scores, alone)
caption = (
    "Accuracy of every network against five measures of its free run: fluctuation F, correlation C, "
    "nonlinearity 𝒩, Lyapunov exponent λ (values below -2 drawn at -2), dimension D. A row for each "
    "drive; in the heads Spearman's rank correlation ρ_S."
)
save_figure(fig, "06_predictors", caption)

# %% [markdown]
# **What to see.**
# Under weak drive the best networks crowd at $\lambda$ just below zero.
# In ranks, over the whole map, saturation $\mathcal N$ predicts best.
# Networks with $\mathcal N$ near 1 remember little.

# %% [markdown]
# ## Does the ridge matter?
#
# The networks without a knob at $b=0$, read with smaller and larger ridges.

# %%
read = drives | dict(ridge=ridges)
by_ridge = sweep(dict(coupling=[0.5, 0.9, 1.5, 3.0]), evaluate, settings=settings, vary=read, **common)
fig = reservoir.ridge_sensitivity(by_ridge, task)
caption = (
    "Accuracy against the ridge of the readout for networks without a knob at b = 0: a line for each "
    "of four couplings w√N, a panel for each drive. Band: 95 % of the networks."
)
save_figure(fig, "06_ridge", caption)

# %% [markdown]
# **What to see.**
# A weakly coupled network holds the past in small components of its state, each step back a factor smaller.
# So at $w\sqrt N=0.5$ under weak drive a smaller ridge recalls more.
# Around and above the onset only the largest ridge makes a difference: it takes about a sixth of the peak.

# %% [markdown]
# ## What was found

# %%
Markdown(studies.best_without_knob(on_off))

# %%
points = {"below the onset": (0.9, 0.0), "above the onset": (2.0, 0.0), "far above": (3.0, 0.0)}
head = (
    f"Paired change of accuracy, knob 0 to 1, with its 95 % interval over {n_replicates} networks of "
    f"{n_neurons} neurons:\n\n"
)
Markdown(head + statistics.change_table(studies.effect_rows(change), points))

# %% [markdown]
# ### The verdicts on this task
#
# [Where they come from](05_sequence_generation.ipynb#Verdicts); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
Markdown(verdicts.concerning(verdicts.read_table(), task="sequence_memory"))

# %% [markdown]
# **What to see.**
# Quiescent networks lose with every regularity, most under weak drive.
# Weakly driven chaotic networks gain with every one.
# Under strong drive modules still help all networks that are not quiescent.
# Dale's principle and reciprocity cost a little memory nearly everywhere there.
#
# **Where it holds and where not.**
# The peak is narrow, so an effect at one coupling says little: look at the whole curve.
# The number of delays sets the scale of the accuracy, since every delay beyond reach adds a zero to the average.
# And a weakly coupled network remembers only as far as the ridge allows.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/06_sequence_memory.ipynb out.ipynb -p n_delays 60 -p n_neurons 200
# ```
#
# Does the memory capacity double when the number of neurons does?
# What happens to the peak at $b=0.1$?
# Next: [7. Pattern classification](07_pattern_classification.ipynb).
