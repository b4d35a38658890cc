import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables'
import { startTablesService } from '../../infra/local/tables/service.ts'

export type TablesFigures = {
  /** Three-row transactions per second through the official SDK. */
  readonly batchesPerSecond: number
  /** Point reads per second through the official SDK. */
  readonly readsPerSecond: number
  /** Ten-row range queries per second in a partition of `rows` rows. */
  readonly rangesPerSecond: number
  readonly rows: number
  /** CPU microseconds that the service spent on one transaction and on one point read. */
  readonly serviceCpuPerBatch: number
  readonly serviceCpuPerRead: number
}

const account = { name: 'bench', key: Buffer.from('bench key').toString('base64') }
const concurrency = 16

/**
 * Measures the Tables service, which runs in a child process, with one client process: medians of `rounds`
 * rounds of `operations` operations each.
 */
export async function benchTables(operations = 2_000, rounds = 5): Promise<TablesFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'tables-bench-'))
  const child = fork(import.meta.filename, ['serve', join(folder, 'tables.db')])
  try {
    const [url] = (await once(child, 'message')) as [string]
    const cpu = async () => {
      child.send('cpu')
      return ((await once(child, 'message')) as [number])[0]
    }
    const credential = new AzureNamedKeyCredential(account.name, account.key)
    const client = new TableClient(`${url}/${account.name}`, 'bench', credential, {
      allowInsecureConnection: true,
    })
    await client.createTable()

    const row = (i: number) => String(i).padStart(8, '0')
    const entity = (i: number) => ({
      partitionKey: 'p',
      rowKey: row(i),
      state: 'installing',
      server: `SRV-${i}`,
      attempt: i,
      at: new Date(i),
      note: 'x'.repeat(200),
    })
    let next = 0
    const batch = async () => {
      const at = next
      next += 3
      await client.submitTransaction([0, 1, 2].map((i) => ['create', entity(at + i)]))
    }
    const read = async (i: number) => {
      await client.getEntity('p', row((i * 7) % next))
    }
    const range = async (i: number) => {
      const from = (i * 11) % (next - 10)
      const filter = `PartitionKey eq 'p' and RowKey ge '${row(from)}' and RowKey lt '${row(from + 10)}'`
      let count = 0
      for await (const _ of client.listEntities({ queryOptions: { filter } })) count++
      if (count !== 10) throw new Error(`a range of ten rows answered ${count}`)
    }

    await rate(batch, 300)
    const batches = await measured(batch, operations, rounds, cpu)
    await rate(read, 300)
    const reads = await measured(read, operations, rounds, cpu)
    const ranges = await measured(range, Math.ceil(operations / 2), rounds, cpu)
    return {
      batchesPerSecond: Math.round(batches.perSecond),
      readsPerSecond: Math.round(reads.perSecond),
      rangesPerSecond: Math.round(ranges.perSecond),
      rows: next,
      serviceCpuPerBatch: Math.round(batches.cpu),
      serviceCpuPerRead: Math.round(reads.cpu),
    }
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
    await rm(folder, { recursive: true })
  }
}

type Work = (i: number) => Promise<void>

async function measured(work: Work, operations: number, rounds: number, cpu: () => Promise<number>) {
  const rates: number[] = []
  const before = await cpu()
  for (let round = 0; round < rounds; round++) rates.push(await rate(work, operations))
  const spent = (await cpu()) - before
  rates.sort((a, b) => a - b)
  return { perSecond: rates[Math.floor(rounds / 2)] ?? 0, cpu: spent / (rounds * operations) }
}

async function rate(work: Work, operations: number): Promise<number> {
  const start = performance.now()
  let i = 0
  const worker = async () => {
    while (i < operations) await work(i++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return operations / ((performance.now() - start) / 1_000)
}

async function serve(dataFile: string): Promise<void> {
  const service = await startTablesService({ dataFile, port: 0, accounts: [account], now: Date.now })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.send?.(service.url)
}

if (process.argv[2] === 'serve' && process.argv[3] !== undefined) await serve(process.argv[3])
