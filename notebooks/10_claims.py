# %% [markdown]
# # 10. The claims ledger
#
# Nine notebooks have looked at pictures.
# This one keeps the books.
# The abstract of the paper makes six statements that can be tested.
# Each gets a criterion, and a verdict for every task, dynamical regime and drive.
#
# **What you will see.** The same claim is supported in one place and contradicted in another.
# The regime of the network *without* the regularity decides which.
# And a part of each effect is no structure at all, but a change of coupling that comes with it.
#
# > **Paper or reconstruction?** The statements are those of the abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047), in our words; it is all that we know of the paper.
# > Tasks, grids, drives, criteria and all numbers are our reconstruction.
# > "Contradicted" means: *not in this reconstruction, here*.
#
# The words *knob, coupling, balance, drive, onset, edge, regime* are explained in the [glossary](glossary.md).

# %% [markdown]
# ## Parameters
#
# The plane of coupling and balance is that of notebooks 5 to 9, and their eight networks are used again.
# A verdict needs at least twelve networks, so there are four more.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
input_strengths: list = [0.1, 1.0]  # drives: input strength w_in, weak and strong, 0 or more each
n_couplings: int = 9  # couplings x of the plane, evenly in log x, 3..201
coupling_min: float = 0.3  # smallest coupling, above 0
coupling_max: float = 6.0  # largest coupling, above coupling_min, up to 100
n_balances: int = 9  # balances b of the plane over -1..1, denser near 0, 3..201
balances: list = [-0.25, 0.0, 0.25]  # balances b of headline and controls, one per regime, -1..1 each
couplings: list = [0.9, 2.0]  # couplings x of the sensitivity study, above 0, up to 100
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

# %% [markdown]
# ## The plane, and who sets the regime (C6)
#
# Verdicts are given by regime, so the first question is where each regime is.
# Claim C6 says that coupling and balance alone decide this.
# Mean-field theory predicts it without a free parameter.

# %%
style.use()
common = dict(
    n_neurons=n_neurons,
    n_modules=n_modules,
    n_replicates=n_replicates,
    seed=seed,
    n_workers=n_workers,
    scheduler=scheduler,
)
run = dict(n_steps=n_steps, burn_in=burn_in)
wide = coupling_grid(coupling_min, coupling_max, 2 * n_couplings - 1)
finer = sweep(dict(coupling=wide, balance=balance_grid(2 * n_balances - 1)), settings=run, **common)

# %%
predicted = claims.theory_regimes(finer)
counted, share = claims.off_boundaries(predicted), (finer.regime == predicted).mean("replicate")
fig = maps.agreement(share, counted, theory.boundaries(n_neurons, wide))
save_figure(
    fig,
    "10_agreement",
    "Share of knob-free networks whose regime is that of mean field, "
    "over balance b and coupling w√N, "
    "with the mean-field boundaries. Dots: cells at a boundary, which the criterion "
    "leaves out.",
)

# %%
chaos = predicted == REGIMES.index("chaotic")
Markdown(f"""The criterion counts {counted.mean().item():.0%} of the cells.
Of the networks there, {share.where(counted).mean().item():.0%} agree with mean field.
Of all networks, {share.mean().item():.0%} agree.
Where mean field says *chaotic*, {share.where(chaos).mean().item():.0%} agree.""")

# %% [markdown]
# **What to see.** At the default parameters networks agree with theory away from the lines, and often do not along them.
# The high mean owes much to large easy areas; the last number above is the hard one.

# %% [markdown]
# ## What is claimed, and how it is judged
#
# The claims are data, read from `regrnn_lib/experiments/claims.toml`.
# A claim that you add there is judged with the others.

# %%
claimed = claims.read()
rows = [f"| {c.id} | {c.statement} | {c.direction} | {c.criterion} |" for c in claimed.claim]
Markdown("\n".join(["| | claim, in our words | direction | criterion |", "|---|---|---|---|", *rows]))

