import { type AudiencesLine, type NoticeSource, once } from '../invocation/notice.ts';
import type { ApiBook } from '../rules/api-books.ts';
import { looksLikeClientId } from '../token/auth0-profile.ts';
import type { AuthorizerSettings } from './settings.ts';

const ADVICE =
  'A token for one of these audiences is accepted as if it were for the others. If they are different APIs, separate them ' +
  'with the rule `audience`, with `apis`, or with `domain: [{ domain, audience }]`. If they are one API, list them all in ' +
  '`rules.audience`.';

/**
 * Returns the notice `authorizer audiences` for the log: once, with the first decision, if several audiences are
 * exchangeable. `null` if they are not.
 */
export function audienceNotice(settings: AuthorizerSettings): NoticeSource | null {
  const found = settings.books.all.map((book) => [book, exchangeable(book, settings)] as const);
  const concerned = found.filter(([, audiences]) => audiences.size > 0);
  if (concerned.length === 0) return null;
  const apis = concerned.flatMap(([{ api }]) => api ?? []);
  const line = {
    audiences: [...new Set(concerned.flatMap(([, audiences]) => [...audiences]))],
    ...(apis.length > 0 ? { apis } : {}),
    advice: ADVICE,
  };
  return warningOnce('authorizer audiences', line);
}

const CLIENT_ID_ADVICE =
  'The audience has the form of a client ID. Access tokens for an API have the identifier of the API in Auth0 as audience: ' +
  'configure that. ID tokens have the client ID, and are refused.';

/**
 * Returns the notice `authorizer client ID as audience` for the log: once, with the first decision, if an audience that an
 * issuer of Auth0's may use has the form of a client ID. `null` if none has it.
 */
export function clientIdNotice({ verifier }: AuthorizerSettings): NoticeSource | null {
  const accepted = [...verifier.audiencesOf].flatMap(([issuer, audiences]) =>
    verifier.auth0Issuers.has(issuer) ? audiences : [],
  );
  const audiences = [...new Set(accepted.filter(looksLikeClientId))];
  if (audiences.length === 0) return null;
  return warningOnce('authorizer client ID as audience', { audiences, advice: CLIENT_ID_ADVICE });
}

function warningOnce(message: string, line: AudiencesLine): NoticeSource {
  return once(() => ({ level: 'warn', message, line }));
}

/** The audiences that an API takes from one issuer, if there are several and no rule separates them. */
function exchangeable(
  { audiencesOf, rules }: ApiBook,
  { verifier }: AuthorizerSettings,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (rules.enforced.has('audience')) return found;
  for (const [issuer, accepted] of verifier.audiencesOf) {
    const demanded = audiencesOf(issuer);
    const taken = demanded === null ? accepted : accepted.filter((one) => demanded.includes(one));
    if (taken.length > 1) for (const one of taken) found.add(one);
  }
  return found;
}
