# %% [markdown]
# # 3. Reciprocity
#
# In 1982 Hopfield wired every pair of neurons with the *same* weight in both directions, and the network became a memory: an energy could be written down that only falls, and the activity had to come to rest.
# Real cortex is not symmetric, but pairs of neurons are connected to and fro more often than chance would have it.
#
# The paper turns this symmetry on gradually.
# Here it is the knob $r$: each pair $\{i,j\}$ is, with probability $r$, made symmetric, $W_{ji} := W_{ij}$, value and sign.
# At $r=0$ the two directions know nothing of each other, at $r=1$ the matrix is symmetric, a Hopfield-type matrix, and the correlation of $W_{ij}$ with $W_{ji}$ is $r$ on the way.
#
# **What you will see.** A spectrum that is squeezed from a disc to a line; a network that wakes at weaker coupling and saturates earlier, both close to where theory puts them; chaos that dies; and an end state in which half of the neurons keep their sign and half flip it for ever.
#
# Does it lower accuracy, as the abstract says?
# There is a reading under which it does: *partial* reciprocity, $r=1/4$, in networks that stay chaotic under a moderate drive.
# The loss there is a few hundredths, and on two of the five tasks it is barely clear of zero.
#
# *Complete* reciprocity ends the chaos, and raises accuracy there on most tasks.
# [Notebook 10](10_claims.ipynb) has the numbers, and tells of the search by which the reading was found.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) names the regularity, and says that it tends to lower task accuracy *by promoting early saturation*.
# > How the knob works, how we measure saturation, the grids and all numbers below are our reconstruction.

# %% [markdown]
# ## Parameters
#
# Sentences under a figure speak of the default parameters.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
balance: float = 0.0  # balance b where it is not varied, -1..1
coupling: float = 2.0  # coupling w sqrt(N) where it is not varied, above 0, up to 100
balance_biased: float = 0.25  # balance b of the examples with a bias, -1..1
couplings: list = [0.9, 1.5, 3.0]  # couplings x of the curves over the knob, above 0, up to 100 each
n_levels: int = 5  # levels of the knob, evenly over 0..1, 2..101
n_replicates: int = 8  # pairs of a network and its mirror at each point, 1..10000
n_couplings: int = 21  # couplings x of the maps, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling of the maps, above 0
coupling_max: float = 6.0  # largest coupling of the maps, above coupling_min, up to 100
n_balances: int = 25  # balances b over -1..1, denser near 0, 3..201
n_neurons_spectrum: int = 300  # number of neurons of the matrices whose spectra are shown, 2..5000
n_neurons_onset: int = 400  # number of neurons where the onset of activity is measured, 2..5000
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
from regrnn_lib.record import save_figure

# %%
check_cell(globals())
style.use()
levels = level_grid(n_levels)

# %% [markdown]
# ## The matrix, made visible
#
# The first 24 neurons of one network.
# Fold each square along its diagonal: at $r=0$ the halves have nothing in common, at $r=1$ they are mirror images.
# The upper half never changes; the lower one takes its values from there, pair after pair.

# %%
drawn = [
    weight_matrix(
        n_neurons, coupling / np.sqrt(n_neurons), balance, reciprocity=r, density=density, seed=seed
    )
    for r in levels
]
fig = networks.matrices([W[:24, :24] for W in drawn], [f"$r$ = {r:g}" for r in levels])
save_figure(
    fig,
    "03_matrices",
    "Weights among the first 24 neurons of one network as reciprocity r grows: the lower "
    "triangle becomes the mirror image of the upper one. Orange: excitatory, blue: inhibitory.",
)

# %% [markdown]
# ## The law in a few lines
#
# A pair is mirrored with probability $r$: the weight below the diagonal takes the value of the one above.
# The result is the library's matrix, bit for bit.

# %%
from regrnn_lib.weights import draws

