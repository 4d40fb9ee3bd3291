// What grows with the depth of the queue, as an SVG: accepting and claiming beside an empty queue, the start, and memory.
// Pure: takes figures, gives text.

interface Point {
  readonly messages: number;
  readonly acceptRatio: number;
  readonly claimRatio: number;
  readonly readyMs?: number;
  readonly peakMegabytes?: number;
}

const WIDTH = 640;
const PANEL = { left: 60, width: 230, height: 120, gapX: 70, gapY: 70, top: 40 };

interface Panel {
  readonly title: string;
  readonly values: readonly number[];
  /** The goal. */
  readonly line: number;
}

export function plotOf(points: readonly Point[]): string {
  const panels: Panel[] = [
    { title: 'orders accepted, of an empty queue', values: points.map(({ acceptRatio }) => acceptRatio), line: 0.8 },
    { title: 'messages claimed, of an empty queue', values: points.map(({ claimRatio }) => claimRatio), line: 0.8 },
    { title: 'ready after the start, ms', values: points.map(({ readyMs }) => readyMs ?? Number.NaN), line: 1000 },
    { title: 'most memory, MB', values: points.map(({ peakMegabytes }) => peakMegabytes ?? Number.NaN), line: 300 },
  ];
  const labels = points.map(({ messages }) => messages.toLocaleString('en'));
  const height = PANEL.top + 2 * (PANEL.height + PANEL.gapY);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...panels.map((panel, index) => panelOf(panel, labels, index)),
    '</svg>\n',
  ].join('\n');
}

function panelOf({ title, values, line }: Panel, labels: readonly string[], index: number): string {
  const x = PANEL.left + (index % 2) * (PANEL.width + PANEL.gapX);
  const y = PANEL.top + Math.floor(index / 2) * (PANEL.height + PANEL.gapY);
  const top = Math.max(line, ...values.filter(Number.isFinite)) * 1.1;
  const atY = (value: number) => (y + PANEL.height * (1 - value / top)).toFixed(1);
  const atX = (place: number) => (x + (PANEL.width * (place + 0.5)) / labels.length).toFixed(1);
  const shown = values.flatMap((value, place) => (Number.isFinite(value) ? [{ value, place }] : []));
  const dots = shown.map(
    ({ value, place }) =>
      `<circle cx="${atX(place)}" cy="${atY(value)}" r="3" fill="#1f5fa8"/>` +
      `<text x="${atX(place)}" y="${Number(atY(value)) - 7}" text-anchor="middle">${Number(value.toFixed(2))}</text>`,
  );
  return [
    `<text x="${x}" y="${y - 12}" font-weight="bold">${title}</text>`,
    `<path d="M${x} ${y}V${y + PANEL.height}H${x + PANEL.width}" fill="none" stroke="#555"/>`,
    `<path d="M${x} ${atY(line)}H${x + PANEL.width}" stroke="#b33" stroke-dasharray="4 3"/>`,
    `<polyline points="${shown.map(({ value, place }) => `${atX(place)},${atY(value)}`).join(' ')}" fill="none" stroke="#1f5fa8"/>`,
    ...dots,
    ...labels.map(
      (label, place) => `<text x="${atX(place)}" y="${y + PANEL.height + 16}" text-anchor="middle">${label}</text>`,
    ),
  ].join('\n');
}
