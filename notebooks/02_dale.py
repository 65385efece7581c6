# %% [markdown]
# # 2. Dale monopolarity
#
# A biological neuron releases the same transmitters at all its synapses, so it excites all its targets or inhibits them all: *Dale's principle*.
# In a matrix whose columns are the senders this means that every column has one sign.
# The networks of notebook 1 know nothing of it: there each weight has a sign of its own.
#
# The abstract says that the principle raises accuracy on tasks.
# There is a reading under which it does on most tasks: complete ($d=1$), in chaos that goes on under a moderate input.
# Elsewhere it mostly does not ([notebook 10](10_claims.ipynb), which also says how that reading was found).
#
# What it brings in chaos is robustness, not a better best.
# This notebook shows what it does to the network itself.
#
# The paper adds the principle gradually, by one control parameter; here it is the knob $d$.
# A neuron gets a polarity.
# Each of its outgoing weights takes this polarity with probability $d$, and keeps the sign it was drawn with otherwise.
# At $d=0$ we have the independent network, at $d=1$ Dale's principle without exception, and the law of a single weight is the same all the way.
#
# Two measures are new besides those of notebook 1: the *autocorrelation* $A$, as $C$ but of each neuron with itself alone, and the *dimension* $D$, the share of the $N$ directions that the activity makes use of (a participation ratio).
#
# **What you will see.** Stripes growing in a matrix; a spectrum that shrinks and throws out a few lonely eigenvalues; the law of their luck, predicted; a population that begins to move together; and chaos that becomes tame and low-dimensional, at balance at least.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) names the regularity and says that it is tuned continuously by one parameter and studied as a function of strength and bias.
# > How the knob works, the measures, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# All networks run in mirrored pairs, as in [notebook 1](01_dynamical_regimes.ipynb), and the pair is the unit of every mean and interval.
# Sentences under a figure speak of the default parameters.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
balance: float = 0.0  # balance b where it is not varied, -1..1
coupling: float = 2.0  # coupling w sqrt(N) where it is not varied, above 0, up to 100
balance_biased: float = 0.25  # balance b of the examples with a bias, -1..1
couplings: list = [0.9, 1.5, 3.0]  # couplings x of the curves over the knob, above 0, up to 100 each
n_levels: int = 5  # levels of the knob, evenly over 0..1, 2..101
n_replicates: int = 8  # mirrored pairs of networks at each point of the maps, 1..10000
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

from regrnn_lib import weight_matrix
from regrnn_lib.experiments.sweep import level_grid
from regrnn_lib.figures import networks, style
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_table

# %%
check_cell(globals())
style.use()
levels = level_grid(n_levels)

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
    "column, the outgoing weights of one neuron, takes one sign. Orange: excitatory, blue: inhibitory.",
)

# %% [markdown]
# ## The law in a few lines
#
# There is a sign for each weight and a sign for each sender.
# With probability $d$ the weight takes the sign of its sender.
# The result is the library's matrix, bit for bit.

# %%
from regrnn_lib.weights import draws

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
from regrnn_lib import theory

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
# **What to see.** The cloud keeps to its shrinking circle, but a few eigenvalues stay outside.
# They belong to the common part of the columns, a matrix of rank one, and their places differ from draw to draw (Rajan and Abbott, 2006), so there is no ring around them.
# They matter: the bulk alone would say that Dale's principle calms the network by 40 %, and the outliers undo most of that, as the next section shows.

# %% [markdown]
# ## The luck of the draw has a law
#
# Where the outliers lie is luck, but luck of a known kind.
# For large $N$ an outlier is $\Lambda = R/s$, with $R$ the radius of the bulk and $s$ a zero, $|s|<1$, of a random power series (from Tao, 2013, for perturbations of low rank): at $b=0$
#
# $$f(s) = 1-\kappa\sum_{k\ge 0} g_k\, s^{k+1},\qquad \kappa = \frac{d\sqrt{2/\pi}}{\sqrt{1-2d^2/\pi}},\qquad R = w\sqrt N\sqrt{1-2d^2/\pi},$$
#
# where the $g_k$ are independent standard normal numbers.
# A network at rest wakes where its largest $|\Lambda|$ reaches 1, so drawing the $g_k$ gives the whole distribution of onsets, with nothing fitted and no matrix.

