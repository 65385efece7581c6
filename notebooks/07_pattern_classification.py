# %% [markdown]
# # 7. Pattern classification
#
# A pattern is buried in noise half again as large as itself: which of ten was it?
# Unlike sequence generation, this task offers input all the time, and five steps of memory are enough.
#
# On this task, too, the reading of the abstract that [notebook 10](10_claims.ipynb) found, by a search that it discloses, shows in full: in driven chaos under moderate drive Dale's principle and modules raise accuracy, and a quarter of reciprocity lowers it.
# Averaged over the chaotic place of the ledger the loss by reciprocity is no longer sure.
# Under strong drive Dale's principle lowers accuracy up to $w\sqrt N$ of about 3.
#
# **What you will see.**
# A task that even a network without recurrence solves in part, and that chaos can spoil.
# A wide plateau of good couplings, and regularities that gain beyond it without raising it.
# A strong drive under which the gains of Dale's principle and of reciprocity turn into losses.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drives, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# How the network is driven, read and scored, and how the figures are read, is told once, in notebook 5: [How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run).
# The first five belong to this task.
# The text speaks of the run at default parameters; if yours differ, a line below the imports says which.

# %% tags=["parameters"]
n_inputs: int = 5  # number of inputs M, 1..1000
n_classes: int = 10  # number of patterns, 2..1000
episode_steps: int = 5  # time steps of an episode, 1..10000
n_episodes: int = 1000  # episodes in the stream, 4..1000000
noise: float = 1.5  # standard deviation of the noise on the inputs, 0..1000
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
from regrnn_lib.tasks import PatternClassification, stream

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## What the task asks
#
# Each class has a prototype: a matrix of standard normal numbers, inputs by time steps.
# An episode shows one of them plus Gaussian noise, and the next follows without a gap.
# At the last step the readout names the class, the largest of its outputs.
# The accuracy is the fraction right on episodes of the second half; chance is one over the number of classes.

# %%
task = PatternClassification(n_inputs, n_classes, episode_steps, n_episodes, noise)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "Pattern classification. Above: noisy patterns come in, one an episode; orange: above 0, blue: below. "
    "Below: the class wanted (dark) at the last step of each episode; before that no answer is asked for."
)
save_figure(fig, "07_task", caption)

