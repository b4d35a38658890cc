const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// Control characters are no text in HTML, and a page that is mailed or printed has no use for them.
const controls = /(?![\t\n\r])\p{Cc}/gu

/** Text as it may stand between tags and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(controls, ' ').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
