import { globSync } from 'node:fs';

/**
 * The rooms whose mutants must be noticed, each with the tests that are run against them, those that kill the most first.
 * A room's own tests come first, and few others follow: what a room promises is for its own tests to say.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  iam: ['test/iam/**/*.test.ts'],
  answer: [
    'test/answer/**/*.test.ts',
    'test/gateways/answering/**/*.test.ts',
    'test/authorizer/{cache-advice,composition,encoded-slashes,organization,token-rules}.test.ts',
    'test/binding/cached-answers.test.ts',
    'test/middlewares/{api-in-log,decision-logger,idle-events,log-caller,log-levels,on-decision,verified-by}.test.ts',
  ],
  routes: ['test/routes/**/*.test.ts'],
  token: ['test/token/*.test.ts', 'test/token/decryption/{decryption,rfc-examples}.test.ts'],
  jwks: [
    'test/jwks/{custom-fetch,deadline,endpoint-supplier,fetch-first,fetch-jwks,freshness,import-keys,jwks-document}.test.ts',
    'test/jwks/{jwks-options,jwks-uri,key-reasons,key-set,response-flaw,response-headers}.test.ts',
    'test/jwks/stores/{key-set.store,store-supplier,shared-keys,conformance,dynamodb,redis}.test.ts',
    'test/refresher.test.ts',
  ],
  rules: [
    'test/rules/**/*.test.ts',
    'test/authorizer/{apis,organization}.test.ts',
    'test/binding/bound-rule.test.ts',
  ],
  // Not its bounds and all that is slow: a mutant that survives waits for all of these tests.
  'policy-compiler': [
    'test/policy-compiler/{analysis,attempts,caller-compiler,compiler,economy,landings,path-guards}.test.ts',
    'test/policy-compiler/{segment-glob,step-budget,twins,verb-patterns,compiler.properties,bindings.properties}.test.ts',
  ],
};

/** About so many seconds a mutant takes on two cores, where it is not as quick as in most rooms. */
const SECONDS_A_MUTANT: Readonly<Record<string, number>> = { jwks: 0.3, 'policy-compiler': 0.6 };
export const secondsAMutant = (room: string) => SECONDS_A_MUTANT[room] ?? 0.12;

/** At least so many of a room's mutants must be noticed, in percent. */
export const LEAST_SCORE = 90;

export const filesOf = (room: string) => globSync(`lib/${room}/**/*.ts`).sort();

/** `lib/iam/arn.ts` is in the room `iam`. */
export function roomOf(file: string): string {
  const room = file.split('/')[1] ?? '';
  if (!(room in ROOMS)) throw new Error(`${file} is in none of the rooms ${Object.keys(ROOMS).join(', ')}`);
  return room;
}
