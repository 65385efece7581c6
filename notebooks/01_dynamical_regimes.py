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
# **What you will see.** Four kinds of behaviour, as rasters; a map of where each of them lives; four measures over the same map; and a theory with no free parameter.
# It predicts the borders, the numbers inside them, and in chaos the growth of errors in all $N$ directions at once.
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
#
# Every network is run twice, as it is and as its *mirror*: the same sizes, with $1-u$ in place of each random number $u$ that decides a sign.
# The mirror at $b$ is minus the network at $-b$.
#
# So what must hold in the mean holds in every such pair: the maps of $\lambda$ and $\mathcal{N}$ below are symmetric in $b$, that of $C$ is odd, and no side is favoured by the draw.
# A mean is one over pairs; sentences under a figure speak of the default parameters.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
n_replicates: int = 6  # mirrored pairs of networks at each point, 1..10000
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

from regrnn_lib import free_run, weight_matrix
from regrnn_lib.dynamics import regime
from regrnn_lib.figures import networks, style
from regrnn_lib.parameters import check_cell, short
from regrnn_lib.record import save_figure, save_table

# %%
check_cell(globals())
style.use()
run = dict(n_steps=n_steps, burn_in=burn_in)

# %% [markdown]
# ## Four ways to behave
#
# Four networks from one seed: the same random numbers, at other strengths and balances.
# Each row is a raster: one line per neuron, time to the right, orange for a state near $+1$, blue for one near $-1$.

# %%
corners = {(0.8, 0.0): [], (2.0, 0.0): [], (2.0, 0.25): [], (2.0, -0.25): []}
titles = []
for x, b in corners:
    W = weight_matrix(n_neurons, x / np.sqrt(n_neurons), b, density=density, seed=seed)
    corners[x, b] = free_run(W, n_steps=max(n_steps, 60), burn_in=0, seed=seed)
    titles.append(f"{regime(W, **run, seed=seed).name}:  $w\\sqrt{{N}}$ = {short(x)},  $b$ = {short(b)}")

# %%
fig = networks.rasters(list(corners.values()), titles)
save_figure(
    fig,
    "01_rasters",
    "The first 60 steps of four networks drawn from one seed, one in each dynamical regime: a row for "
    "each neuron, orange for a state near +1, blue for one near -1.",
)

# %% [markdown]
# Weak coupling: the start dies away within some twenty steps, and the network is **quiescent**.
# Stronger and balanced: **chaotic**, every neuron wanders, no two moments alike.
# Mostly excitatory: nearly all neurons saturate together and stay, a **fixed point**.
# Mostly inhibitory: a state of the same kind, but inverted at every step, an **oscillation** of period two.
#
# (The update is synchronous and $\tanh$ is odd, so a network with the signs of all its weights reversed does the same, with every second state reversed.
# That is why the mirror of a network need not be watched by itself, and why it evens out the two sides.)

# %% [markdown]
# ## The law in a few lines
#
# This is the whole model, in plain NumPy.
# The matrix is the library's own, bit for bit.

# %%
from regrnn_lib.weights import draws

numbers, x, b = draws(n_neurons, seed), 2.0, 0.0
W = x / np.sqrt(n_neurons) * numbers["size"] * np.where(numbers["sign"] < (1 + b) / 2, 1.0, -1.0)
W[numbers["density"] >= density] = 0.0
assert np.array_equal(W, weight_matrix(n_neurons, x / np.sqrt(n_neurons), b, density=density, seed=seed))

# %% [markdown]
# One step of the network is $y(t) = \tanh\big(W\,y(t-1)\big)$.
# NumPy's $\tanh$ may differ from the library's in the last bits, and chaos would amplify that, so each step is compared by itself.
# The measures $F$, $C$ and $\mathcal{N}$ are means over the states; the section on the four measures says what they mean.

# %%
from regrnn_lib import measures

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
# At each point several pairs run freely; the regime of each network is decided by the first rule that matches: rms activity below 0.01, *quiescent*; Lyapunov exponent above 0.01, *chaotic*; fluctuation $F$ below 0.05, *fixed point*; all else, *oscillatory*.

