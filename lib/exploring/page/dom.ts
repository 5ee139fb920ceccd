import { visibleText } from '../../util/visible-text.ts';

type Child = Node | string;

/** Attributes by name; `true` = present without a value, `false` and `null` = absent. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Makes an element. Texts become text nodes, whatever they contain, with invisible characters escaped.
 *
 * @example
 * element('th', { scope: 'row' }, 'GET /orders');
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.map(shown));
  return made;
}

/** Replaces what an element contains. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...children.map(shown));
}

/** A text for screen readers only. */
export function spoken(text: string): HTMLElement {
  return element('span', { class: 'spoken' }, text);
}

/** JSON with its own line breaks, in a box that scrolls. */
export function jsonBox(value: unknown, label: string): HTMLElement {
  const lines = JSON.stringify(value, null, 2).split('\n').map(visibleText).join('\n');
  const box = element('pre', { tabindex: 0, role: 'region', 'aria-label': label });
  box.append(document.createTextNode(lines));
  return box;
}

function shown(child: Child): Node {
  return typeof child === 'string' ? document.createTextNode(visibleText(child)) : child;
}
