import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AzureNamedKeyCredential, TableClient, TableServiceClient } from '@azure/data-tables'
import { onTestFinished } from 'vitest'
import { startTablesService, type TablesService } from '../../../../infra/local/tables/service.ts'

export const account = { name: 'testaccount', key: Buffer.from('a key for tests').toString('base64') }
export const credential = new AzureNamedKeyCredential(account.name, account.key)
export const insecure = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } }

export function tableClient(url: string, table: string): TableClient {
  return new TableClient(`${url}/${account.name}`, table, credential, insecure)
}

export function serviceClient(url: string): TableServiceClient {
  return new TableServiceClient(`${url}/${account.name}`, credential, insecure)
}

/** A service on a free port and a new file, closed and removed after the test; `now` defaults to real time. */
export async function startedService(now: () => number = Date.now): Promise<TablesService> {
  const folder = await temporaryFolder()
  const service = await startTablesService({
    dataFile: join(folder, 'tables.db'),
    port: 0,
    accounts: [account],
    now,
  })
  onTestFinished(() => service.close())
  return service
}

/** A started service with one table. */
export async function startedTable(): Promise<{ service: TablesService; client: TableClient }> {
  const service = await startedService()
  const client = tableClient(service.url, 'things')
  await client.createTable()
  return { service, client }
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tables-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export type Refusal = {
  readonly status: number | undefined
  readonly code: string | undefined
  readonly text: string
}

/** What a refused call says: status, error code, and the message's first line. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call
  } catch (error) {
    return refusalIn(error)
  }
  throw new Error('The call was not refused.')
}

/** Reads an SDK error: the code stands in the error or in its JSON message. */
export function refusalIn(error: unknown): Refusal {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string }
  const inner = message.startsWith('{')
    ? (JSON.parse(message) as { 'odata.error': { code: string; message: { value: string } } })['odata.error']
    : undefined
  const text = (inner?.message.value ?? message).split('\n')[0] ?? ''
  return { status: statusCode, code: inner?.code ?? code, text }
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A request signed with SharedKeyLite, for what the SDK can't send; `path` follows the account's URL. */
export function signedFetch(url: string, path: string, init: RequestInit = {}): Promise<Response> {
  const target = new URL(`${url}/${account.name}/${path}`)
  const date = new Date().toUTCString()
  const key = Buffer.from(account.key, 'base64')
  const text = `${date}\n/${account.name}${target.pathname}`
  const signature = createHmac('sha256', key).update(text).digest('base64')
  const authorization = `SharedKeyLite ${account.name}:${signature}`
  const headers = new Headers(init.headers)
  headers.set('x-ms-date', date)
  headers.set('authorization', authorization)
  return fetch(target, { ...init, headers })
}

/** Status and error code of a raw answer. */
export async function refusedWith(
  answer: Promise<Response>,
): Promise<{ status: number; code: string | null }> {
  const { status, headers } = await answer
  return { status, code: headers.get('x-ms-error-code') }
}
