import type { Results } from './results.ts';

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly side: string;
}

interface Panel {
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
  .title { font-weight: 600; font-size: 14px }
  .ours { fill: #1f6feb } .peer { fill: #8c959f } .measure, .bare { fill: #c69026 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .peer { fill: #768390 } .ours { fill: #539bf5 } }`;

/** Bars for a new token and for a cold start, as an SVG without background. */
export function plotOf({ warm, cold }: Results): string {
  const panels: Panel[] = [
    {
      title: 'One decision on a new token, warm (median, microseconds; shorter is better)',
      unit: 'us',
      digits: 1,
      bars: warm.map(({ title, newToken, side }) => ({ label: title, value: newToken.p50, side })),
    },
    {
      title: 'One decision on a token seen before (median, microseconds)',
      unit: 'us',
      digits: 1,
      bars: warm
        .filter(({ name }) => name !== 'floor')
        .map(({ title, sameToken, side }) => ({ label: title, value: sameToken.p50, side })),
    },
    {
      title:
        'From the start of a process to its first decision, keys over HTTP (lower quartile, milliseconds)',
      unit: 'ms',
      digits: 0,
      bars: cold.map(({ title, plain, side }) => ({ label: title, value: plain.decided, side })),
    },
  ];
  let top = 0;
  const drawn = panels.map((panel) => {
    const at = top;
    top += HEAD + panel.bars.length * STEP + 12;
    return draw(panel, at);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img">`,
    '<title>What an authorizer costs</title>',
    `<style>${STYLE}</style>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function draw({ title, unit, digits, bars }: Panel, top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (WIDTH - LABELS - NUMBERS) / longest;
  const sorted = [...bars].sort((a, b) => a.value - b.value);
  const lines = sorted.map(({ label, value, side }, index) => {
    const y = top + HEAD + index * STEP;
    const length = Math.max(1, value * scale);
    return [
      `<text x="${LABELS - 10}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>`,
      `<rect class="${side}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
      `<text x="${(LABELS + length + 6).toFixed(1)}" y="${y + 14}">${value.toFixed(digits)} ${unit}</text>`,
    ].join('');
  });
  return [`<text class="title" x="0" y="${top + 26}">${escaped(title)}</text>`, ...lines].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
