# %% [markdown]
# # 2. Dale monopolarity
#
# A biological neuron releases the same transmitters at all its synapses, so it excites all its targets or inhibits them all: *Dale's principle*.
# In a matrix whose columns are the senders this means that every column has one sign.
# The networks of notebook 1 know nothing of it: there each weight has a sign of its own.
#
# The paper adds the principle to such a network gradually, by one control parameter.
# Here it is the knob $d$.
# A neuron gets a polarity.
# Each of its outgoing weights takes this polarity with probability $d$, and keeps the sign it was drawn with otherwise.
# At $d=0$ we have the independent network, at $d=1$ Dale's principle without exception, and the law of a single weight is the same all the way.
#
# Two measures are new besides those of notebook 1: the *autocorrelation* $A$, as $C$ but of each neuron with itself alone, and the *dimension* $D$, the share of the $N$ directions that the activity makes use of (a participation ratio).
#
# **What you will see.** Stripes growing in a matrix; a spectrum that shrinks and throws out a few lonely eigenvalues; a population that begins to move together; and chaos that becomes tame and low-dimensional, at balance at least.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) names the regularity and says that it is tuned continuously by one parameter and studied as a function of strength and bias.
# > How the knob works, the measures, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
balance: float = 0.0  # balance b where it is not varied, -1..1
coupling: float = 2.0  # coupling w sqrt(N) where it is not varied, above 0, up to 100
balance_biased: float = 0.25  # balance b of the examples with a bias, -1..1
couplings: list = [0.9, 1.5, 3.0]  # couplings x of the curves over the knob, above 0, up to 100 each
n_levels: int = 5  # levels of the knob, evenly over 0..1, 2..101
n_replicates: int = 8  # networks at each point, 1..10000
n_couplings: int = 21  # couplings x of the maps, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling of the maps, above 0
coupling_max: float = 6.0  # largest coupling of the maps, above coupling_min, up to 100
n_balances: int = 25  # balances b over -1..1, denser near 0, 3..201
n_neurons_spectrum: int = 300  # number of neurons of the matrices whose spectra are shown, 2..5000
density: float = 1.0  # share of weights that are not zero, above 0, up to 1
n_steps: int = 400  # recorded time steps T of a run, 2..10000000
burn_in: int = 200  # steps dropped before recording, 0..10000000
seed: int = 0  # seed of every random draw, 0 or more
n_workers: int = 0  # threads that share the work, 0 means one per core
scheduler: str = ""  # Dask scheduler such as tcp://host:8786; empty means this machine

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown

from regrnn_lib import free_run, matrix_indices, theory, weight_matrix
from regrnn_lib.connectome import celegans
from regrnn_lib.experiments import statistics, verdicts
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, level_grid, sweep
from regrnn_lib.figures import curves, maps, networks, style
from regrnn_lib.parameters import check_cell, rounded
from regrnn_lib.record import save_figure, save_table
from regrnn_lib.weights import draws

# %%
check_cell(globals())
style.use()
levels = level_grid(n_levels)
common = dict(
    n_neurons=n_neurons,
    density=density,
    n_replicates=n_replicates,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
    settings=dict(n_steps=n_steps, burn_in=burn_in),
)
many = common | dict(
    n_replicates=4 * n_replicates
)  # networks with Dale's principle differ much from one another

# %% [markdown]
# ## The matrix, made visible
#
# One network, the weights among its first forty neurons, as the knob is turned.
# Orange excites, blue inhibits, a column is one sending neuron.
# All random numbers are drawn once: turning the knob flips some signs, one after the other, and leaves all sizes alone.

# %%
drawn = [
    weight_matrix(n_neurons, coupling / np.sqrt(n_neurons), balance, dale=d, density=density, seed=seed)
    for d in levels
]
fig = networks.matrices([W[:40, :40] for W in drawn], [f"$d$ = {d:g}" for d in levels])
save_figure(
    fig,
    "02_matrices",
    "Weights among the first 40 neurons of one network as Dale monopolarity d grows: each "
    "column, the outgoing weights of one neuron, takes one sign.",
)

# %% [markdown]
# ## The law in a few lines
#
# There is a sign for each weight and a sign for each sender.
# With probability $d$ the weight takes the sign of its sender.
# The result is the library's matrix, bit for bit.

# %%
numbers, d = draws(n_neurons, seed), 0.5
sign = np.where(numbers["sign"] < (1 + balance) / 2, 1.0, -1.0)  # one for each weight
polarity = np.where(numbers["polarity"] < (1 + balance) / 2, 1.0, -1.0)  # one for each sender, a column
W = coupling / np.sqrt(n_neurons) * numbers["size"] * np.where(numbers["dale"] < d, polarity, sign)
W[numbers["density"] >= density] = 0.0
assert np.array_equal(
    W, weight_matrix(n_neurons, coupling / np.sqrt(n_neurons), balance, dale=d, density=density, seed=seed)
)

