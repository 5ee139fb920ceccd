import { expect } from 'chai';
import { createApiBooks, refusalOfApi } from '../../lib/rules/api-books.ts';
import { parseApis } from '../../lib/rules/api-options.ts';
import { requestOf, tokenOf } from './subjects.ts';

const ORDERS = 'https://orders.example.com/';

describe('the books of APIs', () => {
  const refusalFor = (options: object, claims: object | null) => {
    const { bookOf } = createApiBooks(options, parseApis({ ...options }));
    const request = requestOf({ apiId: 'orders1234' });
    return refusalOfApi(bookOf(request), request, claims && tokenOf({ ...claims }));
  };

  it('leave every caller to the rules if there is one book for all APIs', () => {
    const options = { routes: { 'GET /orders': {} } };
    expect([refusalFor(options, null), refusalFor(options, { aud: 'any' })]).to.deep.equal([null, null]);
    expect(refusalFor({ apis: { orders1234: options } }, null)).to.deep.equal({ code: 'missing_token' });
  });

  it('say if an audience of the token differs by a final slash from one that the API takes', () => {
    const apis = { orders1234: { audience: ORDERS } };
    const detailFor = (aud: string | readonly string[]) => refusalFor({ apis }, { aud })?.detail;
    expect(refusalFor({ apis }, { aud: ORDERS })).to.equal(null);
    expect(detailFor(['a', 'b'])).to.equal(`configured: ${ORDERS}`);
    for (const aud of ['https://orders.example.com', ['a', 'https://orders.example.com']]) {
      expect(detailFor(aud)).to.match(/^differs from a configured one only by a final slash; configured: /);
    }
  });

  it('may have keys that contain the names of values that are not set', () => {
    const keys = ['notnull', 'null-api', 'undefinedx', 'a1/nullable', 'a1/undefined-stage', 'a1/not.null'];
    const parsed = parseApis({ apis: Object.fromEntries(keys.map((key) => [key, {}])) });
    expect(parsed.map(({ api }) => api)).to.deep.equal(keys);
  });
});
