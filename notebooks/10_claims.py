# %% [markdown]
# # 10. The claims ledger
#
# Nine notebooks have looked at pictures. This one keeps the books. The abstract of the paper makes six statements that can be tested; each has a criterion, written down as data before its result was looked
# at, and each gets a verdict for every task, dynamical regime and drive: *supported*, *contradicted*, *no effect*, or *inconclusive*. No verdict below was typed by hand.
#
# **What you will see.** The same claim supported in one place and contradicted in another, almost cell by cell; that the regime of the network *without* the regularity decides which; and how much of
# each effect is structure, and how much only the change of effective coupling that comes with it.
#
# > **Paper or reconstruction?** The statements are those of the abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047), in our words. The tasks, grids, drives, criteria and all numbers are our
# > reconstruction, so a "contradicted" below says: *not in this reconstruction, here*. The last but one section says what a different reading would change.

# %% [markdown]
# ## Parameters
#
# The plane of strength and balance is that of notebooks 5 to 9, whose networks are used again. A verdict needs at least twelve networks, so there are four more.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
input_strengths: list = [0.1, 1.0]  # drives: input strength w_in, weak and strong, 0 or more each
n_couplings: int = 9  # couplings x of the plane, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling, above 0
coupling_max: float = 6.0  # largest coupling, above coupling_min, up to 100
n_balances: int = 9  # balances b of the plane over -1..1, denser near 0, 3..201
balances: list = [-0.25, 0.0, 0.25]  # balances b of headline and controls, one per regime, -1..1 each
couplings: list = [
    0.9,
    2.0,
]  # couplings x of the sensitivity study, below and above the onset, above 0, up to 100
sizes: list = [50, 200]  # other network sizes N that are tried, 2..5000 each
module_counts: list = [2, 10]  # other numbers of modules K that are tried, 1..N each
n_levels: int = 5  # levels of the knobs, evenly over 0..1, 2..101
n_replicates: int = 12  # networks at each point, 12 or more for verdicts, 1..10000
n_neurons_onset: int = 400  # number of neurons where the onset of activity is measured, 2..5000
n_modules: int = 5  # number of modules K, 1..N
bias_strength: float = 0.1  # strength w_beta of the constant biases, 0 or more
ridge: float = 1e-06  # ridge of the readout, relative to the mean diagonal of the Gram matrix, 0 or more
n_steps: int = 400  # recorded time steps T of the free runs, 2..10000000
burn_in: int = 200  # steps of the free runs dropped before recording, 0..10000000
seed: int = 0  # seed of every random draw, 0 or more
n_workers: int = 0  # threads that share the work, 0 means one per core
scheduler: str = ""  # Dask scheduler such as tcp://host:8786; empty means this machine

# %%
import numpy as np
import pandas as pd
import xarray as xr
from IPython.display import Markdown

from regrnn_lib import theory
from regrnn_lib.dynamics import REGIMES, free_dynamics, run_measures
from regrnn_lib.experiments import claims, controls, statistics, verdicts
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, level_grid, sweep, sweep_knobs
from regrnn_lib.figures import curves, ledger, maps, style
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_table
from regrnn_lib.regularities import KNOBS
from regrnn_lib.reservoir import evaluate
from regrnn_lib.tasks import TASKS

# %%
check_cell(globals())

