# %% [markdown]
# # 11. Explorers: move a slider, the network answers
#
# Everything so far was measured over grids and averaged over networks.
# That is how one finds out what is true, and it is no way to get a feeling for it.
# Here a single network stands before you, with a slider for each of its parameters, and answers at once.
#
# There are three explorers:
#
# - **One network**: its matrix, its spectrum, its activity, its numbers, beside the same network with its knobs off.
# - **A map**: one measure over coupling and balance, and the network behind the cell that a crosshair marks, again with its knob off and on.
# - **A task**: a network at work as a reservoir computer, beside the same network without any regularity.
#
# There are three ways to use them:
#
# - *in this notebook*, in JupyterLab (`make lab`): each explorer below then shows its sliders;
# - *as a page*, without any code in sight: `make explore`, which opens a browser on this machine only;
# - *without Python*: [`figures/explorer.html`](../figures/explorer.html) is one file that runs the network in your browser.
#
# On a code host you see still pictures of the same panels, because nobody is there to compute an answer.
#
# **What you will see.**
# The three regularities at work in one and the same network, whose random numbers never change.
# What differs between two pictures is one knob, and what it brings along.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) is all that is known of the paper here.
# > It names the three regularities and the three regimes.
# > How a knob acts, the measures and all numbers are our reconstruction; the explorers are ours altogether.

# %% [markdown]
# ## Parameters
#
# Here the explorers begin.
# "Copy the papermill line", a button of the first explorer, writes the current sliders in this form.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
coupling: float = 2.0  # coupling w sqrt(N), above 0, up to 100
balance: float = 0.0  # balance b, -1..1
dale: float = 0.0  # Dale monopolarity d, 0..1
reciprocity: float = 0.0  # reciprocity r, 0..1
modularity: float = 0.0  # modularity m, 0..1
n_modules: int = 5  # number of modules K, 1..N
density: float = 1.0  # share of weights that are not zero, above 0, up to 1
drive: float = 0.3  # drive u of the task: rms input current of a neuron, 0 or more
coupling_min: float = 0.3  # smallest coupling of the map, above 0
coupling_max: float = 6.0  # largest coupling of the map, above coupling_min, up to 100
n_couplings: int = 21  # couplings x of the map, evenly in log x, 3..201
n_balances: int = 25  # balances b of the map over -1..1, denser near 0, 3..201
n_steps: int = 500  # recorded time steps T of the runs of the map and of the page, 2..10000000
burn_in: int = 200  # steps dropped before recording, 0..10000000
seed: int = 3  # seed of every random draw, 0 or more

# %%
from regrnn_lib import explore
from regrnn_lib.figures import style
from regrnn_lib.parameters import check_cell

# %%
check_cell(globals())
style.use()

# %% [markdown]
# ## One network
#
# The same network stands there twice: on the left with its knobs off (Dale, reciprocity and modularity at 0), beside it as the sliders are set.
# Random numbers, coupling, balance and density are the same in both, so what differs is what the knobs do.
# The head of each says its regime.
#
# - The weights: orange excites, blue inhibits; a row receives, a column sends.
# - Below them, the state of every neuron over the first fifty steps after the burn-in.
#
# The column on the right lays both over each other: the network with its knobs off in grey, the network as set in blue.
#
# - The eigenvalues, with the predicted edge of the bulk as set and the unit circle dotted; predicted outliers, where there are any, are ringed.
# - The distribution of all states, each scaled to its highest bar: the grey band is the linear range $|y|<1/2$, the rest is saturation; the shares are those of the network as set.
#
# The table has the measures of both.
# As the explorer begins here no knob is on, and both are the same network.

# %%
size = dict(n_neurons=n_neurons, coupling=coupling, balance=balance, seed=seed)
here = size | dict(n_modules=n_modules, density=density)
explore.network(**here, dale=dale, reciprocity=reciprocity, modularity=modularity)

# %% [markdown]
# **Try this.**
# Move *coupling* through 1 and watch the resting network wake as the cloud of eigenvalues crosses the unit circle.
# Then go to 2 and turn up one regularity at a time: the left side stays, the other moves away from it.

# %% [markdown]
# ### One regularity at a time
#
# The same network four times: without a regularity, as above, then with one of them complete, each beside itself with its knobs off.
# Compare the spectra first, then the activity.

# %%
from IPython.display import Markdown, display

from regrnn_lib.experiments.statistics import markdown_table
from regrnn_lib.explore import views, webpage
from regrnn_lib.parameters import DYNAMICS, TABLE
from regrnn_lib.project import is_live
from regrnn_lib.record import save_figure, save_page
from regrnn_lib.regularities import KNOBS

