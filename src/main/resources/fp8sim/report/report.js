'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const palette = ['#2f6fde', '#e07a1f', '#1f9d73', '#c2549d', '#8a6fdf', '#c9a50a', '#4aa6c9', '#8c8c8c'];
const styles = ['circle', 'triangle', 'rect', 'rectRot', 'star', 'cross', 'crossRot', 'rectRounded'];
const charts = {};
const state = {filters: {}, text: '', sort: null, descending: false, open: null, layerModel: null, chosen: null};

const byId = id => document.getElementById(id);
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const percent = (x, digits = 2) => x === undefined ? '' : (100 * x).toFixed(digits);
const number = (x, digits) => x === null || x === undefined ? '' : x.toFixed(digits);
const modelOf = point => String(point.configuration.model).split(/[\\/]/).pop().replace(/\.onnx$/, '');
const finished = () => data.points.filter(point => point.scores);

/* Data without labels: what is scored is how often the largest output is that of float32. */
const labelled = finished().every(point => point.scores.top1 !== undefined);
const scoreName = labelled ? 'top-1' : 'agreement';
for (const {scores} of finished()) {
  if (scores.top1 === undefined) Object.assign(scores, {top1: scores.agreement, interval95: scores.agreementInterval95, float32Top1: 1});
}

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/* Values that go without saying. */
const defaults = ['exact', 'saturate', 'input', 'minmax', 'allminmax', 'channel'];

/* The axes that differ between points name a point. */
const namingAxes = data.axes.filter(axis => new Set(data.points.map(p => String(p.axes[axis]))).size > 1);
const labelOf = (point, without = []) =>
  namingAxes.filter(axis => !without.includes(axis)).map(axis => axisText(axis, point)).filter(Boolean).join(' · ') || 'exact';

function axisText(axis, point) {
  if (!axis) return '';
  const value = point.axes[axis];
  if (axis === 'model') return modelOf(point);
  if (typeof value === 'boolean') return value ? axis : '';
  return defaults.includes(value) ? '' : String(value);
}

const valuesOf = axis => [...new Set(data.points.map(point => String(point.axes[axis])))];

/* What colours tell apart: the models if there are several, else the axis with the fewest values. */
const colourAxis = namingAxes.includes('model') ? 'model'
  : [...namingAxes].sort((a, b) => valuesOf(a).length - valuesOf(b).length)[0];
const shapeAxis = namingAxes.find(axis => axis !== colourAxis);
const colourOf = point => palette[Math.max(0, colourAxis ? valuesOf(colourAxis).indexOf(String(point.axes[colourAxis])) : 0) % palette.length];

function colourName(point) {
  const value = colourAxis ? point.axes[colourAxis] : 'all points';
  return value === false ? `no ${colourAxis}` : axisText(colourAxis, point) || String(value);
}

function visible() {
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  return data.points.filter(point => {
    const label = `${labelOf(point)} ${modelOf(point)}`.toLowerCase();
    return words.every(word => label.includes(word))
      && Object.entries(state.filters).every(([axis, value]) => value === '' || String(point.axes[axis]) === value);
  });
}

/* What points are compared by besides accuracy: a cost file's relative cost, or figures of hardware. */
const costKey = ['cost', 'energy', 'energyRelative', 'area', 'areaRelative']
  .find(key => finished().some(point => point.scores[key] !== undefined));
const costOf = point => costKey && point.scores ? point.scores[costKey] : undefined;
const hasUnits = finished().some(point => point.scores.costHasUnits);
for (const {scores} of finished()) {
  if (hasUnits && scores.energy !== undefined) scores.energy /= 1e6; // femtojoules to nanojoules
}
const costTitles = {
  cost: 'mean cost of a multiplication',
  energy: hasUnits ? 'energy of a sample in nJ' : 'energy of a sample (power x delay, no units)',
  energyRelative: 'energy relative to the exact multiplier',
  area: hasUnits ? 'area of the units in um^2' : 'area of the units (no units given)',
  areaRelative: 'area relative to the exact multiplier',
};

