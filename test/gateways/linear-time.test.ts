import { expect } from 'chai';
import { recognise } from '../../lib/gateways/index.ts';
import { httpApi2Event, restRequestEvent, webSocketEvent } from '../../lib/testing.ts';
import { growth } from '../support/cpu-growth.ts';

const HEADER = 'x-token-of-the-client';

/** The `index`-th spelling of the header. */
function spelling(index: number): string {
  let left = index;
  return HEADER.replace(/[a-z]/g, (letter) => {
    const isUpper = left % 2 === 1;
    left = Math.floor(left / 2);
    return isUpper ? letter.toUpperCase() : letter;
  });
}

function mapOf(size: number, entry: (index: number) => readonly [string, unknown]): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: size }, (_, index) => entry(index)));
}

/** Large events, as whoever may invoke the function can send; API Gateway carries 10,240 bytes of headers. */
const EVENTS: Readonly<Record<string, (size: number) => object>> = {
  'one header in many spellings': (size) => ({
    ...restRequestEvent(),
    headers: mapOf(size, (index) => [spelling(index), 'x']),
    multiValueHeaders: mapOf(size, (index) => [spelling(index), ['x']]),
  }),
  'many values of one header': (size) => ({
    ...restRequestEvent(),
    headers: { [HEADER]: 'x' },
    multiValueHeaders: { [HEADER]: Array(size * 4).fill('x') },
  }),
  'many headers': (size) => httpApi2Event({ headers: mapOf(size, (index) => [`x-${index}`, 'x']) as never }),
  'many commas and blanks': (size) => ({
    ...restRequestEvent(),
    headers: { [HEADER]: ', '.repeat(size * 4) },
    multiValueHeaders: { [HEADER.toUpperCase()]: [' ,'.repeat(size * 4)] },
  }),
  'many cookies': (size) => ({
    ...httpApi2Event(),
    cookies: ['c=1; '.repeat(size), ...Array(size).fill('c=1')],
  }),
  'many parameters': (size) => ({
    ...restRequestEvent(),
    queryStringParameters: mapOf(size, (index) => [`q${index}`, 'x']),
    multiValueQueryStringParameters: { q: Array(size).fill('x') },
  }),
  'many subprotocols': (size) => ({
    ...webSocketEvent(),
    headers: null,
    multiValueHeaders: { 'Sec-WebSocket-Protocol': ['p, '.repeat(size), ...Array(size).fill('p')] },
  }),
};

describe('reading an event', () => {
  const source = { header: HEADER, query: 'q', cookie: 'c', subprotocol: 'p' };
  for (const [what, eventOf] of Object.entries(EVENTS)) {
    it(`takes linear time for ${what}`, () => {
      const read = (size: number) => {
        const event = eventOf(size);
        return () => {
          const request = recognise(event).read(event, source);
          return [request.headers[HEADER], request.query];
        };
      };
      expect(growth(read, 4_000)).to.be.lessThan(9);
    });
  }
});
