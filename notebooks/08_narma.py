# %% [markdown]
# # 8. NARMA-10
#
# NARMA-10 is an old benchmark of reservoir computing (Atiya and Parlos, 2000).
# The network must follow a nonlinear system that multiplies its present input with the one of nine steps ago.
# The system also keeps a ten-step memory of its own output.
# So the task asks for memory *and* nonlinearity at once, and the two are known to trade against each other.
#
# **What you will see.**
# A narrow range of couplings where the task is solved, and complete failure in chaos.
# Gains and losses on the two sides of the onset.
# A network that jumps, in the middle of a stream, to where the readout has never been.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drive, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# How the network is driven, read and scored is told once, in notebook 5: [How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run).
# The first one belongs to this task.

# %% tags=["parameters"]
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
from regrnn_lib.tasks import Narma, stream

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## What the task asks
#
# The input $u$ is uniform in $(0,1/2)$, fed in as $2u-1/2$.
# Wanted is
#
# $$z(t+1) = 0.3\,z(t) + 0.05\,z(t)\sum_{i=0}^{9} z(t-i) + 1.5\,u(t-9)\,u(t) + 0.1 .$$
#
# The accuracy is $\max(0, 1-\mathrm{NRMSE})$; chance is 0.
# NRMSE is the root mean square error in units of the target's standard deviation.
# About one stream in a hundred diverges; its input is then drawn again.
# There are no episodes, so there is nothing to reset.

# %%
task = Narma(n_steps=n_stream_steps)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "NARMA-10 over the first steps. Above: the input 2u - 1/2, uniform noise. Below: the series z "
    "that is wanted."
)
save_figure(fig, "08_task", caption)

# %% [markdown]
# **What to see.**
# $z$ moves slowly with the average of recent inputs, and quickly with products of two inputs nine steps apart.
# The slow part is easy; the fast part is the task.

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
from regrnn_lib.reservoir import evaluate, read_out, solve

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
    f"{coupling_bad:g} (right). Above: activity of 40 neurons over time. Below: output of the readout "
    "against the wanted series z."
)
save_figure(fig, "08_solutions", caption)

# %% [markdown]
# **What to see.**
# On the left the output follows the waves and most of the peaks.
# On the right the best that a linear readout can do is to stay near the mean.

# %% [markdown]
# ## Accuracy over coupling, for each knob
#
# [How to read the curves](05_sequence_generation.ipynb#Curves).
# The first figure is the weak drive, the second the strong one.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("08_curves_weak", "08_curves_strong")):
    fig = reservoir.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    caption = (
        f"Accuracy against coupling w√N under the drive w_in = {w_in:g}: a column for each knob, a row "
        "for each balance b, a line for each level of the knob. Line: mean over networks; band: 95 % "
        "of them; dotted: chance; dashed: W = 0."
    )
    save_figure(fig, name, caption)

# %% [markdown]
# **What to see.**
# At $b=0$ there is a peak below $w\sqrt N=1$ with steep sides.
# Modules carry it to the right, almost unharmed.
# Dale's principle lowers it.
# Complete reciprocity peaks earlier and lower, as its early saturation suggests, and keeps some accuracy in chaos.
#
# With a bias (upper and lower rows) networks without a knob do well in a narrow range of weak couplings only.
# They do better with an excess of excitation than with one of inhibition.
# Inputs of one sign add up in the first and alternate in the second, and the slow part of $z$ is a sum.

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
save_figure(fig, "08_effects", caption)

