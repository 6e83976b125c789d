// Counters of long texts: <output class="count-now" data-count-for="ID" data-max="2000">. A line break counts as two,
// as the server receives it. Past the limit nothing is cut off: the counter says so, and the server decides.
(() => {
  const length = (text) => [...text].length + (text.match(/\n/g) || []).length;
  const start = (counter) => {
    const box = document.getElementById(counter.dataset.countFor);
    if (!box) return;
    const max = Number(counter.dataset.max);
    const show = () => {
      const now = length(box.value);
      counter.textContent = `${now} / ${max}`;
      counter.classList.toggle('is-over', now > max);
    };
    box.addEventListener('input', show);
    show();
  };
  document.querySelectorAll('[data-count-for]').forEach(start);
})();
