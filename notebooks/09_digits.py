# %% [markdown]
# # 9. Handwritten digits
#
# The last task is real: digits that people wrote, eight by eight pixels each.
# They are the UCI set of Alpaydin and Kaynak that scikit-learn carries.
# A network reads them like a line of text, one column of pixels at every step, and at the last column each digit must be named.
#
# There is a reading under which the statements of the abstract hold on most tasks, found by a search that [notebook 10](10_claims.ipynb) discloses: driven chaos under moderate drive.
# Here Dale's principle and modules add much in it, and what a quarter of reciprocity costs is barely clear of 0 in the many networks of notebook 10, and not in those of this one.
#
# **What you will see.**
# A wide range of couplings that read nearly all digits.
# Larger effects of the regularities than on the other tasks, nearly all of them beyond that range.
# A strong drive under which only modules still help much.
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
n_images: int = 1200  # images in the stream, 20..1797
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
from regrnn_lib.tasks import Digits, stream

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## What the task asks
#
# There are eight inputs, the pixels of a column scaled to $-1..1$, and eight steps to a digit.
# Of ten outputs the largest wins.
# Two thirds of the images train the readout, the last third scores it; no image is in both.
# The accuracy is the fraction right, and chance is $1/10$.
#
# Most pixels are at $-1$, so the inputs push in one direction together.

# %%
task = Digits(n_images=n_images)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "Handwritten digits. Above: columns of pixels come in, ink in orange. Below: the digit wanted (dark) "
    "at the last column of each image; before that no answer is asked for."
)
save_figure(fig, "09_task", caption)

