import type { RouteKey } from '../../routes/route-key.ts';
import type { Finding } from '../finding.ts';
import { verbsOf } from '../route-patterns.ts';
import type { Subject } from '../subject.ts';

/** Declared routes that no route of the API takes. */
export function* missingRoutes({ api, served }: Subject): Iterable<Finding> {
  for (const key of served.declared) {
    if (isServed(key, served)) continue;
    yield {
      code: 'missing_route',
      // Routes that the document lacks may take them.
      severity: api.isWhole ? 'error' : 'warning',
      place: api.place,
      problem: `\`routes\` declares '${key.key}', but no route of the API takes its requests.`,
      change: `Add the route to the API, or correct or remove \`routes['${key.key}']\`. Routes differ by method, by case and by segments.`,
    };
  }
}

/** `$default` of the options is for what no other route takes: it needs no route of its own. */
function isServed(key: RouteKey, served: Subject['served']): boolean {
  return key.kind === 'default' || verbsOf(key).some((verb) => served.routeFor(key, verb) !== null);
}
