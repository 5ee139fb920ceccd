import { expect } from 'chai';
import { aimsOf } from '../../bench/aims.ts';
import { markdownOf } from '../../bench/markdown.ts';
import { plotOf } from '../../bench/plot.ts';
import type { Results } from '../../bench/results.ts';

function figures(p50: number) {
  return { p50, p99: 3 * p50, cpu: p50, overFloor: p50 / 20, rounds: [p50] };
}

function warm(name: string, side: 'ours' | 'peer' | 'measure', newToken: number, sameToken: number) {
  const title = `\`${name}\` & <co>`;
  return { name, title, side, newToken: figures(newToken), sameToken: figures(sameToken) };
}

function cold(name: string, side: 'ours' | 'peer' | 'bare', decided: number) {
  const way = { imported: decided - 5, decided, cpu: decided };
  return { name, title: name, side, bytes: 20_000, gzipBytes: 8000, plain: way, tls: way, rssMb: 50 };
}

const growth = (what: 'routes' | 'cidrs', size: number, overTen: number) => ({
  what,
  size,
  startUpMs: 1,
  p50: 8,
  overTen,
  rounds: [8],
});

const RESULTS: Results = {
  environment: { node: '24.0.0', platform: 'linux x64', cores: 2, seconds: 180 },
  warm: [
    warm('floor', 'measure', 20, 20),
    warm('middy-alone', 'measure', 1, 1),
    warm('ours', 'ours', 28, 3),
    warm('ours-log', 'ours', 40, 14),
    warm('jose', 'peer', 60, 60),
    warm('fast-jwt-cached', 'peer', 100, 2),
  ],
  cold: [
    cold('bare', 'bare', 29),
    cold('ours', 'ours', 48),
    cold('ours-log', 'ours', 50),
    cold('aws-jwt-verify', 'peer', 53),
  ],
  bundle: { withLogger: 60_000, withoutLogger: 39_000 },
  growth: [growth('routes', 10, 1), growth('routes', 10_000, 1.05), growth('cidrs', 100_000, 1.02)],
  memory: [
    { tokens: 1000, heapMb: 14, peakMb: 90 },
    { tokens: 30_000, heapMb: 14.1, peakMb: 120 },
  ],
};

/** Names of elements that are opened and not closed, or closed and not open. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = '', selfClosed] of xml.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (selfClosed === '/') continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

describe('the report of the bench', () => {
  it('has a row for each authorizer, warm and cold, with its ratio to the floor', () => {
    const markdown = markdownOf(RESULTS);
    expect(markdown).to.include('| `jose` & <co> | 60.0 | 3.00 x |');
    for (const { title } of RESULTS.cold) expect(markdown).to.match(new RegExp(`^\\| ${title} \\|`, 'm'));
    expect(markdown).to.include('| ours | 43.0 | 48.0 | +19.0 |');
  });

  it('shows whether each aim was met', () => {
    expect(aimsOf(RESULTS).filter(({ met }) => !met)).to.deep.equal([]);
    const slower = { ...RESULTS, bundle: { withLogger: 60_000, withoutLogger: 40_000 } };
    expect(aimsOf(slower).filter(({ met }) => !met)).to.deep.equal([
      { aim: 'bundle without the logger: under 40 KB', measured: '40.0 KB', met: false },
    ]);
  });

  it('draws a well-formed SVG for light and dark backgrounds', () => {
    const svg = plotOf(RESULTS);
    expect(unbalanced(svg)).to.deep.equal([]);
    expect(svg).to.include('jose &amp; &lt;co>').and.to.include('prefers-color-scheme: dark');
    expect(svg.match(/<rect /g)).to.have.lengthOf(6 + 5 + 4);
  });
});
