import { createRequire } from 'node:module'
import { join } from 'node:path'
import { account } from './setup.ts'

type AzuriteTableServer = {
  start: () => Promise<void>
  close: () => Promise<void>
  getHttpServerAddress: () => string
}

const require = createRequire(import.meta.url)

/** Azurite's Table service in this process, on a free port, keeping nothing on disk. */
export async function startAzurite(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  process.env['AZURITE_ACCOUNTS'] = `${account.name}:${account.key}`
  const { default: TableServer } = require('azurite/dist/src/table/TableServer') as {
    default: new (configuration: unknown) => AzuriteTableServer
  }
  const { default: TableConfiguration } = require('azurite/dist/src/table/TableConfiguration') as {
    default: new (...settings: unknown[]) => unknown
  }
  const none = undefined
  const server = new TableServer(
    // Host, port, keep-alive seconds, file, no logs, strict, API version unchecked, no TLS, in memory.
    new TableConfiguration(
      '127.0.0.1',
      0,
      5,
      join(folder, 'azurite.json'),
      false,
      false,
      none,
      none,
      false,
      true,
      '',
      '',
      '',
      none,
      true,
      true,
    ),
  )
  await server.start()
  return { url: server.getHttpServerAddress().replace(/\/$/, ''), close: () => server.close() }
}
