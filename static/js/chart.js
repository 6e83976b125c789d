// Draws every <div class="chart" data-chart="ID"> from <script type="application/json" id="ID"> = {data, layout}.
// One configuration for all charts: no button that sends figures anywhere, only "save as picture".
(() => {
  if (!window.Plotly) return;
  const root = document.documentElement;
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const plotConfig = {
    showSendToCloud: false,
    plotlyServerURL: '',
    displaylogo: false,
    modeBarButtons: [['toImage']],
    locale: root.lang.slice(0, 2),
    responsive: true,
    scrollZoom: false,
    doubleClick: false,
  };
  const axis = () => ({
    automargin: true, fixedrange: true, linecolor: token('--line-strong'), gridcolor: token('--line'),
    zerolinecolor: token('--line-strong'), ticks: 'outside', tickcolor: token('--line'),
  });
  const house = () => ({
    autosize: true,
    dragmode: false,
    font: { family: getComputedStyle(document.body).fontFamily, size: 14, color: token('--ink') },
    colorway: ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5'].map(token),
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    margin: { t: 32, r: 16, b: 40, l: 48 },
    legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom' },
    hoverlabel: { font: { size: 14 } },
  });
  const merge = (base, over) => {
    for (const [key, value] of Object.entries(over || {})) {
      const deep = value && typeof value === 'object' && !Array.isArray(value) && base[key] && typeof base[key] === 'object';
      base[key] = deep ? merge(base[key], value) : value;
    }
    return base;
  };
  const layoutOf = (given) => {
    const layout = house();
    const axes = Object.keys(given || {}).filter((key) => /^[xy]axis\d*$/.test(key));
    for (const name of new Set(['xaxis', 'yaxis', ...axes])) layout[name] = axis();
    return merge(layout, given);
  };
  // On a phone the names of horizontal bars would leave no room for the bars: smaller letters, broken into lines.
  const PHONE_PX = 480, NAME_WIDTH = 16, LINE_PX = 16; // a letter of ours is as wide as two Latin ones
  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 2 : 1), 0);
  const lines = (name) => {
    const found = [''];
    const add = (piece, gap) => {
      const line = found[found.length - 1];
      if (!line) found[found.length - 1] = piece;
      else if (wide(line + gap + piece) <= NAME_WIDTH) found[found.length - 1] = line + gap + piece;
      else found.push(piece);
    };
    for (const word of name.split(' ')) {
      if (wide(word) <= NAME_WIDTH) add(word, ' ');
      else [...word].forEach((letter, at) => add(letter, at ? '' : ' '));
    }
    return found;
  };
  const fitPhone = (box, figure, layout) => {
    if (box.clientWidth >= PHONE_PX) return;
    layout.font.size = 12;
    const names = new Set(figure.data.filter((t) => (t.orientation === 'h' || t.type === 'heatmap') && Array.isArray(t.y)).flatMap((t) => t.y));
    if (!names.size || layout.yaxis.ticktext) return;
    layout.yaxis.tickvals = [...names];
    const broken = [...names].map((name) => lines(String(name)));
    layout.yaxis.ticktext = broken.map((pieces) => pieces.join('<br>'));
    const most = Math.max(...broken.map((pieces) => pieces.length));
    const needed = 90 + names.size * (most * LINE_PX + 6);
    if (layout.height && layout.height < needed) layout.height = needed;
  };
  const draw = async (box) => {
    const source = document.getElementById(box.dataset.chart);
    if (!source) return;
    box.classList.add('is-drawn');
    try {
      const figure = JSON.parse(source.textContent);
      const layout = layoutOf(figure.layout);
      fitPhone(box, figure, layout);
      await Plotly.newPlot(box, figure.data, layout, plotConfig);
      box.querySelectorAll('.main-svg').forEach((svg) => svg.setAttribute('aria-hidden', 'true')); // the table says it
    } catch (error) {
      box.classList.remove('is-drawn'); // the table below remains
      console.error(error);
    }
  };
  const PAPER_WIDTH_PX = 660; // A4 less its margins
  const drawn = () => [...document.querySelectorAll('.chart.is-drawn')];
  window.addEventListener('beforeprint', () => drawn().forEach((box) => Plotly.relayout(box, { width: PAPER_WIDTH_PX })));
  window.addEventListener('afterprint', () => drawn().forEach((box) => Plotly.relayout(box, { width: null, autosize: true })));
  document.querySelectorAll('.chart[data-chart]').forEach(draw);
})();
