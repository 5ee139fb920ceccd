import { APIS, authorizerOf } from '../../demo/apis.ts';
import { AUDIENCE } from '../../demo/personas.ts';
import { startAuth0StandIn } from '../../demo/stand-in.ts';
import { proofSettings } from '../../lib/cli/prove/settings.ts';
import { startLocalGateway } from '../../lib/local-gateway/local-gateway.ts';
import { prove } from '../../lib/proving/prove.ts';
import { proofMarkdown } from '../../lib/proving/report-markdown.ts';
import { senderTo } from '../../lib/proving/send.ts';

/** The page that shows a report. */
export const PROOF_PAGE = 'docs/22-proof-report.md';

const INTRO = `# A proof report

[\`prove\`](20-command-line.md#prove) writes such a report about a stage. This one is about an API of the demo, a REST API
with rules per route whose answers are cached for 300 seconds under the token alone. Its gateway is the model of this
package, so the answers to the open questions are those of the model: only a report about a stage on AWS answers them.
`;

/** The day of the report: the page changes only if the report does. */
const DATE = Date.UTC(2026, 10, 29);

/** The page, with the report on an API of the demo. Starts the API and its issuer, and closes both. */
export async function proofPage(): Promise<string> {
  const auth0 = await startAuth0StandIn();
  const { gateway: api, authorizer } = APIS.cached;
  const trust = { issuer: auth0.issuer, audience: AUDIENCE };
  const gateway = await startLocalGateway({
    ...api,
    authorizer: authorizerOf(APIS.cached, { ...trust, logger: false }),
  });
  const sender = senderTo(new URL(gateway.url), 5000);
  try {
    const tokens = new Map([
      ['good', await auth0.token('admin')],
      ['thin', await auth0.token('guest')],
      ['expired', await auth0.token('expired')],
    ] as const);
    const given = { gateway: api.kind, parameters: {}, methods: [], maxRequests: 500, rate: 100 };
    const settings = await proofSettings(given, { ...authorizer, ...trust }, new URL(gateway.url), tokens);
    const proof = await prove(settings, sender, { now: Date.now, sleep: async () => {} });
    const report = proofMarkdown({ ...proof, stage: 'https://api.example.com/prod', date: DATE });
    return `${INTRO}\n${report.replace(/^#/gm, '##')}`;
  } finally {
    sender.close();
    await Promise.all([gateway.close(), auth0.close()]);
  }
}
