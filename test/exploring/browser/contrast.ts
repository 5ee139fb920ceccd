import type { Page } from 'playwright-core';

/**
 * Texts whose contrast is below the AA level of WCAG 2.2 for small text, 4.5 to 1, as `ratio text`.
 *
 * @see https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export function lowContrasts(page: Page): Promise<string[]> {
  return page.evaluate(LOW_CONTRASTS);
}

/** Runs in the page. A text, since the page's types are not those of Node.js. */
const LOW_CONTRASTS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paperOf = (node) => {
    for (let at = node; at !== null; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !node.checkVisibility() || node.closest('.spoken, caption, script, style')) continue;
    const style = getComputedStyle(node);
    const [one, other] = [luminance(rgba(style.color)), luminance(paperOf(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.add(ratio.toFixed(2) + ' ' + texts.currentNode.data.trim().slice(0, 40));
  }
  return [...found];
})()`;