/* Points that no other point of the same model beats in cost and accuracy. */
function paretoFront(points) {
  return points
    .filter(p => !points.some(q => q !== p && costOf(q) <= costOf(p) && q.scores.top1 >= p.scores.top1
      && (costOf(q) < costOf(p) || q.scores.top1 > p.scores.top1)))
    .sort((p, q) => costOf(p) - costOf(q));
}

function grouped(points, key) {
  const groups = new Map();
  for (const point of points) {
    const name = key(point);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(point);
  }
  return groups;
}

/* Lines from low to high through points, and points on bars that go from low to high. */
const intervals = {
  id: 'intervals',
  afterDatasetsDraw(chart) {
    const {ctx, chartArea, scales: {y}} = chart;
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left - 8, chartArea.top, chartArea.width + 16, chartArea.height);
    ctx.clip();
    chart.data.datasets.forEach((dataset, at) => {
      if (!chart.isDatasetVisible(at)) return;
      ctx.strokeStyle = ctx.fillStyle = dataset.borderColor;
      chart.getDatasetMeta(at).data.forEach((mark, i) => {
        if (dataset.intervals) {
          const [low, high] = dataset.intervals[i].map(end => y.getPixelForValue(end));
          ctx.globalAlpha = .5;
          ctx.lineWidth = 1.5;
          ctx.beginPath();
          ctx.moveTo(mark.x, low);
          ctx.lineTo(mark.x, high);
          ctx.stroke();
        } else if (dataset.centres && dataset.centres[i] !== null) {
          ctx.globalAlpha = 1;
          ctx.beginPath();
          ctx.arc(mark.x, y.getPixelForValue(dataset.centres[i]), 4, 0, 2 * Math.PI);
          ctx.fill();
        }
      });
    });
    ctx.restore();
  },
};

function draw(id, configuration, missing) {
  const host = byId(id);
  if (charts[id]) charts[id].destroy();
  delete charts[id];
  host.replaceChildren();
  host.classList.toggle('empty', !configuration);
  if (!configuration) {
    host.textContent = missing;
    return;
  }
  const canvas = element('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', host.parentElement.querySelector('h2').textContent);
  host.append(canvas);
  charts[id] = new Chart(canvas, configuration);
}

function options(xTitle, yTitle, extra = {}) {
  const axis = title => ({
    title: {display: Boolean(title), text: title, color: colour('--muted')},
    ticks: {color: colour('--muted'), maxRotation: 60, autoSkip: true},
    grid: {color: colour('--grid')},
    border: {color: colour('--line')},
  });
  return {
    animation: false, responsive: true, maintainAspectRatio: false,
    interaction: {mode: 'nearest', intersect: true},
    plugins: {
      legend: {labels: {color: colour('--ink'), usePointStyle: true, boxHeight: 7}},
      tooltip: {callbacks: {label: item => item.raw.text || `${item.dataset.label}: ${item.formattedValue}`}},
    },
    scales: {x: {...axis(xTitle), ...extra.x}, y: {...axis(yTitle), ...extra.y}},
  };
}

const describe = point => {
  const s = point.scores;
  return `${labelOf(point)}: ${percent(s.top1)} % (${percent(s.interval95[0], 1)} to ${percent(s.interval95[1], 1)})`;
};

/* The end of a text tells more than its start: layers and multipliers differ there. */
const shortened = (text, length) => text.length > length ? '…' + text.slice(1 - length) : text;

/* Round limits around the values, so that no mark sits on the border. */
function range(values) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const step = most - least > 20 ? 10 : most - least > 5 ? 5 : 1;
  return {min: Math.max(0, step * Math.floor((least - .02 * step) / step)), max: Math.min(100, step * Math.ceil((most + .02 * step) / step))};
}

