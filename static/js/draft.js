// A form that keeps drafts. Saving is htmx's (attributes of the form); here is what the page says when it does not
// go well, a warning before the sign-in ends, and going on after one has signed in again in another tab.
(() => {
  const form = document.querySelector('form[data-draft-lost]');
  const state = document.getElementById('draft-state');
  if (!form || !state) return;
  let unsaved = false, renewal = '';
  const say = (name) => {
    const words = document.getElementById(name);
    state.classList.remove('muted');
    state.replaceChildren(words ? words.content.cloneNode(true) : form.dataset.draftLost);
  };
  const save = () => form.dispatchEvent(new Event('change', { bubbles: true }));

  // One warning for each stretch without a request: every answer of the server moves the end of the sign-in.
  let warning;
  const wait = () => {
    clearTimeout(warning);
    const seconds = Number(form.dataset.warnAfter);
    if (seconds > 0) warning = setTimeout(() => say('draft-ending'), seconds * 1000);
  };

  // Signed in again in another tab: this page takes over the token of the new sign-in, when it is the same person's.
  const renew = async () => {
    if (renewal === 'tried') say('');
    if (renewal) return;
    renewal = 'running';
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const now = page.querySelector('form[data-draft-lost]');
      if (!now) return say(answer.redirected ? 'draft-signed-out' : '');
      if (!now.dataset.person || now.dataset.person !== form.dataset.person) return say('draft-somebody-else');
      for (const token of document.querySelectorAll('[name=csrf_token]')) token.value = now.elements.csrf_token.value;
      renewal = 'tried'; // once, until something is saved
      save();
    } catch {
      say('');
    } finally {
      if (renewal === 'running') renewal = '';
    }
  };

  document.addEventListener('htmx:response:error', (event) => {
    const { ctx } = event.detail, { status } = ctx.response;
    ctx.swap = 'none'; // no error page lands in a panel
    unsaved = true;
    if (status === 401) say('draft-signed-out');
    else if (status === 400) renew();
    else if (ctx.sourceElement === form) say('');
  });
  document.addEventListener('htmx:error', () => { unsaved = true; say(''); });
  document.addEventListener('htmx:after:request', (event) => {
    if (event.detail.ctx.response.status >= 400) return;
    wait();
    if (event.detail.ctx.sourceElement !== form) return;
    unsaved = false;
    renewal = '';
    state.classList.add('muted');
  });
  for (const back of ['focus', 'online']) window.addEventListener(back, () => { if (unsaved) save(); });
  wait();
  // What was refused is kept too: Back and Reload open the form anew (back.js).
  if (document.querySelector('.error-summary')) setTimeout(save); // after htmx has begun
})();

// On a narrow window the guidance stands below the types: bring it into sight when it changes.
(() => {
  const help = document.getElementById('help');
  if (!help) return;
  new MutationObserver(() => {
    const below = help.getBoundingClientRect().top > window.innerHeight - 80;
    if (below) help.scrollIntoView({ block: 'start' });
  }).observe(help, { childList: true });
})();