# %%
fan_levels, fan_shares = np.linspace(0, 1, 11), [0.025, 0.25, 0.5, 0.75, 0.975]
alike = dict(n_neurons=n_neurons, density=density)
fan = np.array([theory.onset_quantiles(d, fan_shares, balance, **alike) for d in fan_levels])
unit = 1 / np.sqrt(n_neurons)  # the strength w at w sqrt(N) = 1
bulk = np.array(
    [1 / theory.spectrum(n_neurons, unit, balance, dale=d, density=density).semi_axes[0] for d in fan_levels]
)

# %% [markdown]
# Two kinds of networks to hold against it.
# Of some the largest eigenvalue is computed, at several $d$; others run freely at $d=1$, and are awake if their activity does not die away.
# (A network and its mirror have the same $|\Lambda|$ at $b=0$, so the mirrors are left out here.)


# %%
def onset(d, k):
    """Coupling at which the largest eigenvalue of network k has size 1."""
    W = weight_matrix(n_neurons, unit, balance, dale=d, density=density, seed=(seed, k))
    return 1 / np.abs(np.linalg.eigvals(W)).max()


drawn_onsets = np.array([[onset(d, k) for k in range(6 * n_replicates)] for d in levels])

# %%
from regrnn_lib.experiments.sweep import coupling_grid, sweep

common = dict(
    n_neurons=n_neurons,
    density=density,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
    settings=dict(n_steps=n_steps, burn_in=burn_in),
)
tried, n_awake = coupling_grid(0.5, 1.6, 10), 50 * n_replicates
runs = sweep(dict(coupling=tried), dale=1.0, balance=balance, n_replicates=n_awake, **common)
awake = (runs.regime != 0).sum("replicate").values
awake_by_theory = theory.awake_share(1.0, tried, balance, **alike)

# %%
from regrnn_lib.figures import onsets

dense = coupling_grid(0.5, 1.8, 60)
share = theory.awake_share(1.0, dense, balance, **alike)
fig = onsets.law((fan_levels, fan), (levels, drawn_onsets), (dense, share), (tried, awake, n_awake), bulk)
save_figure(
    fig,
    "02_onset_law",
    "Left: coupling w√N at which rest loses stability against Dale monopolarity d: predicted "
    "distribution (fan), drawn "
    "networks (dots, spread sideways to be seen), and what the bulk of the spectrum alone would say "
    "(dotted). Right: "
    "share of networks awake at d = 1 against w√N: predicted (line) and in free runs.",
)

# %%
from IPython.display import Markdown

from regrnn_lib.experiments import statistics
from regrnn_lib.parameters import number

low, high = statistics.share_interval(awake, n_awake)
inside = int(np.sum((awake_by_theory >= low) & (awake_by_theory <= high)))
rows = [
    [number(x), number(p), f"{number(k / n_awake)} ({number(a)} to {number(b)})"]
    for x, p, k, a, b in zip(tried, awake_by_theory, awake, low, high)
]
ends = [number(x) for x in fan[-1]]
before_bulk = float(np.mean(drawn_onsets[-1] < bulk[-1]))
Markdown(
    f"At d = 1 the predicted onsets spread from w√N = {ends[0]} to {ends[-1]}, their middle half from "
    f"{ends[1]} to {ends[3]}. "
    f"{before_bulk:.0%} of the drawn networks wake before the bulk alone would (w√N = {number(bulk[-1])}). "
    f"The prediction lies in the 95 % interval of the free runs at {inside} of {len(tried)} couplings:\n\n"
    + statistics.markdown_table(["w√N", "predicted awake", f"awake of {n_awake} networks"], rows)
)