# %% [markdown]
# **What to see.**
# Read it: the digits stand side by side in the upper panel.
# A network sees one column at a time, from left to right.
# The baseline sees the last column only, which is often blank.

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
    "Below: outputs of all digits for each image, darker for larger; circle: right digit, cross: "
    "another one won."
)
save_figure(fig, "09_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left there is a dark square in nearly every circle.
# In the activity each digit shows as a common rhythm of eight steps.
# On the right that rhythm has drowned.

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
save_figure(fig, "09_curves", reservoir.CAPTIONS["curves"])

# %% [markdown]
# **What to see.**
# Under weak drive there is a plateau near the top, then a fall within a factor of about two in coupling.
# The stronger the drive, the later and the gentler the fall, since a strong input holds the network longer.
# Modules push it to the right under every drive.
# Dale's principle softens it under weak and moderate drive, and hardly under strong drive.
#
# Complete reciprocity keeps many digits readable in chaos under weak and moderate drive.
# Under strong drive it brings the fall on earlier, and half of it does more harm than all of it.

# %% [markdown]
# ### Does accuracy fall where the edge is crossed?
#
# [How to read the table](05_sequence_generation.ipynb#The-driven-edge).
# The stream has a mean and a rhythm, which theory knows nothing of.

# %%
balanced = studies.without_knob(curves).accuracy.squeeze()
Markdown(fall_table(balanced, study.exponents().squeeze(), bias_strength))

# %% [markdown]
# **What to see.**
# The measured edge lies near the predicted one all the same.
# A fifth or less of the fall lies below it.
# Half of it is reached at about 1.3 times the edge under weak and moderate drive, and at 1.5 times under strong drive.

# %% [markdown]
# ### With a bias
#
# The same under the middle drive, with an excess of inhibition and of excitation; by mean field no network without a knob is chaotic here.

# %%
biased = study.over_coupling([0.0, 0.25, 1.0], balances, drives=[study.moderate])
fig = reservoir.accuracy_curves(biased, task, rows="balance")
save_figure(fig, "09_biased", reservoir.CAPTIONS["biased"])

# %% [markdown]
# **What to see.**
# Complete Dale's principle harms with either bias, and much with an excess of inhibition.
# Complete reciprocity harms from $w\sqrt N=0.9$ on, as much as Dale's principle does with an excess of excitation.
# Complete modules raise accuracy from $w\sqrt N=1$ on.

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
save_figure(fig, "09_effects", reservoir.CAPTIONS["effects"])

# %%
levels = statistics.summary(plane[["accuracy", "score"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "09_effects_table", caption)

# %% [markdown]
# **What to see.**
# There is little below the onset, where the task is near its ceiling.
# Above the dashed line the gains are large under weak and moderate drive, for all three knobs.
# Beside the chaotic strip, at a slight excess of inhibition or excitation, Dale's principle harms.
# Modules also gain much at strong bias.
#
# Under strong drive the gains of Dale's principle and of reciprocity are small and lie at the strongest couplings.
# Around the edge reciprocity loses.

# %% [markdown]
# ## What predicts accuracy?
#
# [How to read this figure](05_sequence_generation.ipynb#Free-runs).

# %%
alone = study.alone(balance_grid(n_balances), n_steps=n_steps, burn_in=burn_in)
fig = reservoir.predictors(*studies.side_by_side(plane.accuracy, alone))
save_figure(fig, "09_predictors", reservoir.CAPTIONS["predictors"])

# %%
Markdown(studies.balanced_ranks(plane.accuracy, alone.lyapunov))

# %% [markdown]
# **What to see.**
# There is a ceiling over a wide range of $\lambda<0$ and a fall for $\lambda>0$, steeper under weak drive.
# In ranks, over the whole map, saturation $\mathcal N$ predicts best.
# Among balanced networks the sign for $\lambda$ is reversed.

# %% [markdown]
# ## Carried over, or reset?
#
# Does a digit have to be read against what the last one left behind?
# The networks are balanced, $b=0$.

# %%
both = study.each_knob(reset=[False, True])
fig = reservoir.carried_or_reset(both.sel(reset=False), both.sel(reset=True), task, edges.squeeze())
save_figure(fig, "09_reset", reservoir.CAPTIONS["reset"])

# %% [markdown]
# **What to see.**
# With a reset chaos is far less of an obstacle: in eight steps from a known state a digit is blurred, not lost.
# Dale's gain in chaos is nearly gone then, so it depended on the state being carried over.
# Modules keep a gain far above the edge.
# Symmetric networks profit least from a reset: in chaos under weak and moderate drive they are ahead when the state is carried over, and behind with a reset.

# %% [markdown]
# ## Does the ridge matter?
#
# The networks without a knob at $b=0$, read with smaller and larger ridges.

# %%
fig = reservoir.ridge_sensitivity(study.by_ridge([0.5, 0.9, 1.5, 3.0], ridges), task)
save_figure(fig, "09_ridge", reservoir.CAPTIONS["ridge"])

# %% [markdown]
# **What to see.**
# Over eight orders of magnitude the ridge matters very little.
# Only the largest one costs accuracy, at weak coupling.

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
# In the last column under moderate drive Dale's principle and modules add much.
# A quarter of reciprocity changes nothing that is clear, and complete reciprocity adds at least as much as Dale's principle, against the abstract.
# Under weak drive it is the same, with wider intervals.
#
# Under strong drive modules keep part of their gain, Dale's principle shows none that is clear above the onset, and a quarter of reciprocity lowers accuracy above the onset.
# The losses below the onset are small, near the ceiling of the task.

# %% [markdown]
# ### The verdicts on this task
#
# [Where they come from](05_sequence_generation.ipynb#Verdicts); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), task="digits"))

# %% [markdown]
# ### Where it holds and where not
#
# A ceiling hides effects, and a harder set of images would show more of them.
# No knob raises the plateau: the gains lie beyond it, where a network without a knob fails.
# Under strong drive, and with a reset, little of Dale's gain in chaos is left.
# Its loss beside the chaotic strip is there under every drive.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/09_digits.ipynb out.ipynb -p n_images 600 -p coupling_bad 2
# ```
#
# How few training images are enough?
# Why can a network without recurrence not read these digits?
# The five tasks together are judged in [10. The claims ledger](10_claims.ipynb).
