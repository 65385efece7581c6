# %% [markdown]
# # 1. Dynamical regimes: what strength and balance alone decide
#
# Take a hundred neurons, connect each with all, draw every weight independently of the others, and let go.
# What will the network do?
# It may fall silent, freeze, flip to and fro, or never repeat itself.
# The abstract of the paper says that the *global statistics of the weights* settle which: how strong the connections are, and how excitation and inhibition balance.
#
# Structure between individual weights is not needed for that.
# It comes later, in notebooks 2 to 4, as something added on top.
#
# **What you will see.** Four kinds of behaviour, as rasters; a map of where each of them lives; four measures over the same map; and a theory with no free parameter that predicts the borders and, inside them, the numbers.
#
# > **Paper or reconstruction?** The companion is built on the abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047).
# > It names the regimes and the control parameters; it gives no values.
# > The law of the weights, the measures, the grids and all numbers below are our reconstruction.
# > If you have the paper's values, put them into `notebooks/profiles/paper.yml` and rerun.

# %% [markdown]
# ## Parameters
#
# The network is $y(t) = \tanh\big(W\,y(t-1)\big)$ with $N$ neurons.
# A weight has size $w\,|\xi|$, with $\xi$ a standard normal number, and is positive with probability $(1+b)/2$.
# What counts for the dynamics is not $w$ itself but the *coupling* $x = w\sqrt{N}$, since a neuron sums $N$ inputs; it is on all our axes.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
n_replicates: int = 6  # networks at each point, 1..10000
n_couplings: int = 25  # couplings w sqrt(N) of the maps, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling, above 0
coupling_max: float = 6.0  # largest coupling, above coupling_min, up to 100
n_balances: int = 33  # balances b over -1..1, denser near 0, 3..201
sizes: list = [50, 100, 200, 400]  # network sizes N compared with the theory, 2..5000 each
density: float = 1.0  # share of weights that are not zero, above 0, up to 1
n_steps: int = 500  # recorded time steps T of a run, 2..10000000
burn_in: int = 200  # steps dropped before recording, 0..10000000
seed: int = 0  # seed of every random draw, 0 or more
n_workers: int = 0  # threads that share the work, 0 means one per core
scheduler: str = ""  # Dask scheduler such as tcp://host:8786; empty means this machine

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown

from regrnn_lib import free_run, measures, theory, weight_matrix
from regrnn_lib.dynamics import REGIMES, regime
from regrnn_lib.experiments import statistics
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, sweep
from regrnn_lib.figures import curves, maps, networks, style
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_table
from regrnn_lib.weights import draws

# %%
check_cell(globals())
style.use()
run = dict(n_steps=n_steps, burn_in=burn_in)
common = dict(
    n_replicates=n_replicates,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
    density=density,
    settings=run,
)

# %% [markdown]
# ## Four ways to behave
#
# Four networks from one seed: the same random numbers, at other strengths and balances.
# Each row is a raster: one line per neuron, time to the right, red for a state near $+1$, blue for one near $-1$.

# %%
corners = {(0.8, 0.0): [], (2.0, 0.0): [], (2.0, 0.25): [], (2.0, -0.25): []}
titles = []
for x, b in corners:
    W = weight_matrix(n_neurons, x / np.sqrt(n_neurons), b, density=density, seed=seed)
    corners[x, b] = free_run(W, n_steps=max(n_steps, 60), burn_in=0, seed=seed)
    titles.append(f"{regime(W, **run, seed=seed).name}:  $w\\sqrt{{N}}$ = {x:g},  $b$ = {b:g}")

# %%
fig = networks.rasters(list(corners.values()), titles)
save_figure(
    fig,
    "01_rasters",
    "The first 60 steps of four networks drawn from one seed, one in each dynamical regime.",
)

# %% [markdown]
# Weak coupling: the start dies away within some twenty steps, and the network is **quiescent**.
# Stronger and balanced: **chaotic**, every neuron wanders, no two moments alike.
# Mostly excitatory: all neurons saturate together and stay, a **fixed point**.
# Mostly inhibitory: the same saturated state, but inverted at every step, an **oscillation** of period two.
#
# (The update is synchronous and $\tanh$ is odd, so a network with the signs of all its weights reversed does the same, with every second state reversed.)

# %% [markdown]
# ## The law in a few lines
#
# This is the whole model, in plain NumPy.
# The matrix is the library's own, bit for bit.

# %%
numbers, x, b = draws(n_neurons, seed), 2.0, 0.0
W = x / np.sqrt(n_neurons) * numbers["size"] * np.where(numbers["sign"] < (1 + b) / 2, 1.0, -1.0)
W[numbers["density"] >= density] = 0.0
assert np.array_equal(W, weight_matrix(n_neurons, x / np.sqrt(n_neurons), b, density=density, seed=seed))

