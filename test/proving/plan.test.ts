import { expect } from 'chai';
import { type PlanSettings, planProbes, UNDECLARED_PATH } from '../../lib/proving/plan.ts';
import { spellingsOf } from '../../lib/proving/spellings.ts';

describe('the plan of prove', () => {
  const plan = (settings: Partial<PlanSettings> = {}) =>
    planProbes({
      routes: ['GET /orders/{id}', 'HEAD /orders/{id}', 'ANY /files/{path+}', 'POST /orders'],
      callers: ['good', 'thin'],
      parameters: { id: '7' },
      methods: [],
      hasHeader: true,
      expiry: null,
      allows: async ({ route }) => route !== 'GET /orders/{id}',
      ...settings,
    });
  const requestsOf = async (...purposes: string[]) =>
    (await plan()).filter(({ purpose }) => purposes.includes(purpose));

  it('has each declared route that is safe, allowed requests first, and again in reverse', async () => {
    const routes = (await requestsOf('route')).filter(({ caller }) => caller === 'good');
    expect(routes.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'HEAD /orders/7',
      'GET /files/prove',
      'GET /orders/7',
    ]);
    const again = (await requestsOf('route again')).filter(({ caller }) => caller === 'good');
    expect(again.map(({ path }) => path)).to.deep.equal(routes.map(({ path }) => path).reverse());
  });

  it('has safe methods that are not declared, and the path that no API has', async () => {
    const undeclared = (await requestsOf('undeclared method', 'undeclared path')).filter(
      ({ caller }) => caller === 'none',
    );
    expect(undeclared.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      `GET ${UNDECLARED_PATH}`,
      'GET /orders',
    ]);
  });

  it('has the stand-in also for parameters that are named as members of each object', async () => {
    const probes = await plan({ routes: ['GET /a/{constructor}'] });
    expect(probes[0]?.path).to.equal('/a/prove');
  });

  it('sends no method that may change data, unless it is named', async () => {
    const methods = async (...named: string[]) =>
      new Set((await plan({ methods: named })).map(({ method }) => method));
    expect(await methods()).to.have.keys('GET', 'HEAD');
    expect(await methods('POST', 'OPTIONS')).to.have.keys('GET', 'HEAD', 'POST', 'OPTIONS');
  });

  it('has one request of the root if no route is declared', async () => {
    const probes = await plan({ routes: [], callers: ['good', 'expiring'], expiry: 5 });
    expect(probes.filter(({ purpose }) => purpose === 'route')).to.deep.equal([
      { purpose: 'route', caller: 'good', method: 'GET', path: '/', route: null },
      { purpose: 'route', caller: 'none', method: 'GET', path: '/', route: null },
    ]);
    expect(probes.at(-1)).to.include({ purpose: 'after expiry', caller: 'expiring', notBefore: 5 });
  });

  it('sends each spelling once, without a token if there is none', async () => {
    const probes = await plan({ callers: [], routes: ['GET /a', 'GET /b'] });
    const stars = probes.filter(({ purpose }) => purpose === 'star');
    expect(stars.map(({ caller, path }) => `${caller} ${path}`)).to.deep.equal(['none /*']);
    expect(probes.some(({ purpose }) => purpose === 'header in lower case')).to.equal(false);
  });
});

describe('spellings of a path', () => {
  const of = (path: string) => Object.fromEntries(spellingsOf(path));

  it('are those that a gateway may take for the same path', () => {
    expect(of('/orders/7')).to.deep.equal({
      'final slash': '/orders/7/',
      'other case': '/ORDERS/7',
      'double slash': '/orders//7',
      'encoded slash': '/orders%2F7',
      'final space': '/orders/7%20',
      star: '/orders/*',
    });
    expect(of('/A/')).to.include({ 'final slash': '/A', 'other case': '/a/' });
  });

  it('leave out those that a path does not have', () => {
    expect(of('/')).not.to.have.any.keys('final slash', 'other case');
    expect(of('/a%4a')).to.include({ 'other case': '/A%4a' });
    expect(of('/%41/1')).not.to.have.any.keys('other case');
    expect(of('/*')).not.to.have.any.keys('star');
  });
});
