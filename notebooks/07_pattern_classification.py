# %% [markdown]
# # 7. Pattern classification
#
# A pattern is buried in noise half again as large as itself: which of ten was it?
# Unlike sequence generation, this task offers input all the time, and five steps of memory are enough.
#
# **What you will see.**
# A task that even a network without recurrence solves in part.
# A wide plateau of good couplings under weak drive, and regularities that gain beyond it.
# A strong drive under which accuracy rises with coupling, and the gains of Dale's principle and of reciprocity turn into losses.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It says that Dale monopolarity and modularity raise task accuracy, and that reciprocity tends to lower it.
# > It names no task: the task, the drive, the readout, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# How the network is driven, read and scored is told once, in notebook 5: [How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run).
# The first five belong to this task.

# %% tags=["parameters"]
n_inputs: int = 5  # number of inputs M, 1..1000
n_classes: int = 10  # number of patterns, 2..1000
episode_steps: int = 5  # time steps of an episode, 1..10000
n_episodes: int = 1000  # episodes in the stream, 4..1000000
noise: float = 1.5  # standard deviation of the noise on the inputs, 0..1000
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
    "Pattern classification. Above: noisy patterns come in, one an episode. Below: the class wanted "
    "at the last step of each."
)
save_figure(fig, "07_task", caption)

# %% [markdown]
# **What to see.**
# Compare two episodes of one class: they hardly look alike.
# The noise is larger than the pattern, so no reader of these data gets everything right.

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
    f"{coupling_bad:g} (right). Above: activity of 40 neurons over time. Below: outputs of all classes "
    "for each episode, darker for larger; circle: right class, cross: another class won."
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
# The first figure is the weak drive, the second the strong one.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("07_curves_weak", "07_curves_strong")):
    fig = reservoir.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    caption = (
        f"Accuracy against coupling w√N under the drive w_in = {w_in:g}: a column for each knob, a row "
        "for each balance b, a line for each level of the knob. Line: mean over networks; band: 95 % "
        "of them; dotted: chance; dashed: W = 0."
    )
    save_figure(fig, name, caption)

# %% [markdown]
# **What to see.**
# At $b=0$ under weak drive a plateau reaches up to about $w\sqrt N=1$, and a slope follows.
# Far above the onset accuracy is *below* the baseline: there recurrence destroys what the input says.
# Modules shift the slope to stronger coupling; Dale's principle and complete reciprocity soften it.
#
# Under strong drive accuracy *rises* with coupling, up to about 4.
# There Dale's principle and reciprocity harm at strong coupling, where they helped under weak drive.

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
save_figure(fig, "07_effects", caption)

# %%
levels = statistics.summary(on_off[["accuracy", "score"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "07_effects_table", caption)

# %% [markdown]
# **What to see.**
# Under weak drive all three knobs gain well above the onset and lose a little below it.
# Reciprocity loses more than a little around the onset.
# Under strong drive the gains of Dale's principle and of reciprocity have turned into losses.
# Modules lose a little near balance there and gain at strong bias: the same networks on the same task, and the drive decides.

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
save_figure(fig, "07_predictors", caption)

# %% [markdown]
# **What to see.**
# Follow the dots to the right of $\lambda=0$, or those of high $D$.
# Accuracy falls among them under weak drive and stays high under strong drive.
# A network that is chaotic when left alone can still follow a strong input.
# In ranks, over the whole map, saturation $\mathcal N$ predicts best under weak drive and $\lambda$ under strong drive.

# %% [markdown]
# ## Carried over, or reset?
#
# Each episode is new, so what is carried over can only disturb.
# The networks are balanced, $b=0$.

# %%
both = studies.with_each_knob(couplings, settings=settings, vary=drives | dict(reset=[False, True]), **common)
fig = reservoir.carried_or_reset(both.sel(reset=False), both.sel(reset=True), task)
caption = (
    "Accuracy against coupling w√N at balance b = 0, with the state carried over and with a reset "
    "before each episode. Columns: no knob, then each knob at 1. Rows: two drives. Band: 95 % of the "
    "networks."
)
save_figure(fig, "07_reset", caption)

# %% [markdown]
# **What to see.**
# Under weak drive a reset helps networks without a knob, most in chaos.
# Symmetric networks gain from it around the onset, but not far above: what disturbs them there lies within the episode.
# With a reset Dale's principle adds nothing, reciprocity turns from gain into loss, and modules still help in chaos.
# Under strong drive a reset changes little, except for symmetric networks at strong coupling.

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
save_figure(fig, "07_ridge", caption)

# %% [markdown]
# **What to see.**
# A larger ridge helps a little, if anything.
# The noise is in the input and it is large, so a readout should not trust single neurons.

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
Markdown(verdicts.concerning(verdicts.read_table(), task="pattern_classification"))

# %% [markdown]
# **What to see.**
# Compare the two rows of chaotic networks.
# Under weak drive all three regularities help; under strong drive all three harm, modules included, which happens on no other task.
# Quiescent networks lose with all three under weak drive, and little under strong drive.
# Where a bias holds the network, modules help and the other two cost a little.
#
# **Where it holds and where not.**
# The verdicts on Dale's principle and on reciprocity in chaos change their sign with the drive.
# A reader who knows the drive of the paper knows which half to read.
# A reset, too, turns the sign of reciprocity in weakly driven chaos.

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
