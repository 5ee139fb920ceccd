/** The part of `@aws-lambda-powertools/logger` that is used. */
type Powertools = Pick<typeof import('@aws-lambda-powertools/logger'), 'Logger'>;

/**
 * Loads the Powertools Logger when it is called, for those who configure no logger of their own.
 *
 * The published file contains the library itself in place of this import: a
 * dynamic import makes bundlers that split write a second file, which is missing if only the first is deployed.
 */
export function loadPowertools(): Promise<Powertools> {
  return import('@aws-lambda-powertools/logger');
}
