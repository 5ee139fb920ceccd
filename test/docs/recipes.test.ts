import fs from 'node:fs';
import type { MiddlewareObj } from '@middy/core';
import { expect } from 'chai';
import ts from 'typescript-api';
import { auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { codeBlocks } from './markdown.ts';

type Wrap = (traced: MiddlewareObj) => MiddlewareObj;

/** Loads the function that the recipe for Tracer shows. */
async function withoutRefusals(): Promise<Wrap> {
  const blocks = codeBlocks(fs.readFileSync('docs/11-recipes.md', 'utf8'));
  const { code } = blocks.find((block) => block.code.includes('function withoutRefusals')) ?? { code: '' };
  const { ESNext: module } = ts.ModuleKind;
  const javaScript = ts.transpile(code, { module, target: ts.ScriptTarget.ESNext });
  const url = `data:text/javascript,${encodeURIComponent(javaScript)}`;
  return ((await import(url)) as { withoutRefusals: Wrap }).withoutRefusals;
}

describe('the recipe for Tracer', () => {
  const issuer = createTestIssuer();

  /** How the segment of a request ends: as an answer or as a fault. */
  async function segmentOf(event: object): Promise<string[]> {
    const ended: string[] = [];
    const traced = { after: () => void ended.push('answer'), onError: () => void ended.push('fault') };
    const authorizer = middy()
      .use((await withoutRefusals())(traced))
      .use(
        auth0Authorizer({
          ...issuer.options,
          logger: false,
          routes: {
            'GET /orders': {},
            'POST /orders': { scopes: ['write:orders'] },
            'GET /fail': { custom: { broken: () => Promise.reject(new Error('in a rule')) } },
          },
        }),
      );
    await decide(authorizer, event);
    return ended;
  }

  const token = issuer.token();

  it('ends the segment as an answer when the request is allowed or refused', async () => {
    expect(await segmentOf(restRequestEvent({ token, path: '/orders' }))).to.deep.equal(['answer']);
    expect(await segmentOf(restRequestEvent({ token, method: 'POST', path: '/orders' }))).to.deep.equal([
      'answer',
    ]);
    expect(await segmentOf(restRequestEvent({ token: 'no token', path: '/orders' }))).to.deep.equal([
      'answer',
    ]);
  });

  it('ends the segment as a fault when the authorizer fails', async () => {
    expect(await segmentOf(restRequestEvent({ token, path: '/fail' }))).to.deep.equal(['fault']);
  });
});
