# %% [markdown]
# # 8. NARMA-10
#
# NARMA-10 is an old benchmark of reservoir computing (Atiya and Parlos, 2000).
# The network must follow a nonlinear system that multiplies its present input with the one of nine steps ago.
# The system also keeps a ten-step memory of its own output.
# So the task asks for memory *and* nonlinearity at once, and the two are known to trade against each other.
#
# There is a reading under which the statements of the abstract hold on most tasks, found by a search that [notebook 10](10_claims.ipynb) discloses: driven chaos under moderate drive.
# On this task modules gain there, Dale's principle changes nothing, and a quarter of reciprocity costs some two hundredths at one coupling; over the whole chaotic place its verdict is *negligible*.
#
# **What you will see.**
# A narrow range of couplings where the task is solved, and failure in chaos.
# Gains and losses below the onset that are partly the ridge's, not the structure's.
# A network that jumps, in the middle of a stream, to where the readout has never been.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drives, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# How the network is driven, read and scored, and how the figures are read, is told once, in notebook 5: [How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run).
# The first one belongs to this task.
# The text speaks of the run at default parameters; if yours differ, a line below the imports says which.

# %% tags=["parameters"]
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
from regrnn_lib.tasks import Narma, stream

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## What the task asks
#
# The input $v$ is uniform in $(0,1/2)$, fed in as $2v-1/2$.
# Wanted is
#
# $$z(t+1) = 0.3\,z(t) + 0.05\,z(t)\sum_{i=0}^{9} z(t-i) + 1.5\,v(t-9)\,v(t) + 0.1 .$$
#
# NRMSE is the root mean square error in units of the target's standard deviation.
# The accuracy is $1/(1+\mathrm{NRMSE})$: 1 without error, and $1/2$, which is chance, for the mean of the target.
# A network that fails worse than that lies below $1/2$, however far; nothing is clipped.
#
# About one stream in a hundred diverges; its input is then drawn again.
# There are no episodes, so there is nothing to reset.

# %%
task = Narma(n_steps=n_stream_steps)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "NARMA-10 over the first steps. Above: the input 2v − 1/2, uniform noise. Below: the series z that is "
    "wanted, from the first step at which the sum reaches back far enough."
)
save_figure(fig, "08_task", caption)

