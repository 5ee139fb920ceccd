import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { lockedPackage } from '../../scripts/locked/locked.ts';
import { npm, run } from './packed.ts';

/** Stands in for the native module, which is the HTTP client of the Runtime API: the same three functions. */
const HTTP_CLIENT = `
const http = require('node:http');
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const invocation = '/2018-06-01/runtime/invocation/';
const call = (method, name, body = '') =>
  new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path: invocation + name }, async (response) => {
      let bodyJson = '';
      for await (const chunk of response.setEncoding('utf8')) bodyJson += chunk;
      resolve({ bodyJson, headers: response.headers });
    });
    request.on('error', reject).end(body);
  });
exports.next = () => call('GET', 'next');
exports.done = (id, body) => void call('POST', id + '/response', body);
exports.error = (id, body) => void call('POST', id + '/error', body);
`;

/** Lets `require('./rapid-client.node')` load a text as JavaScript. */
const PRELOAD = `require('node:module')._extensions['.node'] = require('node:module')._extensions['.js'];`;

/**
 * Returns the arguments with which Node.js runs the runtime interface client.
 *
 * The native module takes a minute and CMake to build. `AWS_LAMBDA_RIC` names the folder of a built
 * `aws-lambda-ric`, which .ci/run makes; without it the client's own JavaScript runs on a stand-in for the module.
 *
 * @param folder - where the client is unpacked
 */
export async function runtimeClient(folder: string): Promise<readonly string[]> {
  const built = process.env['AWS_LAMBDA_RIC'];
  if (built !== undefined) return [path.join(built, 'index.mjs')];

  const { version, integrity } = lockedPackage('runtime-client', 'aws-lambda-ric');
  const client = `aws-lambda-ric@${version}`;
  const [{ filename }] = JSON.parse(await npm(folder, ['pack', '--json', client])) as [{ filename: string }];
  const tarball = path.join(folder, filename);
  const digest = crypto.createHash('sha512').update(fs.readFileSync(tarball)).digest('base64');
  if (`sha512-${digest}` !== integrity) throw new Error(`${client} is not the tarball that was expected`);
  await run('tar', ['-xzf', tarball, '-C', folder], { cwd: folder });
  fs.writeFileSync(path.join(folder, 'package/rapid-client.node'), HTTP_CLIENT);
  fs.writeFileSync(path.join(folder, 'preload.cjs'), PRELOAD);
  return ['--require', path.join(folder, 'preload.cjs'), path.join(folder, 'package/index.mjs')];
}