# %% [markdown]
# **What to see.**
# Compare two episodes of one class, such as the last two: they hardly look alike.
# The noise is larger than the pattern, so no reader of these data gets everything right.

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
    "Below: outputs of all classes for each episode, darker for larger; circle: right class, cross: "
    "another class won."
)
save_figure(fig, "07_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left dark squares sit in most circles; a cross marks where another class won.
# On the right the outputs are spread, and in most episodes a cross stands apart from the circle.

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
save_figure(fig, "07_curves", reservoir.CAPTIONS["curves"])

# %% [markdown]
# **What to see.**
# Under weak drive a plateau reaches up to about $w\sqrt N=0.9$, and a slope follows.
# Under strong drive accuracy rises up to about 1.3 first.
# Far above the onset the accuracy of networks without a knob is *below* the baseline under every drive: there recurrence destroys what the input says.
#
# Modules shift the slope to stronger coupling.
# Dale's principle and complete reciprocity soften it under weak and moderate drive.
# Under strong drive reciprocity lowers accuracy at nearly every coupling, and Dale's principle up to about 3.

# %% [markdown]
# ### Does accuracy fall where the edge is crossed?
#
# [How to read the table](05_sequence_generation.ipynb#The-driven-edge).
# The stream changes at every step, so it comes near the white noise for which theory is made.

# %%
balanced = studies.without_knob(curves).accuracy.squeeze()
Markdown(fall_table(balanced, study.exponents().squeeze(), bias_strength))

# %% [markdown]
# **What to see.**
# The measured edge agrees with the predicted one; under weak drive, where single networks scatter, it is later.
# A quarter or less of the fall lies below the edge.
# Half of it is reached at 1.2 times the edge under weak drive, at 1.3 times under moderate and at 1.7 times under strong drive.
# So here the edge marks the beginning of the slope.

# %% [markdown]
# ### With a bias
#
# The same under the middle drive, with an excess of inhibition and of excitation; by mean field no network without a knob is chaotic here.

# %%
biased = study.over_coupling([0.0, 0.25, 1.0], balances, drives=[study.moderate])
fig = reservoir.accuracy_curves(biased, task, rows="balance")
save_figure(fig, "07_biased", reservoir.CAPTIONS["biased"])

# %% [markdown]
# **What to see.**
# Without a knob accuracy declines slowly.
# Complete Dale's principle lowers it with an excess of inhibition, and less with one of excitation; reciprocity changes little.
# Complete modules raise it from $w\sqrt N=1$ to 4.

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
save_figure(fig, "07_effects", reservoir.CAPTIONS["effects"])

# %%
levels = statistics.summary(plane[["accuracy", "score"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "07_effects_table", caption)

# %% [markdown]
# **What to see.**
# Under weak drive all three knobs gain well above the onset and lose little below it; reciprocity loses most, around the onset.
# Under moderate drive the same happens with smaller gains and later ones.
# Under strong drive the gains of Dale's principle and of reciprocity have turned into losses up to far above the edge.
# Modules still gain above the edge and at strong bias.

# %% [markdown]
# ## What predicts accuracy?
#
# [How to read this figure](05_sequence_generation.ipynb#Free-runs).

# %%
alone = study.alone(balance_grid(n_balances), n_steps=n_steps, burn_in=burn_in)
fig = reservoir.predictors(*studies.side_by_side(plane.accuracy, alone))
save_figure(fig, "07_predictors", reservoir.CAPTIONS["predictors"])

# %%
Markdown(studies.balanced_ranks(plane.accuracy, alone.lyapunov))

# %% [markdown]
# **What to see.**
# Follow the dots to the right of $\lambda=0$, or those of high $D$.
# Accuracy falls among them under every drive, latest under the strong one: a network that is chaotic when left alone can still follow a strong input.
#
# In ranks, over the whole map, saturation $\mathcal N$ predicts best.
# Among balanced networks the sign for $\lambda$ is reversed; under strong drive little is left of it.

# %% [markdown]
# ## Carried over, or reset?
#
# Each episode is new, so nothing of the last one is needed.
# The networks are balanced, $b=0$.

# %%
both = study.each_knob(reset=[False, True])
fig = reservoir.carried_or_reset(both.sel(reset=False), both.sel(reset=True), task, edges.squeeze())
save_figure(fig, "07_reset", reservoir.CAPTIONS["reset"])

# %% [markdown]
# **What to see.**
# A reset helps networks without a knob, most in weakly driven chaos.
# Under weak and moderate drive symmetric networks gain from it around the onset, and lose by it far above.
#
# With a reset Dale's principle adds little or nothing above the edge, reciprocity turns from gain into loss, and modules still help.
# Under strong drive a reset changes little below the edge, except for symmetric networks.

# %% [markdown]
# ## Does the ridge matter?
#
# The networks without a knob at $b=0$, read with smaller and larger ridges.

# %%
fig = reservoir.ridge_sensitivity(study.by_ridge([0.5, 0.9, 1.5, 3.0], ridges), task)
save_figure(fig, "07_ridge", reservoir.CAPTIONS["ridge"])

# %% [markdown]
# **What to see.**
# A larger ridge helps a little, if anything.
# So no result of this notebook hangs on the ridge.

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
# In the last column under moderate drive the three statements of the abstract hold together: Dale's principle and modules raise accuracy, a quarter of reciprocity lowers it.
# Complete reciprocity raises it there, by at least as much as Dale's principle.
# Under weak drive all complete knobs gain above the onset.
#
# Under strong drive Dale's principle and reciprocity, at either level, lower accuracy above the onset, and modules alone raise it.
# Below the onset complete reciprocity loses most; under strong drive modules and Dale's principle lose nearly as much.

# %% [markdown]
# ### The verdicts on this task
#
# [Where they come from](05_sequence_generation.ipynb#Verdicts); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), task="pattern_classification"))

# %% [markdown]
# ### Where it holds and where not
#
# The effects of Dale's principle and of complete reciprocity in chaos change their sign with the drive (of Dale's principle at the couplings shown; by place its loss is not sure).
# A reader who knows the drive of the paper knows which row to read.
# A reset, too, turns the sign of complete reciprocity in chaos.
# And no knob raises the plateau: what is gained is gained where a network without a knob is past its best.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/07_pattern_classification.ipynb out.ipynb -p noise 0.5 -p n_classes 5
# ```
#
# With less noise, does the plateau reach further into chaos?
# Which drive is the best one?
# Next: [8. NARMA-10](08_narma.ipynb).
