import { type Fields, fieldsOf } from './event-fields.ts';

/** Something that an event of a kind must have: a name for people and a check. */
export interface Mark {
  /** Dotted name, with the value if that is a constant of AWS's: `type: "TOKEN"`, `requestContext.http.method`. */
  readonly name: string;
  holds(event: Fields): boolean;
}

/** The marks that events of several kinds have. */

export const TYPE_REQUEST: Mark = { name: 'type: "REQUEST"', holds: ({ type }) => type === 'REQUEST' };

export const NO_VERSION: Mark = {
  name: 'no version',
  holds: ({ version }) => version === undefined || version === null,
};

export const METHOD_ARN: Mark = {
  name: 'methodArn',
  holds: ({ methodArn }) => typeof methodArn === 'string',
};

export const HTTP_METHOD: Mark = {
  name: 'httpMethod',
  holds: ({ httpMethod }) => typeof httpMethod === 'string',
};

export const AUTHORIZATION_TOKEN: Mark = {
  name: 'authorizationToken',
  holds: ({ authorizationToken }) => typeof authorizationToken === 'string',
};

const NOTHING_MISSING: readonly string[] = Object.freeze([]);

/** The names of the marks that the event lacks. Allocates only if it lacks one. */
export function missingMarks(event: unknown, marks: readonly Mark[]): readonly string[] {
  const fields = fieldsOf(event);
  let missing: string[] | null = null;
  for (const mark of marks) {
    if (mark.holds(fields)) continue;
    missing ??= [];
    missing.push(mark.name);
  }
  return missing ?? NOTHING_MISSING;
}
