import { type Finding, undecided } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { type Caching, cachings } from './caching.ts';

/** The limit of API Gateway, seconds. */
const MAX_TTL_S = 3600;

/** TTLs against the advice, and rules that read what the gateway does not send. */
export function* ttls(subject: Subject): Iterable<Finding> {
  for (const caching of cachings(subject)) {
    const { authorizer, unsent, gateway } = caching;
    const { ttl } = authorizer;
    if (unsent.length > 0) {
      yield {
        code: 'unsent_input',
        severity: 'error',
        place: authorizer.place,
        problem: `Rules read ${unsent.join(', ')}, which ${gateway} does not send: the authorizer refuses every request that they apply to.`,
        change: 'Make it a REQUEST authorizer, or switch these rules off.',
      };
    } else if (ttl.value.kind === 'undecided') {
      yield undecided({ place: ttl.place, text: `\`${ttl.name}\` is ${ttl.value.text}` });
    } else {
      const problem = problemOf(caching);
      if (problem !== null) yield { code: 'ttl', severity: 'error', place: ttl.place, ...problem };
    }
  }
}

function problemOf({ authorizer, ttl, advice }: Caching): Pick<Finding, 'problem' | 'change'> | null {
  if (ttl === null || ttl <= 0) return null;
  const { name, value } = authorizer.ttl;
  const state =
    value.kind === 'missing'
      ? `\`${name}\` is missing, so API Gateway caches for ${ttl} seconds`
      : `\`${name}\` is ${ttl}`;
  const atMost = (limit: number) => `Set \`${name}\` to ${limit} at most.`;
  if (!advice.cache) {
    return {
      problem: `${state}, but answers must not be cached. ${advice.reason}`,
      change: `Set \`${name}\` to 0.`,
    };
  }
  if (ttl > MAX_TTL_S) {
    return { problem: `${state}, and API Gateway takes at most ${MAX_TTL_S}.`, change: atMost(MAX_TTL_S) };
  }
  const { maxTtl = Infinity } = advice;
  if (ttl <= maxTtl) return null;
  return {
    problem: `${state}: a cached allow outlives the \`maxAge\` of a rule, or a revocation (\`revocations.within\`), by up to the TTL.`,
    change: atMost(maxTtl),
  };
}