# %% [markdown]
# ## The spectrum
#
# The eigenvalues $\Lambda$ of $W$ say how the resting network responds: it is stable while all lie inside the unit circle.
# Independent weights fill a disc of radius $w\sqrt{N}$ (here 1).
# With Dale's principle each column has a mean of its own, $\pm w\sqrt{2/\pi}\,d$, which takes variance away from the disorder: at $b=0$ the disc shrinks to $w\sqrt N\sqrt{1-2d^2/\pi}$.
# The line is that prediction.

# %%
n, w = n_neurons_spectrum, 1 / np.sqrt(n_neurons_spectrum)
large = [weight_matrix(n, w, balance, dale=d, density=density, seed=seed) for d in levels]
shapes = [theory.spectrum(n, w, balance, dale=d, density=density) for d in levels]
fig = networks.spectra([np.linalg.eigvals(W) for W in large], shapes, [f"$d$ = {d:g}" for d in levels])
save_figure(
    fig,
    "02_spectra",
    "Eigenvalues of one matrix as d grows at w√N = 1, and the predicted edge of the bulk "
    "(line); predicted outliers, where there are any, are ringed.",
)

# %% [markdown]
# **What to see, at the default parameters.** The cloud keeps to its shrinking circle, but a few eigenvalues stay outside.
# They belong to the common part of the columns, a matrix of rank one, and their places differ from draw to draw (Rajan and Abbott, 2006), so there is no ring around them.
# They matter: the bulk alone would say that Dale's principle calms the network by 40 %, and the outliers undo part of that.

# %% [markdown]
# ## Reading the knob back
#
# Can one tell $d$ from a finished matrix?
# The index is the spread of the mean sign over columns, corrected for what chance alone would give.
# It needs no knowledge of how the matrix was made, so it can be asked of any matrix.

# %%
asked = np.linspace(0, 1, 21)
unlabelled = np.zeros(n_neurons)  # one module: no search for communities
measured = np.array(
    [
        [
            matrix_indices(
                weight_matrix(n_neurons, 1.0, balance, dale=d, density=density, seed=(seed, k)), unlabelled
            ).dale
            for k in range(n_replicates)
        ]
        for d in asked
    ]
)
fig = networks.index_recovered(asked, measured, "dale")
save_figure(
    fig,
    "02_index",
    "Dale index measured from the matrix alone against the knob: mean and 95 % of the networks.",
)

# %% [markdown]
# ### A matrix that nobody here drew
#
# The nematode *C. elegans* has 279 neurons that are wired to one another, and every synapse has been counted (Varshney et al., 2011; GABA neurons from McIntire et al., 1993).
# Counts as weights, the columns of the 26 GABA neurons negative (eight of them have no chemical synapse onto these neurons): the worm obeys Dale's principle by construction of its sign, so its index must read 1.
# The others are open questions.

# %%
worm = celegans("chemical")
found = pd.Series(matrix_indices(worm)._asdict(), name="C. elegans").to_frame().round(3)
found.loc[
    ["density", "balance", "dale", "reciprocity", "reciprocity_binary", "modularity", "modularity_null"]
]

# %%
shuffled = np.random.default_rng(seed).permutation(worm.values.ravel()).reshape(worm.shape)
eigenvalues = [np.linalg.eigvals(W) for W in (worm.values, shuffled)]
fig = networks.spectra(eigenvalues, [None, None], ["C. elegans", "its entries shuffled"], width=4.8)
save_figure(
    fig,
    "02_worm_spectrum",
    "Eigenvalues of the chemical wiring of C. elegans, counts as weights, and of the same "
    "entries in random places.",
)

# %% [markdown]
# **What to see, at the default parameters.** In the shuffled matrix the lone eigenvalue on the right is the common mode of a mostly excitatory network, at $N$ times the mean entry.
# The worm's own lie further out and are several: they belong to small groups of strongly connected neurons.
# No formula of ours is drawn here, because none applies.

# %%
scale = rounded(np.abs(eigenvalues[0]).max())
runs = [free_run(worm * g / scale, n_steps=60, burn_in=0, seed=seed) for g in (0.9, 3.0)]
fig = networks.rasters(runs, ["spectral radius 0.9", "spectral radius 3"])
save_figure(
    fig,
    "02_worm",
    "Free runs of tanh units wired like C. elegans, its synapse counts scaled to two spectral radii.",
)

