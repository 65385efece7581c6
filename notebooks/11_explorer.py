# %% [markdown]
# # 11. Explorers: move a slider, the network answers
#
# Everything so far was measured over grids and averaged over networks. That is how one finds out what is true, and it is no way to get a feeling for it. Here a single
# network stands before you, with a slider for each of its parameters, and answers at once: its matrix, its spectrum, its activity, its numbers.
#
# There are three explorers. **One network** shows everything about a single matrix and its free run. **A map** shows one measure over coupling and balance, with a crosshair; the network behind the cell that it marks is
# simulated anew, and must give the stored value to the last bit. **A task** shows a network at work as a reservoir computer, beside the same network without any regularity.
#
# There are also three ways to use them:
#
# - *in this notebook*, in JupyterLab (`make lab`): each explorer below then shows its sliders;
# - *as a page*, without any code in sight: `make explore`, which opens a browser on this machine only;
# - *without Python*: [`figures/explorer.html`](../figures/explorer.html) is one file that runs the network in your browser, with no network connection.
#
# If you read this on a code host you see still pictures of the same panels, because there is nobody there to compute an answer.
#
# **What you will see.** The three regularities at work in one and the same network, whose random numbers never change: what differs between two pictures is one knob, and what it brings along.
#
# > **Paper or reconstruction?** The abstract of [arXiv:2505.22047](https://arxiv.org/abs/2505.22047) names the three regularities and the three regimes. How a knob acts, the measures and
# > all numbers are our reconstruction; the explorers are ours altogether.

# %% [markdown]
# ## Parameters
#
# Where the explorers begin. "Copy the papermill line", a button of the first explorer, writes the current sliders in this form.

# %% tags=["parameters"]
n_neurons: int = 100  # number of neurons N, 2..5000
coupling: float = 2.0  # coupling w sqrt(N), above 0, up to 100
balance: float = 0.0  # balance b, -1..1
dale: float = 0.0  # Dale monopolarity d, 0..1
reciprocity: float = 0.0  # reciprocity r, 0..1
modularity: float = 0.0  # modularity m, 0..1
n_modules: int = 5  # number of modules K, 1..N
density: float = 1.0  # share of weights that are not zero, above 0, up to 1
input_strength: float = 0.1  # input strength w_in of the task, 0 or more
coupling_min: float = 0.3  # smallest coupling of the map, above 0
coupling_max: float = 6.0  # largest coupling of the map, above coupling_min, up to 100
n_couplings: int = 21  # couplings x of the map, evenly in log x, 3..201
n_balances: int = 25  # balances b of the map over -1..1, denser near 0, 3..201
n_steps: int = 500  # recorded time steps T of the runs of the map and of the page, 2..10000000
burn_in: int = 200  # steps dropped before recording, 0..10000000
seed: int = 1  # seed of every random draw, 0 or more

# %%
import matplotlib.pyplot as plt
from IPython.display import Markdown

from regrnn_lib import explore, explorer_page, panels, plots
from regrnn_lib.parameters import check_cell
from regrnn_lib.record import save_figure, save_page

# %%
check_cell(globals())
plots.style()
here = dict(n_neurons=n_neurons, coupling=coupling, balance=balance, n_modules=n_modules, density=density, seed=seed)
knobs = dict(dale=dale, reciprocity=reciprocity, modularity=modularity)

# %% [markdown]
# ## One network
#
# Upper row: the weights (red excites, blue inhibits; a row receives, a column sends); the eigenvalues with the predicted edge of the bulk, predicted outliers (where there are any) ringed, the unit circle dotted; the
# distribution of all states, where the grey band is the linear range $|y|<1/2$ and the rest is saturation. Below: every neuron over the first hundred steps after the burn-in.
#
# **Try this.** Move *coupling* through 1 and watch the resting network wake as the cloud of eigenvalues crosses the unit circle. Go to 2 and turn up one regularity at a time.

# %%
explore.network(**here, **knobs)

# %% [markdown]
# The same network four times, with one regularity complete in each of the last three pictures. Compare the spectra first, then the rasters.

# %%
still = {}
for knob in ("none", *panels.KNOBS):
    asked = here | ({knob: 1.0} if knob != "none" else {})
    still[knob] = panels.look(**asked)
    fig = panels.network_figure(**asked)
    words = f"complete {knob}" if knob != "none" else "no regularity"
    save_figure(fig, dict(none="11_none", dale="11_dale", reciprocity="11_reciprocity", modularity="11_modularity")[knob],
                f"One network with {words}: weights, eigenvalues with the predicted edge, distribution of states, activity.")  # fmt: skip

