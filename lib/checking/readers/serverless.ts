import type { DeployedApi } from '../deployed-api.ts';
import { Cursor } from '../documents/cursor.ts';
import { readTemplate } from './cloudformation.ts';
import type { DocumentFormat } from './format.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { readServerlessHttpApi } from './serverless-http-api.ts';
import { readServerlessRest } from './serverless-rest.ts';
import { resolveVariables } from './serverless-variables.ts';
import { readServerlessWebSocket } from './serverless-websocket.ts';

/** serverless.yml of the Serverless Framework. */
export const serverlessFormat: DocumentFormat = {
  name: 'a serverless.yml',
  option: '--template',
  isOne: (root) =>
    !root.get('service').isMissing && !(root.get('provider').isMissing && root.get('functions').isMissing),
  read: (document, parameters) => {
    const resolved = { ...document, root: resolveVariables(document, parameters) };
    const root = Cursor.at({ ...resolved, root: resolveIntrinsics(resolved, parameters) });
    const apis = [readServerlessRest(root), readServerlessHttpApi(root), readServerlessWebSocket(root)];
    return [...apis.filter((api) => api !== null), ...ownResources(root)];
  },
};

/** The APIs in `resources`: a template of CloudFormation, or a list of them. */
function ownResources(root: Cursor): readonly DeployedApi[] {
  const resources = root.get('resources');
  const list = Array.isArray(resources.value) ? resources.items : [resources];
  return list.flatMap(readTemplate);
}