# %%
found_worm = found["C. elegans"]
Markdown(f"""
The worm is sparse ({found_worm.density:.1%} of all possible connections), mostly excitatory (balance {found_worm.balance:.2f}), and more reciprocal than
chance in *which* neurons are connected ({found_worm.reciprocity_binary:.2f}; independent entries would give 0). Communities found in it score
{found_worm.modularity:.2f}, against {found_worm.modularity_null:.2f} in shuffled copies: for so sparse a matrix this index, which compares weights and knows no
positions, does not tell modules from chance. Run as tanh units it does what notebook 1 leads us to expect of an excitatory
network: rest below a spectral radius of 1, a fixed point at 3 (and its mirror image, since tanh is odd).
""")

# %% [markdown]
# ## The measures against the knob
#
# Three couplings: below the onset, just above it, and deep in chaos.
# Bands hold 95 % of the networks; $C$ and $A$ are undefined at rest, $D$ where nothing moves.

# %%
over_knob = sweep(dict(dale=np.linspace(0, 1, 2 * n_levels + 1), coupling=couplings), balance=balance, **many)
fig = curves.measures(over_knob, "dale", "coupling")
save_figure(
    fig,
    "02_over_knob",
    "Fluctuation, correlation, autocorrelation, nonlinearity, Lyapunov exponent and dimension "
    "against Dale monopolarity for three couplings: mean and 95 % of four times as many networks as elsewhere.",
)

# %% [markdown]
# **What to see, at the default parameters.** The clearest signatures are in the lower row.
# Deep in chaos (diamonds) $\lambda$ falls with $d$ to zero and below, and $D$ to almost nothing: the activity goes from many independent directions to a few.
# $\mathcal{N}$ hardly moves; $F$ falls, since in some networks the neurons freeze.
# Most of the fall of $\lambda$ and $F$ happens beyond $d=1/2$, but most of the fall of $D$ happens before.
#
# The bands widen toward $d=1$: with Dale's principle networks become *individuals*, because a handful of outliers, different in each, decides.

# %% [markdown]
# ## ... against strength
#
# The dashed line is the mean field of the network without the knob.

# %%
grid = coupling_grid(coupling_min, coupling_max, n_couplings)
few = [0.0, 0.5, 1.0]
over_coupling = sweep(dict(dale=few, coupling=grid), balance=balance, **many)
fields = [theory.mean_field(n_neurons, x / np.sqrt(n_neurons), balance, density) for x in grid]
predicted = {name: [getattr(f, name) for f in fields] for name in ("fluctuation", "nonlinearity", "lyapunov")}
fig = curves.measures(over_coupling, "coupling", "dale", theory=predicted)
save_figure(
    fig,
    "02_over_coupling",
    "The measures against coupling for d = 0, 1/2 and 1; dashed: mean field at d = 0.",
)

# %% [markdown]
# **What to see, at the default parameters.** At $d=1$ the band of $\mathcal{N}$ spans a wide range of onsets: some networks wake below $x=1$, others at one and a half times that.
# Above it $C$ spreads to both signs: in some networks the population flips together at every step ($C$ near $-1$), in others it holds together.
# Which of the two depends on whether inhibitory or excitatory neurons happen to be in excess.
#
# At $b=0$ both are equally likely, so the mean of $C$ over many networks is 0, and a mean away from 0 is the draw of these few.
# The mean of $\lambda$ stays far below the independent network's.

# %% [markdown]
# ## ... and against balance

# %%
balances = balance_grid(n_balances)
over_balance = sweep(dict(dale=few, balance=balances), coupling=coupling, **common)
fig = curves.measures(over_balance, "balance", "dale")
save_figure(fig, "02_over_balance", "The measures against balance for d = 0, 1/2 and 1 at one coupling.")

# %% [markdown]
# **What to see, at the default parameters.** The plateau around $b=0$, where the independent network is chaotic and uncorrelated, becomes a slope: $C$ climbs gradually from $-1$ to $+1$ (through 0 at $b=0$, but for the draw).
# An excess of excitation is no longer needed for the population to move together, since every neuron now speaks with one voice.

# %% [markdown]
# ## Maps: without the knob, with it, and the difference

# %%
plane = sweep(dict(dale=[0.0, 1.0], coupling=grid, balance=balances), **common)
borders = theory.boundaries(n_neurons, grid, density)
means = plane.mean("replicate", skipna=False)
names = ("fluctuation", "correlation", "nonlinearity", "lyapunov")
fig = maps.measures({f"$d$ = {d:g}": means.sel(dale=d) for d in (0, 1)}, names, borders)
save_figure(
    fig,
    "02_maps",
    "Mean over networks of four measures over balance and coupling at d = 0 and d = 1, with the "
    "mean-field boundaries of d = 0. White: undefined.",
)
save_table(
    statistics.summary(plane), "02_maps_table", "Mean and standard deviation over networks of all measures."
)

