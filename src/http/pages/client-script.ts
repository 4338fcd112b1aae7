/** Draws the charts of a page from the data blocks in it. Written for browsers; needs nothing but uPlot beside it. */
export const CLIENT_SCRIPT = `'use strict';
(() => {
  const charts = [];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Custom properties keep light-dark() as it stands: an element has to resolve it.
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = 'var(--' + name + ')';
    return getComputedStyle(probe).color;
  };
  const faint = (rgb, share) => rgb.replace('rgb(', 'rgba(').replace(')', ', ' + share + ')');
  const two = (n) => String(n).padStart(2, '0');
  const FORMATS = {
    percent: (v) => (v === null || v === undefined ? '–' : Number((v * 100).toPrecision(3)) + '%'),
    number: (v) => (v === null || v === undefined ? '–' : String(Number(v.toPrecision(3)))),
  };
  const stamp = (seconds) => new Date(seconds * 1000).toISOString();

  function axisTimes(self, splits) {
    const span = splits.length > 1 ? splits[splits.length - 1] - splits[0] : 0;
    let day = '';
    return splits.map((s) => {
      const text = stamp(s);
      const date = text.slice(5, 10);
      if (span > 3 * 86400) return date;
      const label = text.slice(11, 16) + (date === day ? '' : '\\n' + date);
      day = date;
      return label;
    });
  }

  /** Vertical lines with a mark for each release, and horizontal ones for limits. */
  function extras(spec) {
    return {
      hooks: {
        draw: [
          (u) => {
            const { ctx, bbox } = u;
            ctx.save();
            ctx.beginPath();
            ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
            ctx.clip();
            const ratio = devicePixelRatio;
            ctx.textBaseline = 'alphabetic';
            ctx.font = 12 * ratio + 'px system-ui, sans-serif';
            for (const { y, label, colour: name, side } of spec.limits || []) {
              const at = u.valToPos(y, 'y', true);
              ctx.strokeStyle = ctx.fillStyle = colour(name || 'soft');
              ctx.lineWidth = 1.5 * ratio;
              ctx.setLineDash([6 * ratio, 4 * ratio]);
              ctx.beginPath();
              ctx.moveTo(bbox.left, at);
              ctx.lineTo(bbox.left + bbox.width, at);
              ctx.stroke();
              ctx.textAlign = side || 'right';
              const below = at - bbox.top < 18 * ratio;
              ctx.fillText(label, side === 'left' ? bbox.left + 6 * ratio : bbox.left + bbox.width - 4 * ratio, below ? at + 14 * ratio : at - 4 * ratio);
            }
            let lastText = -Infinity;
            for (const { x, label, colour: name } of spec.marks || []) {
              const at = u.valToPos(x, 'x', true);
              ctx.strokeStyle = ctx.fillStyle = colour(name || 'soft');
              ctx.lineWidth = 1.5 * ratio;
              ctx.setLineDash([2 * ratio, 3 * ratio]);
              ctx.beginPath();
              ctx.moveTo(at, bbox.top);
              ctx.lineTo(at, bbox.top + bbox.height);
              ctx.stroke();
              const width = ctx.measureText(label).width;
              if (at - lastText < width + 10 * ratio) continue;
              lastText = at;
              const right = at + width + 6 * ratio > bbox.left + bbox.width;
              ctx.textAlign = right ? 'right' : 'left';
              ctx.fillText(label, at + (right ? -4 : 4) * ratio, bbox.top + bbox.height - 8 * ratio);
            }
            ctx.restore();
          },
        ],
      },
    };
  }

  function range(spec) {
    return (u, low, high) => {
      const limits = (spec.limits || []).map(({ y }) => y);
      let from = Math.min(low ?? 0, ...limits);
      let to = Math.max(high ?? 1, ...limits);
      if (spec.zero) from = Math.min(0, from);
      if (spec.top !== undefined) to = Math.max(Math.min(to, spec.top), ...limits);
      const room = (to - from || 1) * 0.08;
      return [from < 0 || !spec.zero ? from - room : from, to + room];
    };
  }

  function options(spec, width, height) {
    const format = FORMATS[spec.format] || FORMATS.number;
    const axis = { stroke: colour('soft'), grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line') } };
    return {
      width,
      height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { drag: { x: true, y: false } },
      legend: { live: true },
      scales: { x: { time: true }, y: { range: range(spec) } },
      axes: [
        { ...axis, values: axisTimes, space: 70 },
        { ...axis, values: (u, splits) => splits.map(format), size: 58 },
      ],
      series: [
        { label: 'UTC', value: (u, v) => (v === null || v === undefined ? '–' : stamp(v).slice(0, 16).replace('T', ' ')) },
        ...spec.series.map((s) => ({
          label: s.label,
          stroke: s.edge ? 'transparent' : colour(s.colour),
          width: s.edge ? 0 : s.width || 2,
          dash: s.dash,
          points: { show: false },
          value: (u, v) => format(v),
          spanGaps: false,
        })),
      ],
      bands: (spec.bands || []).map(({ series, colour: name }) => ({ series, fill: faint(colour(name), 0.16) })),
      plugins: [extras(spec)],
    };
  }

  function draw(place) {
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    place.replaceChildren();
    const width = Math.max(260, place.clientWidth);
    const plot = new uPlot(options(spec, width, width < 560 ? 260 : 320), spec.data, place);
    // Edges of bands are no lines of their own.
    spec.series.forEach((s, index) => {
      const row = place.querySelectorAll('.u-series')[index + 1];
      if (s.edge && row) row.style.display = 'none';
    });
    const canvas = place.querySelector('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', spec.summary);
    return plot;
  }

  function drawAll() {
    for (const plot of charts.splice(0)) plot.destroy();
    for (const place of document.querySelectorAll('[data-chart]')) charts.push(draw(place));
  }

  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  let timer = 0;
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(drawAll, 150);
  });
})();
`;
