import { createHash } from 'node:crypto'
import type { ImportProgress, ImportQuery, InventoryAnswer } from '../../orchestrations/contracts/api.ts'
import type { InventoryOptions } from '../../orchestrations/contracts/inventory.ts'
import type { ImportRow } from '../adapters/tables/fleetStore.ts'
import { audit } from '../control/audit.ts'
import { Refusal } from '../http/respond.ts'
import type { Services } from '../services.ts'
import { applyImport } from './apply.ts'
import { readFile, type FileResult } from './readFile.ts'
import { survey, wantedOf, type Wanted } from './survey.ts'

type Read = Extract<FileResult, { ok: true }>

/** Reads a file and says what importing it would change. Throws a Refusal (422) that lists what is wrong. */
export async function previewImport(
  services: Services,
  bytes: Uint8Array,
  query: ImportQuery,
): Promise<InventoryAnswer> {
  const importId = query.importId ?? idOf(contentOf(bytes, query))
  const read = await readOrRefuse(services, bytes, query)
  const wanted = await wantedBy(services, read, query)
  return answerOf(importId, read, await survey(services, wanted, query.remove === 'true'), false)
}

/**
 * Imports a file. One that was cut off goes on where it stood, and ends with the answer that it had at its
 * beginning; one that is done under an id that the caller gave isn't done again.
 */
export async function runImport(
  services: Services,
  actor: string,
  bytes: Uint8Array,
  query: ImportQuery,
): Promise<InventoryAnswer> {
  const content = contentOf(bytes, query)
  const importId = query.importId ?? idOf(content)
  const known = await services.fleet.importRow(importId)
  if (known && known.content !== content) throw new Refusal('importOfOtherFile', { importId })
  if (known?.endedAt !== undefined && query.importId !== undefined) return known.answer
  const read = await readOrRefuse(services, bytes, query)
  const wanted = await wantedBy(services, read, query)
  const begun = known && known.endedAt === undefined ? known : undefined
  const action = begun ? 'inventory.resumed' : 'inventory.imported'
  const { clients, servers } = read.inventory
  const detail = { file: query.file, clients: clients.length, servers: servers.length, remove: query.remove }
  await audit(services, { actor, action, object: importId, detail })
  const row = begun ?? (await begin(services, { importId, content, actor, query, read, wanted }))
  return (await applyImport(services, row, wanted)).answer
}

/** What the caller will get is determined before anything is applied: a resumed import answers the same. */
async function begin(
  services: Services,
  beginning: {
    readonly importId: string
    readonly content: string
    readonly actor: string
    readonly query: ImportQuery
    readonly read: Read
    readonly wanted: Wanted
  },
): Promise<ImportRow> {
  const { importId, content, actor, query, read, wanted } = beginning
  const found = await survey(services, wanted, query.remove === 'true')
  const startedAt = services.clocks.wire()
  const row: ImportRow = {
    importId,
    content,
    actor,
    file: query.file,
    startedAt,
    touchedAt: startedAt,
    clients: wanted.clients.length,
    clientsDone: 0,
    answer: fitting(answerOf(importId, read, found, true)),
  }
  await services.fleet.putImport(row)
  return row
}

/** Characters of an answer's list of changes: a row takes 1 MiB, two bytes a character, errors and headings too. */
const longestChanges = 200_000

function fitting(answer: InventoryAnswer): InventoryAnswer {
  let { changes } = answer
  while (JSON.stringify(changes).length > longestChanges)
    changes = changes.slice(0, Math.floor(changes.length / 2))
  return { ...answer, changes }
}

const cutOffAfterMs = 30_000

export async function importProgress(services: Services, importId: string): Promise<ImportProgress> {
  const row = await services.fleet.importRow(importId)
  if (!row) throw new Refusal('noSuchImport', { importId })
  const { file, actor, clients, clientsDone, startedAt, touchedAt, endedAt } = row
  const silent = services.clocks.wire() - touchedAt > cutOffAfterMs
  const ended = endedAt === undefined ? {} : { endedAt }
  const state = endedAt !== undefined ? 'done' : silent ? 'cutOff' : 'running'
  return { importId, file, actor, state, clients, clientsDone, startedAt, ...ended }
}

const idOf = (content: string): string => `file-${content.slice(0, 16)}`

function contentOf(bytes: Uint8Array, { skipInvalid, remove, ring, client }: ImportQuery): string {
  const options = JSON.stringify([skipInvalid, remove, ring, client])
  return createHash('sha256').update(bytes).update(options).digest('hex')
}

async function readOrRefuse(services: Services, bytes: Uint8Array, query: ImportQuery): Promise<Read> {
  const { file, ring, client } = query
  const options: InventoryOptions = {
    file,
    defaultZone: services.settings.ATLAS_ZONE,
    skipInvalid: query.skipInvalid === 'true',
    ...(ring !== undefined && { ring }),
    ...(client !== undefined && { client }),
  }
  const read = await readFile(bytes, options)
  if (read.ok) return read
  throw new Refusal('inventoryRefused', { file, count: read.errorCount }, { errors: read.errors })
}

/** A row that was left out for its errors may be of the very server that seems to be missing. */
const removes = ({ skipped }: Read, { remove }: ImportQuery): boolean => remove === 'true' && skipped === 0

function wantedBy(services: Services, read: Read, query: ImportQuery): Promise<Wanted> {
  const columns = new Set(read.headings.flatMap(({ meaning }) => meaning ?? []))
  const { inventory, otherHosts } = read
  return wantedOf(services, inventory, { columns, remove: removes(read, query), otherHosts })
}

const mostHeadings = 300

function answerOf(
  importId: string,
  { encoding, separator, sheet, headings, rows, skipped, errors, notes }: Read,
  found: Awaited<ReturnType<typeof survey>>,
  applied: boolean,
): InventoryAnswer {
  return {
    ...found,
    importId,
    applied,
    ...(encoding !== undefined && { encoding }),
    ...(separator !== undefined && { separator }),
    ...(sheet !== undefined && { sheet }),
    headings: headings
      .slice(0, mostHeadings)
      .map(({ heading, meaning }) => ({ heading, meaning: meaning ?? null })),
    rows,
    skipped,
    errors,
    notes: [...notes, ...found.notes],
  }
}
