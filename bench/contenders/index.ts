/** One authorizer that takes part. */
export interface Contender {
  /** Name of its module, and what the results are found by. */
  readonly name: string;
  /** What the tables call it. */
  readonly title: string;
  /** Of this package, or somebody else's: the best of these is what we are held against. */
  readonly side: 'ours' | 'peer' | 'measure';
  /** Which of the two questions it is asked. */
  readonly asked: readonly ('warm' | 'cold')[];
  /** A CommonJS package, which needs a `require` inside a bundle of ES modules. */
  readonly needsRequire?: true;
  /** Its log lines go through a pipe to a process that sleeps until one comes. */
  readonly output?: 'pipe';
}

const BOTH = ['warm', 'cold'] as const;

export const CONTENDERS: readonly Contender[] = [
  { name: 'floor', title: 'floor: `crypto.verify` alone', side: 'measure', asked: ['warm'] },
  { name: 'middy-alone', title: 'Middy alone, its middlewares idle', side: 'measure', asked: ['warm'] },
  { name: 'by-hand', title: "by hand on Node's own modules", side: 'measure', asked: BOTH },
  { name: 'ours', title: 'this package, `logger: false`', side: 'ours', asked: BOTH },
  {
    name: 'ours-no-cache',
    title: 'this package, `logger: false, tokenCache: false`',
    side: 'ours',
    asked: ['warm'],
  },
  { name: 'ours-pinned', title: 'this package, `logger: false`, pinned keys', side: 'ours', asked: ['cold'] },
  { name: 'ours-log', title: 'this package as it comes, with its log line', side: 'ours', asked: BOTH },
  {
    name: 'ours-log-piped',
    title: 'the same, its log line through a pipe that wakes up its reader',
    side: 'ours',
    asked: ['warm'],
    output: 'pipe',
  },
  {
    name: 'ours-users-logger',
    title: "this package, with the user's Powertools Logger",
    side: 'ours',
    asked: BOTH,
  },
  { name: 'aws-jwt-verify', title: 'aws-jwt-verify', side: 'peer', asked: BOTH },
  { name: 'jose', title: 'jose', side: 'peer', asked: BOTH },
  { name: 'middy-jose', title: 'Middy + jose', side: 'peer', asked: BOTH },
  {
    name: 'middy-jose-log',
    title: 'Middy + jose + one Powertools log line',
    side: 'peer',
    asked: BOTH,
    needsRequire: true,
  },
  {
    name: 'jsonwebtoken',
    title: "jsonwebtoken + jwks-rsa (Auth0's sample)",
    side: 'peer',
    asked: BOTH,
    needsRequire: true,
  },
  {
    name: 'express-oauth2',
    title: 'express-oauth2-jwt-bearer',
    side: 'peer',
    asked: BOTH,
    needsRequire: true,
  },
  { name: 'fast-jwt', title: 'fast-jwt + get-jwks', side: 'peer', asked: BOTH, needsRequire: true },
  {
    name: 'fast-jwt-cached',
    title: 'fast-jwt + get-jwks, with its cache',
    side: 'peer',
    asked: ['warm'],
    needsRequire: true,
  },
];

/** The file that a contender is made of. */
export function moduleOf(name: string): URL {
  return new URL(`./${name}.ts`, import.meta.url);
}
