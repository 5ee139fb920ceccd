import type { DeployedAuthorizer } from '../deployed-api.ts';
import { type Finding, undecided } from '../finding.ts';
import { knownOf } from '../setting.ts';
import type { Subject } from '../subject.ts';

/**
 * Payload format and responses of HTTP APIs against `httpApiResponse`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function* responseFormat({ options, api, authorizers }: Subject): Iterable<Finding> {
  if (api.kind !== 'http') return;
  const { httpApiResponse } = options.settings.serializer;
  for (const authorizer of authorizers) {
    for (const { value, name, place } of [authorizer.payloadFormat, authorizer.simpleResponses]) {
      if (value.kind === 'undecided') yield undecided({ place, text: `\`${name}\` is ${value.text}` });
    }
    yield* payloadFormat(authorizer, httpApiResponse);
    yield* simpleResponses(authorizer, httpApiResponse);
  }
}

type Response = 'iam' | 'simple';

function* payloadFormat(
  { payloadFormat: setting }: DeployedAuthorizer,
  expected: Response,
): Iterable<Finding> {
  const version = setting.value.kind === 'missing' ? 'missing' : knownOf(setting);
  if (version === null || version === '2.0') return;
  if (version === '1.0' && expected === 'iam') return;
  const why = expected === 'simple' ? "`httpApiResponse: 'simple'` needs" : 'HTTP APIs need';
  yield {
    code: 'response_format',
    severity: 'error',
    place: setting.place,
    problem: `\`${setting.name}\` is ${version}, and ${why} payload format 2.0${expected === 'simple' ? '' : ' or 1.0'}.`,
    change: `Set \`${setting.name}\` to '2.0'.`,
  };
}

function* simpleResponses(
  { simpleResponses: setting }: DeployedAuthorizer,
  expected: Response,
): Iterable<Finding> {
  const isSimple = expected === 'simple';
  const enabled = setting.value.kind === 'missing' ? false : knownOf(setting);
  if (enabled === null || enabled === isSimple) return;
  const [answers, other] = isSimple ? ['simple responses', 'iam'] : ['policies', 'simple'];
  yield {
    code: 'response_format',
    severity: 'error',
    place: setting.place,
    problem: `\`${setting.name}\` is ${enabled}, but the authorizer answers with ${answers} (\`httpApiResponse: '${expected}'\`), so API Gateway answers every request with a 500.`,
    change: `Set \`${setting.name}\` to ${isSimple}, or \`httpApiResponse\` to '${other}'.`,
  };
}
