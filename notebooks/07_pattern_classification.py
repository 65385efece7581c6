# %% [markdown]
# # 7. Pattern classification
#
# A pattern of five inputs over five steps, buried in noise half again as large as itself: which of ten was it? Unlike the tasks before, this one offers input all the time, and it forgives: five steps of memory
# are enough.
#
# **What you will see.** A task that even networks without any recurrence solve in part; a wide plateau of good couplings; regularities that cost a little there, reciprocity more than that at its end, and gain much beyond; and a strong drive under which chaos is no obstacle at all.
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
from IPython.display import Markdown

from regrnn_lib import claims, plots, statistics, studies, taskplots, theory
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_table
from regrnn_lib.reservoir import evaluate
from regrnn_lib.sweep import KNOBS, balance_grid, coupling_grid, level_grid, sweep_knobs
from regrnn_lib.tasks import PatternClassification, stream

# %%
check_cell(globals())
plots.style()

# %%
task = PatternClassification(n_inputs=n_inputs, n_classes=n_classes, episode_steps=episode_steps, n_episodes=n_episodes, noise=noise)
settings = dict(task=task, bias_strength=bias_strength, ridge=ridge)
drives = dict(input_strength=input_strengths)
common = dict(n_neurons=n_neurons, n_modules=n_modules, n_replicates=n_replicates, seed=seed, n_workers=n_workers,
              scheduler=scheduler)  # fmt: skip
couplings, plane = coupling_grid(coupling_min, coupling_max, n_couplings), balance_grid(n_balances)

# %% [markdown]
# ## What the task asks
#
# Each class has a prototype, a matrix of standard normal numbers, inputs by time steps. An episode shows one of them plus Gaussian noise of size 1.5, episode after episode without a gap. At the last step of each the
# readout names the class: the largest of ten outputs. Score: the fraction right on episodes it was not trained on, chance $1/10$.

# %%
fig = taskplots.stream_of(task, stream(task, seed))
save_figure(fig, "07_task", "Pattern classification: noisy patterns come in, episode after episode, and at the last step of each its class is wanted.")

# %% [markdown]
# **What to see.** Compare two episodes of one class, such as the second and the seventh at the defaults: they hardly look alike. The noise is larger than the pattern. No reader of these data, however clever, gets everything right.

# %% [markdown]
# ## One network that can, and one that cannot
#
# Two networks from one seed, with the same input, weakly driven. They differ in the strength of their connections only.

# %%
weak = min(input_strengths)
titles, solved = studies.solve_at([coupling_good, coupling_bad], n_neurons=n_neurons, seed=seed, input_strength=weak, **settings)
fig = taskplots.solutions(task, solved, titles)
save_figure(fig, "07_solutions", "Activity of 40 neurons, and outputs of all classes with the right one circled, for a network that solves the task and one that does not, weakly driven.")

# %% [markdown]
# **What to see.** Darker is a larger output. On the left dark squares sit in most circles; where a cross stands, another class won, often by little. On the right the votes are spread, and in most episodes a cross stands apart from the circle.

# %% [markdown]
# ## Accuracy over strength, for each knob
#
# For every knob, balance and drive: accuracy against coupling at several levels of the knob. Bands hold 95 % of the networks (of eight, nearly all). The dotted line is chance; the dashed one is the same readout
# on neurons without any recurrence ($W=0$), the *memoryless baseline*.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("07_curves_weak", "07_curves_strong")):
    fig = taskplots.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    save_figure(fig, name, f"Accuracy against coupling for each knob (columns), balance (rows) and level (lines), "
                f"w_in = {w_in:g}: mean and 95 % of the networks.")  # fmt: skip

# %% [markdown]
# **What to see.** Under weak drive a plateau up to $w\sqrt N\approx 1$ and a slope beyond it, below the memoryless baseline in deep chaos: there recurrence *destroys* what the input says. Modules shift the slope, as always; Dale's principle and complete reciprocity soften it (half of it does not). Under
# strong drive accuracy *rises* into what would be chaos, and Dale's principle and reciprocity harm where they helped before.

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
save_figure(fig, "07_effects", "Paired change of accuracy when a knob goes from 0 to 1, over balance and coupling, for two drives. A "
            "stroke marks cells whose 95 % interval includes 0; lines are the borders of the regimes without a knob.")  # fmt: skip
