import { createHash } from 'node:crypto';
import type { PageCode } from './page-code.ts';
import type { PageData } from './page-data.ts';

/** The page, and the policy that a server sends with it. */
export interface Page {
  readonly html: string;
  /** Value of `Content-Security-Policy`. The page contains it too, for a copy that no server sends. */
  readonly policy: string;
}

/**
 * One file with everything in it. Its policy admits this script and this style sheet alone, and no request but to its own
 * server; none at all from a static file.
 */
export function pageHtml(data: PageData, { script, style }: PageCode): Page {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    `connect-src ${data.mode.kind === 'served' ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Authorizer: who may do what</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript. All of it is in this file: nothing is loaded.</noscript>
<script type="application/json" id="data">${inScript(data)}</script>
<script>${script}</script>
</body>
</html>
`;
  return { html, policy };
}

/** JSON in which nothing ends the script element, or begins a comment in it. */
function inScript(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
