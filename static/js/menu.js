// On narrow windows the main menu folds behind a button. Without this file the menu is simply shown in full.
(() => {
  const button = document.querySelector('.menu-button');
  const menu = button && document.getElementById(button.getAttribute('aria-controls'));
  if (!menu) return;
  document.documentElement.classList.add('has-menu');
  button.hidden = false;
  const set = (open) => {
    button.setAttribute('aria-expanded', String(open));
    menu.classList.toggle('is-open', open);
  };
  button.addEventListener('click', () => set(button.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.key !== 'Escape' || !menu.classList.contains('is-open')) return;
    set(false);
    button.focus();
  });
})();