save_table(statistics.summary(on_off[["accuracy", "score"]]), "07_effects_table",
           "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane.")  # fmt: skip

# %% [markdown]
# **What to see.** Weak drive: gains in chaos for all three knobs, small losses below, but large ones of reciprocity around the onset. Strong drive: for Dale and reciprocity the gains have turned into losses, and modules lose a little near balance and gain at strong bias only. The same network, the same task, the opposite answer: the drive decides.

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
save_figure(fig, "07_predictors", "Accuracy of every network against five measures of its free run, with Spearman's rank correlation "
            "for each drive.")  # fmt: skip

# %% [markdown]
# **What to see.** The two drives contradict each other. Follow the dots to the right of $\lambda=0$, or those of high $D$: accuracy falls among them under weak drive and stays *high* under strong drive. A strongly driven network has been made to follow, and then uses its richness.
# (The ranks of $D$ do not show it: most networks have $D$ near its minimum.) Under weak drive saturation $\mathcal N$ predicts best, under strong drive $\lambda$. (Values of $\lambda$ below $-2$ are drawn at $-2$.)

# %% [markdown]
# ## Carried over, or reset?
#
# The whole story rests on the state being carried from one episode into the next. If it is set back to zero before each episode instead, the past cannot interfere. Balanced networks ($b=0$), without a knob
# and with each knob at 1:

# %%
carried = studies.with_each_knob(couplings, input_strengths, settings=settings, **common)
reset = studies.with_each_knob(couplings, input_strengths, settings=settings | dict(reset=True), **common)
fig = taskplots.carried_or_reset(carried, reset, task)
save_figure(fig, "07_reset", "Accuracy against coupling at b = 0 with the state carried over and with a reset before each episode.")

# %% [markdown]
# **What to see.** Each episode is new here, so what is carried over only disturbs, and a reset helps independent networks, most in weakly driven chaos. Symmetric networks in weakly driven chaos it does not help: what disturbs them lies within the episode. So with a reset the order is another one: Dale's principle has nothing left
# to add, reciprocity turns from a gain into a loss, and modules still help, under weak drive; under strong drive they cost a little, reset or not.

# %% [markdown]
# ## Does the ridge matter?
#
# A readout without regularisation can use differences between states that no noise would leave readable. The knob-free network at $b=0$, read with smaller and larger ridges:

# %%
by_ridge = studies.over_ridge(ridges, [0.5, 0.9, 1.5, 3.0], input_strengths, settings=settings, **common)
fig = taskplots.ridge_sensitivity(by_ridge, task)
save_figure(fig, "07_ridge", "Accuracy of the knob-free network at b = 0 against the ridge of the readout, for four couplings and two drives.")

# %% [markdown]
# **What to see.** A larger ridge helps a little, if anything. The noise is in the input, and it is large; what is needed is a readout that does not trust single neurons.

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
Markdown(claims.concerning(claims.read_table(), task="pattern_classification"))

# %% [markdown]
# **What to see.** Compare the two rows of chaotic networks. Under weak drive all three regularities help, by much; under strong drive all three harm, modules included, which happens on no other task. Quiescent networks lose with all three under weak drive, and little under strong drive. Elsewhere modules help, wherever a bias holds the
# network in a common state, and the other two cost a little.

# %% [markdown]
# **What the abstract says, and what is seen.** That Dale monopolarity and modularity raise accuracy: modularity in chaos under weak drive and at strong bias under both, not near balance under strong drive; Dale in weakly driven chaos only. In quiescent networks both lower it. That reciprocity lowers it: around the onset under
# weak drive, and at strong coupling under strong drive; in weakly driven chaos it raises it.
#
# **Where it holds and where not.** The verdict on Dale and on reciprocity at strong coupling changes its sign with the drive. A reader who knows which drive the paper used knows which of our halves to read. A reset
# turns the sign of reciprocity once more. All of it for networks of one size, a few of them at each point.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/07_pattern_classification.ipynb out.ipynb -p noise 0.5 -p n_classes 5
# ```
#
# With less noise, does the plateau reach further into chaos? Which drive is the best one? Next: [8. NARMA-10](08_narma.ipynb).
