import { fitsTemplate } from '../../routes/route-fit.ts';
import { type Finding, undecided } from '../finding.ts';
import { verbsOf } from '../route-patterns.ts';
import type { Subject } from '../subject.ts';
import { type Caching, cachings } from './caching.ts';
import { tokenSources } from './token-sources.ts';

/** Identity sources against the advice: those that a right cache key lacks, and those that refuse good requests. */
export function* identitySources(subject: Subject): Iterable<Finding> {
  const shared = sharedRoute(subject);
  for (const caching of cachings(subject)) {
    const { name, place, value } = caching.authorizer.identitySources;
    if (value.kind === 'undecided') {
      yield undecided({ place, text: `\`${name}\` is ${value.text}` });
      continue;
    }
    for (const problem of [lackingSources(caching, shared), needlessSources(caching, subject)]) {
      if (problem !== null) yield { code: 'identity_sources', severity: 'error', place, ...problem };
    }
  }
}

type Problem = Pick<Finding, 'problem' | 'change'>;

/** What the cache key lacks. */
function lackingSources(
  { authorizer, advice, sources, ttl }: Caching,
  shared: string | null,
): Problem | null {
  if (!advice.cache || ttl === null || ttl <= 0) return null;
  const { identitySources: usual, behindCatchAll } = advice;
  const missingFrom = (key: readonly string[]) => key.filter((source) => !includes(sources, source));
  if (behindCatchAll !== undefined && missingFrom(behindCatchAll).length === 0) return null;
  const isPathNeeded = shared !== null && behindCatchAll !== undefined;
  const wanted = isPathNeeded ? behindCatchAll : usual;
  const missing = missingFrom(wanted);
  if (missing.length === 0) return null;
  return {
    problem: `Answers depend on ${missing.join(', ')} too, which the cache key lacks: API Gateway would repeat an answer for requests that it is wrong for.${isPathNeeded ? ` ${shared}` : ''}`,
    change: `${setSources(authorizer, wanted)}, or \`${authorizer.ttl.name}\` to 0.`,
  };
}

/** Sources without which API Gateway answers 401 itself, although the authorizer would do without them. */
function needlessSources(caching: Caching, { options, api }: Subject): Problem | null {
  const { authorizer, advice, sources, gateway } = caching;
  const { rules, tokenSource } = options.settings;
  const read = tokenSources(tokenSource, api.kind);
  // A TOKEN authorizer has exactly one source, with a cache or without.
  const isFree = gateway !== 'rest-token' && (rules.admitsAnonymous || read.length > 1);
  const advised = advice.cache ? [...advice.identitySources, ...(advice.behindCatchAll ?? [])] : [];
  const allowed = [...advised, ...(isFree ? [] : read)];
  const needless = sources.filter((source) => isOfClient(source) && !includes(allowed, source));
  if (needless.length === 0) return null;
  const wanted = advice.cache ? advice.identitySources : isFree ? [] : read;
  return {
    problem: `API Gateway refuses requests without ${needless.join(', ')} (401) and does not invoke the authorizer, which does not need it.`,
    change: `${setSources(authorizer, wanted)}.`,
  };
}

function setSources(
  { identitySources: { name } }: Caching['authorizer'],
  sources: readonly string[],
): string {
  return `Set the identity sources (\`${name}\`) to ${sources.length === 0 ? 'none' : sources.join(', ')}`;
}

/** Whether clients may leave the value out. Those of the context are always there. */
function isOfClient(source: string): boolean {
  return /request\.(?:header|querystring)\./.test(source);
}

/** Names of headers ignore case. */
function includes(sources: readonly string[], wanted: string): boolean {
  const normal = (source: string) => (source.includes('.header.') ? source.toLowerCase() : source);
  return sources.some((source) => normal(source) === normal(wanted));
}

/** Why a key with the route of the API does not tell the declared routes apart; `null` if it does. */
function sharedRoute({ served, api }: Subject): string | null {
  for (const key of served.declared) {
    for (const verb of verbsOf(key)) {
      const found = served.routeFor(key, verb);
      if (found === null) continue;
      // The key of REST APIs has the method of the request, not `ANY`.
      const template = api.kind === 'rest' ? found.route.key.replace(/^ANY /, `${verb} `) : found.route.key;
      if (fitsTemplate(key, template)) continue;
      return `The route '${found.route.key}' of the API also takes requests to which other rules than those of '${key.key}' apply, so the path must be part of the key.`;
    }
  }
  return null;
}