# %% [markdown]
# **What to see.** At $d=0$ all networks wake at nearly one coupling, a few per cent below 1 since they are small; with the knob the fan opens to both sides, and the dots follow it.
# Some Dale networks wake at little more than half the coupling of an independent one, others later than that.
# What looked like the luck of the draw is a curve.
#
# The networks on the right are the same at every coupling, so where their draw is off, it is off at several points in a row; another `seed` moves them.
# The law is that of the largest outlier only: close to the edge of the bulk, which at finite $N$ scatters itself, it counts more outliers than there are.

# %% [markdown]
# ## Reading the knob back
#
# Can one tell $d$ from a finished matrix?
# The index is the spread of the mean sign over columns, corrected for what chance alone would give.
# It needs no knowledge of how the matrix was made, so it can be asked of any matrix.

# %%
from regrnn_lib import matrix_indices

knobs = np.linspace(0, 1, 21)
unlabelled = np.zeros(n_neurons)  # one module: no search for communities
measured = np.array(
    [
        [
            matrix_indices(
                weight_matrix(n_neurons, 1.0, balance, dale=d, density=density, seed=(seed, k)), unlabelled
            ).dale
            for k in range(n_replicates)
        ]
        for d in knobs
    ]
)
fig = networks.index_recovered(knobs, measured, "dale")
save_figure(
    fig,
    "02_index",
    "Dale index measured from the matrix alone against the knob d: mean (dots) and 95 % of the networks "
    "(band); line: where the two are equal.",
)

# %% [markdown]
# **What to see.** One can: the dots lie on the diagonal, in a narrow band.
# Only next to $d=0$ the index reads a little too much, since chance alone spreads the columns and an estimate cannot fall below 0.

# %% [markdown]
# ### A matrix that nobody here drew
#
# The nematode *C. elegans* has 279 neurons that are wired to one another, and every synapse has been counted (Varshney et al., 2011; GABA neurons from McIntire et al., 1993).
# Counts as weights, the columns of the 26 GABA neurons negative (eight of them have no chemical synapse onto these neurons): the worm obeys Dale's principle by construction of its sign, so its index must read 1.
# The others are open questions.

# %%
import pandas as pd

from regrnn_lib.connectome import celegans

worm = celegans("chemical")
found = pd.Series(matrix_indices(worm)._asdict(), name="C. elegans").to_frame().round(3)
shown = ["density", "balance", "dale", "reciprocity", "reciprocity_binary", "modularity", "modularity_null"]
names = {
    "reciprocity_binary": "reciprocity, weights aside",
    "modularity_null": "modularity of shuffled copies",
}
found.loc[shown].rename(names)

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
# **What to see.** In the shuffled matrix the lone eigenvalue on the right is the common mode of a mostly excitatory network, at $N$ times the mean entry.
# The worm's own lie further out and are several: they belong to small groups of strongly connected neurons.
# No formula of ours is drawn here, because none applies.

# %%
from regrnn_lib import free_run
from regrnn_lib.parameters import rounded

scale = rounded(np.abs(eigenvalues[0]).max())
runs = [free_run(worm * g / scale, n_steps=60, burn_in=0, seed=seed) for g in (0.9, 3.0)]
fig = networks.rasters(runs, ["spectral radius 0.9", "spectral radius 3"])
save_figure(
    fig,
    "02_worm",
    "Free runs of tanh units wired like C. elegans, its synapse counts scaled to two spectral radii: a "
    "row for each neuron, orange for a state near +1, blue for one near -1.",
)

# %%
found_worm = found["C. elegans"]
Markdown(f"""
The worm is sparse ({found_worm.density:.1%} of all possible connections), mostly excitatory (balance
{found_worm.balance:.2f}), and more reciprocal than
chance in *which* neurons are connected ({found_worm.reciprocity_binary:.2f}; independent entries would
give 0). Communities found in it score
{found_worm.modularity:.2f}, against {found_worm.modularity_null:.2f} in shuffled copies: for so sparse a
matrix this index, which compares weights and knows no
positions, does not tell modules from chance. Run as tanh units it does what notebook 1 leads us to
expect of an excitatory
network: rest below a spectral radius of 1, a fixed point at 3 (and its mirror image, since tanh is odd).
""")

