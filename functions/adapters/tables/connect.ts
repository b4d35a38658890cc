import {
  AzureNamedKeyCredential,
  RestError,
  TableClient,
  type TableServiceClientOptions,
} from '@azure/data-tables'
import { DefaultAzureCredential } from '@azure/identity'
import { connectionFields } from '../connectionString.ts'

export const tableNames = ['Clients', 'Campaigns', 'Heartbeats', 'Fleet'] as const
export type TableName = (typeof tableNames)[number]
export type Tables = Readonly<Record<TableName, TableClient>>

/** How long one request may take, wire ms, before its outcome counts as unknown. */
const requestTimeoutMs = 15_000

/**
 * The SDK's own retries are off: it retries a lost answer by itself and then reports a conflict with its own
 * commit. Reads are tried again by callers that know what they mean.
 */
const options: TableServiceClientOptions = {
  retryOptions: { maxRetries: 0 },
  allowInsecureConnection: true,
}

type Policy = Parameters<TableClient['pipeline']['addPolicy']>[0]

/**
 * What is no answer of the Table service, but of something between, is none: the SDK would read a page of HTML
 * with status 200 as a partition without rows. Source: learn.microsoft.com, "Query entities" (response headers).
 */
const onlyTheService: Policy = {
  name: 'onlyTheService',
  async sendRequest(request, next) {
    const response = await next(request)
    if (response.headers.has('x-ms-version')) return response
    throw new RestError(
      `${request.url} was answered with ${response.status} by something else than a Table service`,
    )
  },
}

/** Policies that do nothing here: no retries, no redirects, no forms, no spans; each costs every request. */
const idlePolicies = ['defaultRetryPolicy', 'redirectPolicy', 'formDataPolicy', 'tracingPolicy', 'logPolicy']

function connect(target: string, table: TableName): TableClient {
  const client = open(target, table)
  for (const name of idlePolicies) client.pipeline.removePolicy({ name })
  return client
}

function open(target: string, table: TableName): TableClient {
  const client = clientFor(target, table)
  client.pipeline.addPolicy(onlyTheService, { phase: 'Sign' })
  return client
}

function clientFor(target: string, table: TableName): TableClient {
  if (/^https?:/.test(target)) return new TableClient(target, table, new DefaultAzureCredential(), options)
  const fields = connectionFields(target)
  const endpoint = fields.get('TableEndpoint')
  const account = fields.get('AccountName')
  const key = fields.get('AccountKey')
  if (endpoint === undefined || account === undefined || key === undefined)
    return TableClient.fromConnectionString(target, table, options)
  return new TableClient(endpoint, table, new AzureNamedKeyCredential(account, key), options)
}

/** Clients for ATLAS's tables. `target`: a connection string or, for managed identity, the endpoint's URL. */
export function connectTables(target: string): Tables {
  return {
    Clients: connect(target, 'Clients'),
    Campaigns: connect(target, 'Campaigns'),
    Heartbeats: connect(target, 'Heartbeats'),
    Fleet: connect(target, 'Fleet'),
  }
}

/** Creates the tables that don't exist yet. */
export async function createTables(tables: Tables): Promise<void> {
  await Promise.all(tableNames.map((name) => tables[name].createTable()))
}

/** An abort signal for one request; a fresh one each time. */
export const patience = (): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.timeout(requestTimeoutMs),
})

/** The HTTP status of an SDK error; undefined when there was no answer at all (time-out, broken connection). */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** Throttling, an outage of the service, or no answer at all: worth trying again. */
export function isOutage(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== undefined && status >= 400) return status === 408 || status === 429 || status >= 500
  return error instanceof Error && ['RestError', 'AbortError', 'TimeoutError'].includes(error.name)
}

/** A row of `Campaigns` or `Fleet` that others kept changing: nothing was written. */
export class ConflictTooOften extends Error {
  override readonly name = 'ConflictTooOften'
}
