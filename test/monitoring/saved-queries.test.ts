import { expect } from 'chai';
import { savedQueries } from '../../lib/monitoring.ts';
import { schemaFlaws } from '../support/cloudformation-schema.ts';

describe('savedQueries', () => {
  it('fit the schema of AWS', async () => {
    expect(await schemaFlaws(savedQueries({ logGroups: ['/aws/lambda/a', { Ref: 'Logs' }] }))).to.deep.equal(
      [],
    );
  });

  it('are in one folder, for the log groups', () => {
    const { RefusalsQuery: query, UndeclaredRoutesQuery: other } = savedQueries({
      folder: 'orders',
      logGroups: [{ Ref: 'Logs' }],
    });
    expect(query?.Properties).to.deep.include({ Name: 'orders/refusals', LogGroupNames: [{ Ref: 'Logs' }] });
    expect(other?.Properties['Name']).to.equal('orders/undeclared-routes');
    expect(savedQueries()['RefusalsQuery']?.Properties).not.to.have.property('LogGroupNames');
  });

  it('have a prefix in front of their IDs', () => {
    expect(savedQueries({ prefix: 'Orders' })).to.include.keys('OrdersRefusalsQuery');
  });

  it('refuse options that make no sense', () => {
    expect(() => savedQueries({ folder: '' })).to.throw(Error, 'folder');
    expect(() => savedQueries({ group: 'a' } as object)).to.throw(Error, 'group');
  });
});
