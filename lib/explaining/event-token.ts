import type { AuthorizerSettings } from '../authorizer/settings.ts';
import { recognise } from '../gateways/index.ts';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import { credentialOf } from '../gateways/reading/request-view.ts';
import type { Credential } from '../token/credential.ts';

type Source = Pick<AuthorizerSettings, 'tokenSource'>;

/** The credential of an event; none if the event is not one of a Lambda authorizer. */
export function credentialIn(event: unknown, { tokenSource }: Source): Credential {
  try {
    return credentialOf(recognise(event).read(event, tokenSource));
  } catch {
    return { kind: 'none' };
  }
}

/**
 * The event with another token: in place of its own one, wherever that is; else where the gateway writes a token, or into
 * the header that the options name.
 */
export function withToken(event: unknown, token: string, source: Source): unknown {
  const credential = credentialIn(event, source);
  if (credential.kind === 'token') {
    return JSON.parse(JSON.stringify(event).replaceAll(credential.token, token)) as unknown;
  }
  const fields = fieldsOf(event);
  if (fields['type'] === 'TOKEN' || fields['headers'] === undefined) {
    return { ...fields, authorizationToken: `Bearer ${token}` };
  }
  const { header = 'authorization' } = source.tokenSource;
  const value = `Bearer ${token}`;
  const multiple = fields['multiValueHeaders'];
  return {
    ...fields,
    headers: withHeader(fields['headers'], header, value),
    ...(multiple === undefined ? {} : { multiValueHeaders: withHeader(multiple, header, [value]) }),
  };
}

/** The headers with this one in place of any that has its name. */
function withHeader(headers: unknown, name: string, value: unknown): object {
  const others = Object.entries(fieldsOf(headers)).filter(([other]) => other.toLowerCase() !== name);
  return { ...Object.fromEntries(others), [name]: value };
}
