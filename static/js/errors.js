// A refused form: the error summary takes the focus, and a link in it opens any closed group on the way to its box.
(() => {
  const summary = document.querySelector('.error-summary');
  if (!summary) return;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const box = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!box) return;
    for (let group = box.closest('details'); group; group = group.parentElement.closest('details')) group.open = true;
    event.preventDefault();
    box.scrollIntoView({ block: 'center' });
    box.focus({ preventScroll: true });
  });
})();
