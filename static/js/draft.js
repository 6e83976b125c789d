/* When a draft cannot be saved the page says so; saving itself is htmx's (attributes of the form). */
(function () {
  const form = document.querySelector("form[data-draft-lost]");
  const state = document.getElementById("draft-state");
  if (!form) return;
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, () => { state.textContent = form.dataset.draftLost; });
  }
})();