function drawAccuracy(points) {
  const groups = [...grouped(points, colourName)];
  const labels = [...new Set(points.map(point => labelOf(point, [colourAxis])))];
  const datasets = groups.map(([name, members], at) => {
    const cells = labels.map(label => members.find(point => labelOf(point, [colourAxis]) === label));
    const tint = members.length ? colourOf(members[0]) : palette[at % palette.length];
    return {
      label: name, type: 'bar', backgroundColor: tint + '40', borderColor: tint, borderWidth: 1, borderRadius: 3,
      borderSkipped: false, maxBarThickness: 26,
      data: cells.map((point, i) => point ? {x: labels[i], y: point.scores.interval95.map(end => 100 * end), text: describe(point)} : {x: labels[i], y: null}),
      centres: cells.map(point => point ? 100 * point.scores.top1 : null),
    };
  });
  const models = [...grouped(points, modelOf)];
  for (const [name, members] of models) {
    datasets.push({
      label: `${name} float32`, type: 'line', pointRadius: 0, borderDash: [5, 4], borderWidth: 1.2,
      borderColor: models.length > 1 ? colourOf(members[0]) : colour('--muted'),
      data: labels.map(label => ({x: label, y: 100 * members[0].scores.float32Top1})),
    });
  }
  const ends = points.flatMap(point => point.scores.interval95).map(end => 100 * end);
  const setup = options('', `${scoreName} in %`, {x: {type: 'category', labels}, y: range(ends)});
  setup.plugins.legend.labels.filter = item => !item.text.endsWith(' float32');
  setup.scales.x.ticks.callback = at => shortened(labels[at], innerWidth < 760 ? 18 : 40);
  draw('accuracy', points.length ? {data: {labels, datasets}, options: setup, plugins: [intervals]} : null, 'Nothing to show.');
}

function scatter(points, x) {
  return [...grouped(points, colourName)].map(([name, members]) => ({
    label: name, type: 'scatter', borderColor: colourOf(members[0]), backgroundColor: colourOf(members[0]) + 'bb',
    pointRadius: 5, pointHoverRadius: 8, clip: false,
    pointStyle: members.map(point => shapeAxis ? styles[valuesOf(shapeAxis).indexOf(String(point.axes[shapeAxis])) % styles.length] : 'circle'),
    data: members.map(point => ({x: x(point), y: 100 * point.scores.top1, text: describe(point)})),
    intervals: members.map(point => point.scores.interval95.map(end => 100 * end)),
  }));
}

function drawError(points) {
  const known = points.filter(point => point.multiplierError !== null);
  const ends = known.flatMap(point => point.scores.interval95).map(end => 100 * end);
  const setup = options('mean relative error of a product in %', `${scoreName} in %`, {y: known.length ? range(ends) : {}, x: {min: 0}});
  draw('error', known.length ? {data: {datasets: scatter(known, point => 100 * point.multiplierError)}, options: setup, plugins: [intervals]} : null,
    points.some(point => point.multiplierErrorNote) ? 'Not shown: a source: multiplier is not run for a report.' : 'No point multiplies minifloats.');
}

function drawCost(points) {
  const known = points.filter(point => costOf(point) !== undefined);
  if (!known.length) {
    draw('cost', null, 'No point has a cost.');
    return;
  }
  const datasets = scatter(known, costOf);
  for (const [name, members] of grouped(known, modelOf)) {
    datasets.push({
      label: `${name} Pareto front`, type: 'line', borderColor: colourOf(members[0]), borderWidth: 2, pointRadius: 9, clip: false,
      pointStyle: 'circle', pointBackgroundColor: 'transparent', stepped: 'after',
      data: paretoFront(members).map(point => ({x: costOf(point), y: 100 * point.scores.top1, text: `Pareto: ${describe(point)}`})),
    });
  }
  const ends = known.flatMap(point => point.scores.interval95).map(end => 100 * end);
  const setup = options(costTitles[costKey], `${scoreName} in %`, {x: {type: 'linear', min: 0}, y: range(ends)});
  setup.plugins.legend.labels.filter = item => !item.text.endsWith(' Pareto front');
  draw('cost', {data: {datasets}, options: setup, plugins: [intervals]});
}