r, mirrored = 0.5, draws(n_neurons, seed)["reciprocity"]
W = weight_matrix(n_neurons, coupling / np.sqrt(n_neurons), balance, density=density, seed=seed)
i, j = np.nonzero(np.triu(mirrored < r, k=1))  # the chosen pairs, i < j
W[j, i] = W[i, j]
assert np.array_equal(
    W,
    weight_matrix(
        n_neurons, coupling / np.sqrt(n_neurons), balance, reciprocity=r, density=density, seed=seed
    ),
)

# %% [markdown]
# ## The spectrum
#
# Correlated pairs squeeze the disc to an ellipse with semi-axes $\sigma\sqrt N(1+r)$ and $\sigma\sqrt N(1-r)$ (the elliptic law: Sommers, Crisanti, Sompolinsky and Stein, 1988).
# A symmetric matrix has real eigenvalues only: the ellipse has become a line, twice as long as the disc was wide.

# %%
from regrnn_lib import theory

n, w = n_neurons_spectrum, 1 / np.sqrt(n_neurons_spectrum)
for b, name in ((balance, "03_spectra"), (balance_biased, "03_spectra_biased")):
    large = [weight_matrix(n, w, b, reciprocity=r, density=density, seed=seed) for r in levels]
    shapes = [theory.spectrum(n, w, b, reciprocity=r, density=density) for r in levels]
    fig = networks.spectra(
        [np.linalg.eigvals(W) for W in large], shapes, [f"$r$ = {r:g}, $b$ = {b:g}" for r in levels]
    )
    save_figure(
        fig,
        name,
        f"Eigenvalues of one matrix as r grows at w√N = 1, b = {b:g}, with the predicted "
        "ellipse (line); predicted outliers, where there are any, are ringed.",
    )

# %% [markdown]
# **What to see.** The right end of the ellipse moves out as $1+r$.
# Where it passes 1 the resting state loses its stability, so a reciprocal network of the same strength is closer to the edge: rest ends at $w\sqrt N = 1/(1+r)$.
# With a bias (lower figure) one eigenvalue stands apart, the common mode of the population, in its ring.

# %% [markdown]
# ## Reading the knob back
#
# The index is the correlation of $W_{ij}$ with $W_{ji}$ over all ordered pairs, so it does not depend on the order of the neurons.

# %%
from regrnn_lib import matrix_indices

asked = np.linspace(0, 1, 21)
unlabelled = np.zeros(n_neurons)  # one module: no search for communities
measured = np.array(
    [
        [
            matrix_indices(
                weight_matrix(n_neurons, 1.0, balance, reciprocity=r, density=density, seed=(seed, k)),
                unlabelled,
            ).reciprocity
            for k in range(n_replicates)
        ]
        for r in asked
    ]
)
fig = networks.index_recovered(asked, measured, "reciprocity")
save_figure(
    fig,
    "03_index",
    "Reciprocity measured from the matrix alone against the knob: mean (dots) and 95 % of the networks "
    "(band); line: where the two are equal.",
)

# %%
from IPython.display import Markdown

from regrnn_lib.connectome import celegans

worm = {kind: matrix_indices(celegans(kind), np.zeros(279)) for kind in ("chemical", "electrical")}
Markdown(f"""
The wiring of *C. elegans* for comparison (Varshney et al., 2011): its chemical synapses have
reciprocity {worm["chemical"].reciprocity:.2f} in their counts and
{worm["chemical"].reciprocity_binary:.2f} in which pairs are connected at all;
its gap junctions, which have no direction, read
{worm["electrical"].reciprocity:.2f} as they must.
""")

# %% [markdown]
# ## What a symmetric network does
#
# Three networks of one seed, well above the onset, after the burn-in: 40 neurons, 40 steps.

# %%
from regrnn_lib import free_run