# %%
networks = {"none": here, **{knob: here | {knob: 1.0} for knob in KNOBS}}
words = {"none": "no regularity", **{knob: f"complete {TABLE[knob].label}" for knob in KNOBS}}
names = dict(none="11_none", dale="11_dale", reciprocity="11_reciprocity", modularity="11_modularity")
for knob, network in networks.items():
    caption = (
        f"One network with its knobs off (left) and with {words[knob]} (as set, middle): weights, activity "
        "of every neuron over 50 steps. Right, off in grey and as set in blue: eigenvalues Λ with the "
        "predicted edge of the bulk, distribution of states y. Below: the measures of both."
    )
    save_figure(views.network_figure(**network), names[knob], caption)

# %% [markdown]
# **What to see.**
# This speaks of the default network.
# *Without a regularity* a full disc of eigenvalues, and activity without any pattern.
# *Dale's principle* brings stripes, a smaller disc, and a few eigenvalues outside it; this network oscillates, as two of three with the principle do.
#
# *Reciprocity* presses the eigenvalues onto the real axis, which they cover twice as far; some neurons freeze, the others flip, and most states lie at the ends of the range.
# *Modules* shrink the cloud, because each neuron has fewer partners.
# Activity is faint: some blocks rest, and each of the others goes on for itself.

# %% [markdown]
# ## A map, and the network behind each cell
#
# The map shows one measure of one network over balance and coupling.
# The lines are the mean-field borders of notebook 1, for the network without a knob.
# The network at the crosshair is drawn, run and measured anew from its parameters alone, and compared with what the map has stored.
# Beside it is the same network with its knob off, so at level 0 both are the same.

# %%
length = dict(n_steps=n_steps, burn_in=burn_in)
grid = dict(
    coupling_min=coupling_min, coupling_max=coupling_max, n_couplings=n_couplings, n_balances=n_balances
)
plane = size | grid | length

# %%
caption = (
    "Above: Lyapunov exponent λ of one network over balance b and coupling w√N (orange: above 0, chaos), "
    "its regimes by name, and the mean-field borders. Below: the network behind the cell at the crosshair, "
    "with its knobs off and as set: its weights, activity, eigenvalues, states and measures."
)
save_figure(explore.plane_figure(measure="lyapunov", **plane), "11_map", caption)

# %%
if is_live():  # where somebody can move a slider
    display(explore.plane(measure="lyapunov", **plane))

# %% [markdown]
# **What to see.**
# A single network shows the borders, too, but its cells along them are not all alike.
# Choose `nonlinearity` and `reciprocity` and raise the level: the resting area retreats, which is the early saturation of notebook 3.

# %% [markdown]
# ## A task
#
# A network reads a stream, and a linear readout is trained on its states, as notebook 5 tells ([How all five tasks are run](05_sequence_generation.ipynb#How-all-five-tasks-are-run)).
# On the left is the network with its knobs off, on the right as they are set, on the same input.

# %%
task = size | dict(n_modules=n_modules, drive=drive)
caption = (
    "Sequence generation by a network without a knob (left) and by the same network with complete modules "
    "(right). From above: the cues that come in, activity of 40 neurons, output of the readout "
    "against the wanted signs."
)
save_figure(explore.reservoir_figure(modularity=1.0, **task), "11_task", caption)

# %%
if is_live():
    display(explore.reservoir(modularity=1.0, **task))

# %% [markdown]
# **What to see.**
# At the default coupling the plain network is chaotic: the eye finds no trace of the cue in its activity, and the output hardly follows the signs.
# With modules the same random numbers give a calmer network, and the sequence comes out better.
# Now set the coupling to 0.9 and compare again.

# %% [markdown]
# ## Without Python
#
# The page carries the random numbers of a few seeds, so its matrices are those of the library, entry for entry.
# The run, the measures and the eigenvalues are computed anew in the browser, by a second program.
# Every single step agrees; in chaos the trajectories part after some hundred steps, as those of any two different arithmetics do.

# %%
text = webpage.page(min(n_neurons, 100), **length)
caption = "The network explorer as one file: simulates a network live in the reader's browser."
save_page(text, "explorer", caption)

# %% [markdown]
# ## What was found

# %%
still = {knob: views.look(**network) for knob, network in networks.items()}
rows = [
    [words[knob], views.regime_text(view), *(value for *_, value in views.measures_text(view))]
    for knob, view in still.items()
]
heads = ["network with", "regime", *(f"${TABLE[name].symbol}$" for name in DYNAMICS)]
which = f"One network: N = {n_neurons}, w√N = {coupling:g}, b = {balance:g}, seed {seed}.\n\n"
Markdown(which + markdown_table(heads, rows))

# %% [markdown]
# **Where it holds and where not.**
# These are single networks.
# What one of them does says what is possible, not what is typical; for that turn to the notebooks before this one.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/11_explorer.ipynb out.ipynb -p coupling 0.8 -p reciprocity 1.0
# make explore
# ```
#
# Find a network without any regularity that is *not* chaotic at $b=0$ and coupling 2.
# Find the smallest reciprocity that wakes a network at coupling 0.7.
# Does the same seed still need it with `n_neurons` 500?
