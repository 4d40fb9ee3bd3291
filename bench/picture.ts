// The picture of a result, docs/performance.svg: a few contests as panels of bars, medians with a line from the lowest to
// the highest round. Ours are coloured. Pure; no fonts, scripts or styles from elsewhere.

import type { Metric } from './contest.js';
import type { Result } from './result.js';
import { spreadOf, type Spread } from './statistics.js';

interface Panel {
  readonly contest: string;
  readonly metric: Metric;
  readonly title: string;
  readonly note: string;
}

const PANELS: readonly Panel[] = [
  {
    contest: 'accept-50',
    metric: 'perSecond',
    title: 'Mails a second',
    note: '50 sessions; only Postfix and petitbleu keep them',
  },
  { contest: 'accept-50', metric: 'p99Ms', title: 'Slowest in a hundred, ms', note: 'data → 250; less is better' },
  {
    contest: 'accept-alternative',
    metric: 'perSecond',
    title: 'Mails a second',
    note: 'multipart, 8.5 KB, 50 sessions',
  },
  { contest: 'accept-50', metric: 'cpuMicros', title: 'CPU of a mail, µs', note: '1 KB, 50 sessions; less is better' },
  { contest: 'slow-disk-50', metric: 'perSecond', title: 'Mails a second, slow disk', note: '5 ms more a fsync' },
  { contest: 'hand-rolled', metric: 'perSecond', title: 'Mail → database, a second', note: '50 sessions' },
  {
    contest: 'end-to-end',
    metric: 'perSecond',
    title: 'SMS a second, to an SMSC',
    note: 'ours: mails with two SMS each',
  },
  { contest: 'smpp-100', metric: 'perSecond', title: 'SMS a second, over SMPP', note: '100 unanswered at once' },
];

interface Bar {
  readonly peer: string;
  readonly spread: Spread;
}

const [WIDTH, COLUMNS, GAP, MARGIN] = [960, 2, 28, 24];
const PANEL_WIDTH = (WIDTH - 2 * MARGIN - GAP) / COLUMNS;
const [TITLE_HEIGHT, BAR_HEIGHT, BAR_STEP] = [46, 14, 34];
const HEAD_HEIGHT = 64;
/** Room for the figure behind the longest bar. */
const FIGURE_WIDTH = 70;
const [INK, PALE_INK, OURS, THEIRS, GROUND] = ['#1b1f24', '#5f6873', '#2563c9', '#b9c0c9', '#ffffff'];

export function picture(result: Result): string {
  const panels = PANELS.map((panel) => ({ panel, bars: barsOf(result, panel) })).filter(({ bars }) => bars.length > 0);
  const parts: string[] = [];
  let top = HEAD_HEIGHT;
  for (let first = 0; first < panels.length; first += COLUMNS) {
    const row = panels.slice(first, first + COLUMNS);
    parts.push(...row.map((one, column) => drawn(one, MARGIN + column * (PANEL_WIDTH + GAP), top)));
    top += Math.max(...row.map(({ bars }) => TITLE_HEIGHT + bars.length * BAR_STEP)) + GAP;
  }
  const { machine, measuredAt, rounds } = result;
  const facts = `${measuredAt}, ${machine['cores']} cores, Node ${machine['node']}, ${rounds} rounds: medians, lowest and highest`;
  const head = text(MARGIN, 30, 'petitbleu beside its peers, in one run', { size: 19, weight: 600 });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif">
<rect width="${WIDTH}" height="${top}" fill="${GROUND}"/>
${[head, text(MARGIN, 49, facts, { colour: PALE_INK }), ...parts].join('\n')}
</svg>
`;
}

function barsOf({ contests, series }: Result, { contest, metric }: Panel): Bar[] {
  const peers = contests.find(({ name }) => name === contest)?.peers ?? [];
  return peers.flatMap((peer) => {
    const one = series.find((each) => each.contest === contest && each.metric === metric && each.peer === peer);
    const spread = spreadOf(one?.rounds.filter((figure) => figure !== null) ?? []);
    return spread ? [{ peer, spread }] : [];
  });
}

function drawn({ panel, bars }: { panel: Panel; bars: readonly Bar[] }, left: number, top: number): string {
  const scale = (PANEL_WIDTH - FIGURE_WIDTH) / Math.max(...bars.map(({ spread }) => spread.max));
  const lines = bars.flatMap(({ peer, spread }, index) => {
    const y = top + TITLE_HEIGHT + index * BAR_STEP;
    const [width, from, to] = [spread.median, spread.min, spread.max].map((figure) => Math.max(1, figure * scale));
    const [isOurs, middle] = [peer.startsWith('petitbleu'), y + BAR_HEIGHT / 2];
    return [
      text(left, y - 4, peer, { weight: isOurs ? 600 : 400 }),
      `<rect x="${left}" y="${y}" width="${round(width)}" height="${BAR_HEIGHT}" rx="2" fill="${isOurs ? OURS : THEIRS}"/>`,
      `<path d="M${round(left + (from ?? 0))} ${middle}H${round(left + (to ?? 0))}" stroke="${INK}" stroke-opacity="0.55"/>`,
      text(left + Math.max(width ?? 0, to ?? 0) + 6, y + 11, figureText(spread.median), { weight: 600 }),
    ];
  });
  const title = text(left, top + 12, panel.title, { size: 14, weight: 600 });
  const note = text(left + PANEL_WIDTH, top + 12, panel.note, { colour: PALE_INK, anchor: 'end' });
  const rule = `<path d="M${left} ${top + 19.5}h${PANEL_WIDTH}" stroke="${THEIRS}" stroke-opacity="0.6"/>`;
  return [title, note, rule, ...lines].join('\n');
}

interface Look {
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly anchor?: 'start' | 'end';
}

function text(x: number, y: number, words: string, look: Look): string {
  const { size = 12, weight = 400, colour = INK, anchor = 'start' } = look;
  const escaped = words.replace(/[&<>]/g, (one) => `&#${one.codePointAt(0) ?? 0};`);
  return `<text x="${round(x)}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escaped}</text>`;
}

const round = (figure = 0): number => Math.round(figure * 10) / 10;

/** Three digits are enough to look at. */
function figureText(figure: number): string {
  return Number(figure.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 2 });
}
