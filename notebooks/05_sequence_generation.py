# %% [markdown]
# # 5. Sequence generation
#
# A conductor gives one sign, and the orchestra plays on by itself.
# That is this task: a cue at the first step of an episode, silence afterwards.
# From what the cue leaves behind in the network, a readout must produce a sequence of ten signs.
#
# From the second step on there is nothing but the network's own dynamics.
# So the task is a good place to begin with the second half of the paper: do the regularities help a network compute?
#
# **What you will see.**
# Below the onset a network plays its sequences; in chaos the cue drowns.
# Each regularity takes accuracy away on one side of the onset and adds some on the other.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drive, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# The first five describe the task, the others the networks and how they are read.

# %% tags=["parameters"]
n_inputs: int = 5  # number of inputs M, 1..1000
n_classes: int = 10  # number of cues and sequences, 2..1000
episode_steps: int = 10  # time steps of an episode, 1..10000
n_episodes: int = 600  # episodes in the stream, 4..1000000
noise: float = 0.05  # standard deviation of the noise on the inputs, 0..1000
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
    "Sequence generation. Above: inputs, a cue at the first step of each episode, then only noise. "
    "Below: wanted signs."
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
# The *drive* is the strength of the input, here $w_\mathrm{in}$, and it decides much.
# Every notebook shows two: a *weak* one that must compete with the network's own activity, and a *strong* one that can override it.
# One value of $w_\mathrm{in}$ does not mean equally large inputs in all tasks, because their streams differ in size.
#
# **Readout.**
# The *readout* $z(t)=O\,y(t)+o$ is linear, and it is all that is trained.
# It is fitted on a first part of the stream, after 100 steps of wash-out, and scored on a later part.
# The *accuracy* goes up to 1; each notebook says how it is counted and what chance gives.
# The *baseline* is the accuracy of the same readout on neurons without recurrence, $W=0$: it has no memory.

# %%
import numpy as np

from regrnn_lib.reservoir import drive, evaluate, read_out, solve
from regrnn_lib.weights import weight_matrix

# %%
weak = min(input_strengths)
W = weight_matrix(n_neurons, coupling_good / np.sqrt(n_neurons), seed=seed)
solved = solve(W, task, seed, input_strength=weak, bias_strength=bias_strength, ridge=ridge)
x, y, wanted = solved.stream.inputs, solved.states, solved.stream.targets

# %% [markdown]
# ### One step of the network
#
# Each state, computed from the one before it and from the input of this step, is the state that the library has.
# (Over many steps two ways of computing $\tanh$ drift apart, so the comparison goes step by step.)

# %%
W_in, beta = drive(n_neurons, n_inputs, seed, weak, bias_strength)
step = np.tanh(y[:-1] @ W.T + x[1:] @ W_in.T + beta)
assert np.allclose(step, y[1:])

# %% [markdown]
# ### The readout
#
# Training minimises the squared error plus $\alpha$ times the squared weights.
# The minimum solves the *normal equations* $(G+\alpha I)\,O^\top = Y^\top Z$, with the states and a column of ones in $Y$, the wanted outputs in $Z$, and the Gram matrix $G=Y^\top Y$.
# The *ridge* is $\alpha$ in units of the mean diagonal of $G$.

# %%
train = slice(100, solved.stream.split)
Y = np.column_stack([y[train], np.ones(len(y[train]))])
G = Y.T @ Y
alpha = ridge * np.trace(G) / (n_neurons + 1)
weights = np.linalg.solve(G + alpha * np.eye(n_neurons + 1), Y.T @ wanted[train])
assert np.allclose(Y @ weights, read_out(solved.readout, y[train]), atol=1e-6)

# %% [markdown]
# ### Curves
#
# Accuracy is drawn against the coupling $w\sqrt N$: a column for each knob, a row for each balance $b$, a line for each level of the knob.
# A *knob* is the control parameter of a regularity, 0 absent, 1 complete.
# The band holds 95 % of the networks; of eight networks these are nearly all.
# Dotted is chance, dashed is the baseline.