# %%
levels = statistics.summary(on_off[["accuracy", "score", "nrmse"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "08_effects_table", caption)

# %% [markdown]
# **What to see.**
# Modules take accuracy away below the onset and give it back above.
# Dale's principle does the same, more weakly.
# Reciprocity gains in chaos and loses around the onset of networks without a knob, under both drives.
# It also gains at the weakest couplings, but that gain needs a second look.

# %% [markdown]
# ### The gain at the weakest couplings
#
# A weakly coupled network holds old inputs in small components of its state, and the ridge hides what is small.
# Reciprocity brings a network nearer to its own, earlier onset, where these components are larger.
# Is the gain one of the structure, then, or one of the ridge?
# The same change below the onset, read with each ridge:

# %%
grid = dict(reciprocity=[0.0, 1.0], coupling=[0.45, 0.9], balance=[0.0])
read = drives | dict(ridge=ridges)
by_ridge = sweep(grid, evaluate, settings=settings, vary=read, **common)
gain = statistics.paired_effect(by_ridge[["accuracy"]], "reciprocity").accuracy
rows = {
    f"{studies.drive_text(w)}, ridge {value:g}": gain.sel(input_strength=w, ridge=value)
    for w in input_strengths
    for value in ridges
}
points = {"weak coupling": (0.45, 0.0), "below the onset": (0.9, 0.0)}
Markdown(statistics.change_table(rows, points))

# %% [markdown]
# **What to see.**
# Follow the column at weak coupling down, first under weak drive.
# With small ridges reciprocity *lowers* accuracy there; the gain appears at the default ridge and above.
# So under weak drive it is a gain against the ridge.
#
# Under strong drive the gain is there with every ridge.
# Just below the onset reciprocity loses with all of them.

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
save_figure(fig, "08_predictors", caption)

# %% [markdown]
# **What to see.**
# There is a spike at $\lambda$ just below 0, higher under weak drive.
# In ranks, over the whole map, $\mathcal N$ predicts best and $\lambda$ next.

# %% [markdown]
# ## What the accuracy hides
#
# An accuracy of 0 says that the output is no better than the mean of the target.
# It can be far worse, and $\max(0,1-\mathrm{NRMSE})$ does not show it.
# Over the whole map:

# %%
Markdown(studies.failures(on_off.nrmse))

# %% [markdown]
# **What to see.**
# Networks without a knob fail often, but mildly: their largest NRMSE stays below 2.
# Symmetric networks fail less often, and their largest errors are more than ten times the spread of the target.
# Fewest failures come with modules.
#
# A largest value is that of a single network, and another seed has another one.
# So the table does not say that only symmetric networks can fail without bound.
# The worst symmetric network, over the whole stream:

# %%
symmetric = on_off.nrmse.sel(knob="reciprocity", level=1.0)
x, b, W, replicate, w_in = studies.worst_network(symmetric, n_neurons=n_neurons, seed=seed, reciprocity=1.0)
lost = solve(W, task, replicate, input_strength=w_in, bias_strength=bias_strength, ridge=ridge)
heads = f"$r$ = 1, $w\\sqrt{{N}}$ = {x:.2f}, $b$ = {b:g}, {studies.drive_text(w_in)}", "error of the output"
fig = reservoir.error_in_time(lost, read_out(lost.readout, lost.states), heads)
caption = (
    "The symmetric network of the largest NRMSE. Above: activity of 40 neurons over the whole stream, "
    "training left of the line, test right of it. Below: NRMSE of its output along the stream, on a "
    "logarithmic axis."
)
save_figure(fig, "08_jump", caption)

# %% [markdown]
# **What to see.**
# The readout works for as long as the network stays where it was trained (the first hundred steps are not trained on).
# Just as training ends, the network tips over into another pattern of activity.
# From there on the output is off by more than ten times the spread of the target.
# Symmetric networks have many such patterns; Hopfield built memories from them.

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
save_figure(fig, "08_ridge", caption)

# %% [markdown]
# **What to see.**
# The product of inputs nine steps apart is a small nonlinear component of a small signal.
# So at weak coupling and under weak drive the ridge matters much.
# At the peak only the two largest ridges cost accuracy.

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
Markdown(verdicts.concerning(verdicts.read_table(), task="narma"))

# %% [markdown]
# **What to see.**
# The statement on reciprocity finds less support here than on any other task.
# Reciprocity lowers accuracy in weakly driven quiescent networks; in chaos it raises it under either drive.
# Dale's principle helps in chaos alone, under strong drive only a little.
# Modules help everywhere but in quiescent networks.
#
# **Where it holds and where not.**
# The size of the input and the ridge are part of this result: at weak coupling accuracy is bought with a small ridge.
# A network that fails altogether counts as 0 and no less, so a mean of NRMSE can rank networks differently from a mean of accuracy.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/08_narma.ipynb out.ipynb -p input_strengths '[0.03, 0.3]'
# ```
#
# Is there a drive between weak and strong that beats both?
# Next, real data: [9. Handwritten digits](09_digits.ipynb).
