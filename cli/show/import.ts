import type { InventoryAnswer, InventoryFault } from '../../orchestrations/contracts/api.ts'
import { importNote, inventoryFault } from '../../orchestrations/contracts/words/index.ts'
import type { Reader } from './reader.ts'
import { table } from './table.ts'

const changesShown = 40
const faultsShown = 50
const marks = {
  added: { sign: '+', colour: 'green' },
  changed: { sign: '~', colour: 'yellow' },
  removed: { sign: '-', colour: 'red' },
  absent: { sign: '?', colour: 'dim' },
} as const

/** What an import changed or would change: how the file was read, the difference to today, and what was left out. */
export function importLines(answer: InventoryAnswer, reader: Reader, all?: 'all'): string[] {
  const { applied, clients, servers, errors, skipped, notes } = answer
  const { t, paint } = reader
  return [
    paint('bold', applied ? t.imported(servers, clients) : t.wouldImport(servers, clients)),
    t.importCounts(answer),
    ...readLines(answer, reader),
    ...notes.map((note) => `  · ${importNote(note, reader.language)}`),
    ...changeLines(answer, reader, all),
    ...(errors.length + skipped > 0 ? ['', paint('yellow', t.rowsLeftOut(skipped || errors.length))] : []),
    ...faultLines(errors, reader),
  ]
}

function readLines({ encoding, separator, sheet, headings }: InventoryAnswer, reader: Reader): string[] {
  const { t, paint } = reader
  const how = [
    encoding,
    separator && t.separatedBy(separator === '\t' ? 'TAB' : separator),
    sheet && t.sheet(sheet),
  ]
  const told = how.filter(Boolean).join(', ')
  if (headings.length === 0) return told === '' ? [] : [t.readAs(told)]
  const rows = headings.map(({ heading, meaning }) => [
    `  ${heading || t.noHeading}`,
    meaning === null ? paint('dim', t.notRead) : `→ ${meaning}`,
  ])
  return [t.readAs(told), ...table(rows)]
}

function changeLines(
  { changes, added, changed, absent, removed }: InventoryAnswer,
  reader: Reader,
  all?: 'all',
) {
  const { t, paint } = reader
  if (changes.length === 0) return []
  const shown = all ? changes : changes.slice(0, changesShown)
  const rows = shown.map(({ kind, clientId, serverId, fields }) => {
    const { sign, colour } = marks[kind]
    const told = fields.map(
      ({ name, before, after }) => `${t.label(name)} ${before || '–'} → ${after || '–'}`,
    )
    return [`${paint(colour, sign)} ${serverId ?? clientId}`, t.changeKinds[kind], told.join('; ')]
  })
  const rest = Math.max(0, added + changed + absent + removed - shown.length)
  return ['', ...table(rows), ...(rest > 0 ? [`  ${t.errors.more(rest)}`] : [])]
}

/** A line for each fault: where in the file, what, and what to do. */
export function faultLines(
  errors: readonly InventoryFault[],
  { t, language }: Pick<Reader, 't' | 'language'>,
): string[] {
  const shown = errors.slice(0, faultsShown).map((fault) => {
    const { file, line, column } = fault
    const { what, fix } = inventoryFault(fault, language)
    const where = [file, line > 0 ? line : '', column].filter((part) => part !== '').join(':')
    return `  ${t.label(where)} ${what} ${fix}`
  })
  return errors.length > faultsShown ? [...shown, `  ${t.errors.more(errors.length - faultsShown)}`] : shown
}