# %% [markdown]
# ### Maps
#
# A map shows a *paired* change: accuracy with the knob at 1 minus accuracy of the same network, input and task with the knob at 0.
# Orange and brown are gain, blue is loss; the scale of the colours differs between notebooks.
# A stroke marks a cell whose 95 % interval over networks includes 0; without any effect one cell in twenty would lack it.
# Lines are the borders of notebook 1, for networks without a knob.

# %% [markdown]
# ### Free runs
#
# The figures under "What predicts accuracy?" ask every network of the map once more.
# They compare its accuracy under a drive with what it does when left alone, in its *free run*.
# Networks at rest have no $C$ and those that do not move have no $D$; they are left out there.
# $\rho_S$ is Spearman's rank correlation over the whole map, most of which is biased.

# %% [markdown]
# ### Verdicts
#
# The tables of changes show single points of the plane.
# Verdicts over the whole plane stand in [notebook 10](10_claims.ipynb), and each notebook repeats its own rows.
# They come from a run at default parameters, whatever is set here, and their rows name the regime of the networks *without a knob and without input*.
#
# The criteria are written down in a file.
# First results were known when they were written, so this is no blind test.

# %% [markdown]
# ### What the text speaks of
#
# Every "What to see" describes the run at default parameters.
# If yours differ, a line below the imports says which.
# All results are for networks of one size, a few at each point.

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

