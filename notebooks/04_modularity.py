# %% [markdown]
# # 4. Modularity
#
# Brains are built of parts: neurons talk much within their neighbourhood and little across.
# In a matrix this is a row of dense blocks along the diagonal, on a weaker background.
#
# The paper adds such modules to a random network gradually.
# Here it is the knob $m$: the neurons form $K$ equal groups, and a weight between different groups is multiplied by $1-m$.
# At $m=0$ there are no groups, at $m=1$ there are $K$ networks that know nothing of each other.
#
# Note what this does besides: it *weakens* the network, since most of its weights lie between groups.
# That is part of the knob as we read it, and this notebook shows how much of the effect it explains.
#
# **What you will see.** Blocks rising from a matrix; a spectrum that shrinks by a known amount; an onset that moves to stronger coupling, as theory has it; and, once the loss of strength is undone, a network in which at balance modules leave the saturation as it was and make chaos weaker and of fewer dimensions, and with a bias change much more.
#
# Do they raise accuracy, as the abstract says?
# In networks that their drive leaves chaotic they do, on all five tasks; in calm ones they mostly lower it.
# What is gained is robustness against too strong a coupling, not a better best ([notebook 10](10_claims.ipynb)).
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) describes strongly connected blocks in a weaker background, tuned by one parameter.
# > The number of modules, the factor $1-m$, the control with the strength held fixed, the grids and all numbers below are our reconstruction.

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
n_modules: int = 5  # number of modules K, 1..N
n_levels: int = 5  # levels of the knob, evenly over 0..1, 2..101
n_replicates: int = 8  # pairs of a network and its mirror at each point, 1..10000
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

from regrnn_lib import module_labels, weight_matrix
from regrnn_lib.experiments.sweep import level_grid
from regrnn_lib.figures import networks, style
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure

# %%
check_cell(globals())
style.use()
levels = level_grid(n_levels)
labels = module_labels(n_neurons, n_modules)
modules = dict(n_modules=n_modules, density=density)

# %% [markdown]
# ## The matrix, made visible
#
# All weights of one network, as the knob is turned; thin lines part the $K$ modules.

# %%
drawn = [
    weight_matrix(n_neurons, coupling / np.sqrt(n_neurons), balance, modularity=m, seed=seed, **modules)
    for m in levels
]
fig = networks.matrices(drawn, [f"$m$ = {m:g}" for m in levels], labels)
save_figure(
    fig,
    "04_matrices",
    "The weights of one network as modularity m grows: those between modules fade, those within "
    "stay as they are. Orange: excitatory, blue: inhibitory; thin lines part the modules.",
)

# %% [markdown]
# **What to see.** Nothing changes inside the blocks.
# The background fades evenly until, on the right, only the blocks are left.

# %% [markdown]
# ## The law in a few lines
#
# Each neuron belongs to a module.
# A weight between two modules is multiplied by $1-m$.
# The result is the library's matrix, bit for bit.

# %%
m, w = 0.5, coupling / np.sqrt(n_neurons)
W = weight_matrix(n_neurons, w, balance, density=density, seed=seed)
module = np.arange(n_neurons) * n_modules // n_neurons
W[module[:, None] != module[None, :]] *= 1 - m
assert np.array_equal(W, weight_matrix(n_neurons, w, balance, modularity=m, seed=seed, **modules))

# %% [markdown]
# ## The spectrum
#
# A neuron receives from $N_{\rm in}=N/K$ partners at full strength and from the others at $1-m$ of it.
# The disc therefore has the radius $\sigma\sqrt{N_{\rm in}+(N-N_{\rm in})(1-m)^2}$: it shrinks, at $m=1$ to $1/\sqrt K$ of what it was.
# With a bias (lower figure) there are outliers: one for the whole population, which moves inwards, and a bundle of $K-1$ for the differences between modules, which moves out to meet it.

# %%
from regrnn_lib import theory

