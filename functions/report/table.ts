import { escapeHtml as text } from '../html/escape.ts'

/** Contents are HTML already; a `head` names its row. */
export type TableCell = { readonly cell: string; readonly className?: string } | { readonly head: string }
export type Heading = string | { readonly title: string; readonly className: string }

/** A table that says to a screen reader what it holds; on a small screen it scrolls by itself. */
export function tableOf(
  caption: string,
  headings: readonly Heading[],
  rows: readonly (readonly TableCell[])[],
): string {
  const head = headings.map((heading) => {
    if (typeof heading === 'string') return `<th scope="col">${text(heading)}</th>`
    return `<th scope="col" class="${heading.className}">${text(heading.title)}</th>`
  })
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`)
  return `<div class="wide" role="group" aria-label="${text(caption)}" tabindex="0"><table><thead><tr>${head.join('')}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`
}

function cellOf(cell: TableCell): string {
  if ('head' in cell) return `<th scope="row">${cell.head}</th>`
  return `<td${cell.className === undefined ? '' : ` class="${cell.className}"`}>${cell.cell}</td>`
}
