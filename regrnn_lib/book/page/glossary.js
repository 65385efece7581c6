"use strict";

/* A word of the glossary shows its meaning where it stands: by pointer, by keyboard focus, by touch. */
(function glossary() {
  const box = document.createElement("div");
  box.id = "meaning";
  box.hidden = true;
  document.body.append(box);
  let shown = null, leaving = 0;

  function show(word) {
    clearTimeout(leaving);
    if (shown === word) return;
    hide();
    shown = word;
    box.innerHTML = window.BOOK_WORDS[word.dataset.word];
    box.hidden = false;
    word.setAttribute("aria-describedby", "meaning");
    const place = word.getBoundingClientRect(), room = document.documentElement.clientWidth - box.offsetWidth - 12;
    box.style.left = `${Math.max(12, Math.min(place.left, room)) + window.scrollX}px`;
    const below = place.bottom + 6, fits = below + box.offsetHeight <= window.innerHeight || place.top < box.offsetHeight;
    box.style.top = `${(fits ? below : place.top - box.offsetHeight - 6) + window.scrollY}px`;
  }

  function hide() {
    shown?.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  }

  const later = () => { leaving = setTimeout(hide, 250); };  // time to reach the links in the box

  for (const word of document.querySelectorAll("a.word")) {
    let touched = false;
    word.addEventListener("pointerdown", (event) => { touched = event.pointerType !== "mouse"; });
    word.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") show(word); });
    word.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") later(); });
    word.addEventListener("focus", () => show(word));
    word.addEventListener("blur", later);
    word.addEventListener("click", (event) => {
      if (!touched) return;  // a mouse or the return key follows the link
      event.preventDefault();
      show(word);
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", later);
  box.addEventListener("focusin", () => clearTimeout(leaving));
  box.addEventListener("focusout", later);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("pointerdown", (event) => { if (shown && !event.target.closest("#meaning, a.word")) hide(); });
})();
