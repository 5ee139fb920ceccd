import type { Results } from './results.ts';

export interface Bar {
  readonly label: string;
  readonly side: string;
  /** One length, or several that follow each other, the first of them pale. */
  readonly values: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly bars: readonly Bar[];
}

const WIDTH = 920;
const LABELS = 350;
const BAR = 18;
const STEP = 26;
const HEAD = 44;
const NUMBERS = 70;

/** Colours by class, legible on white and, by the media query, on black. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px } .pale { opacity: 0.45 }
  .ours { fill: #1f6feb } .peer { fill: #8c959f } .measure, .bare { fill: #c69026 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .peer { fill: #768390 } .ours { fill: #539bf5 } }`;

/** Bars for a new token and for a cold start, as an SVG without background. */
export function plotOf({ warm, cold }: Results): string {
  const panels: Panel[] = [
    {
      title: 'One decision on a new token, warm (median, microseconds; shorter is better)',
      unit: 'us',
      digits: 1,
      bars: warm.map(({ title, newToken, side }) => ({ label: title, side, values: [newToken.p50] })),
    },
    {
      title: 'One decision on a token seen before (median, microseconds)',
      unit: 'us',
      digits: 1,
      bars: warm
        .filter(({ name }) => name !== 'floor')
        .map(({ title, sameToken, side }) => ({ label: title, side, values: [sameToken.p50] })),
    },
    {
      title:
        'From the start of a process to its first decision, keys over HTTP (lower quartile, milliseconds)',
      unit: 'ms',
      digits: 0,
      bars: cold.map(({ title, plain, side }) => ({ label: title, side, values: [plain.decided] })),
    },
  ];
  return svgOf('What an authorizer costs', panels);
}

/** Panels of bars, one below the other. */
export function svgOf(title: string, panels: readonly Panel[]): string {
  let top = 0;
  const drawn = panels.map((panel) => {
    const at = top;
    top += HEAD + panel.bars.length * STEP + 12;
    return draw(panel, at);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function draw({ title, unit, digits, bars }: Panel, top: number): string {
  const scale = (WIDTH - LABELS - NUMBERS) / Math.max(...bars.map(lengthOf));
  const sorted = [...bars].sort((a, b) => lengthOf(a) - lengthOf(b));
  const lines = sorted.map((bar, index) => {
    const y = top + HEAD + index * STEP;
    return [
      `<text x="${LABELS - 10}" y="${y + 14}" text-anchor="end">${escaped(bar.label)}</text>`,
      ...rectangles(bar, scale, y),
      `<text x="${(LABELS + lengthOf(bar) * scale + 6).toFixed(1)}" y="${y + 14}">${lengthOf(bar).toFixed(digits)} ${unit}</text>`,
    ].join('');
  });
  return [`<text class="title" x="0" y="${top + 26}">${escaped(title)}</text>`, ...lines].join('\n');
}

function rectangles({ side, values }: Bar, scale: number, y: number): string[] {
  let x = LABELS;
  return values.map((value, index) => {
    const start = x;
    const length = Math.max(1, value * scale);
    x += length;
    const pale = index < values.length - 1 ? ' pale' : '';
    return `<rect class="${side}${pale}" x="${start.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`;
  });
}

function lengthOf({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function escaped(text: string): string {
  return text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
