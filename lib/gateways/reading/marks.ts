import type { Fields } from './event-fields.ts';

/** Something that every event of a gateway has: a name for messages and a check. */
export interface Mark {
  /** Dotted name, with the value if AWS sets a constant: `type: "TOKEN"`, `requestContext.http.method`. */
  readonly name: string;
  holds(event: Fields): boolean;
}

// Marks that several gateways share.

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

export function hasMarks(event: Fields, marks: readonly Mark[]): boolean {
  for (const mark of marks) if (!mark.holds(event)) return false;
  return true;
}

/** The names of the marks that the event lacks. */
export function missingMarks(event: Fields, marks: readonly Mark[]): readonly string[] {
  return marks.filter((mark) => !mark.holds(event)).map(({ name }) => name);
}
