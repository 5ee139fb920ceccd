import type { AuthorizationRequest } from '../../gateways/gateway.ts';
import { refuseUnsent } from '../../gateways/unsent.ts';
import type { OwnText } from '../../policy-compiler/own-text.ts';
import { organizationName } from '../../token/organization.ts';
import type { AccessTokenClaims, VerifiedToken } from '../../token/verified-token.ts';
import { refuse } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Subject, type Verdict } from '../rule.ts';
import { headerName } from './header-proof.ts';

const RULE = 'organization';

const mismatch = (detail: string) => refused({ code: 'organization_mismatch', rule: RULE, detail });

/** RFC 3986 unreserved characters, and no dot segment: in a path and in a policy such a text means only itself. */
const PLAIN = /^(?!\.{1,2}$)[\w.~-]+$/;

export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** A claim that `matches` compares with. Its text is `undefined` unless it is plain. */
export interface OwnClaim extends OwnText {
  /** The text, plain or not. */
  read(claims: AccessTokenClaims): string | undefined;
  /** Passes a token that has the text. */
  judge(claims: AccessTokenClaims): Verdict;
}

function ownClaim(
  name: 'org_id' | 'org_name',
  read: OwnText['of'],
  size: Pick<OwnText, 'prefix' | 'maxLength'>,
): OwnClaim {
  const missing = refused({ code: 'organization_required', rule: RULE, detail: `the token has no ${name}` });
  const notPlain = mismatch(`${name} has other characters than A-Z a-z 0-9 - . _ ~`);
  return {
    name,
    ...size,
    read,
    of(claims) {
      const text = read(claims);
      return text !== undefined && isPlain(text) ? text : undefined;
    },
    judge(claims) {
      const text = read(claims);
      if (text === undefined) return missing;
      return isPlain(text) ? PASSED : notPlain;
    },
  };
}

/** The claims by the option `by`. Auth0's ids have 20 characters, names at most 50. */
export const OWN = {
  id: ownClaim('org_id', ({ org_id }) => org_id, { prefix: 'org_', maxLength: 24 }),
  name: ownClaim('org_name', organizationName, { prefix: '', maxLength: 50 }),
} as const;

/**
 * Compiles `matches`: the caller must be a member, and the request must contain the text of the claim.
 *
 * @param member - the rule without `matches`
 * @param path - dotted path of the rule
 * @throws {OptionError}
 */
export function matchingRule(member: Rule, own: OwnClaim, matches: unknown, path: string): Rule {
  const [, kind, name = ''] = (typeof matches === 'string' && /^(path|header):(.+)$/.exec(matches)) || [];
  if (kind === 'path') return { ...member, forRoute: routeRules(member, own, name, path) };
  if (kind !== 'header') refuse(`${path}.matches`, "must be 'path:<parameter>' or 'header:<name>'");
  const header = headerName(name, `${path}.matches`);
  if (header === 'authorization' || header === 'cookie') {
    refuse(`${path}.matches`, 'is a header that names no organization: write the one that does');
  }
  return {
    ...withPart(member, own, ({ request }, text) => judgeHeader(request, header, text)),
    inputs: [`header:${header}`],
  };
}

/** Makes the rules of routes: one for each place of the parameter. */
function routeRules(
  member: Rule,
  own: OwnClaim,
  parameter: string,
  declaredAt: string,
): NonNullable<Rule['forRoute']> {
  const bySegment = new Map<number, Rule>();
  return (route, path = declaredAt) => {
    const segments = route?.kind === 'path' ? route.segments : [];
    const segment = segments.findIndex((one) => one.kind === 'parameter' && one.name === parameter);
    if (segment === -1) {
      const lacking = route === null ? 'undeclared paths do' : `'${route.key}' does`;
      refuse(
        `${path}.matches`,
        `names the parameter {${parameter}}, which ${lacking} not have: set the rule on routes with {${parameter}}, or switch it off on the others with \`organization: false\``,
      );
    }
    const rule = bySegment.get(segment) ?? {
      ...withPart(member, own, (subject, text) => judgePath(subject, segment, text)),
      binding: { segment, own, caller: member },
    };
    bySegment.set(segment, rule);
    return rule;
  };
}

/** The rule for members that judges the request, too. */
function withPart(
  { memo: _, ...member }: Rule,
  own: OwnClaim,
  part: (subject: Subject, text: string) => Verdict,
): Rule {
  return {
    ...member,
    judge(subject, findings) {
      const verdict = member.judge(subject, findings) as Verdict;
      if (verdict.kind !== 'passed') return verdict;
      // A member's text is plain.
      return part(subject, own.read((subject.token as VerifiedToken).claims) as string);
    },
  };
}

function judgeHeader({ gateway, headers }: AuthorizationRequest, name: string, own: string): Verdict {
  const unsent = refuseUnsent(gateway, 'headers', RULE, 'matches');
  if (unsent !== null) return refused(unsent);
  const named = headers[name];
  if (named === own) return PASSED;
  return mismatch(named === undefined ? `no header ${name}` : `the header ${name} names another`);
}

const SHIFTED = mismatch('the path does not fit the route that the event names');
const OTHER_PATH = mismatch('the path names another');

/** Every form of the path must have the text itself. */
function judgePath({ request, isShifted }: Subject, segment: number, own: string): Verdict {
  if (isShifted) return SHIFTED;
  const names = (path: string) => hasSegment(path, segment, own);
  return names(request.path as string) && request.otherPaths.every(names) ? PASSED : OTHER_PATH;
}

/** Whether `path.split('/')[segment + 1]` is the text; without a list, since each request is judged. */
function hasSegment(path: string, segment: number, text: string): boolean {
  let slash = 0;
  for (let left = segment; left > 0 && slash !== -1; left -= 1) slash = path.indexOf('/', slash + 1);
  // 0 if the path has no such segment: each path begins with a slash, and the text has none.
  const start = slash + 1;
  const end = path.indexOf('/', start);
  return (end === -1 ? path.length : end) === start + text.length && path.startsWith(text, start);
}
