import type { ExplainedDecision, ExplainedRule, Explanation } from '../explaining/explanation.ts';
import type { Trace, TraceStep } from './page-data.ts';

/** An explanation as the steps of a request through the chain. */
export function traceOf(explanation: Explanation): Trace {
  const { client, policy, log, rules } = explanation;
  const { status, headers, body } = client;
  return {
    steps: [
      readStep(explanation),
      tokenStep(explanation),
      routeStep(explanation),
      ...rules.map(ruleStep),
      decisionStep(explanation),
    ],
    client: { status, headers, body },
    policy: policy?.document ?? null,
    log,
  };
}

function readStep({ request }: Explanation): TraceStep {
  const title = 'Event read';
  if (request === null)
    return { title, state: 'fault', reason: 'The event is not one of a Lambda authorizer.' };
  const { gateway, method, path, credential } = request;
  const what = method === null ? gateway : `${method} ${path} on ${gateway}`;
  const held =
    credential === 'token' ? 'with a token' : credential === 'none' ? 'without a token' : credential;
  return { title, state: 'passed', reason: `${what}, ${held}.` };
}

function tokenStep({ request, token, decision }: Explanation): TraceStep {
  const title = 'Token verified';
  if (request === null) return { title, state: 'open', reason: 'No event, no token.' };
  if (refusesToken(decision)) return { title, state: 'refused', reason: decision.advice };
  if (token !== null) {
    const { caller = 'unknown', issuer = 'the test issuer' } = token;
    return {
      title,
      state: 'passed',
      reason: `Signature, time, issuer and audience are right. Caller: ${caller}, issuer: ${issuer}.`,
    };
  }
  return {
    title,
    state: 'passed',
    reason: 'There is none, and the authorizer admits callers without one on some routes.',
  };
}

/** Whether the request ended before a rule: at its credential. */
function refusesToken(
  decision: ExplainedDecision,
): decision is Extract<ExplainedDecision, { readonly outcome: 'deny' }> {
  return decision.outcome === 'deny' && decision.status === 401 && decision.rule === undefined;
}

function routeStep({ route, decision }: Explanation): TraceStep {
  const title = 'Route found';
  if (route === null) return { title, state: 'open', reason: 'Not looked for.' };
  if (refusesToken(decision)) return { title, state: 'open', reason: `Not reached. ${route.why}` };
  const state = route.found === 'refused' ? 'refused' : 'passed';
  return { title, state, reason: route.why };
}

function ruleStep({ rule, option, verdict, enforced, judged, detail, code }: ExplainedRule): TraceStep {
  const title = `Rule ${rule}`;
  const where = option === null ? 'On by default' : `Declared in ${option}`;
  const why = [code, detail].filter((part) => part !== undefined).join(': ');
  const because = why === '' ? '' : ` ${why}.`;
  if (judged === 'judged') {
    const state = verdict === 'refused' && !enforced ? 'reported' : STATES[verdict];
    return { title, state, reason: `${where}.${because}` };
  }
  const would = verdict === 'not reached' ? '' : ` It would be ${verdict}.${because}`;
  return { title, state: 'open', reason: `${where}. An earlier step ended the judging.${would}` };
}

const STATES: Readonly<Record<ExplainedRule['verdict'], TraceStep['state']>> = {
  passed: 'passed',
  refused: 'refused',
  fault: 'fault',
  'not reached': 'open',
};

function decisionStep({ decision }: Explanation): TraceStep {
  const title = 'Decision';
  switch (decision.outcome) {
    case 'allow':
      return { title, state: 'passed', reason: 'allow' };
    case 'deny':
      return {
        title,
        state: 'refused',
        reason: `${decision.code} (${decision.status}). ${decision.advice}`,
      };
    case 'fault':
      return { title, state: 'fault', reason: `${decision.code}. ${decision.advice}` };
  }
}
