// Single keys in the inbox. An element says which key it answers to (data-key) and what then happens (data-does):
// "press" clicks it, or the button in it; "go" opens it and puts the cursor into its first field.
// Nothing here is the only way; the switch in the help turns every key off (js/search.js keeps it).
(() => {
  const help = document.getElementById('keys');
  const openers = document.querySelectorAll('[data-opens="keys"]');
  const on = document.getElementById('keys-on');
  if (!help || !on || !help.showModal) return;
  for (const opener of openers) {
    opener.hidden = false;
    opener.addEventListener('click', () => help.showModal());
  }

  const BOXES = 'input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]';
  const go = (place) => {
    for (let fold = place.closest('details') || place.querySelector('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    const field = [...place.querySelectorAll('input:not([type=hidden]), textarea, select')].find((one) => one.getClientRects().length);
    if (!field) return;
    field.focus();
    field.scrollIntoView({ block: 'center' });
  };
  const press = (place) => {
    const target = place.matches('a, button, input') ? place : place.querySelector('button[type=submit], a');
    if (target) target.click();
  };
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.defaultPrevented || help.open || !on.checked || event.target.closest(BOXES)) return;
    if (event.key === '?') { event.preventDefault(); help.showModal(); return; }
    const place = /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (!place) return;
    event.preventDefault();
    (place.dataset.does === 'go' ? go : press)(place);
  });

  const opened = location.hash === '#case' && document.getElementById('case');
  if (opened) opened.focus({ preventScroll: true });
})();