# %%
from regrnn_lib import theory
from regrnn_lib.experiments import statistics
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, sweep
from regrnn_lib.figures import maps

common = dict(
    n_replicates=n_replicates,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
    density=density,
    settings=run,
)

# %%
couplings, balances = coupling_grid(coupling_min, coupling_max, n_couplings), balance_grid(n_balances)
plane = sweep(dict(mirror=[False, True], coupling=couplings, balance=balances), n_neurons=n_neurons, **common)
borders = theory.boundaries(n_neurons, couplings, density)
networks_of_plane = statistics.single_networks(plane)

# %%
shares = statistics.regime_shares(networks_of_plane.regime)
fig = maps.regimes(shares, borders)
save_figure(
    fig,
    "01_regimes",
    "Most frequent dynamical regime over balance b and coupling w√N; paler where networks "
    "disagree. Lines: mean-field boundaries, without a free parameter.",
)

# %% [markdown]
# **What to see.** Four regions, and a pale fringe where the networks disagree.
# The lines are not fitted: they are the mean-field boundaries, which know only the mean $\mu$ and the variance $\sigma^2$ of a weight.
# Near balance there is silence below $x=1$ and chaos above it, but only in a strip of balances.
# Already a slight excess of excitation or inhibition gives the population a common direction, which wins.
#
# Each side of the strip has two lines: at the inner one the common state appears, at the outer one chaos ends; between them they coexist.
# At the onset both stand at $|b|=\sqrt{\pi/2}/\sqrt N$.
# The inner line moves out to $(\pi/2)/\sqrt N$ and no further.
# The outer one has no limit: a neuron whose input happens to be near 0 still responds, the more steeply the stronger the coupling.

# %%
from IPython.display import Markdown

from regrnn_lib.parameters import number

fine = coupling_grid(coupling_min, coupling_max, 200)
fields = [theory.mean_field(5000, x / np.sqrt(5000), 0.0, density) for x in fine]
exponents = np.array([field.lyapunov for field in fields])
by_threshold = np.interp(0.01, exponents, fine, right=np.nan)
corner, outer, inner = borders.rest_balances[-1], borders.chaos_end[-1], borders.mean_onset[-1]
Markdown(f"""
At w√N = {number(couplings[-1])} the outer lines stand at |b| = {number(outer)},
**{number(outer / corner)} times** as far out as at the onset, the inner ones {number(inner / corner)} times.
At b = 0 the predicted λ passes 0.01, our threshold of chaos,
not at the onset but at w√N = **{number(by_threshold)}**.
""")

# %% [markdown]
# So the narrow band of "cycles" just above $x=1$ is, up to that coupling, the threshold's doing: theory itself has an exponent there between 0 and 0.01.
# Above it the cycles are real and belong to networks of this size: a hundred neurons often settle into a cycle where an infinite network would be chaotic.

# %% [markdown]
# ## Does theory name the regime?
#
# A fair comparison uses the same thresholds on both sides: predicted rms activity, exponent and fluctuation are put through the very rules that sort the simulated networks.
# A dot marks cells next to a boundary: not all of their neighbours on the grid have their predicted regime.

# %%
from regrnn_lib.experiments import claims

expected = claims.theory_regimes(plane)
away = claims.off_boundaries(expected)
agrees = (networks_of_plane.regime == expected).mean("replicate")
fig = maps.agreement(agrees, away, borders)
save_figure(
    fig,
    "01_agreement",
    "Share of the networks that are in the regime predicted by mean field, by the same thresholds, "
    "over balance b and "
    "coupling w√N. Dots: cells next to a predicted boundary.",
)

# %%
parts = {
    "all cells": away | ~away,
    "next to a boundary": ~away,
    "away from boundaries": away,
    "b within ±0.25, w√N above 0.9": (abs(plane.balance) < 0.25) & (plane.coupling > 0.9),
    "predicted chaos": expected == 1,
}
rows = [
    [name, str(int(cells.sum())), f"{float(agrees.where(cells).mean()):.0%}" if cells.any() else "none"]
    for name, cells in parts.items()
]
Markdown(statistics.markdown_table(["cells", "how many", "networks in the predicted regime"], rows))