# %% [markdown]
# **When the criteria were written.** Not before everything was seen.
# The file with the criteria was written when maps of notebooks 5 to 9, with eight of these twelve networks, had already been drawn.
# The history of the files shows this order: executed notebooks 5 to 9 and criteria in one step, the ledger later, and no criterion changed since.
# So this is no blind test.
#
# **One effect.** The network is the unit.
# For each network the effect is paired: same network, input and task, knob at 1 minus knob at 0.
# It is averaged over the cells of the plane that belong to one regime.
# A cell belongs to the regime that most knob-free, undriven networks show in it.
#
# **One verdict.** Signs are flipped in all $2^{12}$ ways to ask whether the mean over networks differs from zero.
# The answers for all cells of a claim are corrected together (Benjamini and Hochberg), and the intervals are widened to match (Benjamini and Yekutieli).
#
# - *Supported* or *contradicted*: the corrected interval excludes 0.
# - *No effect*: it lies inside $\pm0.02$.
# - *Inconclusive*: neither.
#
# An interval that excludes 0 and lies inside $\pm0.02$ counts by its sign.
# Such an effect is sure and tiny at once, so look at the numbers and not only at the marks.
# Under twelve networks there is no verdict.

# %% [markdown]
# ## Compute
#
# There are two drives: *weak*, where the input competes with the network's own dynamics, and *strong*, where the input wins.

# %%
tasks, levels, drives = list(TASKS.values()), level_grid(n_levels), controls.drive_names(input_strengths)
settings = dict(bias_strength=bias_strength, ridge=ridge)
grid = coupling_grid(coupling_min, coupling_max, n_couplings)
plane = dict(coupling=grid, balance=balance_grid(n_balances))
on_off = controls.sweep_tasks(tasks, plane, [0.0, 1.0], drives, settings=settings, **common)
free = sweep_knobs(plane, [0.0, 1.0], free_dynamics, settings=run, **common)
regimes = statistics.majority_regime(free.regime.isel(knob=0).sel(level=0.0))

# %% [markdown]
# Claim C4 needs the nonlinearity $\mathcal N$ against coupling at several $r$: in free runs, and driven on the memory task.

# %%
fine, memory = coupling_grid(0.4, 1.8, 21), settings | dict(task=TASKS["sequence_memory"])
large = common | dict(n_neurons=n_neurons_onset)
waking = sweep(dict(reciprocity=levels, coupling=fine), run_measures, settings=run, **large)
waking = waking.rename(reciprocity="level").expand_dims(drive=["free"])
driven = sweep(
    dict(reciprocity=levels, coupling=fine[::2]),
    evaluate,
    settings=memory,
    vary=dict(input_strength=list(drives.values())),
    **common,
)
driven = driven.rename(reciprocity="level", input_strength="drive").assign_coords(drive=list(drives))

# %%
data = dict(tasks=on_off, free=free, waking=waking, driven=driven, regimes=finer)
table = claims.judge(data, claimed)
save_table(
    table,
    "10_ledger_table",
    "The claims ledger: effect, corrected interval, standardised "
    "size, p and verdict of every cell of every claim.",
)

# %% [markdown]
# ## The ledger
#
# Rows are the regimes of the knob-free network, columns the tasks.
# The mark is the verdict, the number the mean paired change of accuracy.

# %%
titles = {claim.id: claim.title for claim in claimed.claim}
fig = ledger.ledger(table, {name: titles[name] for name in ("C1", "C2", "C3")})
save_figure(
    fig,
    "10_ledger",
    "Verdicts on the three claims about accuracy, by regime of the "
    "knob-free network (rows), task (columns) and drive "
    "(upper and lower half): the mark gives the verdict, the number is the mean paired "
    "change of accuracy from knob 0 to knob 1.",
)

# %% [markdown]
# **What to see.** At the default parameters verdicts change from row to row more than from task to task.
# Look at the first two rows under weak drive: below the onset all three regularities lower accuracy, in chaos all three raise it.
# So chaotic networks show what the abstract says of Dale's principle and of modules.
# Quiet ones show what it says of reciprocity.
#
# The rows *fixed point* and *oscillatory* are networks that a bias of the weights holds.
# There modules help on every task under both drives, Dale's principle helps on none, and most effects of reciprocity are small losses.
# Under strong drive most numbers are smaller, and in chaos the tasks differ.

