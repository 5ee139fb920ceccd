/**
 * `warm`: decisions of a process that runs; `cold`: a process from its start to its first decision; `phases`: its init
 * and its first invocation, with the CPU of a small function.
 */
export type Part = 'warm' | 'cold' | 'phases';

/** One authorizer in the comparison. */
export interface Contender {
  /** Name of its module and of its results. */
  readonly name: string;
  /** Its name in the tables. */
  readonly title: string;
  /** `ours`: this package; `peer`: another library; `measure`: a reference, not an authorizer to use. */
  readonly side: 'ours' | 'peer' | 'measure';
  /** The measurements in which it takes part. */
  readonly parts: readonly Part[];
  /** A CommonJS package, which needs a `require` inside a bundle of ES modules. */
  readonly needsRequire?: true;
  /** Its log lines go through a pipe to a process that waits for them. */
  readonly output?: 'pipe';
}

/** What results contain of their contender. */
export type ContenderLabel = Pick<Contender, 'name' | 'title' | 'side'>;

const BOTH = ['warm', 'cold'] as const;
const ALL = ['warm', 'cold', 'phases'] as const;

export const CONTENDERS: readonly Contender[] = [
  { name: 'floor', title: 'floor: `crypto.verify` alone', side: 'measure', parts: ['warm'] },
  { name: 'middy-alone', title: 'Middy alone, its middlewares idle', side: 'measure', parts: ['warm'] },
  { name: 'by-hand', title: "by hand on Node's own modules", side: 'measure', parts: BOTH },
  { name: 'ours', title: 'this package, `logger: false`', side: 'ours', parts: ALL },
  {
    name: 'ours-no-cache',
    title: 'this package, `logger: false, tokenCache: false`',
    side: 'ours',
    parts: ['warm'],
  },
  { name: 'ours-pinned', title: 'this package, `logger: false`, pinned keys', side: 'ours', parts: ['cold'] },
  { name: 'ours-log', title: 'this package as it comes, with its log line', side: 'ours', parts: ALL },
  {
    name: 'ours-ready',
    title: 'this package, `logger: false`, `await authorizer.ready()` first',
    side: 'ours',
    parts: ['phases'],
  },
  {
    name: 'ours-log-ready',
    title: 'this package as it comes, `await authorizer.ready()` first',
    side: 'ours',
    parts: ['phases'],
  },
  {
    name: 'ours-log-piped',
    title: 'the same, its log line through a pipe to another process',
    side: 'ours',
    parts: ['warm'],
    output: 'pipe',
  },
  {
    name: 'ours-users-logger',
    title: "this package, with the user's Powertools Logger",
    side: 'ours',
    parts: BOTH,
  },
  { name: 'aws-jwt-verify', title: 'aws-jwt-verify', side: 'peer', parts: ALL },
  {
    name: 'aws-jwt-verify-hydrated',
    title: 'aws-jwt-verify, `await verifier.hydrate()` first',
    side: 'peer',
    parts: ['phases'],
  },
  { name: 'jose', title: 'jose', side: 'peer', parts: ALL },
  { name: 'jose-reloaded', title: 'jose, `await keys.reload()` first', side: 'peer', parts: ['phases'] },
  { name: 'middy-jose', title: 'Middy + jose', side: 'peer', parts: BOTH },
  {
    name: 'middy-jose-log',
    title: 'Middy + jose + one Powertools log line',
    side: 'peer',
    parts: BOTH,
    needsRequire: true,
  },
  {
    name: 'jsonwebtoken',
    title: "jsonwebtoken + jwks-rsa (Auth0's sample)",
    side: 'peer',
    parts: ALL,
    needsRequire: true,
  },
  {
    name: 'express-oauth2',
    title: 'express-oauth2-jwt-bearer',
    side: 'peer',
    parts: BOTH,
    needsRequire: true,
  },
  { name: 'fast-jwt', title: 'fast-jwt + get-jwks', side: 'peer', parts: BOTH, needsRequire: true },
  {
    name: 'fast-jwt-cached',
    title: 'fast-jwt + get-jwks, with its cache',
    side: 'peer',
    parts: ['warm'],
    needsRequire: true,
  },
];

/** The file of a contender. */
export function moduleOf(name: string): URL {
  return new URL(`./${name}.ts`, import.meta.url);
}