# %% [markdown]
# The first number is diluted: most cells are easy, deep at rest or deep in a common state.
# What theory is worth shows in the last two rows.
# It is wrong in a network of a hundred neurons mainly just above the onset and along the sides of the strip.

# %% [markdown]
# ## Four measures over the same plane
#
# The *fluctuation* $F$ is how much a neuron moves in time; the *correlation* $C$ how far the population moves together from one step to the next; the *nonlinearity* $\mathcal{N}$ (NL in tables) counts saturated ($|y|>1/2$) against linear states, $-1$ to $+1$; the *Lyapunov exponent* $\lambda$ is the growth rate of a small error.
# $C$ has no meaning at rest; it is grey and hatched there.

# %%
shown = ("fluctuation", "correlation", "nonlinearity", "lyapunov")
pairs = statistics.pair_mean(plane)
fig = maps.measures({"mean over pairs": pairs.mean("replicate", skipna=False)}, shown, borders)
save_figure(
    fig,
    "01_measures",
    "Mean over mirrored pairs of fluctuation F, correlation C, nonlinearity 𝒩 and Lyapunov exponent λ over "
    "balance b and coupling w√N, with mean-field "
    "boundaries. Grey and hatched: undefined, at rest in some network.",
)

# %% [markdown]
# **What to see.** $F$ is large in chaos *and* in period two, zero at a fixed point.
# $C$ tells the latter two apart: $+1$ when the population stands still, $-1$ when it flips, and near 0 in chaos.
# $\mathcal{N}$ goes from $-1$ to $+1$ as the coupling grows: gradually at balance, steeply across the border on either side.
# Far out it is near $+1$ at every coupling of the map.
#
# $\lambda$ comes close to 0 at $x=1$ and stays close to it for a while before it turns clearly positive inside the strip.
# It is strongly negative deep in the biased regimes, where saturated neurons no longer respond.
#
# How far do single networks stray from these means?
# The same map, of the standard deviation over networks:

# %%
deviation = networks_of_plane.std("replicate", ddof=1, skipna=False)
for name in shown:
    deviation[name].attrs["limits"] = (0, 0.5)
fig = maps.measures({"s.d. over networks": deviation}, shown, borders)
save_figure(
    fig,
    "01_spread",
    "Standard deviation over networks, each of a pair counted by itself, of fluctuation F, correlation C, "
    "nonlinearity 𝒩 and Lyapunov exponent λ over balance b and coupling w√N, with mean-field boundaries. "
    "Grey and hatched: undefined.",
)
save_table(
    statistics.summary(pairs),
    "01_measures_table",
    "Mean and standard deviation over mirrored pairs of all measures at every point of the plane.",
)

# %% [markdown]
# $C$ and $\mathcal N$ differ along the borders: between the two lines of a side draws of the weights differ in how far the common direction wins, and many networks are chaotic and biased at once.
# $F$ and, less, $\mathcal N$ differ above the onset too, where one network is chaotic and the next cycles or freezes.
#
# Deep in the biased regimes $\lambda$ differs most, but there it is far below zero (see the previous figure), and the regime is never in doubt (in the corners it stands at its floor of $-36$ in every network: nothing is left to differ).
# All this is finite size, not noise of the measurement.

# %% [markdown]
# ## Theory against simulation
#
# At balance ($b=0$) the theory gives not only the border but $F$, $\mathcal{N}$ and $\lambda$ themselves, for $N\to\infty$.
# It gives the *dimension* $D$ as well, the share of the $N$ directions that the activity makes use of (a participation ratio): $1/D = 1/(1-g^4)+N/T$ with $g=\sigma\sqrt N\,(1-q)$.
# That one depends on the length $T$ of the run, so each $N$ has a line of its own.
# How large must a network be?

# %%
from regrnn_lib.figures import pairs as pair_curves

sampled = coupling_grid(coupling_min, coupling_max, 13)
by_size = {
    n: sweep(dict(mirror=[False, True], coupling=sampled), n_neurons=n, **common) for n in sorted(sizes)
}
compared = ("fluctuation", "nonlinearity", "lyapunov", "dimension")
predicted = {name: np.array([getattr(field, name) for field in fields]) for name in compared[:3]}
predicted["dimension"] = {n: theory.participation_ratio(fine * np.sqrt(density), n, n_steps) for n in by_size}

