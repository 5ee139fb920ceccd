import { expect } from 'chai';
import { aimsOf } from '../../bench/aims.ts';
import { coldPlot } from '../../bench/cold/plot.ts';
import { type ColdReport, coldReport } from '../../bench/cold/report.ts';
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
  bundleBytes: 145_000,
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
    const slower = { ...RESULTS, growth: [...RESULTS.growth, growth('routes', 100_000, 1.2)] };
    expect(aimsOf(slower).filter(({ met }) => !met)).to.deep.equal([
      { aim: 'growth: within 10 % from 10 routes to the most', measured: '1.20 x with 100,000', met: false },
    ]);
  });

  it('draws a well-formed SVG for light and dark backgrounds', () => {
    const svg = plotOf(RESULTS);
    expect(unbalanced(svg)).to.deep.equal([]);
    expect(svg).to.include('jose &amp; &lt;co>').and.to.include('prefers-color-scheme: dark');
    expect(svg.match(/<rect /g)).to.have.lengthOf(6 + 5 + 4);
  });
});

describe('the report of cold starts', () => {
  const phases = (init: number, ...invocations: number[]) => ({ init, invocations });
  const report: ColdReport = {
    environment: RESULTS.environment,
    date: '2026-11-28',
    rounds: 7,
    quota: 'The CPU is limited.',
    jwksDelayMs: 20,
    memories: [128, 1769],
    results: [
      {
        name: 'ours',
        title: 'ours',
        side: 'ours',
        packaging: 'layer',
        bytes: 1500,
        readingMs: 0.2,
        plain: phases(40.2, 130, 9.96),
        tls: phases(50, 150, 30),
      },
      {
        name: 'ours',
        title: 'ours',
        side: 'ours',
        packaging: 'bundled',
        bytes: 187_000,
        readingMs: 4.56,
        plain: phases(38, 120, 9),
        tls: phases(48.3, 140, 7.04),
      },
    ],
  };

  it('says when, how often and on which Node it was measured', () => {
    expect(coldReport(report)).to.match(/on 2026-11-28: Node \S+, .*, 7 starts of each kind/);
  });

  it('shows the first invocation of bundles by memory size, and the sum for the smallest', () => {
    const markdown = coldReport(report);
    expect(markdown).to.include('| authorizer | KB | read | init | 128 MB | 1769 MB | init + 128 MB |');
    expect(markdown).to.include('| ours | 187 | 4.6 | 48 | 140 | 7.0 | 188 |');
  });

  it('compares bundles, layers and node_modules in one row for each authorizer', () => {
    const markdown = coldReport(report);
    expect(markdown).to.include('with the CPU of 1769 MB, keys over TLS, by the way');
    expect(markdown).to.include('| authorizer | bundled | unbundled | layer |');
    expect(markdown).to.include('| ours | 55 |  | 80 |');
  });

  it('adds init and first invocation for each memory size, by way to the keys', () => {
    const markdown = coldReport(report);
    expect(markdown).to.include('| authorizer | packages | 128 MB | 1769 MB |');
    expect(markdown).to.include('| ours | layer | 40 + 130 = 170 | 40 + 10.0 = 50 |');
    expect(markdown).to.include('| ours | layer | 50 + 150 = 200 | 50 + 30 = 80 |');
    expect(markdown).to.include('The CPU is limited.');
  });

  it('has one column when the CPU cannot be limited', () => {
    const results = report.results.map((one) => ({ ...one, plain: phases(40, 30), tls: phases(40, 30) }));
    expect(coldReport({ ...report, memories: [null], results })).to.include(
      '| authorizer | packages | all |',
    );
  });

  it('draws bars of two parts for the least and the most memory', () => {
    const svg = coldPlot(report);
    expect(unbalanced(svg)).to.deep.equal([]);
    expect(svg).to.include('128 MB').and.to.include('1769 MB').and.to.include('ours (layer)');
    expect(svg.match(/<rect class="ours pale"/g)).to.have.lengthOf(4);
    expect(svg.match(/<rect class="ours"/g)).to.have.lengthOf(4);
  });
});
