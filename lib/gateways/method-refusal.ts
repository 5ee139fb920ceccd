import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest } from './gateway.ts';

const OTHER_METHOD: Refusal = Object.freeze({
  code: 'ambiguous_path',
  detail: 'the HTTP method of the event is not the verb of its ARN',
});

/** Why a request is refused whose event names two methods: it is unknown which one the API will run. Else `null`. */
export function methodRefusal({ otherMethod }: AuthorizationRequest): Refusal | null {
  return otherMethod === null ? null : OTHER_METHOD;
}
