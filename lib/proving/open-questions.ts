import {
  ANY_CASE,
  ARN_PARTS_LITERAL,
  AS_MODELLED,
  CONDITIONS_NEVER_HOLD,
  DECODED_BEFORE_ROUTING,
  HEADER_BY_LETTER,
  NO_STAR,
  NOT_CACHED,
  NOT_RESOURCE_MALFORMED,
  PATH_FIRST,
  ROUTED_AS_SENT,
  routing,
  WITHOUT_CONDITIONS,
  WITHOUT_DENIES,
} from './model-changes.ts';
import { byHand, byOutcome, byRoute, type OpenQuestion } from './open-question.ts';

/** The longest TTL of API Gateway. */
const LONGEST_TTL_S = 3600;

const EITHER = 'REST and HTTP APIs';

const POLICIES: readonly OpenQuestion[] = [
  {
    id: 'arn-path',
    scope: 'HTTP APIs',
    question: 'Is the path in the ARN of a request decoded?',
    matters: 'A pattern for one form does not match the other, so that a cached Deny may be evaded.',
    safeSide:
      'Both forms are judged, and both must pass. Cached policies deny both forms, as far as IAM has patterns.',
    found: byOutcome(['no, as sent', AS_MODELLED], ['yes, once', { arnPath: 'decoded' }]),
  },
  {
    id: 'deny-patterns',
    scope: EITHER,
    question: 'Does a Deny in a policy apply, with patterns such as `*//*` and `*%2F*`?',
    matters:
      'A cached policy would allow ambiguous paths, and declared routes that overlap with allowed ones.',
    safeSide: 'An ambiguous path is refused whenever it is judged. A TTL of 0 judges every request.',
    found: byOutcome(['yes', AS_MODELLED], ['no', WITHOUT_DENIES]),
  },
  {
    id: 'arn-wildcards',
    scope: EITHER,
    question: 'May `*` stand for the region, the account and the API in a `Resource`?',
    matters:
      'Most patterns that deny ambiguous paths are written in this way, because it is shorter. They would have no effect.',
    safeSide: 'Only Deny patterns use it. An Allow names the API and the stage.',
    found: byOutcome(['yes', AS_MODELLED], ['no, it matches nothing', ARN_PARTS_LITERAL]),
  },
  {
    id: 'conditions',
    scope: EITHER,
    question: 'Are conditions in the policy of a Lambda authorizer evaluated?',
    matters: 'With the option `conditions`, every request would be refused if conditions were ignored.',
    safeSide: '`conditions` is off by default.',
    found: byOutcome(
      ['yes', AS_MODELLED],
      ['no, they are ignored', WITHOUT_CONDITIONS],
      ['no, such a statement never applies', CONDITIONS_NEVER_HOLD],
    ),
  },
  {
    id: 'not-resource',
    scope: EITHER,
    question: 'Is `NotResource` accepted in the policy of a Lambda authorizer?',
    matters: 'With the option `denyRest`, every allowed request would fail with a 5xx.',
    safeSide: '`denyRest` is off by default.',
    found: byOutcome(['yes', AS_MODELLED], ['no, the policy is malformed', NOT_RESOURCE_MALFORMED]),
  },
  {
    id: 'deny-characters',
    scope: EITHER,
    question: 'May the `Resource` of a Deny contain `\\`, control characters or characters beyond ASCII?',
    matters: 'A policy that is refused as malformed answers a 5xx.',
    safeSide: "A Deny of a request's own path holds `?` for each of them. An Allow contains none.",
    found: byHand('Return a policy with such a Deny from an authorizer of your own; a 5xx means no.'),
  },
  {
    id: 'policy-variables',
    scope: EITHER,
    question: 'Are the escapes `${*}` and `${?}` of IAM supported?',
    matters: 'Without them no policy can name a path that contains `*` or `?`.',
    safeSide: 'Such a path is refused (`inexpressible_path`) if an answer must be for this path alone.',
    found: byHand(
      'Allow `.../users/${*}` from an authorizer of your own. Request `/users/*` and `/users/a`.',
    ),
  },
  {
    id: 'policy-size',
    scope: EITHER,
    question: 'How large may a policy be?',
    matters: 'A policy beyond the limit fails with a 5xx. AWS documents 8 KB for WebSocket APIs only.',
    safeSide: 'All answers of this package stay within 8 KB.',
    found: byHand('Pad the policy of an authorizer of your own with unused resources: 8, 16, 32 KB.'),
  },
  {
    id: 'resource-policy',
    scope: 'REST APIs',
    question: "Does an Allow in the resource policy open what the authorizer's policy leaves implicit?",
    matters: 'The resource policy would let callers pass that the rules refuse.',
    safeSide: 'Denials are explicit as far as patterns can express them; `denyRest` adds the rest.',
    found: byHand(
      'Attach a resource policy with an Allow to a test stage, and request a route that is not declared.',
    ),
  },
];

