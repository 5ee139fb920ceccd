import type { AuthorizerOptions } from '../../authorizer/options.ts';
import { OptionError } from '../../decision/errors.ts';
import { credentialIn, withToken } from '../../explaining/event-token.ts';
import type { Explainer } from '../../explaining/explainer.ts';
import { requestEvent } from '../../explaining/request-event.ts';
import { gatewayOfKind } from '../../gateways/index.ts';
import { isEncrypted } from '../../token/compact-jws.ts';
import { isObject } from '../../util/is-object.ts';
import { Misuse } from '../arguments.ts';
import type { Input } from '../command.ts';
import { readInput, readJson } from '../input.ts';
import { type ExplainValues, gatewayIn, headersIn } from './arguments.ts';

/**
 * The event that the arguments describe, with its token.
 *
 * @throws {Misuse | OptionError}
 */
export async function eventToExplain(
  values: ExplainValues,
  input: Input,
  options: AuthorizerOptions,
  explainer: Explainer,
): Promise<unknown> {
  const token = await tokenIn(values, input, explainer);
  if (values.event === undefined) {
    return namingFlags(() => requestEvent(describedIn(values), token, options, explainer.settings));
  }
  const event = await readJson('--event', values.event, input);
  if (token !== null) return withToken(event, token, explainer.settings);
  const credential = credentialIn(event, explainer.settings);
  if (!values.offline || credential.kind !== 'token') return event;
  return withToken(event, resigned(credential.token, '--event', explainer), explainer.settings);
}

/** The arguments that the parts of an event come from. */
const FLAGS: Readonly<Record<string, string>> = {
  method: '--method',
  path: '--path',
  sourceIp: '--ip',
  apiId: '--api',
  stage: '--stage',
};

/** Calls the function. An error about a part of the event names the argument that it comes from. */
function namingFlags<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof OptionError)
      throw new OptionError(FLAGS[error.option] ?? error.option, error.advice);
    throw error;
  }
}

/** The token that `--token` or `--claims` gives; `null` without them. */
async function tokenIn(
  { token: file, claims: claimsFile, offline }: ExplainValues,
  input: Input,
  explainer: Explainer,
): Promise<string | null> {
  if (claimsFile !== undefined) {
    const claims = await readJson('--claims', claimsFile, input);
    if (!isObject(claims) || Array.isArray(claims)) throw new OptionError('--claims', 'is not a JSON object');
    return explainer.resigner.fromClaims(claims);
  }
  if (file === undefined) return null;
  const text = (await readInput('--token', file, input)).trim().replace(/^(?:Bearer|DPoP)\s+/i, '');
  if (text === '') throw new OptionError('--token', 'is empty');
  return offline ? resigned(text, '--token', explainer) : text;
}

/** @throws {OptionError} for an encrypted token, whose claims only the authorizer can read */
function resigned(token: string, option: string, { resigner }: Explainer): string {
  if (isEncrypted(token)) {
    throw new OptionError(option, 'is encrypted, and cannot be read without its key: leave --offline out');
  }
  return resigner.fromToken(token);
}

function describedIn(values: ExplainValues) {
  const gateway = gatewayIn(values);
  if (gatewayOfKind(gateway).routing !== null && values.path === undefined) {
    throw new Misuse('which request? --path is missing (or --event, or --log)');
  }
  const { method, path, ip, country, api, stage } = values;
  return { gateway, method, path, ip, country, api, stage, headers: headersIn(values) };
}