n, w = n_neurons_spectrum, 1 / np.sqrt(n_neurons_spectrum)
for b, name in ((balance, "04_spectra"), (balance_biased, "04_spectra_biased")):
    large = [weight_matrix(n, w, b, modularity=m, seed=seed, **modules) for m in levels]
    shapes = [theory.spectrum(n, w, b, modularity=m, **modules) for m in levels]
    fig = networks.spectra(
        [np.linalg.eigvals(W) for W in large], shapes, [f"$m$ = {m:g}, $b$ = {b:g}" for m in levels]
    )
    save_figure(
        fig,
        name,
        f"Eigenvalues of one matrix as m grows at w√N = 1, b = {b:g}, with the predicted edge "
        "of the bulk (line); predicted outliers, where there are any, are ringed.",
    )

# %% [markdown]
# **What to see.** The cloud fills its predicted circle at every level.
# With the bias the lone eigenvalue of the population walks inwards through its rings, and at $m=1$ all $K$ outliers have met in one ring: $K$ separate networks, each with a common mode of its own.

# %% [markdown]
# ## Reading the knob back
#
# If the modules are known, the index compares the rms weight between them with the rms weight within, and finds $m$ with little error.
# If they are *not* known, they must be found first, here by the Louvain method, which always finds something.
# In a random matrix of this kind it finds communities that read about 0.2, in a sparse one more.

# %%
from regrnn_lib import matrix_indices

asked = np.linspace(0, 1, 21)
measured = np.array(
    [
        [
            matrix_indices(
                weight_matrix(n_neurons, 1.0, balance, modularity=m, seed=(seed, k), **modules), labels
            ).modularity
            for k in range(n_replicates)
        ]
        for m in asked
    ]
)
fig = networks.index_recovered(asked, measured, "modularity")
save_figure(
    fig,
    "04_index",
    "Modularity measured with known modules against the knob: mean (dots) and 95 % of the networks (band); "
    "line: where the two are equal.",
)

# %%
import pandas as pd

blind = {
    m: matrix_indices(weight_matrix(n_neurons, 1.0, balance, modularity=m, seed=seed, **modules))
    for m in levels
}
pd.DataFrame(
    {
        "knob m": list(blind),
        "index, modules known": [np.interp(m, asked, measured.mean(axis=1)) for m in blind],
        "index, modules found": [i.modularity for i in blind.values()],
        "the same in shuffled copies": [i.modularity_null for i in blind.values()],
    }
).set_index("knob m").round(2)

# %% [markdown]
# Read the last two columns together.
# Only where the index with found modules stands clearly above its shuffled copies, from about $m=1/2$ up, has a structure been seen.
# That is the honest limit of asking a matrix for modules it does not declare.
#
# ### A matrix that nobody here drew
#
# *C. elegans* again (Varshney et al., 2011), its neurons sorted by the communities found in it.

# %%
from regrnn_lib.connectome import celegans
from regrnn_lib.weights import communities

worm = celegans("chemical")
order = np.argsort(communities(worm.values), kind="stable")
fig = networks.wiring(
    worm.values,
    {"alphabetical order": np.arange(len(worm)), "communities together": order},
    communities(worm.values)[order],
)
save_figure(
    fig,
    "04_worm",
    "Chemical synapses of C. elegans in alphabetical order and sorted by communities, each framed by a "
    "square. Orange: excitatory, blue: inhibitory.",
)

# %% [markdown]
# **What to see.** On the right, blocks along the diagonal.
# Sorting by communities makes blocks in any sparse matrix, shuffled ones included, and by our index (notebook 2) the worm does not stand out from them.
# The picture shows how the neurons are grouped, not that they group more than by chance.

# %% [markdown]
# ## What modules do to the activity
#
# One network at one and a half times the coupling of the parameters, without modules, with strong modules, and with modules completely apart.

# %%
from regrnn_lib import free_run

