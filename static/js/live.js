// The page of the room: a clock for the item that is talked about, and text that outlives a minute without network.
// Saving as a draft is draft.js; here it is tried again by itself, and nothing is sent into the void.
(() => {
  const form = document.querySelector('form.live');
  if (!form) return;
  const RETRY_MS = 4000;
  const state = document.getElementById('draft-state');
  let lost = false, dirty = false;
  const save = () => form.dispatchEvent(new Event('change', { bubbles: true }));

  form.addEventListener('input', () => { dirty = true; });
  document.addEventListener('htmx:error', () => { lost = true; });
  document.addEventListener('htmx:after:request', (event) => {
    const { status } = event.detail.ctx.response;
    if (status < 400) { lost = false; dirty = false; }
  });
  setInterval(() => { if (lost) save(); }, RETRY_MS);

  // Without network the browser would put its own error page in the place of what was typed.
  form.addEventListener('submit', (event) => {
    if (navigator.onLine && !lost) { dirty = false; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    state.classList.remove('muted');
    state.textContent = form.dataset.waits;
    save();
  }, { capture: true });
  window.addEventListener('beforeunload', (event) => { if (lost && dirty) event.preventDefault(); });

  const timer = form.querySelector('.timer');
  if (!timer) return;
  const words = timer.querySelector('output');
  const opened = performance.now() - Number(timer.dataset.elapsed) * 1000;
  const planned = Number(timer.dataset.planned);
  const show = () => {
    const left = planned - Math.floor((performance.now() - opened) / 1000);
    const seconds = Math.abs(left);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    timer.classList.toggle('timer-over', left < 0);
    words.textContent = (left < 0 ? timer.dataset.over : timer.dataset.left).replace('{time}', clock);
  };
  show();
  setInterval(show, 1000);
})();
