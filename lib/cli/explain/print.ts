import type {
  ExplainedCache,
  ExplainedDecision,
  ExplainedRule,
  ExplainedToken,
  Explanation,
  ReplayedRoute,
} from '../../explaining/explanation.ts';
import { type Coloured, coloured, type Output } from '../output.ts';

type Line = readonly (string | Coloured)[];

/** How many lines of one kind are printed; `--json` has all. */
const MOST = 20;
/** Width of the titles. */
const WIDTH = 10;

/** Prints an explanation for people. */
export function writeExplanation(out: Output, explanation: Explanation): void {
  for (const line of decisionLines(explanation.decision)) out.write(...line, '\n');
  const sections: readonly (readonly [title: string, lines: readonly Line[]])[] = [
    ['Request', requestLines(explanation)],
    ['Token', tokenLines(explanation.token)],
    ['Route', routeLines(explanation)],
    ['Rules', explanation.rules.map(ruleLine)],
    ['Client', clientLines(explanation)],
    ['Policy', policyLines(explanation)],
    ['Cache', cacheLines(explanation.cache)],
    ['Change', explanation.remedies.map(({ where, change }) => [`${where.padEnd(8)} ${change}`])],
    ['Notices', noticeLines(explanation)],
    ['Note', explanation.caveats.map((caveat) => [caveat])],
  ];
  for (const [title, lines] of sections) writeSection(out, title, lines);
}

function writeSection(out: Output, title: string, lines: readonly Line[]): void {
  for (const [index, line] of lines.entries()) {
    if (index === 0) out.write('\n', coloured('bold', title.padEnd(WIDTH)), ...line, '\n');
    else out.write(' '.repeat(WIDTH), ...line, '\n');
  }
}

const OUTCOME_COLOURS = { allow: 'green', deny: 'red', fault: 'yellow' } as const;

function decisionLines(decision: ExplainedDecision): readonly Line[] {
  const { outcome } = decision;
  const word = coloured(OUTCOME_COLOURS[outcome], outcome);
  if (outcome === 'allow') return [[word]];
  const about =
    outcome === 'deny' ? `${decision.status} ${decision.code}` : `${decision.code}: ${decision.error}`;
  const rule = decision.rule === undefined ? '' : `, rule ${decision.rule}`;
  const detail = outcome === 'deny' && decision.detail !== undefined ? `: ${decision.detail}` : '';
  return [[word, ` ${about}${rule}${detail}`], [decision.advice]];
}

function requestLines({ request, route }: Explanation): readonly Line[] {
  if (request === null) return [['cannot be read']];
  const { gateway, api, method, path, otherPaths, gatewayRoute, clientIp, credential } = request;
  const what = [method, path].filter((part) => part !== null).join(' ');
  const from = clientIp === null ? '' : `, from ${clientIp}`;
  return [
    [`${what === '' ? 'no method and path' : what}  (${gateway}${api === null ? '' : `, ${api}`}${from})`],
    ...(otherPaths.length === 0 ? [] : [[`the event writes the path as ${otherPaths.join(' and ')} too`]]),
    ...(gatewayRoute === null || route?.keys[0] === gatewayRoute
      ? []
      : [[`route of the gateway: ${gatewayRoute}`]]),
    ...(credential === 'token'
      ? []
      : [[credential === 'none' ? 'no token' : `no usable token: ${credential}`]]),
  ];
}

const VERIFIED: Readonly<Record<ExplainedToken['verified'], string>> = {
  signature: 'verified',
  resigned: 'NOT VERIFIED: the signature was not checked',
  refused: 'NOT VERIFIED: refused before it was proven',
};

function tokenLines(token: ExplainedToken | null): readonly Line[] {
  if (token === null) return [];
  const { verified, issuer, kid, keys, caller, claims, shown, expiresIn } = token;
  const key = kid === undefined ? '' : `, key ${kid}${keys === undefined ? '' : ` (${keys})`}`;
  const by = issuer === undefined || verified === 'resigned' ? '' : `, issuer ${issuer}${key}`;
  return [
    [coloured(verified === 'signature' ? 'green' : 'yellow', VERIFIED[verified]), by],
    ...(caller === undefined ? [] : [[`caller: ${caller}${expiryText(expiresIn)}`]]),
    ...(claims.length === 0 ? [] : [[`claims: ${claims.join(', ')}`]]),
    ...Object.entries(shown).map(([name, value]) => [`  ${name}: ${JSON.stringify(value)}`]),
  ];
}

function expiryText(seconds = 0): string {
  return seconds < 0 ? `; expired ${-seconds} s ago` : `; expires in ${seconds} s`;
}

