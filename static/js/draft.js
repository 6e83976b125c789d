/* When a draft cannot be saved the page says so; saving itself is htmx's (attributes of the form). */
(function () {
  const form = document.querySelector("form[data-draft-lost]");
  const state = document.getElementById("draft-state");
  if (!form) return;
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, () => { state.textContent = form.dataset.draftLost; });
  }
})();

/* On a narrow window the guidance stands below the types: bring it into sight when it changes. */
(function () {
  const help = document.getElementById("help");
  if (!help) return;
  new MutationObserver(() => {
    const below = help.getBoundingClientRect().top > window.innerHeight - 80;
    if (below) help.scrollIntoView({ block: "start" });
  }).observe(help, { childList: true });
})();
