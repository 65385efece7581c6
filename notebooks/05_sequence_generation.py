# %% [markdown]
# # 5. Sequence generation
#
# A conductor gives one sign, and the orchestra plays on by itself.
# That is this task: a cue at the first step of an episode, silence afterwards.
# From what the cue leaves behind in the network, a readout must produce a sequence of ten signs.
#
# Here the second half of the paper begins: do the regularities help a network compute?
# There is a reading under which the three statements of the abstract hold on most tasks: in chaos under a moderate drive, with complete Dale's principle and modules, and partial reciprocity.
# It was found by a search that [notebook 10](10_claims.ipynb) discloses, and elsewhere the three mostly do not hold together.
#
# **What you will see.**
# Below the onset a network plays its sequences; in chaos the cue drowns.
# Theory predicts where an input ceases to silence chaos, and accuracy falls around there.
# Each complete regularity takes accuracy away on one side and adds some on the other, and what it adds is robustness: no higher top.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drives, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# The first five describe the task, the others the networks and how they are read.
# The text speaks of the run at default parameters; if yours differ, a line below the imports says which.
# All results are for networks of one size, a few at each point.

# %% tags=["parameters"]
n_inputs: int = 5  # number of inputs M, 1..1000
n_classes: int = 10  # number of cues and sequences, 2..1000
episode_steps: int = 10  # time steps of an episode, 1..10000
n_episodes: int = 600  # episodes in the stream, 4..1000000
noise: float = 0.05  # standard deviation of the noise on the inputs, 0..1000
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
from regrnn_lib.tasks import SequenceGeneration, stream

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## What the task asks
#
# At the first step of an episode one of the cues comes in, a random vector with one entry for each input.
# To each cue belongs a sequence of $\pm1$, one sign for each step.
# At every step half of the classes want $+1$, so the number of the step alone tells nothing.
# A little noise is on all inputs, all the time.
#
# The first half of the episodes trains the readout, the second half scores it.
# The accuracy is the fraction of right signs; chance is $1/2$.

# %%
task = SequenceGeneration(n_inputs, n_classes, episode_steps, n_episodes, noise)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "Sequence generation. Above: inputs, a cue at the first step of each episode, then only noise "
    "(orange: positive, blue: negative). Below: wanted signs."
)
save_figure(fig, "05_task", caption)

# %% [markdown]
# **What to see.**
# There is colour in the first column of each episode, and next to nothing after it.
# All signs of an episode must be told from that one column.

# %% [markdown]
# ## How all five tasks are run
#
# What stands here holds for notebooks 5 to 9; they do not repeat it.
#
# **Stream.**
# The input is one continuous stream of episodes.
# The state is *carried over* from one episode into the next, so the network's own activity competes with its input.
# A reset before each episode is an option, shown further down.
#
# **Network.**
# $y(t)=\tanh\big(W y(t-1)+W_\mathrm{in}x(t)+\beta\big)$ with input weights $W_\mathrm{in}$, normal with standard deviation $w_\mathrm{in}$, and constant biases $\beta$, normal with standard deviation $w_\beta$.
# Nothing in this line is trained.
# Input weights, biases and stream depend on the seed alone, so networks that are compared see the same ones.
#
# **Drive.**
# The *drive* $u$ is the root mean square of the current $W_\mathrm{in}x(t)$ that a neuron receives.
# It decides much, so it must be the same for all tasks: each one sets its $w_\mathrm{in}$ to reach it.
#
# Every experiment has three, which count alike: *weak*, *moderate* and *strong*.
# The moderate one is used where a single one is shown.
#
# **Readout.**
# The *readout* $z(t)=O\,y(t)+o$ is linear, and it is all that is trained.
# It is fitted on a first part of the stream, after 100 steps of wash-out, and scored on a later part.
# The *accuracy* goes up to 1; each notebook says how it is counted and what chance gives.
# The *baseline* is the accuracy of the same readout on neurons without recurrence, $W=0$: it has no memory.

# %%
import numpy as np

from regrnn_lib.reservoir import input_layer, input_strength, read_out, solve
from regrnn_lib.weights import weight_matrix