# %%
fig = pair_curves.theory_against_simulation(sampled, by_size, (fine, predicted), compared)
save_figure(
    fig,
    "01_theory",
    "Fluctuation F, nonlinearity 𝒩, Lyapunov exponent λ and dimension D (undefined at rest) at b = 0 "
    "against coupling w√N for several N, set slightly apart: mean over "
    "mirrored pairs, its 95 % interval "
    "(thick bar), 95 % of the networks (thin bar), and theory (lines; of D one for each N).",
)

# %% [markdown]
# **What to see.** Well above the onset the points of $F$ and $\mathcal N$ lie on the lines from two hundred neurons on, and those of $\lambda$ a little below, the closer the larger the network.
# Networks of fifty neurons are not all chaotic even at $x=2.8$: up to there the bars of $F$ and $\lambda$ are long, and the means below the line.

# %%
import pandas as pd

awake = sampled[sampled * np.sqrt(density) > 1]  # at rest all measures agree trivially
rows = []
for n, data in by_size.items():
    for name in compared:
        mean = statistics.pair_mean(data)[name].mean("replicate").sel(coupling=awake).values
        line = predicted[name][n] if name == "dimension" else predicted[name]
        each = zip(awake, mean, np.interp(awake, fine, line))
        rows += [dict(measure=name, N=n, coupling=x, simulated=a, theory=b) for x, a, b in each]
errors = pd.DataFrame(rows).assign(difference=lambda table: table.simulated - table.theory)
save_table(
    errors.set_index(["measure", "N", "coupling"]),
    "01_theory_table",
    "Simulated mean over mirrored pairs, theory, and their difference at b = 0, at the couplings "
    "above the onset.",
)

# %%
far = errors[errors.coupling > 1.5].assign(size=errors.difference.abs())
typical = far.pivot_table(index="N", columns="measure", values="size")[list(compared)]
typical.rename_axis(columns="mean absolute error of").round(3)

# %% [markdown]
# The table gives the mean absolute error over the couplings above 1.5, where the networks are well above the onset; no cell at rest is among them.
# Below $x=2$ the line of $D$ fails at a hundred neurons: there the activity of a small network is often a cycle, and uses fewer directions than theory says.

# %% [markdown]
# ## Errors in all directions
#
# $\lambda$ is the growth of an error in its favourite direction.
# There are $N$ directions, and so $N$ exponents: the *Lyapunov spectrum*.
# The states of a chaotic network of this kind forget their past within a step, so the Jacobians of successive steps act like independent random matrices.
# For a product of such matrices the whole spectrum is known (Newman, 1986; cf. Engelken, Wolf and Abbott, 2023, for networks), again with nothing fitted.
#
# A network and its mirror have the same spectrum at $b=0$, so single networks are shown.

# %%
from regrnn_lib import lyapunov_spectrum
from regrnn_lib.figures import exponents as exponent_curves