# %% [markdown]
# **What to see.** Without a regularity: a full disc, and a raster without any pattern. *Dale's principle*: stripes in the matrix, a smaller disc, and an eigenvalue far outside it that takes over. Polarities are drawn, too, and at the default seed more neurons came out excitatory than inhibitory: the balance of this one
# matrix has moved with the knob, and the population freezes on one side. *Reciprocity*: the disc is pressed onto
# the real axis and reaches twice as far, so most states lie at the ends of the range; the neurons freeze. *Modules*: the cloud shrinks with the number of partners
# that are left, and each block goes its own way.

# %% [markdown]
# ## A map, and the network behind each cell
#
# One measure of one network over balance and coupling, with the mean-field boundaries of notebook 1 (for the network without the knob). The crosshair marks a cell; its network is drawn, run and measured anew from its
# parameters alone, and compared with what the map has stored.

# %%
plane = dict(n_neurons=n_neurons, coupling=coupling, balance=balance, seed=seed, coupling_min=coupling_min,
             coupling_max=coupling_max, n_couplings=n_couplings, n_balances=n_balances, n_steps=n_steps, burn_in=burn_in)  # fmt: skip
fig = explore.plane_figure(measure="lyapunov", **plane)
save_figure(fig, "11_map", "Lyapunov exponent of one network over balance and coupling, and the network behind the cell at the crosshair.")
plt.close(fig)

# %%
explore.plane(measure="lyapunov", **plane)

# %% [markdown]
# **What to see.** In a single network the boundaries are as sharp as in the average over many, and the cells along them are not all alike: this is where networks are individuals. Choose `nonlinearity` and `reciprocity` and
# raise the level: the resting area retreats, which is the early saturation of notebook 3.

# %% [markdown]
# ## A task
#
# A network reads a stream, and a linear readout is trained on its states (notebooks 5 to 9). On the left with the knobs as they are set, on the right the same network without them, on the same input. Under a weak drive the
# network's own activity competes with what comes in; under a strong one the input wins.

# %%
task = here | dict(input_strength=input_strength)
del task["density"]
fig = explore.reservoir_figure(modularity=1.0, **task)
save_figure(fig, "11_task", "A network with complete modules and the same network without, on sequence generation: input, activity, output.")
plt.close(fig)

# %%
explore.reservoir(modularity=1.0, **task)

# %% [markdown]
# **What to see.** In balanced chaos the plain network shows no trace of the cue, and its output hugs zero. With modules the same random numbers give a calmer network, and the sequence comes out better. At a
# coupling of 0.9 it is the other way round.

# %% [markdown]
# ## Without Python
#
# The page below is written like every figure. It carries the random numbers of a few seeds, so its matrices are those of the library entry for entry; the run, the measures and the eigenvalues
# are computed anew in the browser, by a second and independent implementation. In chaos its trajectories part from ours after some hundred steps, as those of any two computers with different arithmetic would; every single step agrees.

# %%
text = explorer_page.page(min(n_neurons, 100), n_steps=n_steps, burn_in=burn_in)
save_page(text, "explorer", "The network explorer as one file: simulates a network live in the reader's browser.")

# %% [markdown]
# ## What was found

# %%
rows = [f"| {knob} | {panels.regime_text(view)} | " + " | ".join(value for *_, value in panels.measures_text(view)) + " |"
        for knob, view in still.items()]  # fmt: skip
Markdown("\n".join([
    f"One network, N = {n_neurons}, $w\\sqrt{{N}}$ = {coupling:g}, b = {balance:g}, seed {seed}; one regularity at 1 per row:", "",
    "| regularity | regime | F | C | A | NL | $\\lambda$ | D |", "|---|---|---|---|---|---|---|---|", *rows]))

# %% [markdown]
# **Where it holds and where not.** These are single networks. What one of them does says what is possible, not what is typical; for that turn to the notebooks before this one.

# %% [markdown]
# ## Try it yourself
#
# ```
# papermill notebooks/11_explorer.ipynb out.ipynb -p coupling 0.8 -p reciprocity 1.0
# make explore
# ```
#
# Find a network without any regularity that is *not* chaotic at $b=0$ and coupling 2. Find the smallest reciprocity that wakes a network at coupling 0.7. Does the same seed still need it with `n_neurons` 500?
