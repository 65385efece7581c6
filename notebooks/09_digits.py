# %% [markdown]
# # 9. Handwritten digits
#
# The last task is real: digits that people wrote, eight by eight pixels each.
# They are the UCI set of Alpaydin and Kaynak that scikit-learn carries.
# A network reads them like a line of text, one column of pixels at every step, and at the last column each digit must be named.
#
# **What you will see.**
# A wide range of couplings that read nearly all digits.
# Larger effects of the regularities than on the other tasks.
# A strong drive under which modules help most, and the other two only at strong coupling.
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
n_images: int = 1200  # images in the stream, 20..1797
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
# The input strength is halved for this task.
# Most pixels are at $-1$, so the inputs push in one direction together.

# %%
task = Digits(n_images=n_images)
fig = reservoir.stream_of(task, stream(task, seed))
caption = (
    "Handwritten digits. Above: columns of pixels come in, ink in red. Below: the digit wanted at the "
    "last column of each image."
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
    f"{coupling_bad:g} (right). Above: activity of 40 neurons over time. Below: outputs of all digits "
    "for each image, darker for larger; circle: right digit, cross: another one won."
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
# The first figure is the weak drive, the second the strong one.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("09_curves_weak", "09_curves_strong")):
    fig = reservoir.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    caption = (
        f"Accuracy against coupling w√N under the drive w_in = {w_in:g}: a column for each knob, a row "
        "for each balance b, a line for each level of the knob. Line: mean over networks; band: 95 % "
        "of them; dotted: chance; dashed: W = 0."
    )
    save_figure(fig, name, caption)

# %% [markdown]
# **What to see.**
# At $b=0$ under weak drive there is a plateau near the top, then a fall within a factor of about two in coupling.
# Each knob at 1 pushes the fall to the right or softens it.
# Under strong drive the fall comes later and is gentler, since a strong input holds the network longer.
# Modules push it to the right again; reciprocity now brings it on earlier.

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
save_figure(fig, "09_effects", caption)

# %%
levels = statistics.summary(on_off[["accuracy", "score"]])
caption = "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane."
save_table(levels, "09_effects_table", caption)

# %% [markdown]
# **What to see.**
# Under weak drive there is little below the onset, where the task is near its ceiling.
# Above it the gains are large, for all three knobs.
# Beside the chaotic strip, at a slight excess of inhibition or excitation, Dale's principle harms.
# Modules also gain much at strong bias.
#
# Under strong drive the gains of Dale's principle and of reciprocity are smaller and lie at the strongest couplings.
# Just above the onset both lose, reciprocity more.

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
save_figure(fig, "09_predictors", caption)

# %% [markdown]
# **What to see.**
# There is a ceiling over a wide range of $\lambda<0$ and a fall for $\lambda>0$, steeper under weak drive.
# In ranks, over the whole map, saturation $\mathcal N$ predicts best: a neuron stuck at its limit reads nothing.

# %% [markdown]
# ## Carried over, or reset?
#
# Does a digit have to be read against what the last one left behind?
# The networks are balanced, $b=0$.

# %%
both = studies.with_each_knob(couplings, settings=settings, vary=drives | dict(reset=[False, True]), **common)
fig = reservoir.carried_or_reset(both.sel(reset=False), both.sel(reset=True), task)
caption = (
    "Accuracy against coupling w√N at balance b = 0, with the state carried over and with a reset "
    "before each episode. Columns: no knob, then each knob at 1. Rows: two drives. Band: 95 % of the "
    "networks."
)
save_figure(fig, "09_reset", caption)

# %% [markdown]
# **What to see.**
# With a reset chaos is far less of an obstacle: in eight steps from a known state a digit is blurred, not lost.
# Dale's gain in chaos is nearly gone then, so it depended on the state being carried over.
# Modules keep a gain far above the onset.
# Symmetric networks profit least from a reset: in weakly driven chaos they are ahead when the state is carried over, and behind with a reset.

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
save_figure(fig, "09_ridge", caption)

# %% [markdown]
# **What to see.**
# Over eight orders of magnitude the ridge matters very little.
# Only the largest one costs accuracy, at weak coupling.

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
Markdown(verdicts.concerning(verdicts.read_table(), task="digits"))

# %% [markdown]
# **What to see.**
# In the row of weakly driven chaotic networks all three regularities add much, against the abstract in the case of reciprocity.
# Under strong drive modules keep part of their gain, that of Dale's principle cannot be told from none, and that of reciprocity has turned around.
# The losses of quiescent networks are small, near the ceiling of the task, and sure nevertheless.
#
# **Where it holds and where not.**
# A ceiling hides effects, and a harder set of images would show more of them.
# Under strong drive, and with a reset, little of Dale's gain in chaos is left.
# Its loss beside the chaotic strip is there under both drives.

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
