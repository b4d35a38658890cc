// A Tables service in a process of its own, for tests that kill it: node crashServer.ts FILE
import { startTablesService } from '../../../../infra/local/tables/service.ts'

const key = Buffer.from('a key for tests').toString('base64')
const service = await startTablesService({
  dataFile: process.argv[2] ?? ':memory:',
  port: 0,
  accounts: [{ name: 'testaccount', key }],
  now: Date.now,
})
process.send?.(service.url)
