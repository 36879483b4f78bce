'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const byId = id => document.getElementById(id);
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const state = {sort: null, descending: false};

/* Colours are full where errors are larger than those of this share of all pairs. */
const SHARE = .98;
const LOW = [33, 79, 166], HIGH = [180, 30, 42], OUTSIDE = [150, 155, 165];

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function short(x) {
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x);
  return String(Number(x.toPrecision(4)));
}

const hexadecimal = (code, bits) => '0x' + code.toString(16).toUpperCase().padStart(Math.ceil(bits / 4), '0');

for (const multiplier of data.multipliers) {
  const bytes = Uint8Array.from(atob(multiplier.products), character => character.charCodeAt(0));
  multiplier.table = new Float32Array(bytes.buffer);
}

/* The error of a pair, by position in the codes; NaN where it is not defined. */
const errors = {
  signed: (product, exact) => product - exact,
  absolute: (product, exact) => Math.abs(product - exact),
  relative: (product, exact) => exact === 0 ? (product === 0 ? 0 : NaN) : (product - exact) / exact,
  absoluteRelative: (product, exact) => Math.abs(errors.relative(product, exact)),
};

function errorsOf(multiplier, kind) {
  const {a, w, table} = multiplier;
  const result = new Float64Array(table.length);
  for (let i = 0; i < a.values.length; i++) {
    for (let j = 0; j < w.values.length; j++) {
      const at = i * w.values.length + j;
      result[at] = errors[kind](table[at], a.values[i] * w.values[j]);
    }
  }
  return result;
}

function limitOf(all) {
  const sorted = all.filter(Number.isFinite).map(Math.abs).sort();
  if (!sorted.length) return 0;
  return sorted[Math.floor(SHARE * (sorted.length - 1))] || sorted[sorted.length - 1];
}

function positions(operand, order) {
  const all = operand.values.map((value, i) => i);
  return order === 'code' ? all : all.sort((i, j) => operand.values[i] - operand.values[j] || operand.codes[i] - operand.codes[j]);
}

function text(error, kind) {
  if (Number.isNaN(error)) return 'no relative error';
  return kind.toLowerCase().includes('relative') ? `${short(100 * error)} %` : short(error);
}

function sorted() {
  if (!state.sort) return data.multipliers;
  const sign = state.descending ? -1 : 1;
  return [...data.multipliers].sort((p, q) => sign * (p.measures[state.sort] - q.measures[state.sort]));
}

function drawTable() {
  const head = element('tr', {}, element('th', {className: 'text', textContent: 'multiplier', onclick: () => { state.sort = null; update(); }}));
  for (const column of data.columns) {
    const heading = element('th', {textContent: column.heading, title: column.explanation, tabIndex: 0});
    if (state.sort === column.key) heading.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
    heading.onclick = () => {
      state.descending = state.sort === column.key && !state.descending;
      state.sort = column.key;
      update();
    };
    heading.onkeydown = event => { if (event.key === 'Enter') heading.onclick(); };
    head.append(heading);
  }
  const rows = sorted().map(multiplier => element('tr', {},
    element('td', {className: 'text', textContent: multiplier.name}),
    ...data.columns.map(column => element('td', {textContent: short(multiplier.measures[column.key])}))));
  byId('measures').replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
}

/* Five positions along an axis, both ends among them. */
const ticks = count => [0, 1, 2, 3, 4].map(i => Math.round(i * (count - 1) / 4));

function label(operand, position, order) {
  return order === 'code' ? hexadecimal(operand.codes[position], operand.bits) : short(operand.values[position]);
}

