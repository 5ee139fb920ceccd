/** A query over the log lines, in the language of CloudWatch Logs Insights. */
export interface LogQuery {
  /** The question that it answers. */
  readonly question: string;
  readonly name: string;
  readonly text: string;
}

/** The queries of docs/08-logs-and-codes.md. */
export const LOG_QUERIES: readonly LogQuery[] = [
  {
    question: 'Why are requests refused?',
    name: 'refusals',
    text: `filter decision = "deny"
| stats count(*) as refused by refusal, rule, route
| sort refused desc`,
  },
  {
    question: 'Is Auth0 in trouble, or the authorizer?',
    name: 'faults',
    text: `filter decision = "fault" or keys = "stale"
| stats count(*) as affected by bin(5m), fault, keys, error.message`,
  },
  {
    question: 'Which routes of the API are open because nobody declared them?',
    name: 'undeclared-routes',
    text: `filter decision = "allow" and ispresent(gatewayRoute)
| stats count(*) as allowed by gatewayRoute`,
  },
  {
    question: "Which agents call, for which users' sake, and with what success?",
    name: 'agents',
    text: `filter caller = "agent"
| stats count(*) as requests by actor, client, decision, refusal`,
  },
  {
    question: 'What would the rules in report-only mode have refused?',
    name: 'report-only',
    text: `filter ispresent(reports.0.rule)
| stats count(*) as wouldRefuse by reports.0.rule, reports.0.code, route`,
  },
  {
    question: 'Which client is refused most often, and why?',
    name: 'clients',
    text: `filter decision = "deny" and ispresent(client)
| stats count(*) as refused by client, refusal, route
| sort refused desc`,
  },
  {
    question: 'Where do forged tokens come from?',
    name: 'forged-tokens',
    text: `filter refusal in ["invalid_signature", "unknown_key", "unknown_issuer"]
| stats count(*) as refused by clientIp, refusal, issuer
| sort refused desc`,
  },
];