# %%
moderate = sorted(drives)[len(drives) // 2]
W = weight_matrix(n_neurons, coupling_good / np.sqrt(n_neurons), seed=seed)
example = solve(W, task, seed, drive=moderate, bias_strength=bias_strength, ridge=ridge)
x, y, wanted = example.stream.inputs, example.states, example.stream.targets

# %% [markdown]
# ### One step of the network
#
# Each state, computed from the one before it and from the input of this step, is the state that the library has.
# The input strength $w_\mathrm{in}$ is what gives the stream its drive.
# (Over many steps two ways of computing $\tanh$ drift apart, so the comparison goes step by step.)

# %%
w_in = moderate / np.sqrt(np.mean(np.sum(x * x, axis=1)))
assert np.isclose(w_in, input_strength(example.stream, moderate))
W_in, beta = input_layer(n_neurons, n_inputs, seed, w_in, bias_strength)
step = np.tanh(y[:-1] @ W.T + x[1:] @ W_in.T + beta)
assert np.allclose(step, y[1:])

# %% [markdown]
# ### The readout
#
# Training minimises the squared error plus $\alpha$ times the squared weights.
# The minimum solves the *normal equations* $(G+\alpha I)\,O^\top = Y^\top Z$, with the states and a column of ones in $Y$, the wanted outputs in $Z$, and the Gram matrix $G=Y^\top Y$.
# The *ridge* is $\alpha$ in units of the mean diagonal of $G$.

# %%
train = slice(100, example.stream.split)
Y = np.column_stack([y[train], np.ones(len(y[train]))])
G = Y.T @ Y
alpha = ridge * np.trace(G) / (n_neurons + 1)
weights = np.linalg.solve(G + alpha * np.eye(n_neurons + 1), Y.T @ wanted[train])
assert np.allclose(Y @ weights, read_out(example.readout, y[train]), atol=1e-6)

# %% [markdown]
# ### Curves
#
# Accuracy is drawn against the coupling $w\sqrt N$ at balance $b=0$: a column for each knob, a row for each drive, a line for each level of the knob.
# A *knob* is the control parameter of a regularity, 0 absent, 1 complete.
# The band holds 95 % of the networks; of eight networks these are nearly all.
# Dotted is chance, dashed is the baseline, and the upright line is the driven edge.

# %% [markdown]
# ### The driven edge
#
# An input can silence the chaos of a free network.
# Whether it does is told by the *conditional Lyapunov exponent*: how fast a small difference grows between two networks that receive the same input.
# Below 0 they become equal, and the state is a function of the input alone.
# The *driven edge* is the coupling at which it crosses 0.
#
# Theory predicts it from the coupling, the drive and the biases (Molgedey, Schuchhardt and Schuster, 1992).
# The activity has the mean square $q=E\tanh^2(h)$ with $h$ normal of variance $x^2q+u^2+w_\beta^2$, where $x=w\sqrt N$; the exponent is $\frac12\ln\big(x^2E(1-\tanh^2h)^2\big)$.
# Nothing is fitted.
#
# The table beside each figure asks whether accuracy falls there.
# It gives the predicted edge and the one measured in the same networks under the stream of the task: the mean over networks, in brackets its 95 % interval.
# Then comes, likewise, the coupling at which a network has lost half of the way from its best accuracy to that at the strongest coupling.
# The last column is the share that is lost at the predicted edge.

# %% [markdown]
# ### Maps
#
# A map shows a *paired* change: accuracy with the knob at 1 minus accuracy of the same network, input and task with the knob at 0.
# Orange and brown are gain, blue is loss; the scale of the colours differs between notebooks.
#
# A stroke marks a cell whose 95 % interval over networks includes 0; without any effect one cell in twenty would lack it.
# Thin lines are the borders of notebook 1 for free networks without a knob; inside the dashed line such a network is chaotic in spite of its input.

# %% [markdown]
# ### Free runs
#
# The figures under "What predicts accuracy?" ask every network of the map once more.
# They compare its accuracy under a drive with what it does when left alone, in its *free run*.
# Networks at rest have no $C$ and those that do not move have no $D$; they are left out there.
# $\rho_S$ is Spearman's rank correlation over the whole map, most of which is biased; a sentence below gives that of $\lambda$ among balanced networks.

# %% [markdown]
# ### Verdicts
#
# The tables of changes show single points of the plane.
# Verdicts stand in [notebook 10](10_claims.ipynb), and each notebook repeats its own rows.
# They come from other networks, run at default parameters, whatever is set here.
#
# Their rows are *places* that theory assigns to each coupling, balance and drive before any network is run.
# *Calm*: neither the free nor the driven network is chaotic; *tamed*: the input silences the chaos; *chaotic*: it does not.
# *Held* and *flipping*: a bias holds the mean activity, or lets it alternate.
#
# The criteria were written after maps of an older ledger had been seen, and before any network of the present ledger's seed was run.

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
    f"{coupling_good:g} (left) and {coupling_bad:g} (right). Above: activity of 40 neurons over time, "
    "orange near +1, blue near -1. Below: output of the readout against the wanted signs."
)
save_figure(fig, "05_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left each cue leaves a stripe that fades within a few steps.
# The output follows most of the wanted signs, if not their size.
# On the right every neuron runs through its whole range, cue or no cue.
# The output stays small, and its signs are little better than guesses.

# %% [markdown]
# ## Accuracy over coupling, for each knob
#
# The rows are the three drives.

# %%
from regrnn_lib.experiments.driven_edges import fall_table, predicted_edges

# %%
curves = study.over_coupling(studies.curve_levels(n_levels))
edges = predicted_edges(drives, **theory_of)
fig = reservoir.accuracy_curves(curves, task, edges.squeeze())
save_figure(fig, "05_curves", reservoir.CAPTIONS["curves"])

# %% [markdown]
# **What to see.**
# Begin with the weak drive (first row).
# Without a knob accuracy rises, holds a plateau from about $w\sqrt N=0.6$ to $0.9$, and falls to chance within a factor of three.
# Under the other drives there is a top near 0.9.
#
# *Modules* shift the whole curve to stronger coupling at nearly the same height, as notebook 4 found for the dynamics.
# *Dale's principle*, when complete, lowers the top and softens the fall.
# Complete *reciprocity* takes the top away, but in chaos symmetric networks stay well above chance.
#
# Partial reciprocity does not lie half-way.
# At a quarter it lowers accuracy just below the onset under weak and moderate drive, and beyond the edge it stays close to the curve without a knob.
# Under strong drive, far above the edge, half the reciprocity lowers accuracy and all of it raises it.

# %% [markdown]
# ### Does accuracy fall where the edge is crossed?
#
# First the exponent itself, measured in the same networks.

# %%
from regrnn_lib.experiments.driven_edges import predicted_exponents
from regrnn_lib.tasks import SequenceMemory

measured = study.exponents(task, SequenceMemory())
fine = coupling_grid(coupling_min, coupling_max, 25)
predicted = predicted_exponents(drives, fine, [0.0], **theory_of).squeeze()
fig = reservoir.exponents(measured, predicted, ["stream of this task", "white noise"])
caption = (
    "Conditional Lyapunov exponent of networks without a knob at b = 0 against coupling w√N, a panel for "
    "each drive u: measured under the stream of this task and under white noise of the same u (that of "
    "notebook 6), and as driven mean field predicts. Bar: 95 % of the networks."
)
save_figure(fig, "05_exponents", caption)

# %% [markdown]
# **What to see.**
# Under white noise the networks lie close to the line, a little below it in chaos: they are small, and theory is for large ones.
# Under the stream of this task they lie above it below the edge, most when the drive is strong.
# The stream is a pulse and nine steps of near silence, so its $u$ is right on average only, and between the pulses the network is almost free.

# %%
balanced = studies.without_knob(curves).accuracy.squeeze()
Markdown(fall_table(balanced, measured.isel(task=0), bias_strength))

# %% [markdown]
# **What to see.**
# The stronger the drive, the later comes the predicted edge, and the later accuracy falls.
# The measured edge moves out under the strong drive only, and less than predicted: under this stream the exponent lies above its line, as the figure shows.
# Half of it is lost a little above the predicted edge, by seven to thirteen hundredths of its coupling.
# The fall begins before that: some two fifths are lost at the edge itself.
# So the edge marks the middle of a slope.

# %% [markdown]
# ### With a bias
#
# The same under the middle drive, with an excess of inhibition and of excitation.
# Theory has no driven edge here: a bias of this size holds the mean activity, and by mean field no network without a knob is chaotic.

# %%
biased = study.over_coupling([0.0, 0.25, 1.0], balances, drives=[study.moderate])
fig = reservoir.accuracy_curves(biased, task, rows="balance")
save_figure(fig, "05_biased", reservoir.CAPTIONS["biased"])

# %% [markdown]
# **What to see.**
# There is no steep fall to soften.
# Reciprocity changes little, and lowers accuracy by six hundredths at most.
# With an excess of inhibition, complete Dale's principle lowers it at every coupling.
# Complete modules bring the balanced curve back, with its top near $w\sqrt N=2$.

# %% [markdown]
# ## Where a regularity helps and where it harms
#
# Now the whole plane, knob at 0 and at 1.

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
save_figure(fig, "05_effects", reservoir.CAPTIONS["effects"])

# %%
levels = statistics.summary(plane[["accuracy", "score"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "05_effects_table", caption)

# %% [markdown]
# **What to see.**
# Between the upright borders each knob gives blue below and orange above, and the change of sign moves up with the dashed line.
# Only reciprocity leaves the weakest couplings as they are.
# Under strong drive Dale's principle and reciprocity gain only well above it, and less.
#
# Beside the strip, on the side of inhibition ($b=-0.25$), Dale's principle harms under every drive.
# Modules also help at strong bias, where they move the border of rest.

# %% [markdown]
# ## What predicts accuracy?
#
# Does one number from the free run say how well a network will do?

# %%
alone = study.alone(balance_grid(n_balances), n_steps=n_steps, burn_in=burn_in)
fig = reservoir.predictors(*studies.side_by_side(plane.accuracy, alone))
save_figure(fig, "05_predictors", reservoir.CAPTIONS["predictors"])

# %%
Markdown(studies.balanced_ranks(plane.accuracy, alone.lyapunov))

# %% [markdown]
# **What to see.**
# Over the whole map saturation $\mathcal N$ predicts best, and $\lambda$ next.
# The networks of high dimension fail, most clearly under weak drive: their free runs are chaotic.
# They are few, so the rank correlation of $D$ is small and positive all the same.
#
# Compare the sentence with the heads of the $\lambda$ column: the sign is the opposite one.
# The rank correlation over the map owes its sign to the biased networks, whose $\lambda$ is far below zero and whose accuracy is low.
# It does not say that a balanced network does better with a larger $\lambda$.

# %% [markdown]
# ## Carried over, or reset?
#
# All of the above rests on the state being carried from one episode into the next.
# If it is set to zero before each episode instead, the past cannot interfere.
# The networks are balanced, $b=0$.

# %%
both = study.each_knob(reset=[False, True])
fig = reservoir.carried_or_reset(both.sel(reset=False), both.sel(reset=True), task, edges.squeeze())
save_figure(fig, "05_reset", reservoir.CAPTIONS["reset"])

# %% [markdown]
# **What to see.**
# With a reset chaos does far less harm.
# Every episode begins in the same state, so even a chaotic network answers the same cue in a similar way for ten steps.
# The driven edge no longer marks a fall: without a knob accuracy is still high there.
#
# Compare the curves with a reset of the columns.
# With a reset neither Dale's principle nor reciprocity adds anything above the edge; what they gain there depends on the state being carried over.
# Modules keep a gain far above it.

# %% [markdown]
# ## Does the ridge matter?
#
# A readout without regularisation can use differences between states that no noise would leave readable.
# So the networks without a knob at $b=0$ are read with smaller and larger ridges.

# %%
fig = reservoir.ridge_sensitivity(study.by_ridge([0.5, 0.9, 1.5, 3.0], ridges), task)
save_figure(fig, "05_ridge", reservoir.CAPTIONS["ridge"])

# %% [markdown]
# **What to see.**
# In the weakly coupled network it does, most under weak drive: states are small after a few steps, and a large ridge cannot read them.
# Around the onset only the largest ridge costs accuracy, and above it hardly any does.
# A result for weak coupling is a result for a given ridge.

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
# Below the onset every complete knob takes accuracy away, under every drive.
# Above it all three add some under weak and moderate drive, modules most.
# Under strong drive modules still do, and the others add little or nothing that is clear.
#
# A quarter of reciprocity lowers accuracy below the onset under weak and moderate drive; above it only a loss of three hundredths under strong drive is clear, and barely.
# So in driven chaos two statements of the abstract show in these networks, and the third, on reciprocity, hardly does.
# With the more numerous networks of notebook 10 it shows barely under moderate drive, and by place under strong drive (next table).

# %% [markdown]
# ### The verdicts on this task
#
# From [the ledger](10_claims.ipynb); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), task="sequence_generation"))

# %% [markdown]
# ### Where it holds and where not
#
# The gains are gains in chaos, where a network without a knob is poor; modules gain under a bias, too.
# At its best coupling no complete knob clearly beats such a network: the tops of the curves say so.
# A stronger drive shrinks the gains, and a reset removes those of Dale's principle and of reciprocity.
#
# One level of reciprocity is not the other.
# Complete reciprocity raises accuracy in chaos under moderate drive, against the abstract; a quarter of it does not.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/05_sequence_generation.ipynb out.ipynb -p episode_steps 20 -p n_replicates 4
# ```
#
# Where does the plateau end when the sequences are twice as long?
# And with three classes instead of ten?
# Next: [6. Sequence memory](06_sequence_memory.ipynb).