shown = {
    r: weight_matrix(n_neurons, coupling / np.sqrt(n_neurons), 0.0, reciprocity=r, seed=seed)
    for r in (0.0, 0.5, 1.0)
}
runs = [free_run(W, n_steps=max(n_steps, 60), burn_in=burn_in, seed=seed) for W in shown.values()]
fig = networks.rasters(runs, [f"$r$ = {r:g}" for r in shown], n_shown=40, n_neurons=40)
save_figure(
    fig,
    "03_rasters",
    "Free runs of one network at r = 0, 1/2 and 1, after the burn-in: a row for each of 40 neurons, "
    "orange for a state near +1, blue for one near -1.",
)

# %% [markdown]
# **What to see.** Chaos at $r=0$; at $r=1$ plain stripes: some neurons keep their sign (solid lines), the others change it at every step (dotted).
# That is a theorem: a symmetric network with synchronous update ends at a fixed point or a cycle of two states (Marcus and Westervelt, 1989, for units like ours).
# Once there, the network does nothing new.

# %% [markdown]
# ### How long until it does
#
# A network has settled when no neuron differs by more than 0.001 from what it was two steps before, from then on: at rest, at a fixed point or in a cycle of two.
# Here are balanced networks from their random start; the run ends after 10,000 steps.
# The mirror of a network (below) settles at the same step.

# %%
import pandas as pd

from regrnn_lib.parameters import number

limit, n_settling = 10_000, 3 * n_replicates


def settling(r, k):
    """Step from which the network k repeats every second step, and the changes of its neurons at the end."""
    network = weight_matrix(
        n_neurons, coupling / np.sqrt(n_neurons), density=density, reciprocity=r, seed=(seed, k)
    )
    Y = free_run(network, n_steps=limit, burn_in=0, seed=(seed, k))
    restless = np.flatnonzero(np.abs(Y[2:] - Y[:-2]).max(axis=1) >= 1e-3)
    step = restless[-1] + 3 if restless.size else 2  # Y[0] is the state after step 1
    return step if step < limit else np.inf, Y[-2:]


# %%
found = {r: [settling(r, k) for k in range(n_settling)] for r in (0.5, 0.75, 0.9, 1.0)}
steps = {r: np.array([step for step, _ in each]) for r, each in found.items()}
settled = {
    r: [f"{np.isfinite(s).mean():.0%}"]
    + [number(v, 0) if np.isfinite(v) else "over 10,000" for v in (np.median(s), s.max())]
    for r, s in steps.items()
}
heads = ["settled", "median steps", "most steps"]
pd.DataFrame(settled, index=heads).T.rename_axis("r")

# %%
before, after = np.concatenate([end for _, end in found[1.0]], axis=1)
flips, moves = np.mean(before * after < 0), np.abs(after - before)[before * after > 0]
Markdown(f"""
At r = 1 and x = {coupling:g} {flips:.0%} of the neurons change their sign at every step in the end,
the others keep it; over a network and its mirror the share is one half, by symmetry.
Those that keep their sign need not stand still:
{np.mean(moves >= 1e-3):.0%} of them move by 0.001 or more, half of them by less than {np.median(moves):.2f}.
""")

# %% [markdown]
# **What to see.** Just below $r=1$ networks settle nearly as fast as at $r=1$, all of them well within the limit.
# At $r=1/2$ a good part still moves after 10,000 steps.
# Half of the settled ones needed more than 100 steps, so the burn-in of 200 does not catch all: measures at large $r$ still hold some of the way there.

# %% [markdown]
# ## Early saturation
#
# The abstract ties the harm of reciprocity to *early saturation*.
# Two couplings make it a number: the **onset**, where $\mathcal{N}$ leaves $-1$ (we take $-0.9$), and the point where $\mathcal{N}$ crosses 0, as many saturated states as linear ones.
#
# Linear stability gives only the coupling of the first activity, $1/(1+r)$.
# For both points there is a theory of large networks, *dynamical mean field* (Eissfeller and Opper, 1992; cf. Marti, Brunel and Ostojic, 2018).
# What a neuron sends comes back to it two steps later through its symmetric pairs, so its own past enters its input:
#
# $$h(t+1) = \eta(t+1) + r x^2\sum_s G(t,s)\,y(s-1),\qquad \langle\eta(t+1)\,\eta(s+1)\rangle = x^2 C(t,s).$$
#
# The memory $C$ and the response $G$ are averages over many copies of this one neuron, with $x=w\sqrt N$.
# Nothing is fitted.