# %% [markdown]
# One step of the network is $y(t) = \tanh\big(W\,y(t-1)\big)$.
# NumPy's $\tanh$ may differ from the library's in the last bits, and chaos would amplify that, so each step is compared by itself.
# The measures $F$, $C$ and $\mathcal{N}$ are means over the states; the section on the four measures says what they mean.

# %%
Y = corners[x, b]
assert np.allclose(Y[1:], np.tanh(Y[:-1] @ W.T))
F = Y.std(axis=0).mean()
C = np.mean(Y[:-1].mean(axis=1) * Y[1:].mean(axis=1)) / np.sqrt(np.mean(Y[:-1] ** 2) * np.mean(Y[1:] ** 2))
NL = np.mean(np.abs(Y) > 0.5) - np.mean(np.abs(Y) < 0.5)
by_library = measures(Y)
assert np.allclose([F, C, NL], [by_library.fluctuation, by_library.correlation, by_library.nonlinearity])

# %% [markdown]
# ## A map of the regimes
#
# Now the whole plane: coupling from weak to strong, balance from all-inhibitory to all-excitatory.
# The balance axis is stretched around $b=0$, because that is where things happen.
# At each point several networks run freely; the regime of each is decided by the first rule that matches: rms activity below 0.01, *quiescent*; Lyapunov exponent above 0.01, *chaotic*; fluctuation $F$ below 0.05, *fixed point*; all else, *oscillatory*.

# %%
couplings = coupling_grid(coupling_min, coupling_max, n_couplings)
balances = balance_grid(n_balances)
plane = sweep(dict(coupling=couplings, balance=balances), n_neurons=n_neurons, **common)
borders = theory.boundaries(n_neurons, couplings, density)

# %%
shares = statistics.regime_shares(plane.regime)
fig = maps.regimes(shares, borders)
save_figure(
    fig,
    "01_regimes",
    "Most frequent dynamical regime over balance and coupling; paler where networks "
    "disagree. Lines: mean-field boundaries, without a free parameter.",
)

# %% [markdown]
# **What to see, at the default parameters.** Four regions with sharp borders, and a pale fringe where the networks disagree.
# The lines are not fitted: they are the mean-field boundaries, which know only the mean $\mu$ and the variance $\sigma^2$ of a weight.
# Below $x=1$ silence.
# Above it lies chaos, but only in a strip of balances.
#
# At the onset the strip is $|b|<\sqrt{\pi/2}/\sqrt N$, and it widens as the coupling grows.
# Already a slight excess of excitation or inhibition gives the population a common direction, which wins.
# Each side of the strip has two lines: at the inner one the common state appears, at the outer one chaos ends; between them they coexist.

# %% [markdown]
# ## Four measures over the same plane
#
# The *fluctuation* $F$ is how much a neuron moves in time; the *correlation* $C$ how far the population moves together from one step to the next; the *nonlinearity* $\mathcal{N}$ (NL in tables) counts saturated ($|y|>1/2$) against linear states, $-1$ to $+1$; the *Lyapunov exponent* $\lambda$ is the growth rate of a small error.
# $C$ has no meaning at rest and is left white there.

# %%
shown = ("fluctuation", "correlation", "nonlinearity", "lyapunov")
average = plane.mean("replicate", skipna=False)
fig = maps.measures({"mean over networks": average}, shown, borders)
save_figure(
    fig,
    "01_measures",
    "Mean over networks of four dynamical measures over balance and coupling, with mean-field "
    "boundaries. White: undefined, at rest in some network.",
)

# %% [markdown]
# **What to see, at the default parameters.** $F$ is large in chaos *and* in period two, zero at a fixed point.
# $C$ tells the latter two apart: $+1$ when the population stands still, $-1$ when it flips, and near 0 in chaos.
# $\mathcal{N}$ rises with coupling everywhere, but at balance only gradually.
#
# $\lambda$ reaches 0 at $x=1$, clings to it for a while, as networks of this size cycle before they turn chaotic, and is strongly negative deep in the biased regimes, where saturated neurons no longer respond.
#
# How far do single networks stray from these means?
# The same map, of the standard deviation over networks:

# %%
deviation = plane.std("replicate", ddof=1 if n_replicates > 1 else 0, skipna=False)
for name in shown:
    deviation[name].attrs["limits"] = (0, 0.5)
fig = maps.measures({"s.d. over networks": deviation}, shown, borders)
save_figure(fig, "01_spread", "Standard deviation over networks of the measures of 01_measures.")
save_table(
    statistics.summary(plane),
    "01_measures_table",
    "Mean and standard deviation over networks of all measures at every point of the plane.",
)

# %% [markdown]
# $C$ and $\mathcal N$ differ along the borders and hardly anywhere else: between the two lines of a side draws of the weights differ in how far the common direction wins, and many networks are chaotic and biased at once.
# $F$ differs above the onset too, where one network is chaotic and the next cycles or freezes.
#
# Deep in the biased regimes $\lambda$ differs most, but there it is far below zero (see the previous figure), and the regime is never in doubt (in the corners it stands at its floor of $-36$ in every network: nothing is left to differ).
# All this is finite size, not noise of the measurement.