shown = {
    m: weight_matrix(n_neurons, 1.5 * coupling / np.sqrt(n_neurons), 0.0, modularity=m, seed=seed, **modules)
    for m in (0.0, 0.8, 1.0)
}
runs = [free_run(W, n_steps=max(n_steps, 60), burn_in=burn_in, seed=seed) for W in shown.values()]
fig = networks.rasters(runs, [f"$m$ = {m:g}" for m in shown], labels=labels)
save_figure(
    fig,
    "04_rasters",
    "Free runs of one network at m = 0, 0.8 and 1: a row for each neuron, ordered by module (ticks on "
    "the left part the modules), orange for a state near +1, blue for one near -1.",
)

# %% [markdown]
# **What to see.** The colours pale, since each neuron is driven less hard.
# The chaos of the first network has given way to a simpler rhythm in the second; and at $m=1$ each band of rows, a module, goes its own way, as small networks of the same strength would.

# %% [markdown]
# ## The measures against the knob
#
# From here on the unit is a *pair*: a network and its mirror, in which the signs that were drawn are exchanged ([notebook 3](03_reciprocity.ipynb)).

# %%
from regrnn_lib.experiments import statistics
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.figures import pairs as pair_curves

run = dict(n_steps=n_steps, burn_in=burn_in)
common = modules | dict(n_neurons=n_neurons, n_replicates=n_replicates, seed=seed, n_workers=n_workers)
common |= dict(scheduler=scheduler, settings=run)


def pairs(grid, **more):
    """A sweep over networks and their mirrors."""
    return sweep({"mirror": [False, True]} | grid, **common, **more)