# %% [markdown]
# ## The measures against the knob
#
# Three couplings: below the onset, above it, and deep in chaos.
# Lines are means over pairs, dark bands the 95 % intervals of these means, light bands the range of 95 % of the single networks.
# $C$ and $A$ are undefined at rest, $D$ where nothing moves, and a mean over few of the pairs is not drawn: so a line may begin late, end early or have gaps.
# In a pair at $b=0$ the two values of $C$, and of $A$, are opposite, so their means are 0 by symmetry; what counts there is the light band.

# %%
from regrnn_lib.figures import pairs as pair_curves

mirrors, curve_pairs = [False, True], 4 * n_replicates  # many: with Dale's principle networks differ much
fine_levels = np.linspace(0, 1, 2 * n_levels + 1)
grid_of_knob = dict(mirror=mirrors, dale=fine_levels, coupling=couplings)
over_knob = sweep(grid_of_knob, balance=balance, n_replicates=curve_pairs, **common)
fig = pair_curves.measures(over_knob, "dale", "coupling")
save_figure(
    fig,
    "02_over_knob",
    "Fluctuation F, correlation C, autocorrelation A, nonlinearity 𝒩, Lyapunov exponent λ and dimension D "
    f"against Dale monopolarity d for three couplings w√N. {pair_curves.CAPTION}",
)

# %%
strongest, half_way = max(couplings), fine_levels[np.argmin(abs(fine_levels - 0.5))]
deep = statistics.pair_mean(over_knob).sel(coupling=strongest)
texts = {"lyapunov": "λ", "fluctuation": "F", "dimension": "D", "nonlinearity": "NL"}
rows = []
for name, text in texts.items():
    defined = deep[name].where(deep[name].sel(dale=1.0).notnull())  # D: in pairs where nothing freezes
    start, middle, end = (defined.sel(dale=d).dropna("replicate") for d in (0.0, half_way, 1.0))
    before = float((start - middle).mean() / (start - end).mean())
    intervals = [statistics.interval_text(part) for part in (start, end)]
    rows.append([text, *intervals, f"{before:.0%}", str(end.size)])

# %%
ends = statistics.single_networks(over_knob).sel(coupling=strongest, dale=1.0)
chaotic = f"{float((ends.regime == 1).mean()):.0%}"
heads = ["", "d = 0", "d = 1", f"part of the change before d = {number(half_way)}", "pairs"]
Markdown(
    f"At w√N = {strongest:g}, means with their 95 % intervals; {chaotic} of the networks are still "
    "chaotic at d = 1:\n\n" + statistics.markdown_table(heads, rows)
)

# %% [markdown]
# **What to see.** The clearest signatures are in the lower row.
# Deep in chaos $\lambda$ falls with $d$, and at $d=1$ most networks are no longer chaotic, though some are; the table has the mean.
# $D$ falls to almost nothing: the activity goes from many independent directions to a few.
# $\mathcal{N}$ hardly moves; $F$ falls, since in some networks the neurons freeze.
#
# $\lambda$ and $F$ fall late, beyond $d=1/2$; $D$ falls early, most of it before (the column of shares).
# The light bands, but for that of $D$, widen toward $d=1$: with Dale's principle networks become *individuals*, because a handful of outliers, different in each, decides.

# %% [markdown]
# ## ... against strength
#
# The dashed lines are theory for the network without the knob: mean field, and in the panel of $D$ the participation ratio of [notebook 1](01_dynamical_regimes.ipynb), which holds at $b=0$ only.
# For $d>0$ there is none: the outliers are not part of it.

# %%
grid = coupling_grid(coupling_min, coupling_max, n_couplings)
few = [0.0, 0.5, 1.0]
over_coupling = sweep(
    dict(mirror=mirrors, dale=few, coupling=grid), balance=balance, n_replicates=curve_pairs, **common
)
fields = [theory.mean_field(n_neurons, x / np.sqrt(n_neurons), balance, density) for x in grid]
predicted = {name: [getattr(f, name) for f in fields] for name in ("fluctuation", "nonlinearity", "lyapunov")}
if balance == 0:
    predicted["dimension"] = theory.participation_ratio(grid * np.sqrt(density), n_neurons, n_steps)