const ROUTING: readonly OpenQuestion[] = [
  {
    id: 'case',
    scope: EITHER,
    question: 'Is routing case-sensitive?',
    matters: '`/Admin` would reach the backend of `/admin` by the rules of another route.',
    safeSide: "Paths are compared by the letter. `undeclared: 'deny'`, the default, refuses other spellings.",
    found: byRoute(['yes', AS_MODELLED], ['no', ANY_CASE]),
  },
  {
    id: 'final-slash',
    scope: EITHER,
    question: 'Is a slash at the end of a path ignored?',
    matters: '`/admin/` would reach the backend of `/admin` by the rules of another route.',
    safeSide: 'On REST APIs the rules of both spellings must pass. On HTTP APIs they are two paths.',
    found: byRoute(
      ['yes', routing((path) => path.replace(/(?<=.)\/$/, ''))],
      // Routing of REST APIs drops one of them.
      ['no', routing((path) => path.replace(/(?<=.)\/$/, '//'))],
    ),
  },
  {
    id: 'double-slash',
    scope: EITHER,
    question: 'Are double slashes inside a path collapsed before routing?',
    matters: 'The path that is routed would differ from the path in the ARN.',
    safeSide: 'Paths with `//` are refused, from the cache too.',
    found: byRoute(['no', AS_MODELLED], ['yes', routing((path) => path.replace(/\/{2,}/g, '/'))]),
  },
  {
    id: 'encoded-slash',
    scope: 'REST APIs',
    question: 'Is a path routed as it was sent, or decoded first?',
    matters: '`/admin%2Fkeys` would reach the backend of `/admin/keys` by the rules of another route.',
    safeSide: 'Encoded slashes are refused, from the cache too, unless `encodedSlashes` names the parameter.',
    found: byRoute(['as sent', AS_MODELLED], ['decoded first', DECODED_BEFORE_ROUTING]),
  },
  {
    id: 'decoded-path',
    scope: 'HTTP APIs',
    question: 'Is a path decoded before routing?',
    matters: 'A path with `%2F` reaches another route than its text says.',
    safeSide: 'Both forms are judged. Encoded slashes are refused.',
    found: byRoute(['yes, once', AS_MODELLED], ['no', ROUTED_AS_SENT]),
  },
  {
    id: 'final-space',
    scope: EITHER,
    question: 'Does an encoded space at the end of a path count when API Gateway chooses the route?',
    matters: 'Many backends drop it: `/admin%20` is then answered as `/admin`.',
    safeSide: 'Such paths are refused, from the cache too.',
    found: byRoute(['yes', AS_MODELLED], ['no', routing((path) => path.replace(/(?:%20)+$/, ''))]),
  },
  {
    id: 'star',
    scope: EITHER,
    question: 'Does a `*` in a path reach the authorizer?',
    matters: 'A policy that repeats the ARN of the request would allow every path.',
    safeSide: 'Text of the client never becomes a pattern of an Allow.',
    found: byRoute(['yes', AS_MODELLED], ['no, such a request has no route', NO_STAR]),
  },
  {
    id: 'method-fallback',
    scope: EITHER,
    question: 'Does a request pass on to a less specific route if the best one does not have its method?',
    matters: 'A method that nobody thought of reaches a catch-all.',
    safeSide: 'The rules of every route that the request may belong to must pass.',
    found: byRoute(['yes', AS_MODELLED], ['no', PATH_FIRST]),
  },
  {
    id: 'method-override',
    scope: 'REST APIs',
    question: 'Which method does the ARN have after `X-HTTP-Method-Override`?',
    matters: 'A policy would be evaluated for another method than the one that runs.',
    safeSide: 'Events in which the two differ are refused. TOKEN events show the ARN alone.',
    found: byHand(
      'Send POST with `X-HTTP-Method-Override: DELETE` to a test stage, and compare event and ARN.',
    ),
  },
  {
    id: 'mapping',
    scope: EITHER,
    question: 'Is the base path mapping of a custom domain part of the path in the ARN?',
    matters: 'Declared paths would not match: every request is refused as undeclared.',
    safeSide: 'The package takes paths as they arrive, and never removes a part.',
    found: byHand('Run `prove` against the custom domain and against the address of the stage, and compare.'),
  },
  {
    id: 'backend-path',
    scope: EITHER,
    question: 'Do HTTP backends behind a proxy integration get the path decoded or as sent?',
    matters: 'The backend may read another path than the one that was judged.',
    safeSide: 'Every path that reads differently once it is decoded is refused.',
    found: byHand('Put an echo server behind `{proxy+}`, and send encoded characters.'),
  },
];