function drawLayers(points) {
  const models = [...new Set(points.filter(hasLayers).map(modelOf))];
  if (!models.includes(state.layerModel)) state.layerModel = models[0] || null;
  const select = byId('layer-model');
  select.replaceChildren(...models.map(name => element('option', {value: name, textContent: name, selected: name === state.layerModel})));
  select.parentElement.hidden = models.length < 2;
  const members = points.filter(point => hasLayers(point) && modelOf(point) === state.layerModel);
  const chosen = members.filter(isChosen).slice(0, 12);
  if (!chosen.length) {
    draw('layers', null, 'Choose points of this model by the boxes of the table.');
    return;
  }
  const layers = chosen[0].scores.layers.map(layer => layer.layer);
  const datasets = chosen.map((point, at) => ({
    label: shortened(labelOf(point, ['model']), 44), borderColor: palette[at % palette.length], backgroundColor: palette[at % palette.length],
    borderWidth: 2, pointRadius: 2.5, tension: .15, spanGaps: true,
    data: layers.map(name => {
      const layer = point.scores.layers.find(candidate => candidate.layer === name);
      return layer ? layer.sqnr : null;
    }),
  }));
  const setup = options('', 'SQNR in dB', {x: {type: 'category', labels: layers}});
  setup.interaction = {mode: 'index', intersect: false};
  setup.scales.x.ticks.callback = at => shortened(layers[at], 22);
  draw('layers', {type: 'line', data: {labels: layers, datasets}, options: setup});
}

const hasLayers = point => point.scores && point.scores.layers.some(layer => layer.sqnr !== null);
const isChosen = point => state.chosen.has(point.index);

function chooseSome() {
  state.chosen = new Set();
  for (const members of grouped(finished().filter(hasLayers), modelOf).values()) {
    const step = Math.max(1, Math.ceil(members.length / 6));
    members.forEach((point, at) => at % step === 0 && state.chosen.add(point.index));
  }
}

const figure = x => x === null || x === undefined ? '' : Number(x.toPrecision(6)).toLocaleString('en', {maximumSignificantDigits: 6});
const frontMark = key => point => key === costKey && data.front.has(point.index) ? 'front' : '';
const costHint = p => [p.scores.costTechnology, ...(p.scores.costMissing || []).map(name => `not known: ${name}`)].join('; ');

