import { expect } from 'chai';
import { CallerMissing, caller } from '../../lib/backend.ts';
import { lambdaContext } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('caller', () => {
  const event = { requestContext: { authorizer: { lambda: { sub: 'auth0|test' } } } };
  const open = { requestContext: {} };

  const run = (middleware: unknown, sent: object) =>
    middy()
      .use(middleware as ReturnType<typeof caller>)
      .handler(async (_event: unknown, context: { caller: unknown }) => context.caller)(
      sent as never,
      lambdaContext() as never,
    );

  it('puts the caller into the context', async () => {
    expect(await run(caller(), event)).to.deep.equal({ sub: 'auth0|test' });
    expect(await run(caller({ authorizer: 'optional' }), event)).to.deep.equal({
      sub: 'auth0|test',
    });
  });

  it('throws on an event that no authorizer answered, unless that is optional', async () => {
    const error = await Promise.resolve(run(caller(), open)).catch((thrown: unknown) => thrown);
    expect(error)
      .to.be.instanceOf(CallerMissing)
      .and.include({ name: 'CallerMissing', code: 'caller_missing' });
    expect((error as Error).message).to.include('attach the authorizer to the route');
    expect(await run(caller({ authorizer: 'optional' }), open)).to.equal(null);
  });

  it('refuses unknown options and values', () => {
    expect(() => caller({ optional: true } as never)).to.throw(TypeError, /^optional: is not an option/);
    expect(() => caller({ authorizer: 'none' } as never)).to.throw(TypeError, /^authorizer: must be/);
  });
});
