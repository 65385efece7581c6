# %% [markdown]
# # 5. Sequence generation
#
# A conductor gives one sign, and the orchestra plays on by itself. That is the task of this notebook: a single cue at the first step of an episode, silence afterwards, and a sequence of ten
# signs that the readout must produce from what the cue has left reverberating in the network.
#
# It is the task in which a network's own dynamics matter most, since from the second step on there is nothing else. So it is the place to begin with the question of the second half of the paper: do
# the regularities help a network compute?
#
# **What you will see.** A network below the onset of chaos that plays its sequences, and a chaotic one in which every cue drowns; accuracy that peaks a little below the onset, which the knobs
# move or blur; and effects of the regularities that change their sign there.
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
from IPython.display import Markdown

from regrnn_lib import claims, plots, statistics, studies, taskplots, theory
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_table
from regrnn_lib.reservoir import evaluate
from regrnn_lib.sweep import KNOBS, balance_grid, coupling_grid, level_grid, sweep_knobs
from regrnn_lib.tasks import SequenceGeneration, stream

# %%
check_cell(globals())
plots.style()

# %%
task = SequenceGeneration(n_inputs=n_inputs, n_classes=n_classes, episode_steps=episode_steps, n_episodes=n_episodes, noise=noise)
settings = dict(task=task, bias_strength=bias_strength, ridge=ridge)
drives = dict(input_strength=input_strengths)
common = dict(n_neurons=n_neurons, n_modules=n_modules, n_replicates=n_replicates, seed=seed, n_workers=n_workers,
              scheduler=scheduler)  # fmt: skip
couplings, plane = coupling_grid(coupling_min, coupling_max, n_couplings), balance_grid(n_balances)

# %% [markdown]
# ## What the task asks
#
# At the first step of an episode one of `n_classes` random vectors comes in. To each belongs a sequence of $\pm1$, one sign per step; at every step half of the classes want $+1$, so that the step
# number alone tells nothing. A little noise is on all inputs, all the time. Half of the episodes train the readout, the others score it: the fraction of right signs, chance $1/2$.

# %%
fig = taskplots.stream_of(task, stream(task, seed))
save_figure(fig, "05_task", "Sequence generation: a cue at the first step of each episode, then silence with a little noise, and the sequence of signs that is wanted.")

# %% [markdown]
# **What to see.** Colour in the first column of each episode, and next to nothing after it. The steps below must be told from that one column, up to nine steps later.

# %% [markdown]
# ## One network that can, and one that cannot
#
# Two networks from one seed, with the same input, weakly driven. They differ in the strength of their connections only.

# %%
weak = min(input_strengths)
titles, solved = studies.solve_at([coupling_good, coupling_bad], n_neurons=n_neurons, seed=seed, input_strength=weak, **settings)
fig = taskplots.solutions(task, solved, titles)
save_figure(fig, "05_solutions", "Activity of 40 neurons and output against target, for a network that solves the task and one that does not, weakly driven.")

# %% [markdown]
# **What to see.** On the left the neurons idle at the level of their biases, and each cue leaves a ripple that fades over several steps: the output follows the wanted sequence, with most of its slips in the second half of an episode (lines: where
# episodes begin). On the right every neuron runs through its whole range at every step. A cue has less than a hundredth of the variance that a neuron receives from the others, so it drowns at the very step at which it comes, and what
# it does change grows into something different each time. A linear readout finds nothing to hold on to, and says nothing.

# %% [markdown]
# ## Accuracy over strength, for each knob
#
# For every knob, balance and drive: accuracy against coupling at several levels of the knob. Bands hold 95 % of the networks (of eight, nearly all). The dotted line is chance; the dashed one is the same readout
# on neurons without any recurrence ($W=0$), the *memoryless baseline*.

# %%
grid = dict(coupling=couplings, balance=balances)
curves = sweep_knobs(grid, level_grid(n_levels), evaluate, settings=settings, vary=drives, **common)
for w_in, name in zip(input_strengths, ("05_curves_weak", "05_curves_strong")):
    fig = taskplots.accuracy_curves(curves.sel(input_strength=w_in), task, balances)
    save_figure(fig, name, f"Accuracy against coupling for each knob (columns), balance (rows) and level (lines), "
                f"w_in = {w_in:g}: mean and 95 % of the networks.")  # fmt: skip

# %% [markdown]
# **What to see.** Look at the middle row of the weak drive first. Without a knob accuracy rises with coupling, peaks just below $w\sqrt N=1$ and falls to chance in chaos. *Modules* (right) shift the
# whole curve to stronger coupling: what notebook 4 found for the dynamics. *Dale's principle* lowers the peak and lifts the fall. *Reciprocity* takes away the peak, early saturation at work, but keeps symmetric networks above
# chance where independent ones are lost. Away from balance (upper and lower rows) there is no chaos to escape from: reciprocity does little, and Dale's principle lowers accuracy, with an excess of inhibition at nearly any coupling, with one of excitation at weak coupling only. The strong drive (second figure) takes more from
# the gains in chaos than from the losses below the onset. And it shows that a knob is not a dial from bad to good: in strongly driven chaos half the reciprocity harms, and all of it helps.

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
save_figure(fig, "05_effects", "Paired change of accuracy when a knob goes from 0 to 1, over balance and coupling, for two drives. A "
            "stroke marks cells whose 95 % interval includes 0; lines are the borders of the regimes without a knob.")  # fmt: skip