# %%
style.use()
claimed, tasks, levels = claims.read(), list(TASKS.values()), level_grid(n_levels)
drives = controls.drive_names(input_strengths)
weak = {"weak": drives["weak"]}
settings, run = dict(bias_strength=bias_strength, ridge=ridge), dict(n_steps=n_steps, burn_in=burn_in)
common = dict(
    n_neurons=n_neurons,
    n_modules=n_modules,
    n_replicates=n_replicates,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
)
some = common | dict(
    n_replicates=-(-2 * n_replicates // 3)
)  # two thirds of the networks, where no verdict is asked for
plane = dict(
    coupling=coupling_grid(coupling_min, coupling_max, n_couplings), balance=balance_grid(n_balances)
)

# %% [markdown]
# ## What is claimed, and how it is judged
#
# Read from `regrnn_lib/claims.toml`; add a claim there and it is judged with the others.

# %%
rows = [
    f"| {claim.id} | {claim.statement} | {claim.direction} | {claim.criterion} |" for claim in claimed.claim
]
Markdown("\n".join(["| | claim, in our words | direction | criterion |", "|---|---|---|---|", *rows]))

# %% [markdown]
# **The rules.** The *network* is the unit. For each network the paired effect (same network, input and task, knob at 1 minus knob at 0) is averaged over the cells of the plane that
# belong to one regime; a cell belongs to the regime that most knob-free networks show in it, undriven. Whether the mean over networks differs from zero is asked by flipping signs, all $2^{12}$ ways, and the answers for
# all cells of one claim are corrected together (Benjamini and Hochberg). The intervals are widened to match (Benjamini and Yekutieli). *Supported* or *contradicted*: the corrected interval excludes 0. *No effect*: it lies
# inside $\pm0.02$. *Inconclusive*: neither. An interval that does both, excludes 0 and lies inside, counts by its sign: such an effect is sure and tiny at once, so look at the numbers and not only at the marks. Under twelve networks there is no verdict.
# (The criteria were fixed first; when they were put into this file, maps of notebooks 5 to 9, with eight of these twelve networks, had been drawn.)
#
# The two drives count alike: *weak*, where input and the network's own dynamics compete, and *strong*, where the input wins.

# %%
on_off = controls.sweep_tasks(tasks, plane, [0.0, 1.0], drives, settings=settings, **common)
free = sweep_knobs(plane, [0.0, 1.0], free_dynamics, settings=run, **common)
regimes = statistics.majority_regime(free.regime.isel(knob=0).sel(level=0.0))

# %% [markdown]
# Claim C4 needs curves of $\mathcal N$ against strength at several $r$: free runs, and driven ones on the memory task. C6 needs a finer plane without knobs.

# %%
fine, wide = coupling_grid(0.4, 1.8, 21), coupling_grid(coupling_min, coupling_max, 2 * n_couplings - 1)
waking = sweep(
    dict(reciprocity=levels, coupling=fine),
    run_measures,
    settings=run,
    **common | dict(n_neurons=n_neurons_onset),
)
driven = sweep(
    dict(reciprocity=levels, coupling=fine[::2]),
    evaluate,
    settings=settings | dict(task=TASKS["sequence_memory"]),
    vary=dict(input_strength=list(drives.values())),
    **common,
).rename(input_strength="drive")
data = dict(
    tasks=on_off,
    free=free,
    waking=waking.rename(reciprocity="level").expand_dims(drive=["free"]),
    driven=driven.rename(reciprocity="level").assign_coords(drive=list(drives)),
    regimes=sweep(dict(coupling=wide, balance=balance_grid(2 * n_balances - 1)), settings=run, **common),
)
table = claims.judge(data, claimed)
save_table(
    table,
    "10_ledger_table",
    "The claims ledger: effect, corrected interval, standardised size, p and verdict of every cell of every claim.",
)

# %% [markdown]
# ## The ledger
#
# Rows are the regimes of the knob-free network, columns the tasks. The number is the mean paired change of accuracy.

# %%
titles = {claim.id: claim.title for claim in claimed.claim}
fig = ledger.ledger(table, {name: titles[name] for name in ("C1", "C2", "C3")})
save_figure(
    fig,
    "10_ledger",
    "Verdicts on the three claims about accuracy, by regime of the knob-free network, task and drive: colour and mark "
    "give the verdict, the number is the mean paired change of accuracy from knob 0 to knob 1.",
)

# %% [markdown]
# **What to see.** Colours change along the rows' names rather than along the tasks: the regime of the network without the regularity decides. Read the first two rows of the weak drive against each other: below the
# onset all three regularities cost accuracy, in chaos all three bring some. So what the abstract says of Dale's principle and of modules is what chaotic networks show, and what it says of
# reciprocity is what quiet ones show. Networks that a bias holds (fixed point, oscillatory) are a third case: modules help on every task, under both drives, Dale's principle on none, and reciprocity mostly costs a little. Under the strong drive the numbers are paler, and in chaos the tasks part ways.

# %% [markdown]
# ## The headline: accuracy against the knob
#
# The weak drive, with all levels of the knobs between 0 and 1, at some strengths of the plane and the balances of notebooks 5 to 9. Here and in the studies below,
# where no verdict is asked for, two thirds of the networks do. Lines are means over networks, bands their 95 % intervals (uncorrected).

# %%
few = dict(
    coupling=plane["coupling"][np.unique(np.linspace(0, n_couplings - 1, 9)[1::2].round().astype(int))],
    balance=controls.nearest(plane["balance"], balances),
)
tuned = controls.sweep_tasks(tasks, few, levels, weak, settings=settings, **some).accuracy.sel(drive="weak")
change = statistics.by_regime(tuned - tuned.sel(level=0.0), regimes.sel(few))
shown = [name for name in REGIMES if change.n_cells.sel(regime=name)]
heads = {
    knob: f"claim: {claim.direction} accuracy" for claim in claimed.claim[:3] for knob in claim.part[0].knobs
}
fig = ledger.headline(change, shown, {knob: heads[knob] for knob in KNOBS})
save_figure(
    fig,
    "10_headline",
    "Change of accuracy against Dale monopolarity, reciprocity and modularity under weak drive, by regime of the "
    "knob-free network (rows): mean over networks and 95 % interval, five tasks.",
)

# %% [markdown]
# **What to see.** The effects grow with the knob, mostly steadily. Chaos has two exceptions: most of the work of reciprocity is done by $r\approx1/2$, while pattern classification gains only beyond; and half of Dale's principle does little for the digits and next to nothing for memory and NARMA-10. Mind that
# each row has its own scale. Where a band is wide, networks differ: with Dale's principle it is the luck of the drawn polarities.

# %% [markdown]
# ## Do the regularities tune the dynamics? (C5)

# %%
fig = ledger.dynamics_ledger(table, "C5")
save_figure(
    fig,
    "10_dynamics",
    "Verdicts on the claim that the regularities tune the dynamics: change of F, C and NL of the free network from knob 0 "
    "to knob 1 by regime. A change counts from 0.05 in size.",
)

# %% [markdown]
# **What to see.** Modules make every active network less saturated, and dissolve the common mode of biased ones ($C$ goes to 0); reciprocity changes how saturated networks are; Dale's principle scatters
# networks much, each by the chance imbalance of its polarities, so that most of its cells stay open. A small effect that is sure, too small for the criterion and too large for the margin, counts as inconclusive as well. (Correlation $C$ is undefined at rest: no verdict there.)

# %% [markdown]
# ## Early saturation (C4)

# %%
nl, driven_nl, drawn = (
    data["waking"].nonlinearity.sel(drive="free"),
    data["driven"].nonlinearity,
    np.linspace(0, 1, 101),
)
early = {r"onset ($\mathcal{N} = -0.9$), free": statistics.crossing(nl, "coupling", -0.9)}
early[r"$\mathcal{N} = 0$, free"] = statistics.crossing(nl, "coupling", 0.0)
early |= {
    rf"$\mathcal{{N}} = 0$, {name} drive": statistics.crossing(driven_nl.sel(drive=name), "coupling", 0.0)
    for name in drives
}
fig = curves.crossings(early, (drawn, [theory.onset(r) for r in drawn]))
save_figure(
    fig,
    "10_early_saturation",
    "Coupling at which activity sets in and at which NL crosses 0, free and driven, against reciprocity at b = 0: "
    "mean and 95 % interval, and the predicted onset 1/(1+r).",
)

# %%
onset = pd.DataFrame(
    dict(
        zip(
            ("onset", "low", "high"), [v.values for v in statistics.mean_interval(next(iter(early.values())))]
        )
    )
)
onset = onset.assign(reciprocity=levels, predicted=[theory.onset(r) for r in levels]).set_index("reciprocity")
onset["deviation"] = onset.onset / onset.predicted - 1
save_table(
    onset,
    "10_early_saturation_table",
    "Onset of activity (NL = -0.9) against reciprocity: mean, 95 % interval, prediction 1/(1+r), relative deviation.",
)
onset.round(3)

# %% [markdown]
# **What to see.** All curves fall. The onset keeps a few per cent above its line, more than its interval allows for: the line is for $N\to\infty$ and for the first stir of activity, while $-0.9$ needs some. A weak input does not
# move the point of saturation (the free networks here are larger than the driven ones, and it makes no difference); a strong one saturates the network without reciprocity earlier, and leaves less for reciprocity to do.

# %% [markdown]
# ## Do strength and balance alone set the regime? (C6)

# %%
predicted = claims.theory_regimes(data["regimes"])
share = (data["regimes"].regime == predicted).mean("replicate")
fig = maps.agreement(share, claims.off_boundaries(predicted), theory.boundaries(n_neurons, wide))
save_figure(
    fig,
    "10_agreement",
    "Share of knob-free networks whose regime is that of mean field, over balance and strength, with the mean-field boundaries. "
    "Dots: cells at a boundary, which the criterion leaves out.",
)
counted = claims.off_boundaries(predicted)
Markdown(
    f"The criterion counts {counted.mean().item():.0%} of the cells, and {share.where(counted).mean().item():.0%} of the networks there "
    f"agree with mean field; of all networks {share.mean().item():.0%} do."
)

# %% [markdown]
# **What to see.** Agreement away from the boundaries, and little along them, above all along the onset of chaos. Networks of this size wake where infinite ones do, some of them earlier, but they cycle first and are chaotic only at stronger coupling; that reaches into a few cells which the
# criterion keeps.

# %% [markdown]
# ## Is it the structure? Matched controls
#
# A knob changes more than the structure it is named after. Modules at $m=1$ have lost four fifths of their weights; a symmetric matrix reaches further along the real axis; Dale's principle narrows the
# bulk of the spectrum. Each control asks the same question in a different way: *what is left of the effect when the effective coupling is held fixed?*
#
# - **same radius**: the strength of the network with the knob is chosen so that the bulk of its spectrum has the radius (for reciprocity: the right edge) of the knob-free one;
# - **same fluctuation**: ... so that it fluctuates as much, driven by the same input;
# - **balanced rows** (Dale): excitation and inhibition onto every neuron are scaled to their expected sums, with and without Dale's principle, at plain strength and at the *same radius*. It takes away the imbalance
#   that a random draw of polarities leaves, and with it the outliers.

# %%
matched = dict(settings=settings) | some
radius = controls.same_radius(tasks, *few.values(), weak, **matched)
fluctuation = controls.same_fluctuation(on_off, tasks, *few.values(), weak, **matched)
balanced = controls.balanced_dale(tasks, *few.values(), weak, **matched)
effects = controls.control_effects(
    on_off.sel(few | dict(drive=["weak"], replicate=radius.replicate)), radius, fluctuation, balanced
)
effects = {name: values.sel(drive="weak") for name, values in effects.items()}
compared = controls.control_table(effects, regimes.sel(few))
save_table(
    compared,
    "10_controls_table",
    "Paired change of accuracy under weak drive, plain and with matched controls: mean and 95 % interval, by regime and task.",
)

# %%
by_regime = {name: statistics.by_regime(values, regimes.sel(few)) for name, values in effects.items()}
names = next(iter(by_regime.values())).regime
fig = ledger.paired_panels(by_regime, names[names.isin(shown)], KNOBS)
save_figure(
    fig,
    "10_controls",
    "Paired change of accuracy from knob 0 to knob 1 under weak drive, plain and with the effective coupling matched, by regime of "
    "the knob-free network: mean and 95 % interval, five tasks.",
)

# %% [markdown]
# **What to see.** Start with *modules* (right), in chaos and below the onset: at equal radius a third of the effect or less is left. Away from balance half or more stays for the tasks that need memory: cutting the
# connections between modules also cuts the common mode that silences biased networks. For *Dale's principle* the gain in chaos shrinks by more than half at equal radius, and with balanced rows at equal radius it can no longer be told from none (two cells, eight networks); held at
# equal fluctuation instead, nearly all of it is left. So the answer depends on what one calls coupling: the gain comes from a narrower bulk, which does not make a saturated network fluctuate less. *Reciprocity* goes
# the other way: held at the same edge, symmetric networks gain more in chaos than they do plainly, and with a bias the small losses at the digits and at pattern classification turn into small gains. The loss below the onset, which all three share, stays for Dale and reciprocity: a symmetric or a
# striped matrix of the same reach remembers less. Where it says *no match*, no strength within the plane makes the network fluctuate as much: a symmetric network cannot move like a chaotic one. The table counts the
# cells in which a match was found; they can be few.

# %% [markdown]
# ## How much hangs on our choices?
#
# Balanced networks, weak drive, one strength below the onset and one in chaos; each line changes one thing. (Only modules notice $K$. Sequence memory and NARMA have no episodes, so a reset does not touch them.)

# %%
near = dict(coupling=controls.nearest(plane["coupling"], couplings), balance=[0.0])
others = {
    "default": {},
    **{f"$N$ = {n}": dict(n_neurons=n) for n in sizes},
    **{f"$K$ = {k}": dict(n_modules=k) for k in module_counts},
}
others |= {"other seeds": dict(seed=seed + 1), "reset": dict(settings=settings | dict(reset=True))}
varied = {}
for name, other in others.items():
    made = controls.sweep_tasks(tasks, near, [0.0, 1.0], weak, **dict(settings=settings) | some | other)
    effect = statistics.paired_effect(made, "level").accuracy.sel(drive="weak", balance=0.0)
    varied |= {
        (knob, name): effect.sel(knob=knob) for knob in (["modularity"] if name.startswith("$K$") else KNOBS)
    }

# %%
fig = ledger.paired_panels(varied, xr.DataArray(near["coupling"], dims="coupling", name="coupling"), KNOBS)
save_figure(
    fig,
    "10_sensitivity",
    "Paired change of accuracy from knob 0 to knob 1 at b = 0 under weak drive, when the size of the network, the number of modules, the "
    "seeds or the treatment of the state between episodes is changed: mean and 95 % interval.",
)

# %%
rows = {
    name: xr.concat(statistics.mean_interval(values), "is").assign_coords({"is": ["effect", "low", "high"]})
    for name, values in varied.items()
}
frames = {
    name: v.to_dataframe("change")["change"].unstack("is")[["effect", "low", "high"]]
    for name, v in rows.items()
}
save_table(
    pd.concat(frames, names=["knob", "variant"]),
    "10_sensitivity_table",
    "Paired change of accuracy at b = 0 under weak drive for changed choices: mean and 95 % interval.",
)

# %% [markdown]
# **What to see.** Size, seeds and number of modules change numbers, hardly a sign. The *reset* is different: with the state set back before each episode, the gains in chaos on the three tasks that have
# episodes vanish or turn around, but for a remnant with modules.

# %% [markdown]
# ## What was found

# %%
Markdown("\n\n".join(verdicts.sentences(table, claimed)))

# %% [markdown]
# ## What is our reconstruction, and what a different reading would change
#
# - **The stream.** We read the authors' convention as *one continuous run over consecutive episodes*, the state carried over. With a reset the claims about accuracy in chaos change (above).
# - **The drive.** The abstract does not say how strongly the input drives the network. Under the strong drive the effects are smaller, and for several tasks of other sign.
# - **The regime.** If the paper's networks were chaotic without a regularity, what it says of Dale's principle and modules is what we find, and what it says of reciprocity is not, at weak drive. If they sat below or near the onset, it
#   is the other way round. If a bias held them, what it says of modules and of reciprocity is what we find, and what it says of Dale's principle is not. One average over the whole plane would hide both.
# - **What is held fixed.** We turn a knob and leave the strength alone. A reader who holds the spectral radius fixed will find most of what modules do near balance, and much of what Dale's principle does in chaos, gone, and the sign of reciprocity's small effects in biased networks changed.
# - **The tasks** are our choice and so is the readout (ridge; the paper's may be a pseudo-inverse). Notebooks 5 to 9 show how much the ridge matters.
# - **Regimes** are assigned by thresholds on the free run (rms, $\lambda$, $F$), and cells near boundaries are mixtures.
#
# If you have the paper's values, put them into `notebooks/profiles/paper.yml`; the ledger is then judged again by the same criteria.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/10_claims.ipynb out.ipynb -p input_strengths "[0.3, 3.0]"
# ```
#
# Where is the border between the two columns of the ledger? And what becomes of C1 with `bias_strength` 0? Add a claim of your own to `regrnn_lib/claims.toml`, about memory at $m=1$ for instance, and see what it gets.
