import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { BuildWaiverRow, EvidenceFile } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { createKeyedRows, type KeyedRows } from './keyedRows.ts'

/** A lab run as its file said it; by the file's id. Wire time, epoch ms. */
export const EvidenceRow = z.object({ file: EvidenceFile, addedBy: z.string(), addedAt: z.number() })
export type EvidenceRow = z.infer<typeof EvidenceRow>

export const createEvidence = (fleet: TableClient): KeyedRows<EvidenceRow> =>
  createKeyedRows(fleet, 'evidence', EvidenceRow)

/** One for each release of Windows, by its number. */
export const createBuildWaivers = (fleet: TableClient): KeyedRows<BuildWaiverRow> =>
  createKeyedRows(fleet, 'buildWaivers', BuildWaiverRow)
