# %% [markdown]
# # 6. Sequence memory
#
# How far back can a network remember?
# Feed it white noise, which no rule predicts, and ask at every step for the inputs of the last thirty steps.
# Nothing has to be computed: the task is memory itself.
#
# On this task the reading of the abstract that [notebook 10](10_claims.ipynb) found, by a search that it discloses, shows in full: in driven chaos under moderate drive Dale's principle and modules raise accuracy, and a quarter of reciprocity lowers it.
# Elsewhere the three do not hold together, but for a trace: far above the onset under weak drive a quarter of reciprocity takes four thousandths.
#
# **What you will see.**
# The sharpest peak of the five tasks, just below the onset.
# A memory that outlives the driven edge when the drive is strong.
# Regularities that cost memory on one side and add some on the other, and none that lifts the peak by more than this grid can tell.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drives, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# How the network is driven, read and scored, and how the figures are read, is told once, in notebook 5: [How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run).
# The first two belong to this task.
# The text speaks of the run at default parameters; if yours differ, a line below the imports says which.

# %% tags=["parameters"]
n_delays: int = 30  # delays that are recalled, 1..10000
n_stream_steps: int = 2000  # time steps of the stream, 20..10000000
n_neurons: int = 100  # number of neurons N, 2..5000
drives: list = [0.1, 0.3, 1.0]  # drives u: rms input current of a neuron, weak to strong, 0 or more each
balances: list = [-0.25, 0.25]  # balances b of the curves with a bias, -1..1 each
coupling_good: float = 0.9  # coupling w sqrt(N) of the network shown solving the task, above 0, up to 100
coupling_bad: float = 3.0  # coupling x of the network shown failing, above 0, up to 100
n_couplings: int = 9  # couplings x of curves and maps, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling, above 0
coupling_max: float = 6.0  # largest coupling, above coupling_min, up to 100
n_balances: int = 9  # balances b of the maps over -1..1, denser near 0, 3..201
n_levels: int = 5  # levels of the knobs in the curves, evenly over 0..1, 2..101
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
# There is one input, uniform in $(-1,1)$, and an output for each delay: the input of one step ago, of two steps ago, and so on.
# The accuracy is the squared correlation of output and target, averaged over the delays; chance is 0.
# Its sum over the delays is the *memory capacity* of Jaeger (2001), in steps.
# The first half of the stream trains, the second scores; it has no episodes, so there is nothing to reset.

# %%
task = SequenceMemory(n_delays=n_delays, n_steps=n_stream_steps)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "Sequence memory. Above: white noise comes in. Below: wanted is the noise of earlier steps, a row for "
    "each delay; orange: above 0, blue: below, hatched: nothing is asked before the noise reaches back far "
    "enough."
)
save_figure(fig, "06_task", caption)

# %% [markdown]
# **What to see.**
# Each row of the lower panel is the curve above it, in colours and shifted by one step more.
# Follow one dark square: it walks down to the right until it is thirty steps old.

# %% [markdown]
# ## One network that can, and one that cannot
#
# Both networks come from one seed and read the same input under the middle drive.
# They differ in the coupling alone.

# %%
from IPython.display import Markdown

from regrnn_lib.experiments import studies
from regrnn_lib.experiments.sweep import coupling_grid

# %%
study = studies.Study(
    task,
    drives,
    coupling_grid(coupling_min, coupling_max, n_couplings),
    settings=dict(bias_strength=bias_strength, ridge=ridge),
    network=dict(
        n_neurons=n_neurons,
        n_modules=n_modules,
        n_replicates=n_replicates,
        seed=seed,
        n_workers=n_workers,
        scheduler=scheduler,
    ),
)
theory_of = dict(n_neurons=n_neurons, bias_strength=bias_strength)

