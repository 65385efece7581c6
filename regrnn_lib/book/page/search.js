"use strict";

/* Full-text search without a server: the index is a script, fetched from beside this page at the first use. */
(function search() {
  const query = document.getElementById("query"), results = document.getElementById("results");
  const count = document.getElementById("count"), hits = document.getElementById("hits");
  const MOST = 20, AROUND = 70;
  let entries = null;

  function load() {
    if (document.getElementById("search-index")) return;
    const script = document.createElement("script");
    script.id = "search-index";
    script.src = "assets/search-index.js";
    script.onload = () => {
      entries = window.BOOK_SEARCH.map(([address, page, section, words]) => {
        const text = `${page} ${section} ${words}`;
        return { address, page, section, words, head: `${page} ${section}`.toLowerCase(), text: text.toLowerCase() };
      });
      look();
    };
    document.head.append(script);
  }

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const beginning = (term) => new RegExp(`(?<![\\p{L}\\p{N}])${escaped(term)}`, "u");

  /** How well an entry fits: all terms begin a word in it; the whole phrase and the headings count more. */
  function score(entry, phrase, patterns) {
    if (!patterns.every((pattern) => pattern.test(entry.text))) return 0;
    const inHead = patterns.filter((pattern) => pattern.test(entry.head)).length;
    return 1 + 5 * inHead + (entry.text.includes(phrase) ? 10 : 0) + (entry.head.includes(phrase) ? 10 : 0);
  }

  function excerpt(words, phrase, terms) {
    const low = words.toLowerCase();
    const at = [phrase, ...terms].map((term) => low.indexOf(term)).find((place) => place >= 0) ?? 0;
    const from = at <= AROUND ? 0 : words.indexOf(" ", at - AROUND) + 1;
    const far = at + 2 * AROUND, to = far >= words.length ? words.length : words.lastIndexOf(" ", far);
    return (from ? "… " : "") + words.slice(from, to) + (to < words.length ? " …" : "");
  }

  /** Text with its terms marked, as nodes: nothing of it is read as HTML. */
  function marked(text, terms) {
    const pattern = new RegExp(`(${terms.map(escaped).join("|")})`, "gi");
    return text.split(pattern).map((piece, place) => {
      if (place % 2 === 0) return piece;
      const mark = document.createElement("mark");
      mark.textContent = piece;
      return mark;
    });
  }

  function item(entry, phrase, terms) {
    const line = document.createElement("li"), link = document.createElement("a"), words = document.createElement("p");
    link.href = entry.address;
    link.textContent = entry.section ? `${entry.page} › ${entry.section}` : entry.page;
    words.append(...marked(excerpt(entry.words, phrase, terms), terms));
    line.append(link, words);
    return line;
  }

  function look() {
    const phrase = query.value.trim().toLowerCase().replace(/\s+/g, " "), terms = phrase.split(" ").filter(Boolean);
    results.hidden = !terms.length;
    if (!terms.length || !entries) return;
    const patterns = terms.map(beginning);
    const found = entries.map((entry) => [score(entry, phrase, patterns), entry]).filter(([points]) => points);
    found.sort((a, b) => b[0] - a[0]);
    const said = found.length === 1 ? "1 place" : `${found.length} places`;
    count.textContent = found.length > MOST ? `${said}, the first ${MOST}` : found.length ? said : "Nothing found";
    hits.replaceChildren(...found.slice(0, MOST).map(([, entry]) => item(entry, phrase, terms)));
  }

  function close() {
    results.hidden = true;
  }

  query.addEventListener("focus", () => { load(); look(); });
  query.addEventListener("input", () => { load(); look(); });
  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    hits.querySelector("a")?.click();
  });
  results.addEventListener("click", (event) => { if (event.target.closest("a")) close(); });
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#search")) close(); });
  document.getElementById("search").addEventListener("focusout", (event) => {
    if (event.relatedTarget && !event.relatedTarget.closest("#search")) close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) { event.preventDefault(); query.focus(); }
    if (event.key === "Escape" && !results.hidden) { close(); query.focus(); close(); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || results.hidden || !event.target.closest("#search")) return;
    event.preventDefault();
    const places = [query, ...hits.querySelectorAll("a")];
    places[Math.max(0, Math.min(places.length - 1, places.indexOf(document.activeElement) + step))].focus();
  });
})();
