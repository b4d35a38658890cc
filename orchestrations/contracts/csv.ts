export type CsvCell = string | number | undefined

/**
 * A CSV file that spreadsheets of every language open as it is: UTF-8 with a byte-order mark, semicolons, CRLF. Text
 * that a spreadsheet would take for a formula gets a leading apostrophe.
 */
export function csvFile(headings: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(csvCell).join(';'))
  return `\u{FEFF}${lines.join('\r\n')}\r\n`
}

/** Formulas, and texts that already begin with the mark: readers take one apostrophe off. */
const needsMark = /^'*[=+\-@\t\r\n]|^'+\d/

export function csvCell(content: CsvCell): string {
  if (content === undefined) return ''
  const text = typeof content === 'string' && needsMark.test(content) ? `'${content}` : String(content)
  return /[";,\t\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text
}
