import { z } from 'zod'

/** Why a file, a row or a cell of an import is refused. */
export const inventoryFaultCodes = [
  // the file
  'emptyFile',
  'binaryFile',
  'oldWorkbook',
  'notAWorkbook',
  'noVisibleSheet',
  'brokenWorkbook',
  'notATable',
  'tooLarge',
  'tooManyRows',
  'workbookTooLarge',
  'workbookTooHeavy',
  'brokenQuotes',
  'textAfterQuote',
  'lineTooLong',
  'noRows',
  'noWindowsServers',
  // its headings
  'duplicateHeading',
  'missingHostColumn',
  // a row or cell by itself
  'tooManyColumns',
  'tooFewColumns',
  'formulaCell',
  'formulaError',
  'controlCharacter',
  'tooLong',
  'missingHost',
  'invalidHost',
  'invalidClient',
  'reservedClient',
  'clientUnknown',
  'unknownRing',
  'unknownKind',
  'unknownRole',
  'unknownZone',
  'invalidNumber',
  'unparsableWindow',
  'windowDays',
  'windowStart',
  'windowLength',
  'windowRuleParts',
  'windowRuleFrequency',
  'windowRuleUnreadable',
  'tooManyWindows',
  'unparsableProbe',
  'probeWithPassword',
  'tooManyProbes',
  'unparsableDate',
  'datesReversed',
  'tooManyDates',
  // rows against each other
  'duplicateHost',
  'hostInTwoDomains',
  'hostOfTwoClients',
  'clientNameCollision',
  'clientRowsDisagree',
  'unknownServer',
  'ambiguousServer',
  'serverLeftOut',
  'refersToItself',
  'notAHost',
  'hostRunsOnHost',
  'physicalRunsOn',
  'partnersConflict',
] as const
export const InventoryFaultCode = z.enum(inventoryFaultCodes)
export type InventoryFaultCode = z.infer<typeof InventoryFaultCode>

/** One refusal: where and what. What to do about it is said with it, in the reader's language (contracts/words). */
export const InventoryFault = z.object({
  file: z.string(),
  /** Of a CSV file its line, of a workbook its row, from 1. 0: the file as a whole. */
  line: z.int(),
  /** The heading as the file spells it; empty for a whole line. */
  column: z.string(),
  code: InventoryFaultCode,
  /** Cells of the file are shortened, on one line. */
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type InventoryFault = z.infer<typeof InventoryFault>
