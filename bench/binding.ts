import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BoundFigures, type BoundRow, measureBound } from './binding/measure.ts';
import { type Binding, CLIENTS, type Tokens } from './binding/requests.ts';
import { table } from './markdown.ts';
import { bestRatio, percentile } from './statistics.ts';

/**
 * Measures requests with bound tokens: `npm run bench:binding`, a minute or two. Writes binding.md next to this file. Exits
 * with 1 if the aim is missed.
 *
 * `--rounds` (40)
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' } } });
/** A request with DPoP, which has two signatures, over one with a bearer token. Both tokens are new; the client is known. */
const AIM = 2.5;

const OURS = 'this package';
const AUTH0 = 'express-oauth2-jwt-bearer';
const ROWS: readonly BoundRow[] = [
  { who: OURS, binding: 'none', tokens: 'known client' },
  { who: OURS, binding: 'none', tokens: 'known token' },
  { who: OURS, binding: 'certificate', tokens: 'known client' },
  { who: OURS, binding: 'certificate', tokens: 'known token' },
  { who: OURS, binding: 'key', tokens: 'new client' },
  { who: OURS, binding: 'key', tokens: 'known client' },
  { who: OURS, binding: 'key', tokens: 'known token' },
  { who: AUTH0, binding: 'none', tokens: 'known client' },
  { who: AUTH0, binding: 'key', tokens: 'known client' },
];
const BINDINGS: Readonly<Record<Binding, string>> = { none: 'bearer', certificate: 'mTLS', key: 'DPoP' };
const TOKENS: Readonly<Record<Tokens, string>> = {
  'new client': 'new, of a new client',
  'known client': 'new',
  'known token': 'known',
};

/** The lower quartile, which ignores the rounds of a busy machine. */
const quiet = (rounds: readonly number[]) => percentile(rounds, 0.25);

const measured = await measureBound(ROWS, Number(values.rounds));
const base = measured[0] as BoundFigures;
const figures = ROWS.map((row, at) => {
  const { wall, cpu } = measured[at] as BoundFigures;
  return { ...row, p50: quiet(wall), cpu: quiet(cpu), ratio: bestRatio(wall, base.wall) };
});

const sections = [
  '# Bound tokens',
  `Written by \`npm run bench:binding\` on Node ${process.versions.node}, ${process.arch}. Times depend on the machine.`,
  `Decisions of a REST API with \`logger: false\`. Tokens and proofs are signed with ES256; used proofs are remembered in memory. ${CLIENTS} clients take turns, except where each request is from a new one. *Ratio*: to the first row. Microseconds: the lower quartile of the medians of ${values.rounds} rounds, in each of which all rows run in random order.`,
  table(
    ['authorizer, token', 'which token', 'decision', 'CPU', 'ratio'],
    figures.map(({ who, binding, tokens, p50, cpu, ratio }) => [
      `${who}, ${BINDINGS[binding]}`,
      TOKENS[tokens],
      p50.toFixed(1),
      cpu.toFixed(1),
      `${ratio.toFixed(2)} x`,
    ]),
  ),
];
writeFileSync(new URL('binding.md', import.meta.url), `${sections.join('\n\n')}\n`);
console.log(sections.join('\n\n'));

const aimed = figures.find(
  ({ who, binding, tokens }) => who === OURS && binding === 'key' && tokens === 'known client',
);
const isMet = aimed !== undefined && aimed.ratio <= AIM;
if (!isMet) console.error(`missed: a new token with DPoP takes at most ${AIM} x a new bearer token`);
process.exitCode = isMet ? 0 : 1;
