import { type Finding, undecided } from '../finding.ts';
import { isOurs, type Subject } from '../subject.ts';

/** Which authorizers the options are for: several of one API, or one that is not in the document. */
export function* authorizersOfApi(subject: Subject): Iterable<Finding> {
  const { api, routes, authorizers, assumptions } = subject;
  const names = new Set(authorizers.map(({ name }) => name));
  const [first] = names;
  if (assumptions.authorizer === null && names.size > 1) {
    yield {
      code: 'several_authorizers',
      severity: 'warning',
      place: api.place,
      problem: `The API has several Lambda authorizers: ${[...names].join(', ')}. All of them are checked against these options.`,
      change: `Name the one that the options are for: \`--authorizer ${first}\`.`,
    };
  }
  for (const { route } of routes) {
    const { guard, place } = route;
    if (guard.kind !== 'lambda' || !isOurs(guard, subject) || names.has(guard.authorizer)) continue;
    names.add(guard.authorizer);
    yield undecided({
      place,
      text: `The authorizer ${guard.authorizer} is not in the document, so its identity sources and its TTL cannot be checked`,
    });
  }
}