const CACHE: readonly OpenQuestion[] = [
  {
    id: 'cached-after-exp',
    scope: EITHER,
    question: 'Does a cached allow outlive the token?',
    matters: 'A caller whose token has expired passes for the rest of the TTL.',
    safeSide:
      '`identitySources` lists `maxTtl` where a rule depends on time; a TTL of 0 judges every request.',
    found: byOutcome(
      ['yes, as the TTL allows', { ttl: LONGEST_TTL_S }],
      ['no, every request is judged', NOT_CACHED],
    ),
  },
  {
    id: 'header-case',
    scope: 'REST APIs',
    question: 'Does the name of an identity source count by the letter?',
    matters: 'Clients that send `authorization` in lower case would get a 401.',
    safeSide: 'A wrong answer only refuses.',
    found: byOutcome(['no, any case will do', AS_MODELLED], ['yes', HEADER_BY_LETTER]),
  },
  {
    id: 'cached-failures',
    scope: EITHER,
    question: 'Are failed invocations cached, and do cached answers survive a deployment?',
    matters: 'A short outage would last for the TTL; new rules would apply only after it.',
    safeSide: 'No decision depends on it. Flush the cache after a deployment that takes rights away.',
    found: byHand(
      'Count invocations of an authorizer that throws twice, and of one before and after a deployment.',
    ),
  },
];

const ANSWERS: readonly OpenQuestion[] = [
  {
    id: 'thrown-unauthorized',
    scope: 'HTTP APIs',
    question: 'What does a client get if the authorizer throws `Unauthorized`?',
    matters: 'A 500 counts as a failure of the API, and clients retry it.',
    safeSide: "HTTP APIs get a denying answer, so a 403, unless `unauthorized: 'throw'` is set.",
    found: byHand("Set `unauthorized: 'throw'` on a test stage, and send an expired token."),
  },
  {
    id: 'gateway-response-types',
    scope: 'REST APIs',
    question: 'Which gateway response answers a crash, a timeout and a malformed answer of the authorizer?',
    matters: 'A response without CORS headers hides the status from browsers.',
    safeSide: '`gatewayResponses` sets them all.',
    found: byHand(
      'Give each gateway response a header of its own on a test stage, and let the authorizer fail.',
    ),
  },
  {
    id: 'appsync-failures',
    scope: 'other APIs',
    question: 'What does AppSync answer if its authorizer throws or runs out of time?',
    matters: 'A client cannot tell a fault from a refusal.',
    safeSide: 'Refusals are answers, faults are thrown; neither lets a request pass.',
    found: byHand('Let an authorizer of a test API throw for one token, and note the status.'),
  },
];

/** Every open question, by subject. SECURITY.md lists them, and `prove` answers what it can. */
export const OPEN_QUESTIONS: readonly OpenQuestion[] = [...POLICIES, ...ROUTING, ...CACHE, ...ANSWERS];
