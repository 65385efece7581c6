// Keeps the settings in the page's address, and says so when the computation behind the page has ended.
(() => {
  const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;
  const base = document.body.dataset.baseUrl.replace(/voila\/$/, "");
  const address = base + "api/kernels/" + kernel;
  const seen = new Map(); // explorer -> its last picture, which the widgets take along when they go
  let stopped = false, failures = 0;

  function look() {
    if (stopped) return;
    const states = [...document.querySelectorAll(".regrnn-state")].map(state => state.dataset.settings);
    if (states.length) history.replaceState(null, "", "?" + states.join("&"));
    document.querySelectorAll(".regrnn-explorer").forEach((explorer, k) => {
      const image = explorer.querySelector("img");
      if (!image || !image.naturalWidth || !explorer.offsetParent) return;
      const last = seen.get(k) || { canvas: document.createElement("canvas") };
      if (last.src !== image.src) {
        last.canvas.width = image.naturalWidth;
        last.canvas.height = image.naturalHeight;
        last.canvas.getContext("2d").drawImage(image, 0, 0);
        last.src = image.src;
      }
      seen.delete(k);
      seen.set(k, last); // the one that is shown is the last of all
    });
  }

  function stop() {
    if (stopped) return;
    stopped = true;
    const over = document.createElement("div"), button = document.createElement("button");
    over.id = "stopped";
    over.setAttribute("role", "alertdialog");
    over.append("The computation stopped. Reload; the settings are kept. ");
    button.textContent = "reload";
    button.onclick = () => location.reload();
    over.append(button);
    const last = [...seen.values()].pop();
    if (last) over.append(last.canvas);
    document.body.append(over);
    button.focus();
  }

  // the kernel is asked for, not listened to: a second listener would take answers from the widgets
  async function watch() {
    const answer = await fetch(address, { cache: "no-store" }).catch(() => ({ status: 0 }));
    failures = answer.status === 200 ? 0 : failures + 1;
    if (answer.status === 404 || failures > 3) return stop(); // no such kernel, or no server
    if (!stopped) setTimeout(watch, 1000);
  }

  addEventListener("beforeunload", () => { stopped = true; });
  setInterval(look, 500);
  watch();
})();