# %% [markdown]
# **What to see.**
# $z$ moves slowly with the average of recent inputs, and quickly with products of two inputs nine steps apart.
# The slow part is easy; the fast part is the task.

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
    "Below: output of the readout against the wanted series z."
)
save_figure(fig, "08_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left the output follows the waves and most of the peaks.
# On the right it misses most of them and stays near the mean.

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
save_figure(fig, "08_curves", reservoir.CAPTIONS["curves"])

# %% [markdown]
# **What to see.**
# Under weak drive there is a peak below $w\sqrt N=1$ with steep sides.
# Modules carry it to the right, almost unharmed.
# Dale's principle lowers it.
# Complete reciprocity peaks earlier and lower, as its early saturation suggests, and keeps some accuracy in weakly driven chaos.
#
# The stronger the drive, the flatter the curves; under strong drive the best networks are little above the baseline.
# Where a line dips below chance, with a band that runs out of the panel, single networks fail without bound; more of that below.

# %% [markdown]
# ### Does accuracy fall where the edge is crossed?
#
# [How to read the table](05_sequence_generation.ipynb#The-driven-edge).
# The input is white noise, as theory assumes.

# %%
balanced = studies.without_knob(curves).accuracy.squeeze()
Markdown(fall_table(balanced, study.exponents().squeeze(), bias_strength))

# %% [markdown]
# **What to see.**
# As on sequence memory, accuracy falls around the edge under weak drive and well beyond it under the others.
# Under strong drive the fall is small and its place uncertain.

# %% [markdown]
# ### With a bias
#
# The same under the middle drive, with an excess of inhibition and of excitation; by mean field no network without a knob is chaotic here.

# %%
biased = study.over_coupling([0.0, 0.25, 1.0], balances, drives=[study.moderate])
fig = reservoir.accuracy_curves(biased, task, rows="balance")
save_figure(fig, "08_biased", reservoir.CAPTIONS["biased"])

# %% [markdown]
# **What to see.**
# Networks without a knob do little better than the baseline, but for a narrow range of weak couplings with an excess of excitation.
# That would fit the slow part of $z$, a sum of inputs: with excitation inputs of one sign add up, with inhibition they alternate.
# Complete modules solve part of the task near $w\sqrt N=2$, with either bias.
# Complete reciprocity does so a little, at weak coupling.

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
save_figure(fig, "08_effects", reservoir.CAPTIONS["effects"])

# %%
levels = statistics.summary(plane[["accuracy", "score", "nrmse"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "08_effects_table", caption)

# %% [markdown]
# **What to see.**
# Under weak drive modules take accuracy away below the onset and give it back above.
# Dale's principle does the same, more weakly.
# Reciprocity gains in chaos and at the weakest couplings, and loses around the onset.
#
# Under the stronger drives effects are smaller and the maps of reciprocity patchy: a single network that fails without bound colours a cell.
# The gain at the weakest couplings needs a second look.

# %% [markdown]
# ### Ridge beside structure, below the onset
#
# A weakly coupled network holds old inputs in small components of its state, and the ridge hides what is small.
# Reciprocity brings a network nearer to its own, earlier onset, where these components are larger.
# Are gains and losses below the onset those of the structure, then, or those of the ridge?
# Here are all four kinds of network read with each ridge, first at weak coupling, then just below the onset.

# %%
weak, near = 0.45, 0.9
structure = study.each_knob([weak, near], ridge=ridges)
for x, name in ((weak, "08_structure_weak"), (near, "08_structure_onset")):
    fig = reservoir.ridge_sensitivity(structure.sel(coupling=x), task, by="variant")
    caption = (
        f"Accuracy against the ridge of the readout at coupling w√N = {x} and b = 0: a line without a knob "
        "and one for each knob at 1, a panel for each drive u. Band: 95 % of the networks; dotted: chance."
    )
    save_figure(fig, name, caption)

# %% [markdown]
# The change by complete reciprocity at the weaker coupling, also with a readout by least squares, which has no ridge:

# %%
exact = study.each_knob([weak], method=["least squares"]).squeeze(["coupling", "method"])
Markdown(studies.change_by_ridge(structure.sel(coupling=weak), exact, "reciprocity"))

# %% [markdown]
# **What to see.**
# Under weak drive the gain of reciprocity at weak coupling is the ridge's: with small ones, and by least squares, there is none.
# The network without a knob loses what it knows as the ridge grows, and the symmetric one loses less, and later.
# Under moderate drive the gain stays with every ridge and without one, so there the ridge does not explain it.
#
# The losses of modules and of Dale's principle at weak coupling under weak drive do not go away with a small ridge.
# Just below the onset, under weak drive, those of modules shrink by nearly half and those of Dale's principle do not.
# The network without a knob stays best there under weak and moderate drive.

# %% [markdown]
# ## What predicts accuracy?
#
# [How to read this figure](05_sequence_generation.ipynb#Free-runs).

# %%
alone = study.alone(balance_grid(n_balances), n_steps=n_steps, burn_in=burn_in)
fig = reservoir.predictors(*studies.side_by_side(plane.accuracy, alone))
save_figure(fig, "08_predictors", reservoir.CAPTIONS["predictors"])

# %%
Markdown(studies.balanced_ranks(plane.accuracy, alone.lyapunov))

# %% [markdown]
# **What to see.**
# There is a spike at $\lambda$ just below 0, higher under weak drive.
# In ranks, over the whole map, $\mathcal N$ predicts best under weak drive and $\lambda$ under strong drive; under moderate drive they are level.
# Among balanced networks the sign for $\lambda$ is reversed under weak and moderate drive, and it is not under strong drive.

# %% [markdown]
# ## Failures without bound
#
# An accuracy below $1/2$ says that the output is worse than the mean of the target.
# How many networks of the map are, and how bad can it be?

# %%
Markdown(studies.failures(plane.nrmse))

# %% [markdown]
# **What to see.**
# Networks without a knob fail often, but mildly: their largest NRMSE stays near 1.
# Fewest failures come with modules.
# Errors of several times the spread of the target occur with each of the three knobs, so they are not special to symmetric networks; the largest are theirs in this map.
# A largest value is that of a single network, and another seed has another one.
#
# The network of the largest error of all, over the whole stream:

# %%
from regrnn_lib.reservoir import read_out, solve

worst = studies.worst_network(plane.nrmse, study)
lost = solve(worst.matrix, task, worst.seed, drive=worst.drive, bias_strength=bias_strength, ridge=ridge)
fig = reservoir.error_in_time(lost, read_out(lost.readout, lost.states), (worst.text, "error of the output"))
caption = (
    "The network of the largest NRMSE. Above: activity of 40 neurons over the whole stream, one step in a "
    "few, training left of the line, test right of it. Below: NRMSE of its output along the stream, in sixty "
    "parts, on a logarithmic axis."
)
save_figure(fig, "08_jump", caption)

# %% [markdown]
# **What to see.**
# The readout works for as long as the network stays where it was trained (the first hundred steps are not trained on).
# A first slip follows as soon as training has ended; some hundred and fifty steps later many neurons change sides for good.
# From there on the output is off by more than ten times the spread of the target.
# Symmetric networks have many such patterns; Hopfield built memories from them.

# %% [markdown]
# ## Does the ridge matter?
#
# The networks without a knob at $b=0$, read with smaller and larger ridges.

# %%
fig = reservoir.ridge_sensitivity(study.by_ridge([0.5, 0.9, 1.5, 3.0], ridges), task)
save_figure(fig, "08_ridge", reservoir.CAPTIONS["ridge"])

# %% [markdown]
# **What to see.**
# The product of inputs nine steps apart is a small nonlinear component of a small signal.
# So at weak coupling and under weak drive the ridge matters much.
# At the peak only the largest ridge costs accuracy, and a little.

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
# In the last column under moderate drive modules raise accuracy; a quarter of reciprocity lowers it by 0.02, barely clear of 0, and what Dale's principle changes is not clear.
# Complete reciprocity has a wide interval there: single failures decide.
# Under weak drive every complete knob loses below the onset and gains above.
# Under strong drive Dale's principle lowers accuracy in every column, and a quarter of reciprocity raises it a little below the onset.

# %% [markdown]
# ### The verdicts on this task
#
# [Where they come from](05_sequence_generation.ipynb#Verdicts); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), task="narma"))

# %% [markdown]
# ### Where it holds and where not
#
# The size of the input and the ridge are part of this result: at weak coupling under weak drive accuracy is bought with a small ridge.
# Nothing beats the peak of networks without a knob under weak drive; modules move it.
# A network that fails altogether counts as 0 at worst in a mean of accuracies, and without limit in a mean of NRMSE, so the two can rank networks differently.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/08_narma.ipynb out.ipynb -p drives '[0.03, 0.1, 0.3]'
# ```
#
# Is there a drive weaker than the weak one that beats all three?
# Next, real data: [9. Handwritten digits](09_digits.ipynb).
