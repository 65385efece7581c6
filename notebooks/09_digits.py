# %% [markdown]
# # 9. Handwritten digits
#
# The last task is real. Twelve hundred digits that people wrote (the UCI set of Alpaydin and Kaynak that scikit-learn carries), eight by eight pixels each, are read like a line of text: one column of pixels at every step, one digit after the other,
# and at its last column each must be named.
#
# **What you will see.** A wide range of couplings that read nearly all of them; the largest effects of the regularities in this companion; and a strong drive under which modules help most, and the others only deep in chaos.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) says that the networks are used as reservoirs, that Dale monopolarity and
# > modularity raise task accuracy and that reciprocity tends to lower it. It does not name the tasks. The task, the drive, the readout, the grids and all
# > numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# The network reads its input as one continuous stream: $y(t)=\tanh\big(W y(t-1)+W_\mathrm{in}x(t)+\beta\big)$, and its state is *carried from one episode into the next*. Only a linear
# readout is trained. How hard the input drives the network, $w_\mathrm{in}$, decides nearly everything, so two drives run through this notebook: *weak*, where input and spontaneous activity
# compete, and *strong*, where the input wins.

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
from IPython.display import Markdown

from regrnn_lib import claims, plots, statistics, studies, taskplots, theory
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_table
from regrnn_lib.reservoir import evaluate
from regrnn_lib.sweep import KNOBS, balance_grid, coupling_grid, level_grid, sweep_knobs
from regrnn_lib.tasks import Digits, stream

# %%
check_cell(globals())
plots.style()

# %%
task = Digits(n_images=n_images)
settings = dict(task=task, bias_strength=bias_strength, ridge=ridge)
drives = dict(input_strength=input_strengths)
common = dict(n_neurons=n_neurons, n_modules=n_modules, n_replicates=n_replicates, seed=seed, n_workers=n_workers,
              scheduler=scheduler)  # fmt: skip
couplings, plane = coupling_grid(coupling_min, coupling_max, n_couplings), balance_grid(n_balances)

# %% [markdown]
# ## What the task asks
#
# Eight inputs, the pixels of a column, scaled to $-1..1$; eight steps to a digit. Ten outputs, of which the largest wins. Two thirds of the images train the readout, the last third scores it: the fraction right, chance $1/10$. No image is in both. The
# input strength is halved for this task, since eight inputs that are nearly all at $-1$ push in one direction.

# %%
fig = taskplots.stream_of(task, stream(task, seed))
save_figure(fig, "09_task", "Handwritten digits: columns of pixels come in, and at the last column of each image its digit is wanted.")

# %% [markdown]
# **What to see.** Read it: the digits stand side by side in the upper panel, ink in red. A network sees one column at a time, from left to right. The memoryless baseline sees the last column only, which is often blank.

# %% [markdown]
# ## One network that can, and one that cannot
#
# Two networks from one seed, with the same input, weakly driven. They differ in the strength of their connections only.

# %%
weak = min(input_strengths)
titles, solved = studies.solve_at([coupling_good, coupling_bad], n_neurons=n_neurons, seed=seed, input_strength=weak, **settings)
fig = taskplots.solutions(task, solved, titles)
save_figure(fig, "09_solutions", "Activity of 40 neurons, and outputs of all digits with the right one circled, for a network that reads and one that does not, weakly driven.")

# %% [markdown]
# **What to see.** Darker is a larger output. On the left a dark square in nearly every circle. In the raster each digit is visible as a common rhythm of eight steps. On the right the rhythm has drowned.

# %% [markdown]
# ## Accuracy over strength, for each knob
#
# For every knob, balance and drive: accuracy against coupling at several levels of the knob. Bands hold 95 % of the networks (of eight, nearly all). The dotted line is chance; the dashed one is the same readout
# on neurons without any recurrence ($W=0$), the *memoryless baseline*.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("09_curves_weak", "09_curves_strong")):
    fig = taskplots.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    save_figure(fig, name, f"Accuracy against coupling for each knob (columns), balance (rows) and level (lines), "
                f"w_in = {w_in:g}: mean and 95 % of the networks.")  # fmt: skip

# %% [markdown]
# **What to see.** Under weak drive at balance: a plateau near the top, then a fall within a factor of two in coupling. All three knobs push the fall to the right or soften it. Under strong drive the fall comes later and is gentler, since the digits are strong enough to
# hold the network for a while; reciprocity now brings it on earlier, half of it more than all of it. Modules push it to the right under both drives.

# %% [markdown]
# ## Where a regularity helps and where it harms
#
# The paired effect over the whole plane: accuracy with the knob at 1 minus accuracy of the *same* network, input and task with the knob at 0. Orange and brown are gain, blue is loss, on a
# scale as wide as this task needs; a stroke marks cells where the 95 % interval over networks includes 0 (by chance alone one clear cell in twenty would be). Lines: the borders of notebook 1, of the network
# without a knob.

# %%
on_off = sweep_knobs(dict(coupling=couplings, balance=plane), [0.0, 1.0], evaluate, settings=settings, vary=drives, **common)
change = statistics.paired_effect(on_off[["accuracy"]], "level").accuracy
fig = plots.maps(studies.effect_maps(change), KNOBS, theory.boundaries(n_neurons, couplings))
save_figure(fig, "09_effects", "Paired change of accuracy when a knob goes from 0 to 1, over balance and coupling, for two drives. A "
            "stroke marks cells whose 95 % interval includes 0; lines are the borders of the regimes without a knob.")  # fmt: skip
save_table(statistics.summary(on_off[["accuracy", "score"]]), "09_effects_table",
           "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane.")  # fmt: skip

