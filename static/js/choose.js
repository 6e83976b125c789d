// A suggested type is chosen in its family, without a round trip; without a script the button asks the server.
(() => {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-choose]');
    const choice = button && document.getElementById(button.dataset.choose);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    const family = choice.closest('details');
    if (family) family.open = true;
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    for (const other of document.querySelectorAll('button[data-choose]')) {
      other.setAttribute('aria-pressed', String(other === button));
    }
  });
})();