save_table(statistics.summary(on_off[["accuracy", "score"]]), "05_effects_table",
           "Accuracy at knob 0 and 1: mean and standard deviation over networks at every point of the plane.")  # fmt: skip

# %% [markdown]
# **What to see.** Around balance and under weak drive one picture three times: blue below the line $w\sqrt N=1$, orange above it (only reciprocity leaves the weakest couplings alone). Under strong drive the change of sign comes later: just above the
# line Dale's principle and reciprocity still harm. Whether a regularity helps depends on where the network was without it. Modules stand out: they help in a wide arc that follows the border of rest in notebook 1, because they move that border.

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
save_figure(fig, "05_predictors", "Accuracy of every network against five measures of its free run, with Spearman's rank correlation "
            "for each drive.")  # fmt: skip

# %% [markdown]
# **What to see.** Saturation $\mathcal N$ predicts best, and $\lambda$ next: the best networks have little activity of their own and a $\lambda$ not far below zero, quiet, but not quite. (Values of $\lambda$ below $-2$ are drawn at $-2$.) A high dimension, sometimes
# taken for richness, goes with failure here, under weak drive even more than under strong: a free run of high dimension is chaotic. The rank correlation hides this, since most networks have $D$ near its minimum.

# %% [markdown]
# ## Carried over, or reset?
#
# The whole story rests on the state being carried from one episode into the next. If it is set back to zero before each episode instead, the past cannot interfere. Balanced networks ($b=0$), without a knob
# and with each knob at 1:

# %%
carried = studies.with_each_knob(couplings, input_strengths, settings=settings, **common)
reset = studies.with_each_knob(couplings, input_strengths, settings=settings | dict(reset=True), **common)
fig = taskplots.carried_or_reset(carried, reset, task)
save_figure(fig, "05_reset", "Accuracy against coupling at b = 0 with the state carried over and with a reset before each episode.")

# %% [markdown]
# **What to see.** With a reset chaos does far less harm: every episode begins in the same state, so even a chaotic network answers the same cue in the same way, for as long as a sequence lasts. And Dale's principle
# no longer helps above the onset. What Dale's principle and reciprocity gain in chaos is protection of the present from the past; take the past away and there is nothing to protect from. Modules keep a gain deep in chaos: they also make the network less chaotic.

# %% [markdown]
# ## Does the ridge matter?
#
# A readout without regularisation can use differences between states that no noise would leave readable. The knob-free network at $b=0$, read with smaller and larger ridges:

# %%
by_ridge = studies.over_ridge(ridges, [0.5, 0.9, 1.5, 3.0], input_strengths, settings=settings, **common)
fig = taskplots.ridge_sensitivity(by_ridge, task)
save_figure(fig, "05_ridge", "Accuracy of the knob-free network at b = 0 against the ridge of the readout, for four couplings and two drives.")

# %% [markdown]
# **What to see.** Around and above the onset hardly, but for the largest one. In the weakly coupled network it does: its states after a few steps are tiny, and a ridge that is not tiny as well cannot read them. A result for
# weak coupling is a result for a given ridge, and noise in the states would set its own.

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
Markdown(claims.concerning(claims.read_table(), task="sequence_generation"))

# %% [markdown]
# **What to see.** Read along the rows. In the rows of chaotic networks all three regularities add accuracy, under either drive: what the abstract says of Dale's principle and of modules is supported there, and what it
# says of reciprocity is contradicted, by effects of one sign. In the rows of quiescent networks all three take accuracy away, and the marks change places. Where a bias rules (fixed point, oscillatory) modules still help, by freeing the network
# from its common state; the other two change little.

# %% [markdown]
# **What the abstract says, and what is seen.** That Dale monopolarity and modularity raise accuracy: seen in balanced chaos under both drives, more under the weak one, for modules also at strong bias; not below the onset, where both lower it. That reciprocity tends to lower accuracy:
# seen around the onset; in chaos it is the other way round. The verdicts above agree.
#
# **Where it holds and where not.** With the state carried over, for a weak drive, around balance. The defaults matter: a stronger drive shrinks the gains, a reset removes those of Dale and reciprocity in chaos, and the task has its
# peak where a memory of about ten steps is available. All of it for networks of one size, a few of them at each point.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/05_sequence_generation.ipynb out.ipynb -p episode_steps 20 -p n_replicates 4
# ```
#
# Where does the peak go when the sequences are twice as long? And with three classes instead of ten? Next: [6. Sequence memory](06_sequence_memory.ipynb).