function picture(rows, columns, errorAt, limit) {
  const image = new ImageData(columns.length, rows.length);
  rows.forEach((a, y) => columns.forEach((w, x) => {
    const error = errorAt(a, w);
    const share = limit === 0 ? 0 : Math.min(1, Math.abs(error) / limit);
    const full = error < 0 ? LOW : HIGH;
    const mixed = Number.isNaN(error) ? OUTSIDE : full.map(c => 255 + share * (c - 255));
    image.data.set([...mixed, 255], 4 * ((rows.length - 1 - y) * columns.length + x));
  }));
  const canvas = element('canvas', {width: columns.length, height: rows.length});
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

function drawMap(multiplier, kind, order, limit) {
  const {a, w} = multiplier;
  const all = multiplier.errors;
  const rows = positions(a, order), columns = positions(w, order);
  const map = picture(rows, columns, (i, j) => all[i * w.values.length + j], limit);
  map.setAttribute('role', 'img');
  map.setAttribute('aria-label', `errors of ${multiplier.name}`);
  const resting = `A ${a.format} (up), B ${w.format} (right)`;
  const read = element('span', {className: 'muted', textContent: resting});
  map.onpointermove = event => {
    const box = map.getBoundingClientRect();
    const place = (at, size, count) => Math.min(count - 1, Math.max(0, Math.floor(at / size * count)));
    const i = rows[rows.length - 1 - place(event.clientY - box.top, box.height, rows.length)];
    const j = columns[place(event.clientX - box.left, box.width, columns.length)];
    const product = multiplier.table[i * w.values.length + j];
    read.textContent = `${short(a.values[i])} (${hexadecimal(a.codes[i], a.bits)}) × ${short(w.values[j])} (${hexadecimal(w.codes[j], w.bits)})`
      + ` = ${short(product)}, exactly ${short(a.values[i] * w.values[j])}: ${text(all[i * w.values.length + j], kind)}`;
  };
  map.onpointerleave = () => { read.textContent = resting; };
  const axis = (operand, places, className) => element('div', {className},
    ...ticks(places.length).map(t => element('span', {textContent: label(operand, places[t], order)})));
  const signed = kind === 'signed' || kind === 'relative';
  return element('figure', {className: 'map'},
    element('figcaption', {}, element('b', {textContent: multiplier.name})),
    element('div', {className: 'framed'}, axis(a, [...rows].reverse(), 'axis up'), map, element('span'), axis(w, columns, 'axis along')),
    element('div', {className: 'scale'}, signed ? text(-limit, kind) : text(0, kind),
      element('span', {className: signed ? 'bar' : 'bar half'}), text(limit, kind)),
    element('figcaption', {}, read));
}

/* Whether one scale shows something of every map. */
function areNear() {
  const limits = data.multipliers.map(multiplier => limitOf(errorsOf(multiplier, 'relative'))).filter(limit => limit > 0);
  return Math.max(...limits) <= 8 * Math.min(...limits);
}

function drawMaps() {
  const kind = byId('error').value, order = byId('order').value;
  for (const multiplier of data.multipliers) multiplier.errors = errorsOf(multiplier, kind);
  const limits = new Map(data.multipliers.map(multiplier => [multiplier, limitOf(multiplier.errors)]));
  const largest = Math.max(...limits.values());
  const shared = byId('scale').value === 'shared';
  byId('legend').textContent = `Blue: too small; red: too large${kind.startsWith('absolute') ? ' (magnitudes in red)' : ''}; grey: the exact product is zero and the product is not. `
    + 'Colours are full beyond the errors of 98 % of all pairs.';
  byId('maps').replaceChildren(...sorted().map(multiplier => drawMap(multiplier, kind, order, shared ? largest : limits.get(multiplier))));
}

function update() {
  drawTable();
  drawMaps();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').textContent = theme === 'dark' ? 'Light' : 'Dark';
}

const dark = matchMedia('(prefers-color-scheme: dark)');
byId('theme').onclick = () => setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
dark.onchange = event => setTheme(event.matches ? 'dark' : 'light');
setTheme(dark.matches ? 'dark' : 'light');
byId('scale').value = areNear() ? 'shared' : 'own';
for (const id of ['error', 'order', 'scale']) byId(id).onchange = drawMaps;
byId('subtitle').textContent = `fp8sim ${data.version} · ${data.multipliers.length} multipliers`;
byId('footer').textContent = `Made by fp8sim ${data.version}. This page needs no network.`;
update();
document.documentElement.dataset.drawn = 'measures maps';