const columns = [
  ...data.axes.map(axis => ({title: axis, value: point => axis === 'model' ? modelOf(point) : point.axes[axis], text: true})),
  {title: `${scoreName} %`, value: p => p.scores?.top1, show: p => percent(p.scores.top1), mark: p => p.scores.interval95[1] < p.scores.float32Top1 ? 'low' : ''},
  {title: '95 %', value: p => p.scores?.interval95[0], show: p => p.scores.interval95.map(end => percent(end, 1)).join(' – ')},
  {title: 'top-5 %', value: p => p.scores?.top5, show: p => percent(p.scores.top5), needs: 'top5'},
  {title: 'loss', value: p => p.scores?.loss, show: p => number(p.scores.loss, 4), needs: 'top5'},
  {title: 'perplexity', value: p => p.scores?.perplexity, show: p => number(p.scores.perplexity, 4), needs: 'perplexity'},
  {title: 'agreement %', value: p => p.scores?.agreement, show: p => percent(p.scores.agreement), needs: 'top5'},
  {title: 'cosine', value: p => p.scores?.cosine, show: p => number(p.scores.cosine, 6), needs: 'cosine'},
  {title: 'logit SQNR', value: p => p.scores?.logitSqnr, show: p => number(p.scores.logitSqnr, 1)},
  {title: 'worst layer', value: p => p.scores?.worstSqnr, show: p => number(p.scores.worstSqnr, 1), hint: p => p.scores.worstLayer},
  {title: 'product error %', value: p => p.multiplierError, show: p => p.multiplierError !== null ? percent(p.multiplierError) : p.multiplierErrorNote ? 'left out' : '', hint: p => p.multiplierErrorNote},
  {title: 'cost', value: p => p.scores?.cost, show: p => number(p.scores.cost, 3), mark: frontMark('cost'), needs: 'cost'},
  {title: hasUnits ? 'energy nJ' : 'energy', value: p => p.scores?.energy, show: p => figure(p.scores.energy), mark: frontMark('energy'), needs: 'energy', hint: costHint},
  {title: 'energy / exact', value: p => p.scores?.energyRelative, show: p => number(p.scores.energyRelative, 4), mark: frontMark('energyRelative'), needs: 'energyRelative', hint: costHint},
  {title: hasUnits ? 'area um^2' : 'area', value: p => p.scores?.area, show: p => figure(p.scores.area), mark: frontMark('area'), needs: 'area', hint: costHint},
  {title: 'area / exact', value: p => p.scores?.areaRelative, show: p => number(p.scores.areaRelative, 4), mark: frontMark('areaRelative'), needs: 'areaRelative', hint: costHint},
  {title: hasUnits ? 'delay ns' : 'delay', value: p => p.scores?.delay, show: p => figure(p.scores.delay), needs: 'delay', hint: costHint},
  {title: 'delay / exact', value: p => p.scores?.delayRelative, show: p => number(p.scores.delayRelative, 4), needs: 'delayRelative', hint: costHint},
  {title: 'images', value: p => p.scores?.images, show: p => p.scores.images},
  {title: 'images/s', value: p => p.timing?.imagesPerSecond, show: p => number(p.timing?.imagesPerSecond, 1)},
].filter(column => !column.needs || data.points.some(point => point.scores && column.needs in point.scores));

function sorted(points) {
  if (state.sort === null) return points;
  const {value} = columns[state.sort];
  const sign = state.descending ? -1 : 1;
  const known = point => value(point) !== null && value(point) !== undefined;
  return [...points].sort((p, q) => {
    if (known(p) !== known(q)) return known(p) ? -1 : 1;
    const [a, b] = [value(p), value(q)];
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), undefined, {numeric: true}));
  });
}

function sortBy(at) {
  state.descending = state.sort === at ? !state.descending : !columns[at].text;
  state.sort = at;
  drawTable(visible());
}

function drawTable(points) {
  const heads = columns.map((column, at) => {
    const head = element('th', {textContent: column.title, className: column.text ? 'text' : '', tabIndex: 0});
    if (state.sort === at) head.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
    head.onclick = () => sortBy(at);
    head.onkeydown = event => event.key === 'Enter' && sortBy(at);
    return head;
  });
  const body = element('tbody');
  for (const point of sorted(points)) {
    body.append(row(point));
    if (state.open === point.index) body.append(details(point));
  }
  byId('points').replaceChildren(element('thead', {}, element('tr', {}, element('th'), ...heads)), body);
}