# %%
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
    f"{coupling_bad:g} (right). Above: activity of 40 neurons over time. Below: output of the readout "
    "against the wanted signs."
)
save_figure(fig, "05_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left the neurons idle at the level of their biases, and each cue leaves a ripple that fades.
# The output follows most of the wanted signs, if not their size.
# On the right every neuron runs through its whole range, cue or no cue.
# The output stays near zero and says nothing about the sequence.
#
# Why?
# At the defaults a cue has less than a hundredth of the variance that a neuron of the right network receives from the others.

# %% [markdown]
# ## Accuracy over coupling, for each knob
#
# The first figure is the weak drive, the second the strong one.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("05_curves_weak", "05_curves_strong")):
    fig = reservoir.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    caption = (
        f"Accuracy against coupling w√N under the drive w_in = {w_in:g}: a column for each knob, a row "
        "for each balance b, a line for each level of the knob. Line: mean over networks; band: 95 % "
        "of them; dotted: chance; dashed: W = 0."
    )
    save_figure(fig, name, caption)

# %% [markdown]
# **What to see.**
# Begin with $b=0$ under weak drive (first figure, middle row).
# Without a knob accuracy rises, holds a plateau from about $w\sqrt N=0.6$ to $0.9$, and is near chance from 2 on.
# *Modules* shift the whole curve to stronger coupling, as notebook 4 found for the dynamics.
# *Dale's principle* lowers the top a little and softens the fall.
#
# Complete *reciprocity* takes the top away, but in chaos symmetric networks stay well above chance.
# With a bias (upper and lower rows) there is no steep fall to soften: reciprocity lowers accuracy by a few hundredths at most.
# With an excess of inhibition, Dale's principle lowers it at every coupling.
#
# Under strong drive both the plateau and the gains in chaos are smaller.
# And a knob need not act in one direction: at strong coupling and $b=0$ half the reciprocity lowers accuracy, all of it raises it.

# %% [markdown]
# ## Where a regularity helps and where it harms
#
# Now the whole plane, knob at 0 and at 1.

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
save_figure(fig, "05_effects", caption)

# %%
levels = statistics.summary(on_off[["accuracy", "score"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "05_effects_table", caption)

# %% [markdown]
# **What to see.**
# Around $b=0$ under weak drive each knob gives blue below the line $w\sqrt N=1$ and orange from 2 on.
# Only reciprocity leaves the weakest couplings as they are.
# Under strong drive the change of sign comes later: just above the line Dale's principle and reciprocity still harm.
# Modules also help in a wide arc at strong bias, where they move the border of rest.

# %% [markdown]
# ## What predicts accuracy?
#
# Does one number from the free run say how well a network will do?

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
save_figure(fig, "05_predictors", caption)

# %% [markdown]
# **What to see.**
# Over the whole map saturation $\mathcal N$ predicts best, and $\lambda$ next.
# The best networks have little activity of their own and a $\lambda$ at or below zero.
# A high dimension goes with failure here, most of all under weak drive: a free run of high dimension is chaotic.

# %%
from scipy.stats import spearmanr

from regrnn_lib.parameters import number

at = dict(balance=0.0, method="nearest")
exponent = studies.each_network(free.lyapunov.sel(**at))
texts = []
for text, accuracy in by_drive.items():
    rank = spearmanr(exponent, studies.each_network(accuracy.sel(**at))).statistic
    texts.append(f"{number(rank, signed=True)} under {text}")
Markdown(f"Over networks with b = 0 alone the rank correlation of λ and accuracy is {', '.join(texts)}.")

# %% [markdown]
# Compare with the heads of the figure: at the default parameters the sign is the opposite one.
# The rank correlation over the whole map owes its sign to the biased networks, whose $\lambda$ is far below zero and whose accuracy is low.
# It does not say that a balanced network does better with a larger $\lambda$.

# %% [markdown]
# ## Carried over, or reset?
#
# All of the above rests on the state being carried from one episode into the next.
# If it is set to zero before each episode instead, the past cannot interfere.
# The networks are balanced, $b=0$.

# %%
both = studies.with_each_knob(couplings, settings=settings, vary=drives | dict(reset=[False, True]), **common)
fig = reservoir.carried_or_reset(both.sel(reset=False), both.sel(reset=True), task)
caption = (
    "Accuracy against coupling w√N at balance b = 0, with the state carried over and with a reset "
    "before each episode. Columns: no knob, then each knob at 1. Rows: two drives. Band: 95 % of the "
    "networks."
)
save_figure(fig, "05_reset", caption)

# %% [markdown]
# **What to see.**
# With a reset chaos does far less harm.
# Every episode begins in the same state, so even a chaotic network answers the same cue in a similar way for ten steps.
#
# Compare the curves with a reset of the columns.
# With a reset Dale's principle and reciprocity no longer add accuracy above the onset; what they gain there depends on the state being carried over.
# Modules keep a gain far above the onset.

# %% [markdown]
# ## Does the ridge matter?
#
# A readout without regularisation can use differences between states that no noise would leave readable.
# So the networks without a knob at $b=0$ are read with smaller and larger ridges.

# %%
read = drives | dict(ridge=ridges)
by_ridge = sweep(dict(coupling=[0.5, 0.9, 1.5, 3.0]), evaluate, settings=settings, vary=read, **common)
fig = reservoir.ridge_sensitivity(by_ridge, task)
caption = (
    "Accuracy against the ridge of the readout for networks without a knob at b = 0: a line for each "
    "of four couplings w√N, a panel for each drive. Band: 95 % of the networks."
)
save_figure(fig, "05_ridge", caption)

# %% [markdown]
# **What to see.**
# In the weakly coupled network under weak drive it does: states are small after a few steps, and a large ridge cannot read them.
# Around and above the onset only the largest ridge costs accuracy, if any does.
# A result for weak coupling is a result for a given ridge.

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
# From [the ledger](10_claims.ipynb); intervals stand in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
Markdown(verdicts.concerning(verdicts.read_table(), task="sequence_generation"))

# %% [markdown]
# **What to see.**
# Among chaotic networks all three regularities add accuracy, under either drive.
# There the abstract's statements on Dale's principle and on modules are supported, and that on reciprocity is contradicted.
# Among quiescent networks all three take accuracy away, and the marks change places.
# Where a bias rules (fixed point, oscillatory) modules still help; the other two change little.
#
# **Where it holds and where not.**
# A stronger drive shrinks the gains in chaos.
# A reset removes those of Dale's principle and of reciprocity.
# And one level is not the other: where complete reciprocity helps under strong drive, half of it harms.

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