# %% [markdown]
# ## Theory against simulation
#
# At balance ($b=0$) the theory gives not only the border but $F$, $\mathcal{N}$ and $\lambda$ themselves, for $N\to\infty$.
# How large must a network be?

# %%
sampled = coupling_grid(coupling_min, coupling_max, 13)
by_size = {n: sweep(dict(coupling=sampled), n_neurons=n, **common) for n in sizes}
fine = coupling_grid(coupling_min, coupling_max, 200)
fields = [theory.mean_field(5000, x / np.sqrt(5000), 0.0, density) for x in fine]
compared = ("fluctuation", "nonlinearity", "lyapunov")
predicted = {name: np.array([getattr(f, name) for f in fields]) for name in compared}

# %%
fig = curves.theory_against_simulation(sampled, by_size, (fine, predicted), compared)
save_figure(
    fig,
    "01_theory",
    "F, 𝒩 and the Lyapunov exponent at b = 0 against coupling: mean and 95 % of the networks for "
    "several N (set slightly apart), and mean-field theory (line).",
)


# %%
def error(data, name):
    """Simulated minus predicted, at every coupling, mean over networks."""
    expected = [getattr(theory.mean_field(5000, x / np.sqrt(5000), 0.0, density), name) for x in sampled]
    return (data[name].mean("replicate") - np.array(expected)).values


rows = [
    dict(N=n, coupling=x, measure=name, difference=e)
    for n, data in by_size.items()
    for name in compared
    for x, e in zip(sampled, error(data, name))
]
errors = pd.DataFrame(rows).set_index(["measure", "N", "coupling"])
save_table(errors, "01_theory_table", "Simulated mean over networks minus mean-field prediction at b = 0.")

# %%
away = errors.abs().reset_index().query("coupling > 1.5")
typical = away.groupby(["N", "measure"]).difference.mean().unstack()
typical.rename_axis(columns="mean absolute error of").round(3)

# %% [markdown]
# The table gives the mean absolute error over the couplings above 1.5, where the networks are well above the onset.
# Cells at rest are left out, because there $F$ and $\mathcal N$ agree trivially.

# %% [markdown]
# ## What was found

# %%
expected = [
    [theory.mean_field(n_neurons, x / np.sqrt(n_neurons), b, density).regime for b in balances]
    for x in couplings
]
majority = np.array(REGIMES)[shares.argmax("regime").values]
agreement = np.mean(majority == np.array(expected))
hard = (np.abs(balances) < 0.25)[None, :] & (couplings > 0.9)[:, None]
matches = majority == np.array(expected)
hard_share = f"{matches[hard].mean():.0%}" if hard.any() else "none"
unanimous = float((shares.max("regime") == 1).mean())
chaotic = balances[(majority == "chaotic").any(axis=0)]
width = f"|b| up to {np.abs(chaotic).max():.2f}" if chaotic.size else "no balance on this grid"

# %%
Markdown(f"""
- Mean-field theory names the regime of the majority in **{agreement:.0%}** of the {majority.size} cells of the map, its borders included.
- Many of these cells are easy. Where |b| < 0.25 and x > 0.9, it is right in **{hard_share}** of {hard.sum()} cells.
- In **{unanimous:.0%}** of the cells all {n_replicates} networks are in the same regime.
- Chaos reaches to {width} at N = {n_neurons} (1/√N = {1 / np.sqrt(n_neurons):.2f}).
- At couplings above 1.5, simulation and theory differ on average by {typical.loc[min(sizes), "fluctuation"]:.3f} in F and
  {typical.loc[min(sizes), "nonlinearity"]:.3f} in NL at N = {min(sizes)}, by **{typical.loc[max(sizes), "fluctuation"]:.3f}** and
  **{typical.loc[max(sizes), "nonlinearity"]:.3f}** at N = {max(sizes)}.
""")

# %% [markdown]
# **What the abstract says, and what is seen.** That the statistics of independent weights set the regime, oscillatory, chaotic or fixed point: seen, with the resting state below $x=1$ as a fourth.
# The formal verdict is the business of [notebook 10](10_claims.ipynb).
#
# **Where it holds and where not.** Theory is for large $N$.
# Near the onset small networks are smoother than it; along the lines of common instability a network of a hundred neurons can be on either side.
# With sparse weights (`density` well below 1 and few neurons) an entry's fourth moment begins to matter, and the theory, which knows only two moments, is less exact.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/01_dynamical_regimes.ipynb out.ipynb -p n_neurons 200 -p density 0.2
# ```
#
# writes its figures to `results/notebook/`.
# Questions to begin with: how does the chaotic strip change when `n_neurons` is 400?
# What remains of the map at `density` 0.1?
# Next: [2.
#
# Dale monopolarity](02_dale.ipynb).