# %%
effect = statistics.paired_effect(plane, "dale")
fig = maps.measures({"$d$ = 1 minus $d$ = 0": statistics.mean_effects(effect)}, names, borders)
save_figure(
    fig,
    "02_maps_effect",
    "Paired change of the measures from d = 0 to d = 1, mean over networks. A stroke "
    "marks cells whose 95 % interval includes 0.",
)

# %% [markdown]
# **What to see, at the default parameters.** The effect lives inside the chaotic strip and along its borders.
# Below $x=1$ the borders blur: some Dale networks are active where independent ones rest, and some rest where those are active.
# By symmetry the law of $\mathcal N$ and of $\lambda$ is the same at $b$ and $-b$; red on one side and blue on the other are the chance excess of one polarity in these networks, shared by all cells.
#
# Far out, where the population is locked in a common state, there is nothing left to change but $\lambda$, which tells how firmly it is locked.
# Cells with a stroke are those where so many networks cannot tell the change from none.

# %% [markdown]
# ## What was found

# %%
shown = {
    "fluctuation F": effect.fluctuation,
    "nonlinearity NL": effect.nonlinearity,
    "Lyapunov exponent": effect.lyapunov,
}
points = {"chaos": (3.0, 0.0), "onset": (1.2, 0.0), "biased": (2.0, balance_biased)}
Markdown(
    f"Paired change from d = 0 to d = 1 over {n_replicates} networks, with its 95 % interval (N = {n_neurons}):\n\n"
    + statistics.change_table(shown, points)
)

# %% [markdown]
# ### The verdicts
#
# The paper's question goes further: do such networks compute better?
# [Notebook 10](10_claims.ipynb) has judged what the abstract says by the criteria that it states, at default parameters, whatever is set in this notebook.
# Here are its verdicts on Dale's principle.
# Rows are the regimes that networks *without* it show when left alone; how the tasks go is told in notebooks [5](05_sequence_generation.ipynb) to [9](09_digits.ipynb), and intervals are in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
Markdown(verdicts.concerning(verdicts.read_table(), knob="dale"))

# %% [markdown]
# **What to see, at the default parameters.** One row of the first table is all support: weakly driven chaotic networks, where Dale's principle raises accuracy on every task.
# Quiescent networks lose accuracy on every task, under either drive, and biased ones (fixed point, oscillatory) lose a little or nothing.
# Under strong drive the gain in chaos shrinks or turns around, depending on the task.
#
# The second table is full of question marks, and that is a result, too: the bands of this notebook's curves are wide, since a handful of outliers decides, so that an average over few networks tells little.
# What it does tell is that networks which would be quiescent wake up.

# %% [markdown]
# **What the abstract says, and what is seen.** That each regularity leaves dynamical signatures and can tune the dynamics: seen for Dale's principle, most clearly in $\lambda$, in $D$ and in the *spread* of $C$ inside the chaotic strip.
# That it *raises task accuracy*: in weakly driven chaos, by the ledger; in most other places it does not.
#
# **Where it holds and where not.** At $d=1$ and $b=0$ the outcome depends on the draw: with some polarities the excess of one sign, of order $\sqrt N$ columns, makes an outlier that locks the network.
# Means over few networks are then rough.
#
# The curves over the knob and over coupling therefore take four times as many networks as the rest; the maps and the table of changes do not, so rerun with `n_replicates` 30 before you quote a number of theirs.
# The predicted disc is for large $N$ and holds for the bulk alone.

# %% [markdown]
# ## By hand
#
# One network with its knobs as sliders, where somebody can move them (JupyterLab: `make lab`); elsewhere a still picture of it at $d=1$.
# Raise *Dale monopolarity* from 0 and watch one column after the other take a colour, the disc shrink, and single eigenvalues leave it.
# Without Python: [`figures/explorer.html`](../figures/explorer.html); more in [notebook 11](11_explorer.ipynb).

# %%
from regrnn_lib import explore

explore.network(first=["dale"], dale=1.0, balance=balance)

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/02_dale.ipynb out.ipynb -p n_neurons 200 -p balance 0.3
# ```
#
# Does the loss of dimension grow or shrink with `n_neurons`?
# What does `density` 0.1 do to the outliers?
# Next: [3.
# Reciprocity](03_reciprocity.ipynb).
