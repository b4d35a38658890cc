import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tableClient, temporaryFolder } from './setup.ts'

const server = join(import.meta.dirname, 'crashServer.ts')

async function started(file: string) {
  const child = fork(server, [file])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [url] = (await once(child, 'message')) as [string]
  const kill = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { url, kill }
}

test('a service killed with -9 under load keeps every answered change and no half transaction', async () => {
  const file = join(await temporaryFolder(), 'tables.db')
  const acknowledged = new Set<number>()
  let next = 0
  for (let round = 0; round < 3; round++) {
    const { url, kill } = await started(file)
    const client = tableClient(url, 'things')
    await client.createTable()
    const writer = async () => {
      for (;;) {
        const number = next++
        const row = (part: string) => ({ partitionKey: 'p', rowKey: `${number}-${part}` })
        await client.submitTransaction([
          ['create', row('a')],
          ['create', row('b')],
        ])
        acknowledged.add(number)
        // The kill falls between the operations of the other writers.
        if (acknowledged.size === (round + 1) * 60) await kill()
      }
    }
    // Every writer ends with the error of the connection that the kill cut.
    await Promise.allSettled(Array.from({ length: 8 }, writer))
  }

  const { url, kill } = await started(file)
  const seen = new Map<string, string[]>()
  for await (const { rowKey = '' } of tableClient(url, 'things').listEntities()) {
    const [number = '', part = ''] = rowKey.split('-')
    seen.set(number, [...(seen.get(number) ?? []), part])
  }
  await kill()
  expect(acknowledged.size).toBeGreaterThanOrEqual(180)
  expect([...acknowledged].filter((number) => !seen.has(String(number)))).toEqual([])
  expect([...seen.values()].filter((parts) => parts.join() !== 'a,b')).toEqual([])
})
