/**
 * node synthesize.ts FOLDER EXAMPLE...
 *
 * Synthesizes the CDK apps of examples with the sources of this repository in place of the installed package, and without
 * bundling their functions. All in one process, because the CDK takes seconds to load.
 */
import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const [folder = '', ...names] = process.argv.slice(2);

module.registerHooks({
  resolve(specifier, context, next) {
    const own = /^middy-auth0-authorizer(?:\/(.+))?$/.exec(specifier);
    if (own === null) return next(specifier, context);
    const [, entry = 'index'] = own;
    return next(pathToFileURL(path.join(ROOT, 'lib', `${entry}.ts`)).href, context);
  },
});
Object.assign(process.env, {
  AUTH0_DOMAIN: 'tenant.eu.auth0.com',
  AUTH0_AUDIENCE: 'https://api.example.com/',
  CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
});
for (const name of names) {
  // An app is synthesized when the process ends, into the folder that was set when it was made.
  process.env['CDK_OUTDIR'] = path.join(folder, name);
  process.chdir(path.join(ROOT, 'examples', name));
  await import(pathToFileURL(path.resolve('app.ts')).href);
}
