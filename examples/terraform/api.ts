import { writeFileSync } from 'node:fs';
import { identitySources } from 'middy-auth0-authorizer';
import { options } from './options.ts';

// What the deployment needs to know of the options: the routes, and how API Gateway may cache answers.
const advice = identitySources(options, 'http-api-2.0');
const api = {
  routes: Object.keys(options.routes),
  identitySources: advice.cache ? advice.identitySources : [],
  ttl: advice.cache ? 300 : 0,
};
writeFileSync('build/api.json', JSON.stringify(api));