# %%
from regrnn_lib import run_measures
from regrnn_lib.experiments import statistics
from regrnn_lib.experiments.sweep import coupling_grid, sweep

run = dict(n_steps=n_steps, burn_in=burn_in)
shared = dict(
    density=density,
    n_replicates=n_replicates,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
    settings=run,
)
fine = coupling_grid(0.4, 1.8, 21)
waking = sweep(dict(reciprocity=levels, coupling=fine), run_measures, n_neurons=n_neurons_onset, **shared)
crossed = {at: statistics.crossing(waking.nonlinearity, "coupling", at) for at in (-0.9, 0.0)}

# %%
field = {
    at: np.array([theory.saturation_coupling(r, at) for r in levels]) / np.sqrt(density) for at in crossed
}
r_line = np.linspace(0, 1, 101)
linear = np.array([theory.onset(r) for r in r_line]) / np.sqrt(density)

# %%
from regrnn_lib.figures import curves

texts = {-0.9: r"onset, $\mathcal{N} = -0.9$", 0.0: r"saturation, $\mathcal{N} = 0$"}
lines = {r"rest unstable, $1/(1+r)$": (r_line, linear)}
lines |= {rf"mean field, $\mathcal{{N}} = {at:g}$": (levels, values) for at, values in field.items()}
fig = curves.crossings(
    {texts[at]: values.rename(reciprocity="level") for at, values in crossed.items()}, lines
)
save_figure(
    fig,
    "03_early_saturation",
    f"Coupling at which activity sets in (𝒩 = -0.9) and at which 𝒩 crosses 0, against reciprocity r at "
    f"b = 0, N = {n_neurons_onset}: mean and 95 % interval over networks, on the lines of dynamical mean "
    "field (dashed, dotted) and 1/(1+r), where rest loses its stability (solid).",
)

# %%
from regrnn_lib.record import save_table

early = pd.DataFrame({"reciprocity": levels, "1/(1+r)": np.interp(levels, r_line, linear)})
for at, name in ((-0.9, "onset"), (0.0, "NL = 0")):
    early[name] = crossed[at].mean("replicate")
    early[f"{name}, s.d."] = crossed[at].std("replicate", ddof=1)
    early[f"{name} mean field"] = field[at]
    early[f"{name} deviation"] = early[name] / early[f"{name} mean field"] - 1
early = early.set_index("reciprocity")
save_table(
    early,
    "03_early_saturation_table",
    "Onset of activity (𝒩 = -0.9) and of saturation (𝒩 = 0): mean and s.d. over networks, dynamical mean "
    "field, and the deviation of the networks from it.",
)
early.round(3)


# %%
def between(deviations):
    return f"{number(100 * deviations.min(), 1)} to {number(100 * deviations.max(), 1)} %"


Markdown(f"""
Networks of N = {n_neurons_onset} against dynamical mean field for the same quantity:
{between(early["onset deviation"])} at the onset, {between(early["NL = 0 deviation"])} where NL crosses 0.
""")

# %% [markdown]
# **What to see.** Both points move to weaker coupling, and both follow their line.
# The networks wake a few per cent *below* theory: they are finite, and theory is for large $N$.
# Up to one per cent of that is the theory's own: it runs eighty steps from a random start, and with twice as many its line lies that much lower where $r>0$.
#
# The networks lie above the solid line only because that marks the first activity, and $\mathcal N=-0.9$ needs some to be visible.
#
# A network and its mirror have the same $\mathcal N$ at $b=0$, so one of the two is enough here.
# The weak point of the theory is $r=1$: there the states repeat every second step, the noise $\eta$ is all but determined by its past, and only a small added noise keeps the sum finite.