function row(point) {
  const box = element('input', {type: 'checkbox', checked: isChosen(point), disabled: !hasLayers(point), title: 'show layer by layer'});
  box.onclick = event => event.stopPropagation();
  box.onchange = () => {
    box.checked ? state.chosen.add(point.index) : state.chosen.delete(point.index);
    drawLayers(visible().filter(p => p.scores));
  };
  const tr = element('tr', {className: 'point', tabIndex: 0}, element('td', {}, box));
  columns.forEach((column, at) => {
    const cell = element('td', {className: column.text ? 'text' : ''});
    if (column.text) {
      if (data.axes[at] === colourAxis) cell.append(element('span', {className: 'dot', style: `background:${colourOf(point)}`}));
      cell.append(String(column.value(point)));
    } else if (point.scores) {
      cell.textContent = column.show(point);
      cell.className = column.mark ? column.mark(point) : '';
      if (column.hint) cell.title = column.hint(point) || '';
    } else if (column.title === `${scoreName} %`) {
      cell.append(element('span', {className: 'failed', textContent: 'failed', title: point.error}));
    }
    tr.append(cell);
  });
  const toggle = () => {
    state.open = state.open === point.index ? null : point.index;
    drawTable(visible());
  };
  tr.onclick = toggle;
  tr.onkeydown = event => event.key === 'Enter' && toggle();
  return tr;
}

function details(point) {
  const facts = {
    Point: `${point.index} (${point.id})`, Version: data.version,
    Failed: point.error, Worst: point.scores?.worstLayer,
    Multiplications: point.scores && Object.entries(point.scores.macsByMultiplier).map(([name, count]) => `${name}: ${count.toLocaleString('en')}`).join(', '),
    Backend: point.timing && `${point.timing.backend}, ${point.timing.device}, ${point.timing.threads} threads`,
    Host: point.timing && `${point.timing.host}, ${point.timing.system}, Java ${point.timing.java}, ${point.timing.finished}`,
    Seconds: point.timing && number(point.timing.seconds, 2),
    Inputs: Object.entries(point.inputs).map(([path, hash]) => `${path} (SHA-256 ${hash})`).join(', ') || 'bundled with fp8sim',
  };
  const list = element('dl');
  for (const [name, value] of Object.entries(facts)) {
    if (value) list.append(element('dt', {textContent: name}), element('dd', {textContent: value}));
  }
  const text = JSON.stringify(point.configuration, null, 2);
  const copy = element('button', {type: 'button', textContent: 'Copy configuration'});
  copy.onclick = () => navigator.clipboard.writeText(text).then(() => copy.textContent = 'Copied');
  const cell = element('td', {colSpan: columns.length + 1}, list,
    element('p', {className: 'muted', textContent: 'To reproduce it, save this as point.json and run: fp8sim eval --config point.json'}),
    element('pre', {textContent: text}), copy);
  return element('tr', {className: 'details'}, cell);
}

function drawTiles() {
  const tiles = [];
  for (const [name, members] of grouped(finished(), modelOf)) {
    const quantized = members.filter(point => Object.keys(point.scores.macsByMultiplier).some(name => name !== 'float32'));
    const best = [...quantized].sort((p, q) => q.scores.top1 - p.scores.top1)[0];
    const tile = element('div', {className: 'tile'}, element('span', {className: 'muted', textContent: name}),
      element('b', {textContent: `${percent(members[0].scores.float32Top1)} %`}));
    tile.append(element('span', {className: 'muted', textContent:
      best ? `float32; best quantized ${percent(best.scores.top1)} % (${labelOf(best, ['model'])})` : 'float32'}));
    tiles.push(tile);
  }
  const failed = data.points.length - finished().length;
  tiles.push(element('div', {className: 'tile'}, element('span', {className: 'muted', textContent: 'points'}),
    element('b', {textContent: finished().length}),
    element('span', {className: failed ? 'failed' : 'muted', textContent: failed ? `${failed} failed` : 'all finished'})));
  byId('tiles').replaceChildren(...tiles.slice(0, 12));
}

function drawFilters() {
  const search = element('input', {type: 'search', placeholder: 'Filter points', value: state.text});
  search.setAttribute('aria-label', 'Filter points');
  search.oninput = () => { state.text = search.value; update(); };
  const selects = namingAxes.map(axis => {
    const select = element('select', {}, element('option', {value: '', textContent: 'all'}),
      ...valuesOf(axis).map(value => element('option', {value, textContent: value})));
    select.onchange = () => { state.filters[axis] = select.value; update(); };
    return element('label', {}, `${axis} `, select);
  });
  byId('filters').replaceChildren(search, ...selects);
}

