import type middyType from '@middy/core';

/**
 * The Middy of the suite: version 7, or version 6 with `MIDDY=6` in the environment. Tests import it from here, so that
 * the whole suite runs with either.
 */
const wanted = process.env['MIDDY'] ?? '7';
if (wanted !== '6' && wanted !== '7') throw new Error(`MIDDY must be 6 or 7, not ${wanted}`);

export const MIDDY_MAJOR: 6 | 7 = wanted === '6' ? 6 : 7;

/** The package name of that version in this repository. */
export const MIDDY_PACKAGE = MIDDY_MAJOR === 6 ? 'middy-core-6' : '@middy/core';

const { default: core } = (await import(MIDDY_PACKAGE)) as { default: typeof middyType };

export const middy = core;