# %% [markdown]
# **What to see.** Under weak drive little below the onset, where the task is at its ceiling, and large gains above it, for all three knobs, reciprocity included. Beside the chaotic strip, at a slight excess of inhibition or excitation, Dale's principle harms.
# Modules gain most at strong bias, where they free the network from its common state. Under strong drive Dale's and reciprocity's gains have shrunk and moved to the strongest couplings, and both lose
# just above the onset, reciprocity more.

# %% [markdown]
# ## What predicts accuracy?
#
# Every network of the map once more, its accuracy against what it does when left alone: fluctuation, correlation, nonlinearity, Lyapunov exponent, dimension of its *free run*. Networks at rest have no $C$, those
# that do not move no $D$, and are left out there. In the heads stands Spearman's rank correlation $\rho_S$ over the whole map, a good part of which is strongly biased.

# %%
free = sweep_knobs(dict(coupling=couplings, balance=plane), [0.0, 1.0], free_dynamics,
                   settings=dict(n_steps=n_steps, burn_in=burn_in), **common)  # fmt: skip
names = ("fluctuation", "correlation", "nonlinearity", "lyapunov", "dimension")
alone = {name: studies.each_network(free[name]) for name in names}
scores = {studies.drive_text(w): studies.each_network(on_off.accuracy.sel(input_strength=w)) for w in input_strengths}
fig = taskplots.predictors(scores, alone)
save_figure(fig, "09_predictors", "Accuracy of every network against five measures of its free run, with Spearman's rank correlation "
            "for each drive.")  # fmt: skip

# %% [markdown]
# **What to see.** A ceiling over a wide range of $\lambda<0$ and a fall for $\lambda>0$, steeper under weak drive. Saturation ($\mathcal N$) predicts best: neurons stuck at their limits do not read. (Values of $\lambda$ below $-2$ are drawn at $-2$.)

# %% [markdown]
# ## Carried over, or reset?
#
# The whole story rests on the state being carried from one episode into the next. If it is set back to zero before each episode instead, the past cannot interfere. Balanced networks ($b=0$), without a knob
# and with each knob at 1:

# %%
carried = studies.with_each_knob(couplings, input_strengths, settings=settings, **common)
reset = studies.with_each_knob(couplings, input_strengths, settings=settings | dict(reset=True), **common)
fig = taskplots.carried_or_reset(carried, reset, task)
save_figure(fig, "09_reset", "Accuracy against coupling at b = 0 with the state carried over and with a reset before each episode.")

# %% [markdown]
# **What to see.** With a reset chaos is far less of an obstacle: in eight steps from a known state a digit is blurred, and only deep in chaos lost. Dale's gain in chaos is nearly gone then: it was protection from the past. Modules keep theirs.
# Symmetric networks profit least: carried over they are ahead of independent ones in weakly driven chaos, with a reset they fall behind.

# %% [markdown]
# ## Does the ridge matter?
#
# A readout without regularisation can use differences between states that no noise would leave readable. The knob-free network at $b=0$, read with smaller and larger ridges:

# %%
by_ridge = studies.over_ridge(ridges, [0.5, 0.9, 1.5, 3.0], input_strengths, settings=settings, **common)
fig = taskplots.ridge_sensitivity(by_ridge, task)
save_figure(fig, "09_ridge", "Accuracy of the knob-free network at b = 0 against the ridge of the readout, for four couplings and two drives.")

# %% [markdown]
# **What to see.** Very little, over eight orders of magnitude; only the largest ridge costs something, at weak coupling.

# %% [markdown]
# ## What was found

# %%
Markdown(studies.best_without_knob(on_off))

# %%
points = {"below the onset": (0.9, 0.0), "chaos": (2.0, 0.0), "deep chaos": (3.0, 0.0)}
Markdown(f"Paired change of accuracy, knob 0 to 1, over {n_replicates} networks of {n_neurons} neurons, with its 95 % interval:\n\n"
         + statistics.change_table(studies.effect_rows(change), points))  # fmt: skip

# %% [markdown]
# ### The verdicts
#
# Numbers at a few points are no verdict. [Notebook 10](10_claims.ipynb) gives verdicts on what the abstract says: over the whole plane, by criteria fixed before any result was seen, with at least twelve
# networks, at default parameters (whatever is set in this notebook). These are the ones on this task. The rows name the regime of the networks *without* a knob, when left alone; intervals are in [the whole table](../figures/10_ledger_table.csv).

# %%
Markdown(claims.concerning(claims.read_table(), task="digits"))

# %% [markdown]
# **What to see.** The largest gains of accuracy in the ledger stand in the row of weakly driven chaotic networks, for all three regularities. Under strong drive modules keep much of their gain, that of Dale's principle in chaos cannot be told from none, and that of
# reciprocity has turned around. The losses of quiescent networks are small, near the ceiling of the task, and sure nevertheless.

# %% [markdown]
# **What the abstract says, and what is seen.** Dale monopolarity and modularity raise accuracy in chaos under weak drive, by much. Reciprocity does so too, against the abstract's statement; under strong drive it lowers it just above the onset, in line with it, and
# raises it at the strongest couplings. Modularity adds much in strongly driven chaos too, and under both drives wherever a bias holds the network. Below the onset the task is at its ceiling, and there is
# little to lose: small losses, which the ledger finds sure.
#
# **Where it holds and where not.** A ceiling hides effects; a harder set of images would show more of them. Under strong drive, and with a reset, little of Dale's gain is left; its loss beside the chaotic strip is there under both drives.
# All of it for networks of one size, a few of them at each point.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/09_digits.ipynb out.ipynb -p n_images 600 -p coupling_bad 2
# ```
#
# How few training images are enough? How does a network without recurrence do on all columns at once (it cannot, here: why)? The five tasks together are judged in [10. The claims ledger](10_claims.ipynb).