function routeLines({ route }: Explanation): readonly Line[] {
  if (route === null) return [];
  const { found, keys, why, candidates } = route;
  const others = candidates.filter(({ fits }) => fits !== 'applies');
  return [
    [found === 'routes' ? keys.join(' and ') : found === 'undeclared' ? 'no declared route' : 'none'],
    // The decision says why there is none.
    ...(found === 'refused' ? [] : [[why]]),
    ...shortened(others.map((one) => [`${one.fits.padEnd(13)} ${one.route}`])),
  ];
}

const RULE_COLOURS = { passed: 'green', refused: 'red', fault: 'yellow', 'not reached': 'dim' } as const;

function ruleLine({ rule, option, verdict, enforced, judged, code, detail }: ExplainedRule): Line {
  const reason = [code, detail].filter((part) => part !== undefined).join(': ');
  const notes = [
    reason,
    enforced ? '' : 'reports only',
    judged === 'after' ? 'not reached; it would say this' : '',
  ].filter((note) => note !== '');
  return [
    coloured(RULE_COLOURS[verdict], verdict.padEnd(11)),
    ` ${rule.padEnd(14)} ${option ?? 'on by default'}`,
    notes.length === 0 ? '' : `  (${notes.join('; ')})`,
  ];
}

function clientLines({ client }: Explanation): readonly Line[] {
  const { from, status, headers, body, note } = client;
  return [
    [from === 'backend' ? 'goes on to the backend' : `${status} ${body ?? ''}`],
    ...Object.entries(headers).map(([name, value]) => [`${name}: ${value}`]),
    ...(note === undefined ? [] : [[note]]),
  ];
}

function policyLines({ policy }: Explanation): readonly Line[] {
  if (policy === null) return [];
  const { allows, denies, bytes, shortfall, leftOut, document } = policy;
  const left = shortfall === 'partial' ? `; partial, ${leftOut} routes of the caller are left out` : '';
  const own = shortfall === 'request' ? '; for this request alone' : '';
  const does =
    allows + denies === 0
      ? 'this gateway has none of the declared routes'
      : `allows ${allows} and denies ${denies} of the declared routes`;
  return [
    [`${does}; ${bytes} bytes${left}${own}`],
    ...(document === undefined
      ? []
      : JSON.stringify(document, null, 2)
          .split('\n')
          .map((line) => [line])),
  ];
}

function cacheLines(cache: ExplainedCache | null): readonly Line[] {
  if (cache === null) return [];
  const { advice, routes } = cache;
  return [...adviceLines(advice), ...replayLines(routes, advice.cache)];
}

function adviceLines(advice: ExplainedCache['advice']): readonly Line[] {
  if (!advice.cache) return [[`must not be cached: ${advice.reason}`]];
  const { identitySources, maxTtl } = advice;
  const key = identitySources.length === 0 ? 'the token' : identitySources.join(', ');
  return [[`may be cached under ${key}${maxTtl === undefined ? '' : `, for at most ${maxTtl} s`}`]];
}

/** Differences first: they are why a cached answer surprises. */
function replayLines(routes: readonly ReplayedRoute[], isCached: boolean): readonly Line[] {
  if (routes.length === 0) return [];
  const differ = routes.filter(({ fresh, cached }) => fresh !== cached);
  const same = routes.filter(({ fresh, cached }) => fresh === cached);
  return [
    [
      isCached
        ? 'the answer, repeated from the cache on other routes under the same key:'
        : 'if the API cached it all the same, the answer would do this on other routes:',
    ],
    ...shortened(differ.map(differenceLine)),
    ...shortened(same.map(({ route, cached }) => [...verdictWord(cached), ` ${route}`])),
  ];
}

function differenceLine({ route, fresh, cached }: ReplayedRoute): Line {
  const judged = fresh === 'depends' ? 'depends on the request' : `is ${fresh}`;
  return [...verdictWord(cached), ` ${route}  (a fresh decision ${judged})`];
}

function verdictWord(verdict: 'allow' | 'deny'): Line {
  return [coloured(OUTCOME_COLOURS[verdict], verdict.padEnd(5))];
}

function shortened(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= MOST) return lines;
  return [...lines.slice(0, MOST), [coloured('dim', `and ${lines.length - MOST} more (--json has all)`)]];
}

/** The advice on the cache is in a section of its own; of a set-up notice only its warning is more. */
function noticeLines({ notices }: Explanation): readonly Line[] {
  return notices.flatMap(({ message, line }): readonly Line[] => {
    const { warning, advice } = line as { readonly warning?: string; readonly advice?: string };
    const text = message === 'authorizer set-up' ? warning : advice;
    return text === undefined ? [] : [[`${message}: ${text}`]];
  });
}