# %% [markdown]
# ## The headline: accuracy against the knob
#
# Now all levels of the knobs between 0 and 1, under weak drive.
# From here on no verdict is asked for, so fewer couplings, balances and networks are enough.
# Lines are means over networks, bands their 95 % intervals (uncorrected).

# %%
weak, step = {"weak": drives["weak"]}, max(n_couplings // 4, 1)
few = dict(coupling=grid[step // 2 :: step], balance=controls.nearest(plane["balance"], balances))
fewer = common | dict(n_replicates=int(np.ceil(2 * n_replicates / 3)))
numbers = {name: ", ".join(f"{value:.2g}" for value in values) for name, values in few.items()}
Markdown(f"Couplings {numbers['coupling']}; balances {numbers['balance']}; {fewer['n_replicates']} networks.")

# %%
tuned = controls.sweep_tasks(tasks, few, levels, weak, settings=settings, **fewer).accuracy.sel(drive="weak")
change = statistics.by_regime(tuned - tuned.sel(level=0.0), regimes.sel(few))
shown = [name for name in REGIMES if change.n_cells.sel(regime=name)]
heads = {c.part[0].knobs[0]: f"claim: {c.direction} accuracy" for c in claimed.claim[:3]}
fig = ledger.headline(change, shown, {knob: heads[knob] for knob in KNOBS})
save_figure(
    fig,
    "10_headline",
    "Change of accuracy against Dale monopolarity d, reciprocity r "
    "and modularity m under weak drive, by regime of the "
    "knob-free network (rows): mean over networks and 95 % interval, five tasks.",
)

# %% [markdown]
# **What to see.** At the default parameters most effects grow with the knob.
# In chaos reciprocity does most of its work up to $r\approx1/2$, except for pattern classification.
# Each row has its own scale.
# A wide band means that networks differ.

# %% [markdown]
# ## Do the regularities tune the dynamics? (C5)

# %%
fig = ledger.dynamics_ledger(table, "C5")
save_figure(
    fig,
    "10_dynamics",
    "Verdicts on the claim that the regularities tune the dynamics: "
    "change of F, C and 𝒩 of the free network from knob 0 "
    "to knob 1, by regime. A change counts from 0.05 in size.",
)

# %% [markdown]
# **What to see.** At the default parameters modules make every active network less saturated.
# They also dissolve the common mode of biased networks: $C$ goes to 0.
# Reciprocity changes how saturated networks are.
# Most cells of Dale's principle stay open.
#
# A change that is sure, but smaller than the criterion asks and larger than the margin, counts as inconclusive too.
# $C$ is undefined at rest, so there is no verdict on it there.

# %% [markdown]
# ## Early saturation (C4)

# %%
nl, driven_nl = waking.nonlinearity.sel(drive="free"), driven.nonlinearity
early = {r"onset ($\mathcal{N} = -0.9$), free": statistics.crossing(nl, "coupling", -0.9)}
early[r"$\mathcal{N} = 0$, free"] = statistics.crossing(nl, "coupling", 0.0)
for name in drives:
    crossed = statistics.crossing(driven_nl.sel(drive=name), "coupling", 0.0)
    early[rf"$\mathcal{{N}} = 0$, {name} drive"] = crossed

# %%
drawn = np.linspace(0, 1, 101)
fig = curves.crossings(early, (drawn, [theory.onset(r) for r in drawn]))
save_figure(
    fig,
    "10_early_saturation",
    "Coupling w√N at which activity sets in and at which 𝒩 "
    "crosses 0, free and driven, against reciprocity r at b = 0: "
    "mean and 95 % interval. Line: 1/(1+r), where rest loses its stability in infinite "
    "networks.",
)

# %%
mean, low, high = (v.values for v in statistics.mean_interval(next(iter(early.values()))))
onset = pd.DataFrame(dict(onset=mean, low=low, high=high, predicted=[theory.onset(r) for r in levels]))
onset = onset.set_index(pd.Index(levels, name="reciprocity"))
onset["deviation"] = onset.onset / onset.predicted - 1
save_table(
    onset,
    "10_early_saturation_table",
    "Onset of activity (𝒩 = −0.9) against reciprocity: "
    "mean, 95 % interval, prediction 1/(1+r), relative deviation.",
)
onset.round(3)

# %% [markdown]
# **What to see.** At the default parameters all curves fall: symmetric networks wake and saturate at weaker coupling.
# The line and the lowest curve are not the same quantity.
# The line says where rest becomes unstable; $\mathcal N=-0.9$ needs some activity beyond that.
# So their distance is no error of theory.

# %% [markdown]
# ## Is it the structure? Matched controls
#
# A knob changes more than the structure that it is named after.
# Modules at $m=1$ have lost four fifths of their weights (for $K=5$).
# The spectrum of a symmetric matrix reaches further along the real axis, and Dale's principle narrows the bulk.
# Each control asks: *what is left of the effect when the effective coupling is held fixed?*
#
# - **same radius**: the bulk of the spectrum has the radius (for reciprocity: the right edge) of the knob-free network.
# - **same fluctuation**: the driven network fluctuates as much as the knob-free one.
# - **balanced rows** (Dale): excitation and inhibition onto every neuron are scaled to their expected sums, with and without Dale's principle.
# - **balanced, same radius** (Dale): both at once.

# %%
matched = dict(settings=settings) | fewer
radius = controls.same_radius(tasks, *few.values(), weak, **matched)
fluctuation = controls.same_fluctuation(on_off, tasks, *few.values(), weak, **matched)
balanced = controls.balanced_dale(tasks, *few.values(), weak, **matched)
plain = on_off.sel(few | dict(drive=["weak"], replicate=radius.replicate))
effects = controls.control_effects(plain, radius, fluctuation, balanced)
effects = {name: values.sel(drive="weak") for name, values in effects.items()}
compared = controls.control_table(effects, regimes.sel(few))
save_table(
    compared,
    "10_controls_table",
    "Paired change of accuracy under weak drive, plain and "
    "with matched controls: mean and 95 % interval, by regime and task.",
)

# %%
by_regime = {name: statistics.by_regime(values, regimes.sel(few)) for name, values in effects.items()}
names = next(iter(by_regime.values())).regime
fig = ledger.paired_panels(by_regime, names[names.isin(shown)], KNOBS)
save_figure(
    fig,
    "10_controls",
    "Paired change of accuracy from knob 0 to knob 1 under weak "
    "drive, plain and with the effective coupling matched, by regime of "
    "the knob-free network: mean and 95 % interval, five tasks.",
)

# %% [markdown]
# **What to see: modules** (right), at the default parameters.
# In chaos and below the onset a third of the effect or less is left at equal radius.
# Where a bias holds the network, half or more is left for sequence memory and NARMA-10.
# Less is left for sequence generation; nothing sure is left for the digits; for pattern classification the gain is gone or turns into a loss.
#
# **Dale's principle** (left).
# The gain in chaos shrinks by more than half at equal radius.
# With balanced rows at equal radius it cannot be told from none.
# At equal *fluctuation* nearly all of it is left, so the answer depends on what one calls coupling.
#
# **Reciprocity** (middle) goes the other way.
# At the same edge symmetric networks gain more in chaos than plainly.
# With a bias, the small losses at the digits, pattern classification and sequence generation become small gains.
# Below the onset the loss stays, as it does for Dale's principle.
#
# **How much this rests on.** The row *chaotic* rests on two cells of the plane and eight networks.
# *No match* means that no coupling within the plane makes the network fluctuate as much.
# The table counts the cells in which a match was found; they can be few.

# %% [markdown]
# ## How much hangs on our choices?
#
# Balanced networks, weak drive, one coupling below the onset and one in chaos.
# Each line changes one thing.
# Only modules notice $K$.
# Sequence memory and NARMA-10 have no episodes, so a reset does not touch them.

# %%
near = dict(coupling=controls.nearest(plane["coupling"], couplings), balance=[0.0])
others = {"default": {}}
others |= {f"$N$ = {n}": dict(n_neurons=n) for n in sizes}
others |= {f"$K$ = {k}": dict(n_modules=k) for k in module_counts}
others |= {"other seeds": dict(seed=seed + 1), "reset": dict(settings=settings | dict(reset=True))}

# %%
varied = {}
for name, other in others.items():
    how = dict(settings=settings) | fewer | other
    both = controls.sweep_tasks(tasks, near, [0.0, 1.0], weak, **how)
    effect = statistics.paired_effect(both, "level").accuracy.sel(drive="weak", balance=0.0)
    knobs = ["modularity"] if name.startswith("$K$") else KNOBS
    varied |= {(knob, name): effect.sel(knob=knob) for knob in knobs}

# %%
rows = xr.DataArray(near["coupling"], dims="coupling", name="coupling")
fig = ledger.paired_panels(varied, rows, KNOBS)
save_figure(
    fig,
    "10_sensitivity",
    "Paired change of accuracy from knob 0 to knob 1 at b = 0 "
    "under weak drive, when the size of the network, the number of modules, the "
    "seeds or the treatment of the state between episodes is changed: mean and 95 % "
    "interval.",
)

# %%
frames = {}
for name, values in varied.items():
    columns = dict(zip(("effect", "low", "high"), statistics.mean_interval(values)))
    frames[name] = pd.concat({k: v.to_series() for k, v in columns.items()}, axis=1)
choices = pd.concat(frames, names=["knob", "variant"])
save_table(
    choices,
    "10_sensitivity_table",
    "Paired change of accuracy at b = 0 under weak drive for changed choices: mean and 95 % interval.",
)

# %% [markdown]
# When does a choice turn a sign?
# Count the effects whose intervals exclude 0 both at default and with the change.

# %%
sure = choices.effect.where(choices.low * choices.high > 0).unstack("variant")
turned = {name: (sure[name] * sure["default"] < 0).sum() for name in others if name != "default"}
both_sure = {name: (sure[name] * sure["default"]).notnull().sum() for name in turned}
counts = [f"{name}: {turned[name]} of {both_sure[name]}" for name in turned]
Markdown(f"Signs that turn: {'; '.join(counts)}.")

# %% [markdown]
# **What to see.** At the default parameters size, seeds and number of modules change numbers and hardly a sign.
# The *reset* is different.
# With the state set back before each episode, the gains in chaos on the three tasks with episodes vanish or turn around; modules keep a small part.

# %% [markdown]
# ## What was found
#
# One sentence per claim, written by code from the table.

# %%
Markdown("\n\n".join(verdicts.sentences(table, claimed)))

# %% [markdown]
# And every number behind them.

# %%
Markdown(verdicts.concerning(table, ledger=claimed))

# %% [markdown]
# ## Where it holds and where not
#
# What a different reading would change, at the default parameters:
#
# - **The stream.** We carry the state from one episode to the next.
#   With a reset most of what the tasks with episodes gain in chaos is gone (above).
# - **The drive.** The abstract does not say how strongly the input drives the network.
#   Under strong drive most effects are smaller, and several have another sign.
# - **The regime.** In chaotic networks under weak drive C1 and C2 hold and C3 does not; below the onset it is the other way round.
#   Where a bias holds the network, C2 holds, C3 mostly, and C1 does not.
#   One average over the whole plane would hide this.
# - **What is held fixed.** We turn a knob and leave the strength of the weights alone.
#   At fixed spectral radius most of what modules do near balance, and much of what Dale's principle does in chaos, is gone.
# - **The tasks and the readout** are our choice (ridge regression; the paper's may be a pseudo-inverse).
#   Notebooks 5 to 9 show how much the ridge matters.
# - **The regimes** are assigned by thresholds on a free run, and cells near borders are mixtures.
#
# If you have the paper's values, put them into `notebooks/profiles/paper.yml`; the ledger is then judged again by the same criteria.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/10_claims.ipynb out.ipynb -p input_strengths "[0.3, 3.0]"
# ```
#
# Where is the border between the two halves of the ledger?
# What becomes of C1 with `bias_strength` 0?
# Add a claim of your own to `regrnn_lib/experiments/claims.toml`, about memory at $m=1$ for instance, and see what it gets ([CONTRIBUTING](../CONTRIBUTING.md) shows how).
