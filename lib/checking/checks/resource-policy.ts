import { type Finding, undecided } from '../finding.ts';
import { gatewayKindOf, type Subject } from '../subject.ts';

/**
 * A resource policy of a REST API that allows requests by itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function* resourcePolicy({ options, api, authorizers }: Subject): Iterable<Finding> {
  const policy = api.resourcePolicy;
  const [authorizer] = authorizers;
  if (policy === null || authorizer === undefined || options.settings.denyRest) return;
  const { place, allows } = policy;
  if (allows === 'undecided') {
    yield undecided({ place, text: 'Whether the resource policy allows requests is not in the document' });
  }
  if (allows !== 'yes') return;
  const { implicit = [] } = options.adviceFor(gatewayKindOf(api, authorizer));
  const routes = implicit.map((key) => `'${key}'`).join(', ');
  yield {
    code: 'resource_policy',
    severity: implicit.length === 0 ? 'warning' : 'error',
    place,
    problem: `The resource policy allows requests. API Gateway then also allows what a policy of the authorizer denies implicitly${implicit.length === 0 ? '' : `, to some callers ${routes}`}.`,
    change: 'Leave the Allow out of the resource policy, or set `denyRest: true` in the options.',
  };
}
