// "/" leads to the search field, unless something is being typed or another key is held.
// One switch turns off this key and every other single one (js/keys.js); it is kept in this browser,
// as a cookie: signing out empties what pages keep otherwise.
(() => {
  const safe = location.protocol === 'https:';
  const NAME = safe ? '__Host-kakehashi-keys' : 'kakehashi-keys';
  const read = () => !document.cookie.split('; ').includes(`${NAME}=off`);
  const keep = (value) => {
    document.cookie = `${NAME}=${value ? 'on' : 'off'}; Path=/; Max-Age=31536000; SameSite=Lax${safe ? '; Secure' : ''}`;
  };
  const on = document.getElementById('keys-on');
  if (on) {
    on.checked = read();
    on.addEventListener('change', () => keep(on.checked));
    on.closest('[hidden]')?.removeAttribute('hidden');
  }

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || !(on ? on.checked : read())) return;
    if (event.target.closest?.('input, select, textarea, [contenteditable], dialog')) return;
    const field = document.querySelector('form[role=search] input[name=q]');
    if (!field || !field.checkVisibility?.()) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
