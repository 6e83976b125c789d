// "/" leads to the search field, unless something is being typed or another key is held.
(() => {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.('input, select, textarea, [contenteditable]')) return;
    const field = document.querySelector('form[role=search] input[name=q]');
    if (!field || !field.checkVisibility?.()) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