over_knob = pairs(dict(modularity=np.linspace(0, 1, 2 * n_levels + 1), coupling=couplings), balance=balance)
fig = pair_curves.measures(over_knob, "modularity", "coupling")
save_figure(
    fig,
    "04_over_knob",
    "Fluctuation F, correlation C, autocorrelation A, nonlinearity 𝒩, Lyapunov exponent λ and dimension D "
    f"against modularity m for three couplings w√N. {pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** A network above the onset ($w\sqrt N=1.5$) is put to rest by $m=0.6$.
# A strong one stays active, but less saturated and less chaotic.
# ($C$ and $A$ are 0 by symmetry, since $b=0$.)
#
# It looks as if the knob turned the strength down.
# Does it?

# %% [markdown]
# ## ... against strength, and the theory
#
# If all that modules do at balance is to shrink the disc, then mean-field theory with the smaller radius as its gain must describe every level.
# That is the dashed lines: one for each $m$, no parameter fitted.

# %%
from regrnn_lib.experiments.sweep import coupling_grid

grid, fine = (coupling_grid(coupling_min, coupling_max, n) for n in (n_couplings, 201))
few = [0.0, 0.5, 1.0]
over_coupling = pairs(dict(modularity=few, coupling=grid), balance=0.0)
radii = [
    theory.spectrum(n_neurons, 1 / np.sqrt(n_neurons), modularity=m, **modules).semi_axes[0] for m in few
]
fields = [[theory.mean_field_at(0.0, radius * x) for x in fine] for radius in radii]
predicted = {
    name: [[getattr(f, name) for f in row] for row in fields]
    for name in ("fluctuation", "nonlinearity", "lyapunov")
}
marks = [(1 / radius, f"$m$ = {m:g}") for m, radius in zip(few, radii)]
fig = pair_curves.measures(
    over_coupling, "coupling", "modularity", theory=predicted, marks=marks, theory_at=fine
)
save_figure(
    fig,
    "04_over_coupling",
    "F, C, A, 𝒩, λ and D against coupling w√N for m = 0, 1/2 and 1 at b = 0; dashed: mean field with the "
    "bulk radius of each m as gain; upright: where that radius is 1 and rest loses its stability. "
    f"{pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** $\mathcal N$ of each level follows its own line, and leaves rest a little before it, at $m=1$ most clearly.
# $F$ at $m=1$ lies below its line, and at rest $\lambda$ at $m=1$ lies above, being that of the largest of several small networks.
# There a theory for many neurons meets modules of twenty: the network wakes earlier than predicted and is less chaotic further up.
#
# So at balance modules act, in large part, as a weaker coupling.

# %% [markdown]
# ## The control: modules without the loss of strength
#
# `normalize="variance"` scales the whole matrix up until its mean square weight is that of $m=0$.
# The bulk radius then stays put.
# What is left is structure.

# %%
held = pairs(dict(modularity=few, coupling=grid), balance=0.0, normalize="variance")
alone = {name: values[0] for name, values in predicted.items()}
fig = pair_curves.measures(held, "coupling", "modularity", theory=alone, theory_at=fine)
save_figure(
    fig,
    "04_normalized",
    "F, C, A, 𝒩, λ and D against coupling w√N for m = 0, 1/2 and 1 at b = 0, the mean square weight held "
    f"fixed; dashed: mean field at m = 0. {pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** The three curves of $\mathcal{N}$ nearly fall onto one another and onto the line.
# Well above the onset $F$, $\lambda$ and $D$ stay lower at $m=1$: a module is a *small* network, and small networks are less chaotic, with fewer directions to move in.

# %% [markdown]
# ## ... against balance

# %%
from regrnn_lib.experiments.sweep import balance_grid

balances = balance_grid(n_balances)
over_balance = pairs(dict(modularity=few, balance=balances), coupling=coupling)
fig = pair_curves.measures(over_balance, "balance", "modularity")
save_figure(
    fig,
    "04_over_balance",
    f"F, C, A, 𝒩, λ and D against balance b for m = 0, 1/2 and 1 at w√N = {coupling:g}. "
    f"{pair_curves.CAPTION}",
)

# %% [markdown]
# **What to see.** The plateau between the two locked states widens, at $m=1$ above all: a common state has to be held up by the mean weight, and modules have taken most of it away.
# At $m=1$ and the default coupling the plateau is nearly rest, since the onset has moved beyond it.
# With separate modules $C$ changes in a different way: each module chooses its sign for itself, so the population as a whole need not agree.
#
# The same with the mean square weight held fixed:

# %%
each = sweep(
    {"mirror": [False, True], "modularity": few, "balance": balances},
    coupling=coupling,
    normalize="variance",
    **common,
)
fig = pair_curves.measures(each, "balance", "modularity")
save_figure(
    fig,
    "04_normalized_balance",
    f"F, C, A, 𝒩, λ and D against balance b for m = 0, 1/2 and 1 at w√N = {coupling:g}, the mean square "
    f"weight held fixed. {pair_curves.CAPTION}",
)

# %%
from regrnn_lib.dynamics import REGIMES

biased = each.sel(balance=[-balance_biased, balance_biased], method="nearest")
chaotic = (biased.regime == REGIMES.index("chaotic")).mean(("mirror", "replicate"))
exponent = biased.lyapunov.mean(("mirror", "replicate"))
heads = [f"b = {b:g}" for b in biased.balance.values]
shares = pd.DataFrame(chaotic.values, few, [f"share chaotic, {head}" for head in heads])
exponents = pd.DataFrame(exponent.values, few, [f"mean λ, {head}" for head in heads])
shares.join(exponents).rename_axis("m").round(3)

# %% [markdown]
# **What to see.** Around $b=0$ the curves of $\mathcal N$ meet, as above.
# With a bias they do not: where independent networks are locked ($|b|\approx1/4$), those of separate modules have lost the common state ($C$ near 0) and are less saturated.
#
# Most of them are chaotic by the rule of notebook 1, as the table says, and none of the locked ones is.
# What locks a population is the sum of its mean weights, and of that modules keep a share of $1/\sqrt K$ even with their mean square restored.
#
# This is structure, and no weaker coupling.

# %% [markdown]
# ## Maps: without the knob, with it, and the difference

# %%
from regrnn_lib.figures import maps
from regrnn_lib.record import save_table

plane = statistics.pair_mean(pairs(dict(modularity=[0.0, 1.0], coupling=grid, balance=balances)))
borders = theory.boundaries(n_neurons, grid, density)
means = plane.mean("replicate", skipna=False)
names = ("fluctuation", "correlation", "nonlinearity", "lyapunov")
fig = maps.measures({f"$m$ = {m:g}": means.sel(modularity=m) for m in (0, 1)}, names, borders)
save_figure(
    fig,
    "04_maps",
    "Mean over pairs of F, C, 𝒩 and λ over balance b and coupling w√N at m = 0 and m = 1, with the "
    "mean-field boundaries of m = 0. Grey and hatched: undefined.",
)
save_table(
    statistics.summary(plane), "04_maps_table", "Mean and standard deviation over pairs of all measures."
)

# %%
effect = statistics.paired_effect(plane, "modularity")
fig = maps.measures({"$m$ = 1 minus $m$ = 0": statistics.mean_effects(effect)}, names, borders)
save_figure(
    fig,
    "04_maps_effect",
    "Paired change of F, C, 𝒩 and λ from m = 0 to m = 1 over balance b and coupling w√N, mean over "
    "pairs. A stroke marks cells whose 95 % interval includes 0. Lines: mean-field boundaries of m = 0. "
    "Grey and hatched: undefined.",
)

# %% [markdown]
# **What to see.** For $F$, $\mathcal N$ and $\lambda$ the map of $m=1$ is that of $m=0$ shifted upwards, to stronger coupling: by about the factor $\sqrt K$ around balance, by about $K$ on the biased sides, where the mean weight decides.
# Its strip of chaos is wider.
# The land of rest reaches to where chaos was (blue in $\mathcal{N}$).
#
# On the sides $\lambda$ rises: where modules hold a state at all, they hold it less firmly than the whole population did.

# %% [markdown]
# ## What was found


# %%
def gap(data, name):
    """Mean over couplings of the absolute change of a measure from m = 0 to m = 1."""
    change = statistics.paired_effect(data[[name]], "modularity")[name].mean(("mirror", "replicate"))
    return float(np.abs(change).mean())


# %%
from scipy.optimize import brentq

from regrnn_lib import run_measures

near = coupling_grid(0.7, 1.5 / min(radii), 41)
waking = sweep(dict(modularity=few, coupling=near), run_measures, balance=0.0, **common)
onsets = statistics.crossing(waking.nonlinearity, "coupling", -0.9).mean("replicate").values
gain = brentq(lambda g: theory.mean_field_at(0.0, g).nonlinearity + 0.9, 1.0, 2.0)
wakes = [gain / radius for radius in radii]

# %%
from IPython.display import Markdown

Markdown(f"""
- Activity (NL = -0.9 at b = 0) sets in at
  x = **{onsets[0]:.2f}**, **{onsets[1]:.2f}** and **{onsets[2]:.2f}** for m = 0, 1/2 and 1;
  mean field reaches NL = -0.9 at {wakes[0]:.3f}, {wakes[1]:.3f} and {wakes[2]:.3f}
  (first activity, where the radius is 1: {1 / radii[0]:.2f}, {1 / radii[1]:.2f} and {1 / radii[2]:.2f}).
- The mean absolute change of NL over all couplings, m = 0 to 1, is
  **{gap(over_coupling, "nonlinearity"):.2f}**; with the mean square weight held fixed,
  **{gap(held, "nonlinearity"):.2f}** is left.
  For the Lyapunov exponent: {gap(over_coupling, "lyapunov"):.2f} and {gap(held, "lyapunov"):.2f}.
""")

# %%
shown = {
    "fluctuation F": effect.fluctuation,
    "nonlinearity NL": effect.nonlinearity,
    "Lyapunov exponent": effect.lyapunov,
}
points = {"chaos": (3.0, 0.0), "just above the onset": (1.5, 0.0), "biased": (2.0, balance_biased)}
Markdown(
    f"Change from m = 0 to m = 1 over {n_replicates} pairs, with its 95 % interval "
    f"(N = {n_neurons}, K = {n_modules}):\n\n" + statistics.change_table(shown, points)
)

# %% [markdown]
# ### The verdicts
#
# Does a modular network compute better, too?
# [Notebook 10](10_claims.ipynb) has judged what the abstract says, at default parameters, whatever is set in this notebook.
# Its criteria were written after the maps of an older ledger were seen, and before any network of the present one was run.
#
# Rows are places to which theory assigns a network *without* modules: *calm*, *tamed* by its input, *chaotic* in spite of it, *held* or *flipping* by a bias.
# How the tasks go is told in notebooks [5](05_sequence_generation.ipynb) to [9](09_digits.ipynb); intervals are in [the whole table](../figures/10_ledger_table.csv).

# %% tags=["reads-10_ledger_table"]
from regrnn_lib.experiments import verdicts

Markdown(verdicts.concerning(verdicts.read_table(), knob="modularity"))

# %% [markdown]
# **How to read it.** Compare the places.
# A loss of strength brings strong networks down to where they work, and takes weak ones away from there.
# The ledger judges the knob as it is, that loss included.
# What is left at equal radius, notebook 10 shows under *matched controls*, and the next table at one point.

# %% [markdown]
# ### A bias, a task, and the same radius
#
# Where a bias holds the network, modules were seen to be more than a weaker coupling.
# Is what they do more *useful*, too?
# The change of accuracy from $m=0$ to $m=1$ at one biased point, for each drive $u$, as the knob is and with the mean square weight held fixed:

# %%
from regrnn_lib import evaluate
from regrnn_lib.reservoir import DRIVES
from regrnn_lib.tasks import TASKS

worked = {
    text: sweep(
        dict(modularity=[0.0, 1.0]),
        evaluate,
        coupling=coupling,
        balance=balance_biased,
        normalize=how,
        vary=dict(task=list(TASKS.values()), drive=list(DRIVES.values())),
        **common | dict(settings={}, n_replicates=2 * n_replicates),
    ).accuracy
    for text, how in {"as it is": None, "same radius": "variance"}.items()
}

# %%
gains = {text: values.sel(modularity=1) - values.sel(modularity=0) for text, values in worked.items()}
rows = [
    [f"{name} ($u$ = {u:g}), {text}", *(statistics.interval_text(task) for task in gain.sel(drive=u))]
    for name, u in DRIVES.items()
    for text, gain in gains.items()
]
Markdown(statistics.markdown_table(["drive, control", *(task.label for task in TASKS.values())], rows))

# %% [markdown]
# **What to see.** As the knob is, modules help on every task under every drive here.
# At equal radius most of that is gone under the weak and the moderate drive, and not every task gains.
# There the mean change of pattern classification turns negative, and under the moderate drive that of NARMA-10 does; 0 is inside these intervals or next to their end.
# Under the strong drive about half or more is left on most tasks.

# %% [markdown]
# **What the abstract says, and what is seen.** That modularity leaves signatures in the dynamics and can tune it: seen.
# How much of that is *structure*, and not merely a weaker coupling, depends on what one holds fixed, and the abstract does not say what the paper holds fixed.
# That modularity raises task accuracy: seen at this one biased point as the knob is, but not on every task at equal radius; for the other places see the verdicts.
#
# **Where it holds and where not.** The prediction by the radius is for $b=0$ and for large modules.
# With twenty neurons to a module (here, at the defaults) modules differ, and curves at $m=1$ are averages over quite different small networks.

# %% [markdown]
# ## By hand
#
# One network with its knobs as sliders, where somebody can move them (JupyterLab: `make lab`); elsewhere a still picture of it at $m=1$.
# Raise *modularity* from 0 and watch the blocks stand out, the disc shrink, and the activity of the modules part ways.
# Without Python: [`figures/explorer.html`](../figures/explorer.html); more in [notebook 11](11_explorer.ipynb).

# %%
from regrnn_lib import explore

explore.network(first=["modularity"], modularity=1.0, balance=balance)

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/04_modularity.ipynb out.ipynb -p n_modules 10 -p n_neurons 200
# ```
#
# Does the onset follow $\sqrt K$?
# What if there are two modules only?
# Next, the same networks at work: [5. Sequence generation](05_sequence_generation.ipynb).
