import type { OpenQuestion } from './deployed-api.ts';
import type { Place } from './documents/place.ts';

/** Codes of findings, with what each one means. */
export const FINDINGS = {
  invalid_options: 'the options make no sense: the authorizer would not start',
  undeclared_route: 'a route of the API is not declared in `routes`',
  missing_route: 'the API lacks a declared route',
  missing_authorizer:
    'a route does not have the authorizer that its rules need, or has one that does not exist',
  open_route: 'a route has no authorizer, and no rules are declared for it',
  guarded_preflight: 'preflight requests need a token, which browsers do not send',
  response_format: 'the API expects another payload format or other responses than `httpApiResponse` says',
  identity_sources: 'the identity sources are not those that the options need',
  unsent_input: 'a rule reads what the gateway does not send to the authorizer',
  ttl: 'answers are cached although they must not be, or for too long',
  resource_policy: 'the resource policy allows what an authorizer policy denies implicitly',
  other_authentication: 'clients can authenticate without the authorizer',
  several_authorizers: 'the API has several Lambda authorizers',
  no_api: 'the document contains no API',
  undecided: 'the document does not contain a value that only the deployment decides',
} as const;

export type FindingCode = keyof typeof FINDINGS;

/** `error`: requests are answered wrongly, or not at all. `warning`: probably not what is meant, or undecided. */
export type Severity = 'error' | 'warning';

/** Something to change. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly place: Place;
  /** What is wrong. */
  readonly problem: string;
  /** What to change. */
  readonly change: string;
}

/** The finding for something that the document leaves open. */
export function undecided({ place, text }: OpenQuestion): Finding {
  return {
    code: 'undecided',
    severity: 'warning',
    place,
    problem: `${text}.`,
    change:
      'Check it by hand, or run `check` on a document that contains the value (`--parameter NAME=VALUE`, `cdk synth`, `terraform show -json`).',
  };
}