# %% [markdown]
# ### What the present knows of the past
#
# The same theory says how much of an earlier state is left: $C(T, T-k)$, the mean over neurons of $y(T)\,y(T-k)$, here at $T=60$ steps after a random start.
# At odd lags it is 0 in the mean over a network and its mirror; at even lags the two agree.

# %%
last, few = 60, [0.0, 0.5, 1.0]
remembered = {}
for r in few:
    large = [
        weight_matrix(
            n_neurons_onset,
            coupling / np.sqrt(n_neurons_onset),
            density=density,
            reciprocity=r,
            seed=(seed, k),
        )
        for k in range(n_replicates)
    ]
    states = [free_run(W, n_steps=last, burn_in=0, seed=(seed, k)) for k, W in enumerate(large)]
    remembered[r] = np.array([np.mean(Y[::-1] * Y[-1], axis=1)[::2] for Y in states])
predicted = {}
for r in few:
    memory = theory.partially_symmetric(r, coupling * np.sqrt(density), n_steps=last, n_trajectories=12_000)
    predicted[r] = memory.covariance[last, :0:-2]
fig = curves.memory(remembered, predicted)
save_figure(
    fig,
    "03_memory",
    f"Covariance C(T, T-k) of the state at T = {last} with the state k steps before, against even lags k, "
    f"for r = 0, 1/2 and 1 at w√N = {coupling:g}, b = 0, N = {n_neurons_onset}: mean and 95 % interval over "
    "networks (dots), dynamical mean field (dashed).",
)

# %% [markdown]
# **What to see.** At $r=0$ nothing is left of the state two steps before.
# Reciprocity is a memory: at $r=1/2$ it fades over tens of steps, at $r=1$ most of it is still there after 40, and part of the start is kept, as in Hopfield's memory.
#
# Theory has the size and the shape.
# At $r=1$ its line is sure to a few hundredths only, and moves by as much with its seed and the number of its trajectories: its weak point.

# %% [markdown]
# ## The measures against the knob
#
# From here on the unit is a *pair*: a network and its mirror, in which the signs that were drawn are exchanged.
# At $b=0$ the mirror of $W$ is $-W$, and its run is that of $W$ with all signs turned at every second step: what stood still flips, what flipped stands still.
#
# $\mathcal N$ and $\lambda$ of the two are the same, $F$, $A$ and $D$ are not.
# Few networks alone may flip more often than not by the luck of the draw; the pair cannot.


# %%
from regrnn_lib.figures import pairs as pair_curves


def pairs(grid, **more):
    """A sweep over networks and their mirrors."""
    return sweep({"mirror": [False, True]} | grid, n_neurons=n_neurons, **shared, **more)