# %%
titles, solved = study.solve_at([coupling_good, coupling_bad])
fig = reservoir.solutions(task, solved, titles)
caption = (
    f"Two networks without a knob under the drive u = {study.moderate:g}, at coupling w√N = "
    f"{coupling_good:g} (left) and {coupling_bad:g} (right). Above: activity of 40 neurons over time. "
    "Below: squared correlation of output and target against the delay."
)
save_figure(fig, "06_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left recall is nearly perfect for some seven steps, falls to one half near eleven, and is gone at sixteen.
# On the right less than one half is left of the step before, and nothing after ten.

# %% [markdown]
# ## Accuracy over coupling, for each knob
#
# [How to read the curves](05_sequence_generation.ipynb#Curves).
# The rows are the three drives.

# %%
from regrnn_lib.experiments.driven_edges import fall_table, predicted_edges

# %%
curves = study.over_coupling(studies.curve_levels(n_levels))
edges = predicted_edges(drives, **theory_of)
fig = reservoir.accuracy_curves(curves, task, edges.squeeze())
save_figure(fig, "06_curves", reservoir.CAPTIONS["curves"])

# %% [markdown]
# **What to see.**
# Under weak drive there is a sharp peak just below the onset, and next to nothing beyond $w\sqrt N=2$.
# Dale's principle cuts the peak down, and reciprocity does so already at a quarter.
# Modules move it to stronger coupling.
# Without recurrence nothing is remembered: the dashed line lies on the dotted one.
#
# The stronger the drive, the lower and the wider the top.
# Under strong drive every level of reciprocity remembers less than none from $w\sqrt N$ of about 0.6 on; far above the edge the last step, from 3/4 to 1, brings a little back.

# %% [markdown]
# ### Does accuracy fall where the edge is crossed?
#
# [How to read the table](05_sequence_generation.ipynb#The-driven-edge).
# The input is the white noise for which theory is made.

# %%
balanced = studies.without_knob(curves).accuracy.squeeze()
Markdown(fall_table(balanced, study.exponents().squeeze(), bias_strength))

# %% [markdown]
# **What to see.**
# The measured edge agrees with the predicted one; under weak drive, where single networks scatter, it is later.
# Accuracy falls around the edge under weak drive only.
# Under moderate drive half of it is lost at 1.3 times the edge, and under strong drive at 1.8 times.
# An exponent just above 0 says that differences grow, not that the input of the last steps is lost.

# %% [markdown]
# ### With a bias
#
# The same under the middle drive, with an excess of inhibition and of excitation; by mean field no network without a knob is chaotic here.

# %%
biased = study.over_coupling([0.0, 0.25, 1.0], balances, drives=[study.moderate])
fig = reservoir.accuracy_curves(biased, task, rows="balance")
save_figure(fig, "06_biased", reservoir.CAPTIONS["biased"])

# %% [markdown]
# **What to see.**
# Memory is short at every coupling, and reciprocity changes little of it.
# Complete Dale's principle costs some, most with an excess of inhibition.
# Complete modules bring the balanced peak back, near $w\sqrt N=2$.

# %% [markdown]
# ## Where a regularity helps and where it harms
#
# [How to read the maps](05_sequence_generation.ipynb#Maps).

# %%
from regrnn_lib import theory
from regrnn_lib.experiments import statistics
from regrnn_lib.experiments.driven_edges import around_edges, predicted_exponents
from regrnn_lib.experiments.sweep import balance_grid
from regrnn_lib.record import save_table

# %%
plane = study.over_plane(balance_grid(n_balances))
change = statistics.paired_effect(plane[["accuracy"]], "level").accuracy
free = theory.boundaries(n_neurons, study.couplings)
driven = predicted_exponents(drives, *around_edges(n_neurons), **theory_of)
fig = reservoir.effects(change, free, driven)
save_figure(fig, "06_effects", reservoir.CAPTIONS["effects"])

# %%
levels = statistics.summary(plane[["accuracy", "score", "memory_capacity"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "06_effects_table", caption)

# %% [markdown]
# **What to see.**
# Just below the onset every knob costs much under weak and moderate drive.
# Well above the dashed line all three gain under weak drive, modules most: their own onset lies there.
# Under moderate drive the gains of Dale's principle and of complete reciprocity begin later and are small.
# Under strong drive both cost memory in nearly the whole strip, and only modules gain, above the edge.

# %% [markdown]
# ## What predicts accuracy?
#
# [How to read this figure](05_sequence_generation.ipynb#Free-runs).

# %%
alone = study.alone(balance_grid(n_balances), n_steps=n_steps, burn_in=burn_in)
fig = reservoir.predictors(*studies.side_by_side(plane.accuracy, alone))
save_figure(fig, "06_predictors", reservoir.CAPTIONS["predictors"])

# %%
Markdown(studies.balanced_ranks(plane.accuracy, alone.lyapunov))

# %% [markdown]
# **What to see.**
# Under weak drive the best networks crowd at $\lambda$ just below zero.
# In ranks, over the whole map, saturation $\mathcal N$ predicts best: networks with $\mathcal N$ near 1 remember little.
# Among balanced networks the sign for $\lambda$ is reversed under weak and moderate drive, and it is not under strong drive, where chaos costs less.

# %% [markdown]
# ## Does the ridge matter?
#
# The networks without a knob at $b=0$, read with smaller and larger ridges.

# %%
fig = reservoir.ridge_sensitivity(study.by_ridge([0.5, 0.9, 1.5, 3.0], ridges), task)
save_figure(fig, "06_ridge", reservoir.CAPTIONS["ridge"])

# %% [markdown]
# **What to see.**
# A weakly coupled network holds the past in small components of its state, each step back a factor smaller.
# So at $w\sqrt N=0.5$ a smaller ridge recalls more, under weak drive most.
# Around the onset only the largest ridge costs something, and above it none does.

# %% [markdown]
# ## What was found

# %%
Markdown(studies.best_without_knob(plane))

# %% [markdown]
# Paired change of accuracy at $b=0$, from 0 to the level that is named, with its 95 % interval over the networks.
# The middle drive at the last column is next to the reading of the abstract.

# %%
points = {"below the onset": 0.9, "above it": 2.0, "far above": 3.0}
Markdown(studies.changes(curves, points))

# %% [markdown]
# **What to see.**
# Below the onset every complete knob costs memory, under every drive.
# In the last column under moderate drive the three statements of the abstract hold together: Dale's principle and modules add memory, a quarter of reciprocity takes some away.
# Complete reciprocity does not there.
#
# Under strong drive Dale's principle and complete reciprocity cost memory in every column, and a quarter of reciprocity does so above the onset.
# Under weak drive all complete knobs gain above the onset, and what a quarter of reciprocity takes there is tiny.

# %% [markdown]
# ### The verdicts on this task
#
# [Where they come from](05_sequence_generation.ipynb#Verdicts); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), task="sequence_memory"))

# %% [markdown]
# ### Where it holds and where not
#
# The peak is narrow, so an effect at one coupling says little: look at the whole curve.
# No knob lifts the peak by more than 0.02, which a grid as coarse as this cannot tell from nothing; complete modules move it, and under weak drive lower it a little, and the other complete knobs lower it.
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
