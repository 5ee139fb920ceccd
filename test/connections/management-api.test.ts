import { expect } from 'chai';
import { connectionGuard, memoryConnectionStore } from '../../lib/connections.ts';
import { startManagementApi, type TestManagementApi } from '../support/management-api.ts';

describe('connectionGuard with the client of the AWS SDK', () => {
  let api: TestManagementApi;

  before(async () => {
    api = await startManagementApi();
  });
  after(() => api.close());

  it('closes connections through the management API', async () => {
    const connections = memoryConnectionStore();
    for (const [at, connectionId] of [
      'Lk2fNcvDoAMCKRA=',
      'gone',
      'forbidden',
      'throttled',
      'later',
    ].entries()) {
      await connections.put({ connectionId, connectedAt: at, claims: { exp: 1 } }, 60);
    }
    api.errors.set('gone', 'gone').set('forbidden', 'forbidden').set('throttled', 'throttled');
    const guard = connectionGuard({ connections, management: api.client, logger: false });
    const error = await guard.sweep().then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('name', 'ForbiddenException');
    api.errors.clear();
    expect(await guard.sweep()).to.include({ left: 0 });
    expect(api.asked).to.include.members(['Lk2fNcvDoAMCKRA=', 'gone', 'forbidden', 'throttled']);
    const left = [];
    for await (const each of connections.list()) left.push(each);
    expect(left).to.deep.equal([]);
  });

  it('leaves throttled connections to the next sweep', async () => {
    const connections = memoryConnectionStore();
    await connections.put({ connectionId: 'busy', connectedAt: 0, claims: { exp: 1 } }, 60);
    api.errors.set('busy', 'throttled');
    const guard = connectionGuard({ connections, management: api.client, logger: false });
    expect(await guard.sweep()).to.deep.equal({ open: 0, expired: 0, revoked: 0, left: 1 });
    api.errors.clear();
    expect(await guard.sweep()).to.include({ expired: 1, left: 0 });
  });
});
