"use strict";

/* Light or dark: what the reader chose last, else what the system says. Before anything is drawn. */
(function theme() {
  const root = document.documentElement, dark = window.matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("js");

  function chosen() {
    try { return localStorage.getItem("theme"); } catch { return null; }  // storage may be forbidden
  }

  function keep(name) {
    try { localStorage.setItem("theme", name); } catch { /* for this page, then */ }
  }

  const current = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");

  if (["light", "dark"].includes(chosen())) root.dataset.theme = chosen();

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme"), menu = document.getElementById("menu");
    const told = () => button.setAttribute("aria-pressed", current() === "dark");
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      keep(root.dataset.theme);
      told();
    });
    dark.addEventListener("change", told);
    told();

    const open = (wanted) => {
      root.classList.toggle("open", wanted);
      menu.setAttribute("aria-expanded", wanted);
    };
    menu.addEventListener("click", () => open(!root.classList.contains("open")));
    document.getElementById("contents").addEventListener("click", (event) => { if (event.target.closest("a")) open(false); });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && root.classList.contains("open")) { open(false); menu.focus(); } });
  });
})();