function pixels(base64) {
  return Int8Array.from(atob(base64), character => character.charCodeAt(0));
}

function drawHeatmaps() {
  byId('heatmap-card').hidden = !data.heatmaps.length;
  byId('heatmaps').replaceChildren(...data.heatmaps.map(map => {
    const errors = pixels(map.errors);
    const canvas = element('canvas', {width: map.w.length, height: map.a.length});
    const context = canvas.getContext('2d');
    const image = context.createImageData(map.w.length, map.a.length);
    const low = [33, 79, 166], high = [180, 30, 42];
    for (let y = 0; y < map.a.length; y++) {
      for (let x = 0; x < map.w.length; x++) {
        const error = errors[(map.a.length - 1 - y) * map.w.length + x];
        const full = error < 0 ? low : high;
        const share = Math.abs(error) / 127;
        const mixed = error === -128 ? [150, 155, 165] : full.map(c => 255 + share * (c - 255));
        image.data.set([...mixed, 255], 4 * (y * map.w.length + x));
      }
    }
    context.putImageData(image, 0, 0);
    const read = element('span', {className: 'muted', textContent: map.format});
    canvas.onpointermove = event => {
      const box = canvas.getBoundingClientRect();
      const x = Math.min(map.w.length - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * map.w.length)));
      const y = Math.min(map.a.length - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * map.a.length)));
      const a = map.a.length - 1 - y;
      const error = errors[a * map.w.length + x];
      const text = error === -128 ? 'outside' : `${(error / 127 * 100 * map.limit).toFixed(1)} %${Math.abs(error) === 127 ? ' or more' : ''}`;
      read.textContent = `${map.a[a]} × ${map.w[x]}: ${text}`;
    };
    canvas.onpointerleave = () => { read.textContent = map.format; };
    const limit = percent(map.limit, 1);
    return element('figure', {className: 'map'}, canvas,
      element('div', {className: 'scale'}, `−${limit} %`, element('span', {className: 'bar'}), `+${limit} %`),
      element('figcaption', {}, element('b', {textContent: map.name}), element('br'), read));
  }));
}

function update() {
  const points = visible();
  const scored = points.filter(point => point.scores);
  drawAccuracy(scored);
  drawError(scored);
  drawCost(scored);
  drawLayers(scored);
  drawTable(points);
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').textContent = theme === 'dark' ? 'Light' : 'Dark';
  update();
}

function start() {
  const images = [...new Set(finished().map(point => point.scores.images))].join(', ');
  byId('subtitle').textContent = `fp8sim ${data.version} · ${data.points.length} points · ${images} images each`;
  byId('footer').textContent = `Made by fp8sim ${data.version}. Charts: Chart.js ${Chart.version} (MIT licence). This page needs no network.`;
  data.front = new Set();
  for (const members of grouped(finished().filter(point => costOf(point) !== undefined), modelOf).values()) {
    paretoFront(members).forEach(point => data.front.add(point.index));
  }
  const hasCosts = data.points.some(point => costOf(point) !== undefined);
  byId('cost').parentElement.hidden = !hasCosts;
  byId('layers').parentElement.classList.toggle('wide', hasCosts);
  byId('error').classList.toggle('tall', !hasCosts);
  chooseSome();
  drawTiles();
  drawFilters();
  drawHeatmaps();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  byId('theme').onclick = () => setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  byId('layer-model').onchange = event => { state.layerModel = event.target.value; drawLayers(visible().filter(p => p.scores)); };
  dark.onchange = event => setTheme(event.matches ? 'dark' : 'light');
  setTheme(dark.matches ? 'dark' : 'light');
  document.documentElement.dataset.drawn = Object.keys(charts).sort().join(' ');
}

start();