# %%
fig = pair_curves.measures(
    over_coupling, "coupling", "dale", theory=predicted, theory_label="theory, $d$ = 0"
)
save_figure(
    fig,
    "02_over_coupling",
    "F, C, A, 𝒩, λ and D against coupling w√N for d = 0, 1/2 and 1; dashed: theory at d = 0. "
    f"{pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** At $d=1$ the light band of $\mathcal{N}$ spans a wide range of onsets, those of the law above.
# Above it $C$ spreads to both signs: in some networks the population flips together at every step ($C$ near $-1$), in others it holds together.
# Which of the two depends on whether inhibitory or excitatory neurons happen to be in excess; at $b=0$ both are equally likely.
# The mean of $\lambda$ stays far below the independent network's.
#
# The line of $D$ is good for strong chaos; below $x=2$ it fails at a hundred neurons, where the networks use fewer directions than theory says.

# %%
regime = statistics.single_networks(over_coupling).regime.sel(dale=1.0)
shares = (regime == 1).mean("replicate")
most, here = grid[shares.values > 0.5], shares.sel(coupling=strongest, method="nearest")
awake_half = grid[((regime != 0).mean("replicate") >= 0.5).values]
first = number(awake_half[0]) if awake_half.size else "nowhere"
Markdown(f"""
At d = 1, the first coupling of this grid at which half of the networks or more are awake is w√N = {first}.
Chaotic are {float(here):.0%} of them at w√N = {number(here.coupling)}
and {float(shares[-1]):.0%} at {number(grid[-1])}; more than half are
{f"from {number(most[0])} on" if most.size else "so nowhere here"}.
""")

# %% [markdown]
# ## ... and against balance

# %%
from regrnn_lib.experiments.sweep import balance_grid

balances = balance_grid(n_balances)
over_balance = sweep(
    dict(mirror=mirrors, dale=few, balance=balances),
    coupling=coupling,
    n_replicates=2 * n_replicates,
    **common,
)
fig = pair_curves.measures(over_balance, "balance", "dale")
save_figure(
    fig,
    "02_over_balance",
    f"F, C, A, 𝒩, λ and D against balance b for d = 0, 1/2 and 1 at w√N = {coupling:g}. "
    f"{pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** The plateau around $b=0$, where the independent network is chaotic and uncorrelated, becomes a slope: $C$ climbs gradually from $-1$ to $+1$, through 0 at $b=0$.
# An excess of excitation is no longer needed for the population to move together, since every neuron now speaks with one voice.

# %% [markdown]
# ## Maps: without the knob, with it, and the difference

# %%
from regrnn_lib.figures import maps

plane = sweep(
    dict(mirror=mirrors, dale=[0.0, 1.0], coupling=grid, balance=balances),
    n_replicates=n_replicates,
    **common,
)
plane_pairs = statistics.pair_mean(plane)
borders = theory.boundaries(n_neurons, grid, density)
means = plane_pairs.mean("replicate", skipna=False)
names = ("fluctuation", "correlation", "nonlinearity", "lyapunov")
fig = maps.measures({f"$d$ = {d:g}": means.sel(dale=d) for d in (0, 1)}, names, borders)
save_figure(
    fig,
    "02_maps",
    "Mean over mirrored pairs of F, C, 𝒩 and λ over balance b and coupling w√N at d = 0 and d = 1, with the "
    "mean-field boundaries of d = 0. Grey and hatched: undefined.",
)
save_table(
    statistics.summary(plane_pairs),
    "02_maps_table",
    "Mean and standard deviation over mirrored pairs of all measures.",
)

# %%
effect = statistics.paired_effect(plane_pairs, "dale")
fig = maps.measures({"$d$ = 1 minus $d$ = 0": statistics.mean_effects(effect)}, names, borders)
save_figure(
    fig,
    "02_maps_effect",
    "Paired change of F, C, 𝒩 and λ from d = 0 to d = 1 over balance b and coupling w√N, mean over "
    "mirrored pairs. A stroke marks cells whose 95 % interval includes 0. "
    "Lines: mean-field boundaries of d = 0. Grey and hatched: undefined.",
)

# %% [markdown]
# **What to see.** The effect lives inside the chaotic strip and along its borders.
# Around $x=1$ the borders blur: some Dale networks are active where independent ones rest, and some rest where those are active.
# The maps of $\mathcal N$ and $\lambda$ are symmetric in $b$, and that of $C$ is odd, because each network runs with its mirror.
#
# Far out, where the population is locked in a common state, there is nothing left to change but $\lambda$, which tells how firmly it is locked.
# Cells with a stroke are those where so many pairs cannot tell the change from none.

# %% [markdown]
# ## What was found

# %%
along_x = statistics.paired_effect(statistics.pair_mean(over_coupling), "dale")
along_b = statistics.paired_effect(statistics.pair_mean(over_balance), "dale")
places = {
    "chaos": along_x.sel(coupling=3.0, method="nearest"),
    "onset": along_x.sel(coupling=1.2, method="nearest"),
    "biased": along_b.sel(balance=balance_biased, method="nearest"),
}
heads = [
    f"{name}, w√N = {number(float(cell.get('coupling', coupling)))}, b = "
    f"{number(float(cell.get('balance', balance)))}"
    f" ({cell.sizes['replicate']} pairs)"
    for name, cell in places.items()
]

# %%
measured_changes = {"F": "fluctuation", "NL": "nonlinearity", "λ": "lyapunov"}
rows = [
    [symbol, *(statistics.interval_text(cell[name]) for cell in places.values())]
    for symbol, name in measured_changes.items()
]
Markdown(
    "Paired change from d = 0 to d = 1, mean over mirrored pairs with its 95 % interval (N = "
    f"{n_neurons}):\n\n" + statistics.markdown_table(["", *heads], rows)
)

# %% [markdown]
# ### The verdicts
#
# The paper's question goes further: do such networks compute better?
# [Notebook 10](10_claims.ipynb) has judged what the abstract says by the criteria that it states, at default parameters, whatever is set in this notebook.
# Here are its verdicts on Dale's principle.
# Rows are *places* of the plane of balance and coupling, assigned by theory before any network is run; how the tasks go is told in notebooks [5](05_sequence_generation.ipynb) to [9](09_digits.ipynb), and intervals are in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), knob="dale"))

# %% [markdown]
# **How to read it.** A tick is for the abstract, a cross against it, each with the mean change beside it; the counts stand above each table.
# Where the second table has question marks, the curves of this notebook mostly say why: a handful of outliers decides, so networks differ much from one another.
# A change that is sure, but smaller than the criterion asks, has one too.
#
# In chaos $C$ reads 0 by the mirror symmetry, whatever the knob does to it.
# By the same symmetry the last two rows have the same $\mathcal N$ and opposite $C$.

# %% [markdown]
# **What the abstract says, and what is seen.** That each regularity leaves dynamical signatures and can tune the dynamics: seen for Dale's principle, most clearly in $\lambda$, in $D$ and in the *spread* of $C$ inside the chaotic strip.
# That it *raises task accuracy* is a matter of place and drive: the tables above, and the reading in [notebook 10](10_claims.ipynb).
#
# **Where it holds and where not.** At $d=1$ and $b=0$ the outcome depends on the draw: with some polarities the excess of one sign, of order $\sqrt N$ columns, makes an outlier that locks the network.
#
# The curves and the table of changes take more pairs than the maps; rerun with `n_replicates` 30 before you quote a cell of a map.
# The predicted disc and the law of the onsets are for large $N$; the disc is that of the bulk alone.

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
#
# Next: [3. Reciprocity](03_reciprocity.ipynb).
