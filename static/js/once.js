// One press, one record: after the first submit of a form its buttons are busy and a second submit is swallowed.
// Buttons are never really disabled, so the pressed button's name, value and formaction are still sent.
// A form opts out with data-once="off" (for example when it only downloads a file).
(() => {
  const REOPEN_AFTER_MS = 20000; // an answer that is a download leaves the page here: let the person press again
  const buttonsOf = (form) =>
    [...form.elements].filter((e) => e.type === 'submit' || e.type === 'image');
  const say = (words) => {
    const status = document.getElementById('page-status');
    if (status) status.textContent = words || '';
  };
  const release = (form) => {
    delete form.dataset.sent;
    buttonsOf(form).forEach((b) => { b.removeAttribute('aria-disabled'); b.classList.remove('is-busy'); });
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === 'dialog' || form.dataset.once === 'off') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    buttonsOf(form).forEach((b) => b.setAttribute('aria-disabled', 'true'));
    if (event.submitter) event.submitter.classList.add('is-busy');
    say(document.body.dataset.sending);
    setTimeout(() => { release(form); say(''); }, REOPEN_AFTER_MS);
  });
  window.addEventListener('pageshow', () => {
    document.querySelectorAll('form[data-sent]').forEach(release);
    say('');
  });
})();