x_spectrum, steps = 2.0, dict(n_steps=min(n_steps, 200), burn_in=min(burn_in, 50))
counts = {n: max(1, 400 // n) for n in sorted({n_neurons, max(sizes)})}  # a large network speaks for itself
spectra = {
    n: np.array(
        [
            lyapunov_spectrum(
                weight_matrix(n, x_spectrum / np.sqrt(n), density=density, seed=(seed, k)),
                **steps,
                seed=(seed, k),
            )
            for k in range(count)
        ]
    )
    for n, count in counts.items()
}

# %%
by_theory = theory.chaotic_spectrum(x_spectrum * np.sqrt(density), max(counts))
fig = exponent_curves.spectrum(spectra, by_theory)
save_figure(
    fig,
    "01_lyapunov_spectrum",
    "All Lyapunov exponents of chaotic networks at w√N = 2, b = 0, by their rank i/N (a line a "
    "network), and the spectrum "
    "that theory predicts for large N (dashed); right: the largest ones.",
)

# %%
from regrnn_lib.exponents import entropy_rate, kaplan_yorke_dimension


def chaos_numbers(values):
    """Largest exponent, entropy rate and Kaplan-Yorke dimension per neuron: means over networks, from
    spectra (networks, N).
    """
    each = [
        (row.max(), entropy_rate(row) / len(row), kaplan_yorke_dimension(row) / len(row)) for row in values
    ]
    return np.mean(each, axis=0)


names = ["largest exponent", "entropy rate / N", "Kaplan-Yorke dimension / N"]
rows = {f"N = {n}": chaos_numbers(values) for n, values in spectra.items()}
chaos = pd.DataFrame(rows | {"theory, large N": chaos_numbers(by_theory[None])}, index=names).T.rename_axis(
    "network"
)
save_table(
    chaos,
    "01_lyapunov_table",
    "Largest Lyapunov exponent, entropy rate and Kaplan-Yorke dimension per neuron.",
)
chaos.round(4)

# %% [markdown]
# **What to see.** At four hundred neurons the spectrum lies on the line, but for the last few exponents.
# The sum of the positive exponents is the *entropy rate*: how fast the network forgets what it was, in nats per step.
#
# The *Kaplan-Yorke dimension* is that of the volume which neither grows nor shrinks.
# Both grow with $N$: this is chaos in very many directions, not in a few.
# Small networks fall short of the theory in the positive exponents, and therefore most in the entropy rate.

# %% [markdown]
# ## What was found

# %%
unanimous = float((shares.max("regime") == 1).mean())
majority = shares.argmax("regime").values
chaotic = balances[(majority == 1).any(axis=0)]
width = f"|b| = {number(np.abs(chaotic).max())}" if chaotic.size else "no balance on this grid"
part = {
    name: f"{float(agrees.where(cells).mean()):.0%}" if cells.any() else "none"
    for name, cells in parts.items()
}
small, large = min(sizes), max(sizes)
near = (
    errors[(errors.measure == "dimension") & (errors.coupling > 1.5)]
    .query("coupling == coupling.min()")
    .set_index("N")
)
directions = "; ".join(
    f"{number(near.simulated[n], 3)} for {number(near.theory[n], 3)} at N = {n}" for n in near.index
)
missing = 1 - chaos["entropy rate / N"] / chaos["entropy rate / N"].iloc[-1]

# %%
entropy = "; ".join(f"{share:.0%} below theory at {name}" for name, share in missing.iloc[:-1].items())
errors_of = {
    n: f"{number(typical.fluctuation[n], 3)} in F and {number(typical.nonlinearity[n], 3)} in NL"
    for n in typical.index
}
Markdown(f"""
- **{part["all cells"]}** of the networks are in the regime that mean field names,
  **{part["next to a boundary"]}** next to a
  predicted boundary and **{part["away from boundaries"]}** away from one. With b within ±0.25 and w√N
  above 0.9 it is
  {part["b within ±0.25, w√N above 0.9"]}, where chaos is predicted {part["predicted chaos"]}.
- In {unanimous:.0%} of the {majority.size} cells all {2 * n_replicates} networks are in the same regime.
- Chaos is the most frequent regime out to {width} at N = {n_neurons} (1/√N =
  {number(1 / np.sqrt(n_neurons))}).
- At couplings above 1.5, simulation and theory differ on average by {errors_of[small]} at N = {small},
  by **{errors_of[large]}**
  at N = {large}.
- The dimension D at w√N = {number(near.coupling.iloc[0])} is, simulated for predicted, {directions}.
- The entropy rate at w√N = 2 is {entropy}.
""")

# %% [markdown]
# **What the abstract says, and what is seen.** That the statistics of independent weights set the regime, oscillatory, chaotic or fixed point: seen, with the resting state below $x=1$ as a fourth.
# The formal verdict is the business of [notebook 10](10_claims.ipynb), on networks of another seed.
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
# writes its figures to a folder of its own in `results/`, named after the notebook and what you have changed.
# Questions to begin with: how does the chaotic strip change when `n_neurons` is 400?
# What remains of the map at `density` 0.1?
#
# Next: [2. Dale monopolarity](02_dale.ipynb).
