// What is ticked in a list stays ticked while one opens one case after the other, until the ticked ones are sent.
// Kept for this tab only, as numbers of rows. Without this file a tick lasts as long as the page.
(() => {
  const form = document.querySelector('form[data-keeps-ticks]');
  if (!form) return;
  const NAME = 'kakehashi-ticks';
  const boxes = [...form.querySelectorAll('input[type=checkbox][name=cases]')];
  const read = () => { try { return JSON.parse(sessionStorage.getItem(NAME)) || []; } catch { return []; } };
  const keep = (rows) => { try { sessionStorage.setItem(NAME, JSON.stringify(rows)); } catch { /* not kept */ } };
  const before = new Set(read());
  for (const box of boxes) if (before.has(box.value)) box.checked = true;
  form.addEventListener('change', () => keep(boxes.filter((box) => box.checked).map((box) => box.value)));
  form.addEventListener('submit', () => keep([]));
})();
