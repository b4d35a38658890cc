import type { Words } from './words.ts'

const exportAgain = 'Export the inventory again, with its heading line.'
const saveAs = 'Open it in a spreadsheet and save it as .xlsx or as "CSV UTF-8".'
const split = 'Split it by client and import the parts.'
const quotes = 'Put quotes around the whole cell, and write a quote inside it twice.'
const window = 'Write days, start and length, for example "SA,SU 00:00 24h", "FRI 22:00 6h" or "weekend".'
const probe =
  'Write tcp:1433, tcp:sql01:1433, https://intranet/health or service:MSSQLSERVER, joined by | or ;.'
const dates = 'Write dates as 2026-12-24 or 24/12/2026, ranges with "..", joined by |.'
const formula =
  'Replace the formula by its value; a text that begins with = + - @ or a tab gets an apostrophe before it.'
const sameServer =
  'Make the lines say the same, remove one, or give different servers different names or clients.'

export const faultsEn: Words['inventoryFaults'] = {
  emptyFile: ['The file is empty.', exportAgain],
  binaryFile: ['The file has NUL characters: it is no text.', saveAs],
  oldWorkbook: ['The file is a workbook of the old .xls kind.', saveAs],
  notAWorkbook: ['The file is an archive, and no .xlsx workbook.', saveAs],
  noVisibleSheet: ['The workbook has no visible sheet.', 'Show the sheet that has the servers.'],
  brokenWorkbook: ['The workbook cannot be read[: {message}].', saveAs],
  notATable: ['The file is a web page or XML, not a table.', saveAs],
  tooLarge: ['The file has more than {mostMebibytes} MiB.', split],
  tooManyRows: ['The file has more than {most} servers.', split],
  workbookTooLarge: ['Unpacked, the workbook has more than {mostMebibytes} MiB.', split],
  workbookTooHeavy: [
    'The workbook takes more than {mostMebibytes} MiB of memory to read.',
    'Save the sheet as "CSV UTF-8", or split it by client.',
  ],
  brokenQuotes: ['Cell {cell} opens a quote that is never closed.', quotes],
  textAfterQuote: ['Something follows the closing quote of cell {cell}.', quotes],
  lineTooLong: [
    'The line has more than {most} characters.',
    'Look for a quote that is opened and not closed, or shorten its cells.',
  ],
  noRows: ['The file has headings and no server.', 'Add a line for each server.'],
  noWindowsServers: [
    'No row tells of a Windows server (rows: {rows}).',
    'Export the servers, or correct the column that tells what each machine is.',
  ],
  duplicateHeading: ['"{text}" means the same as "{other}".', 'Keep one of the two columns.'],
  missingHostColumn: [
    'No column has the host names[; the first line reads: {seen}].',
    'Name a column server, hostname or name.',
  ],
  tooManyColumns: [
    'Cell {cell} stands under no heading (cells: {cells}, headings: {headings}).',
    'Put quotes around the cell that contains the separator, or remove what is too much.',
  ],
  tooFewColumns: [
    'The line ends before its last heading (cells: {cells}, headings: {headings}).',
    'Fill in the cells, blank ones too.',
  ],
  formulaCell: ['"{text}" begins like a formula.', formula],
  formulaError: ['"{text}" is the error of a formula.', 'Mend or empty the cell.'],
  controlCharacter: ['"{text}" contains a control character.', 'Type the cell again.'],
  tooLong: ['"{text}" has {length} characters, more than {most}.', 'Shorten it.'],
  missingHost: ['The line names no server.', 'Fill in the host name, or remove the line.'],
  invalidHost: ['"{text}" is no host name.', 'Use letters, digits, hyphens and dots, as Windows does.'],
  invalidClient: [`"{client}" cannot be a client's name.`, 'Use a name with letters or digits, up to 200.'],
  reservedClient: ['"{client}" is a name that ATLAS uses itself.', 'Name the client differently.'],
  clientUnknown: [
    'Whose server "{host}" is cannot be read from its name, and no client is given.',
    'Fill in the client column, or name the server CLIENT-SITE-ROLE-XX.',
  ],
  unknownRing: ['"{text}" is no ring.', 'Use 0 internal, 1 pilot, 2 standard or 3 critical.'],
  unknownKind: ['"{text}" is no kind of server.', 'Use hyperVHost, vm or physical, or leave it blank.'],
  unknownRole: [
    '"{text}" is no role.',
    'Use DC, SQL, RDS, FILE, APP, WEB, EXCHANGE, PRINT, BACKUP, HYPERV or OTHER, or leave it blank.',
  ],
  unknownZone: ['"{text}" is no time zone.', 'Use an IANA name such as Europe/Paris or Indian/Reunion.'],
  invalidNumber: [
    '"{text}" is no whole number from {least} to {most}.',
    'Write such a number, or leave it blank.',
  ],
  unparsableWindow: ['"{text}" is not days, start and length.', window],
  windowDays: ['"{text}" names no days.', window],
  windowStart: ['"{text}" is no time of day.', window],
  windowLength: ['"{text}" has no length between 15min and 168h.', window],
  windowRuleParts: [
    'The rule "{text}" says more than on which days the window opens.',
    'Take DTSTART, COUNT, UNTIL and hours out of it: start and length follow the rule.',
  ],
  windowRuleFrequency: [
    'The rule "{text}" does not say how often the window opens.',
    'Begin it with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.',
  ],
  windowRuleUnreadable: [
    'The rule "{text}" cannot be read.',
    'Write it as RFC 5545 does, for example FREQ=MONTHLY;BYDAY=2SA.',
  ],
  tooManyWindows: [
    'There are more than {most} windows.',
    'Write fewer, or days that belong together as one.',
  ],
  unparsableProbe: ['"{text}" is no probe.', probe],
  probeWithPassword: [
    'The address of a probe carries a name or a password.',
    'Probe a page that answers without one, or write the status that it refuses with, for example 401.',
  ],
  tooManyProbes: ['There are more than {most} probes.', 'Name those that tell most.'],
  unparsableDate: ['"{text}" is no date.', dates],
  datesReversed: ['"{text}" ends before it begins.', dates],
  tooManyDates: ['There are more than {most} dates.', 'Name the dates of a year at most.'],
  duplicateHost: ['"{host}" is also on line {otherLine}, which says otherwise under "{column}".', sameServer],
  hostInTwoDomains: ['"{host}" is also on line {otherLine}, with another domain.', sameServer],
  hostOfTwoClients: ['"{host}" is also on line {otherLine}, of another client.', sameServer],
  clientNameCollision: [
    '"{client}" and "{other}" (line {otherLine}) would be the same client.',
    'Write the name the same way on all of its lines; name two clients more differently.',
  ],
  clientRowsDisagree: [
    '"{text}" is not what line {otherLine} says for "{client}".',
    'Give both lines the same value, or leave one blank.',
  ],
  unknownServer: [
    '"{text}" is no server of this file.',
    'Name a server that has its own line, or leave the cell blank.',
  ],
  ambiguousServer: [
    '"{text}" is a server of {clients} other clients.',
    'Write it with its client, for example {example}.',
  ],
  serverLeftOut: ['"{text}" is left out, and this needs it.', 'Mend the line of that server first.'],
  refersToItself: ['"{host}" names itself.', 'Name the other server, or leave the cell blank.'],
  notAHost: [
    '"{host}" would run on "{other}" (line {otherLine}), which is no Hyper-V host.',
    'Make that one a hyperVHost, or name another.',
  ],
  hostRunsOnHost: [
    '"{host}" is a Hyper-V host and would itself run on "{other}" (line {otherLine}).',
    'Leave the cell of a host blank.',
  ],
  physicalRunsOn: [
    '"{host}" is physical and would run on "{other}" (line {otherLine}).',
    'Make it a vm, or leave the cell blank.',
  ],
  partnersConflict: [
    '"{host}" already has the partner "{other}".',
    'Two partners name each other and no third; compare line {otherLine}.',
  ],
}
