import { stripVTControlCharacters } from 'node:util'

const escape = '\u001B'

/** Characters that a text takes on the screen. */
export function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}

/** Columns side by side, two spaces apart, each as wide as its widest cell. Nothing trails. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, width(cell))))
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Cuts a painted line to so many characters; `…` shows that something is missing. */
export function fit(line: string, columns: number): string {
  if (width(line) <= columns) return line
  let kept = ''
  let used = 0
  for (const part of line.split(new RegExp(`(${escape}\\[[0-9;]*m)`))) {
    if (part.startsWith(escape)) kept += part
    else {
      const cut = Array.from(part).slice(0, Math.max(0, columns - 1 - used))
      kept += cut.join('')
      used += cut.length
    }
  }
  return `${kept}…`
}

/**
 * Breaks a painted line that is wider than the terminal at blanks; what follows stands below the last column, or
 * four further in.
 */
export function wrap(line: string, columns: number): string[] {
  if (width(line) <= columns) return [line]
  const plain = stripVTControlCharacters(line)
  const lead = plain.length - plain.trimStart().length
  const gaps = [...plain.matchAll(/\S {2,}(?=\S)/g)].map((gap) => gap.index + gap[0].length)
  const under = gaps.findLast((gap) => gap <= columns * 0.6) ?? lead + 4
  const indent = Math.min(under, Math.floor(columns / 2))
  const lines: string[] = []
  let kept = ''
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    const isFull = width(kept.trimEnd()) > indent && width((kept + word).trimEnd()) > columns
    if (isFull) lines.push(kept.trimEnd())
    kept = isFull ? ' '.repeat(indent) + word : kept + word
  }
  return [...lines, kept.trimEnd()]
}
