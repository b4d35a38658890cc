import writeXlsxFile from 'write-excel-file/node'
import { ImportQuery, InventoryAnswer } from '../../orchestrations/contracts/api.ts'
import { generatedInventory } from '../../orchestrations/contracts/demo/index.ts'
import { writeInventoryCsv } from '../../orchestrations/contracts/inventory.ts'
import { readRecords } from '../../orchestrations/contracts/inventory/records.ts'
import { startLiveHost, type LiveHost } from '../support/liveHost.ts'
import { cpuSecondsOf, memoryOf } from '../support/processes.ts'
import { atMost, reported, type Bench } from './figures.ts'
import { loopDelay } from './watch.ts'

const servers = 100_000
const clients = 400
const goal = { seconds: 20, mebibytes: 500 }
const sampleMs = 50
const importTimeoutMs = 15 * 60_000

/** Import of 100,000 rows by the real host: previews of a CSV file and a workbook, and the import itself. */
export const inventoryImport: Bench = {
  name: 'inventory',
  long: true,
  async run(emit) {
    const csv = writeInventoryCsv(generatedInventory(servers, { oneRing: false, clients }))
    const files = [
      ['xlsx', await workbookOf(csv)],
      ['csv', new TextEncoder().encode(csv)],
    ] as const
    for (const [kind, bytes] of files) {
      const host = await startLiveHost()
      try {
        const preview = await measured(host, bytes, `parc.${kind}`, true)
        emit(reported(`inventory.${kind}.fileSize`, bytes.length / 2 ** 20, 'MiB'))
        emit(atMost(`inventory.${kind}.previewSeconds`, preview.seconds, 's', goal.seconds))
        emit(reported(`inventory.${kind}.previewProcessorSeconds`, preview.cpuSeconds, 's'))
        emit(atMost(`inventory.${kind}.previewMemory`, preview.mebibytes, 'MiB', goal.mebibytes))
        emit(reported(`inventory.${kind}.previewLoopDelayMax`, preview.loopDelayMax, 'ms'))
        if (kind === 'xlsx') continue
        const applied = await measured(host, bytes, `parc.${kind}`, false)
        emit(reported('inventory.importSeconds', applied.seconds, 's'))
        emit(reported('inventory.importProcessorSeconds', applied.cpuSeconds, 's'))
        emit(reported('inventory.importMemory', applied.mebibytes, 'MiB'))
        emit(reported('inventory.importLoopDelayMax', applied.loopDelayMax, 'ms'))
        const again = await measured(host, bytes, `parc.${kind}`, true)
        emit(atMost('inventory.csv.previewAgainSeconds', again.seconds, 's', goal.seconds))
        emit(reported('inventory.csv.previewAgainMemory', again.mebibytes, 'MiB'))
      } finally {
        await host.remove()
      }
    }
  },
}

/** Memory is the host's resident pages over what it had before, at most. */
async function measured(host: LiveHost, bytes: Uint8Array<ArrayBuffer>, file: string, dryRun: boolean) {
  const idle = memoryOf([host.pid()]).alone
  let most = idle
  const timer = setInterval(() => (most = Math.max(most, memoryOf([host.pid()]).alone)), sampleMs)
  await loopDelay(host, { reset: true })
  const cpu = cpuSecondsOf([host.pid()])
  const began = performance.now()
  try {
    const answer = await send(host, bytes, {
      ...ImportQuery.parse({ file }),
      dryRun: dryRun ? 'true' : 'false',
    })
    const seconds = (performance.now() - began) / 1000
    if (answer.servers !== servers || answer.clients !== clients)
      throw new Error(`The import is of ${answer.servers} servers of ${answer.clients} clients`)
    const cpuSeconds = cpuSecondsOf([host.pid()]) - cpu
    const { max } = await loopDelay(host)
    return { seconds, cpuSeconds, mebibytes: (most - idle) / 2 ** 20, loopDelayMax: max }
  } finally {
    clearInterval(timer)
  }
}

async function send(
  { base, token }: LiveHost,
  body: Uint8Array<ArrayBuffer>,
  query: ImportQuery,
): Promise<InventoryAnswer> {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
  const response = await fetch(`${base}/api/inventory?${search}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(importTimeoutMs),
  })
  if (!response.ok)
    throw new Error(
      `The import was answered with ${response.status}: ${(await response.text()).slice(0, 500)}`,
    )
  return InventoryAnswer.parse(await response.json())
}

async function workbookOf(csv: string): Promise<Uint8Array<ArrayBuffer>> {
  const rows = [...readRecords(csv.replace('\u{FEFF}', ''), ';')].map(({ cells }) =>
    cells.map((value) => (value === '' ? null : { value, type: String })),
  )
  return new Uint8Array(await writeXlsxFile(rows).toBuffer())
}
