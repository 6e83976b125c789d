// Japanese input: while a word is being composed no "input" event leaves the box, so nothing is sent half-converted;
// one event follows when the composition ends. Must be loaded before htmx.
document.addEventListener('input', (event) => {
  if (event.isComposing) event.stopImmediatePropagation();
}, true);
document.addEventListener('compositionend', (event) => {
  setTimeout(() => event.target.dispatchEvent(new Event('input', { bubbles: true })), 0);
}, true);