over_knob = pairs(dict(reciprocity=np.linspace(0, 1, 2 * n_levels + 1), coupling=couplings), balance=balance)
fig = pair_curves.measures(over_knob, "reciprocity", "coupling")
save_figure(
    fig,
    "03_over_knob",
    "Fluctuation F, correlation C, autocorrelation A, nonlinearity 𝒩, Lyapunov exponent λ and dimension D "
    f"against reciprocity r for three couplings w√N. {pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** $\mathcal{N}$ rises at every coupling; below the old onset the network wakes.
# Deep in chaos $F$ falls to 1/2, half of the neurons at full swing and half without, and $\lambda$ sinks below zero: chaos gives way to cycles of two.
# The dimension has collapsed long before.
#
# $C$ and $A$ are 0 by symmetry, since $b=0$.
# Half-way $F$ has a wide band: some pairs have settled near 1/2, others still move.
# A mean there is of two kinds, and its ups and downs mean little.

# %% [markdown]
# ## ... against strength

# %%
grid = coupling_grid(coupling_min, coupling_max, n_couplings)
over_coupling = pairs(dict(reciprocity=few, coupling=grid), balance=balance)
fields = [theory.mean_field(n_neurons, x / np.sqrt(n_neurons), balance, density) for x in grid]
predicted = {name: [getattr(f, name) for f in fields] for name in ("fluctuation", "nonlinearity", "lyapunov")}
marks = [(theory.onset(r) / np.sqrt(density), f"$r$ = {r:g}") for r in few]
fig = pair_curves.measures(over_coupling, "coupling", "reciprocity", theory=predicted, marks=marks)
save_figure(
    fig,
    "03_over_coupling",
    "F, C, A, 𝒩, λ and D against coupling w√N for r = 0, 1/2 and 1; dashed: mean field at r = 0; upright: "
    f"1/(1+r), where rest loses its stability. {pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** The curves of $\mathcal{N}$ are shifted to the left, each to its own vertical line.
# $F$ of the symmetric pairs ends at 1/2; at $r=1/2$ it has the wide band of before and no clear peak.
# $\lambda$ of the symmetric network hardly rises above 0 anywhere.

# %% [markdown]
# ## ... and against balance

# %%
from regrnn_lib.experiments.sweep import balance_grid

balances = balance_grid(n_balances)
over_balance = pairs(dict(reciprocity=few, balance=balances), coupling=coupling)
fig = pair_curves.measures(over_balance, "balance", "reciprocity")
save_figure(
    fig,
    "03_over_balance",
    f"F, C, A, 𝒩, λ and D against balance b for r = 0, 1/2 and 1 at w√N = {coupling:g}. "
    f"{pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** Away from the borders of the strip $C$ hardly changes with $r$, since a mean weight is the same in both directions.
# At the borders it does: the common state comes a little later.
# Inside the strip $\mathcal{N}$ is higher; $\lambda$ is below 0 at $r=1$, and near 0 at $r=1/2$.

# %% [markdown]
# ## Maps: without the knob, with it, and the difference

# %%
from regrnn_lib.figures import maps

plane = statistics.pair_mean(pairs(dict(reciprocity=[0.0, 1.0], coupling=grid, balance=balances)))
borders = theory.boundaries(n_neurons, grid, density)
means = plane.mean("replicate", skipna=False)
names = ("fluctuation", "autocorrelation", "nonlinearity", "lyapunov")
fig = maps.measures({f"$r$ = {r:g}": means.sel(reciprocity=r) for r in (0, 1)}, names, borders)
save_figure(
    fig,
    "03_maps",
    "Mean over pairs of F, A, 𝒩 and λ over balance b and coupling w√N at r = 0 and r = 1, with the "
    "mean-field boundaries of r = 0. Grey and hatched: undefined.",
)
save_table(
    statistics.summary(plane), "03_maps_table", "Mean and standard deviation over pairs of all measures."
)

# %%
effect = statistics.paired_effect(plane, "reciprocity")
fig = maps.measures({"$r$ = 1 minus $r$ = 0": statistics.mean_effects(effect)}, names, borders)
save_figure(
    fig,
    "03_maps_effect",
    "Paired change of F, A, 𝒩 and λ from r = 0 to r = 1 over balance b and coupling w√N, mean over "
    "pairs. A stroke marks cells whose 95 % interval includes 0. Lines: mean-field boundaries of r = 0. "
    "Grey and hatched: undefined.",
)

# %% [markdown]
# **What to see.** At $r=1$ the chaotic strip is gone ($\lambda$), and the resting region ends at half the coupling.
# In the difference the dark band in $\mathcal{N}$ between $x=1/2$ and 1 *is* early saturation: there networks without reciprocity are at rest.

# %% [markdown]
# ## What was found

# %%
symmetric = statistics.pair_mean(over_coupling).sel(reciprocity=1.0)
flipping = symmetric.period_two.sel(coupling=coupling, method="nearest")
without, complete = early.iloc[0], early.iloc[-1]
Markdown(f"""
- The onset (NL = -0.9) moves from x = **{without["onset"]:.2f}** at r = 0
  to **{complete["onset"]:.2f}** at r = 1 (N = {n_neurons_onset}; dynamical mean field
  {without["onset mean field"]:.2f} and {complete["onset mean field"]:.2f});
  NL crosses 0 at **{without["NL = 0"]:.2f}** and **{complete["NL = 0"]:.2f}**
  ({without["NL = 0 mean field"]:.2f} and {complete["NL = 0 mean field"]:.2f}).
- Symmetric pairs at x = {float(flipping.coupling):.2f}:
  {float(flipping.mean()):.0%} of the neurons flip their sign at every step.
  The largest Lyapunov exponent of any symmetric network is
  {number(float(symmetric.lyapunov.max()), 3, signed=True)}.
""")

# %%
shown = {
    "fluctuation F": effect.fluctuation,
    "nonlinearity NL": effect.nonlinearity,
    "Lyapunov exponent": effect.lyapunov,
}
points = {"chaos": (3.0, 0.0), "between the onsets": (0.75, 0.0), "biased": (2.0, balance_biased)}
Markdown(
    f"Change from r = 0 to r = 1 over {n_replicates} pairs, with its 95 % interval (N = {n_neurons}):\n\n"
    + statistics.change_table(shown, points)
)

# %% [markdown]
# ### The verdicts
#
# The abstract makes two statements about reciprocity: that it saturates early, which this notebook has looked at, and that it tends to lower accuracy.
# [Notebook 10](10_claims.ipynb) has judged both at default parameters, whatever is set in this notebook.
# Its criteria were written after the maps of an older ledger were seen, and before any network of the present one was run.
#
# Rows are places to which theory assigns a network *without* reciprocity: *calm*, *tamed* by its input, *chaotic* in spite of it, *held* or *flipping* by a bias.
# Accuracy is judged at $r=1/4$ and at $r=1$, since it need not go one way.
# How the tasks go is told in notebooks [5](05_sequence_generation.ipynb) to [9](09_digits.ipynb); intervals are in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), knob="reciprocity"))

# %% [markdown]
# **How to read it.** Compare the two levels first.
# Complete reciprocity takes chaos away and saturates; a quarter of it saturates and leaves much of the chaos.
# That fits the gains at $r=1$ in chaos under weak and moderate drive, and the losses at $r=1/4$ under the strong one.
# It does not explain why $r=1$ loses on three tasks under strong drive, nor why $r=1/4$ loses nothing for certain under the weak one: it is a guess, not a result.
# Then compare the places: where a network was calm there was no chaos to take away.

# %% [markdown]
# **What the abstract says, and what is seen.** That reciprocity promotes early saturation: seen here, at balance, with the onset and the crossing of $\mathcal N=0$ close to where theory has them.
# That it tends to *lower task accuracy*: that depends on the place and on $r$, see the verdicts.
# That it does so *by* saturating early is not shown by anything here.
#
# **Where it holds and where not.** Well inside the biased regimes the population's common mode decides; $F$ and $\mathcal N$ hardly feel $r$ there, though $\lambda$ does.
# Near their borders, where reciprocity wakes what was at rest, they feel it most.
# The theory is for $b=0$ and large $N$.
# The end in fixed points and cycles of two is exact only at $r=1$.

# %% [markdown]
# ## By hand
#
# One network with its knobs as sliders, where somebody can move them (JupyterLab: `make lab`); elsewhere a still picture of it at $r=1$.
# Raise *reciprocity* from 0 and watch the disc become an ellipse and then a line, while more and more states move to the ends of their range.
# Without Python: [`figures/explorer.html`](../figures/explorer.html); more in [notebook 11](11_explorer.ipynb).

# %%
from regrnn_lib import explore

explore.network(first=["reciprocity"], reciprocity=1.0, balance=balance)

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/03_reciprocity.ipynb out.ipynb -p n_neurons_onset 1000 -p n_replicates 4
# ```
#
# Do onset and saturation come closer to their dashed and dotted lines?
# They are measured at $b=0$ whatever `balance` is; what does a bias (`balance` 0.1) do to the curves of $\mathcal N$ over the coupling?
# Next: [4. Modularity](04_modularity.ipynb).
