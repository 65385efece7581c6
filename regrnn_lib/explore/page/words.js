"use strict";

/** Numbers in words and settings in addresses. */
regrnn.face(function words(regrnn) {
  const number = (x, digits = 3) => (Number.isNaN(x) ? "–" : x.toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1").replace("-", "−"));
  const percent = (share) => `${Math.round(100 * share)}\u00a0%`;

  const PREFIX = "#live:";
  /** The address of settings: those named, as a hash. */
  function address(state, names) {
    return PREFIX + names.map((name) => `${name}=${Number(state[name])}`).join("&");
  }

  /** Settings of the page's address, each within the limits of its control; null if the address is of something else. */
  function settingsOf(hash, controls) {
    if (!hash.startsWith(PREFIX)) return null;
    const settings = {};
    for (const [name, words] of new URLSearchParams(hash.slice(PREFIX.length))) {
      const c = controls[name], value = Number(words);
      if (!c || words === "" || Number.isNaN(value)) continue;
      const within = Math.min(Math.max(value, c.low), c.high);
      settings[name] = c.check ? within > 0 : c.whole ? Math.round(within) : within;
    }
    return settings;
  }

  /** An element from its HTML. */
  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstChild;
  }

  Object.assign(regrnn, { number, percent, address, settingsOf, element });
});
