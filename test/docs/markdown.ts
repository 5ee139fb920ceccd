/** A fenced code block of a Markdown file. */
export interface CodeBlock {
  /** The first word after the fence, in lower case; empty without one. */
  readonly language: string;
  readonly code: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
}

const FENCE = /^(?<indent> *)(?<fence>`{3,}|~{3,}) *(?<language>[\w-]*).*$/;

/** @throws {Error} for a block without an end */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const open = FENCE.exec(lines[at] ?? '')?.groups;
    if (!open) continue;
    const { indent = '', fence = '', language = '' } = open;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end === -1) throw new Error(`the code block at line ${at + 1} is never closed`);
    const code = lines
      .slice(at + 1, end)
      .map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))));
    blocks.push({ language: language.toLowerCase(), code: `${code.join('\n')}\n`, line: at + 1 });
    at = end;
  }
  return blocks;
}

/** The text without its code: neither blocks nor spans. */
export function proseOf(markdown: string): string {
  return withoutBlocks(markdown).replace(/`[^`\n]*`/g, '');
}

/** Targets of the links and images in a Markdown text, except in code. */
export function linksOf(markdown: string): readonly string[] {
  const prose = proseOf(markdown);
  const inline = [...prose.matchAll(/\]\(\s*<?(?<target>[^)\s>]+)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s*<?(?<target>[^\s>]+)/gm)];
  return [...inline, ...references].map((match) => match.groups?.['target'] ?? '');
}

/** The anchors that GitHub gives to a text's headings. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading
      .replace(/\[(?<text>[^\]]*)\]\([^)]*\)/g, '$<text>')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutBlocks(markdown: string): string {
  const lines = markdown.split('\n');
  for (const { line, code } of codeBlocks(markdown)) lines.fill('', line - 1, line + code.split('\n').length);
  return lines.join('\n');
}
