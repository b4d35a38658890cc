import { join } from 'node:path'
import { wireNow } from '../clock/wire.ts'
import { startBroker } from '../servicebus/broker.ts'
import { lockDataFolder } from '../supervisor/data-folder.ts'
import { startTablesService } from '../tables/service.ts'
import { startWebPubSub } from '../webpubsub/server.ts'
import type { PlatformArgs } from './args.ts'
import { choosePorts, rememberPorts } from './ports.ts'
import { loadSecrets } from './secrets.ts'

export type Platform = {
  /** What the official SDKs take; the same at every start on the same data. */
  readonly connectionStrings: {
    readonly tables: string
    readonly serviceBus: string
    readonly webPubSub: string
  }
  /** Where queues are managed over HTTP. */
  readonly serviceBusAdminPort: number
  readonly close: () => Promise<void>
}

const account = 'localplatform'
const busRule = 'RootManageSharedAccessKey'
const host = '127.0.0.1'

/**
 * Starts Tables, Service Bus and Web PubSub in this process, on `<data>/platform`.
 * Throws LocalError for a folder in use or not writable, or a port taken; nothing is left running then.
 */
export const startPlatform = async (args: PlatformArgs): Promise<Platform> => {
  const lock = lockDataFolder(join(args.data, 'platform'))
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne()
    lock.release()
  }
  try {
    const { folder } = lock
    const secrets = loadSecrets(folder)
    const asked = await choosePorts(folder, args.ports)
    const tables = await startTablesService({
      dataFile: join(folder, 'tables.sqlite'),
      port: asked.tables,
      accounts: [{ name: account, key: secrets.tablesAccountKey }],
      now: wireNow,
      host,
    })
    opened.push(() => tables.close())
    const bus = await startBroker({
      dataFile: join(folder, 'servicebus.sqlite'),
      port: asked.bus,
      adminPort: asked.busAdmin,
      rules: [{ name: busRule, key: secrets.serviceBusKey, rights: ['Manage', 'Send', 'Listen'] }],
      ...(args.autoCreateQueues === undefined ? {} : { autoCreateQueues: args.autoCreateQueues }),
      now: wireNow,
      host,
    })
    opened.push(() => bus.close())
    const pubsub = await startWebPubSub({
      port: asked.pubsub,
      accessKey: secrets.webPubSubKey,
      now: wireNow,
      host,
    })
    opened.push(() => pubsub.close())
    rememberPorts(folder, {
      tables: tables.port,
      bus: bus.port,
      busAdmin: bus.adminPort,
      pubsub: pubsub.port,
    })
    return {
      connectionStrings: {
        tables: tablesConnectionString(tables.port, secrets.tablesAccountKey),
        serviceBus: busConnectionString(bus.port, secrets.serviceBusKey),
        webPubSub: pubsub.connectionString,
      },
      serviceBusAdminPort: bus.adminPort,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const tablesConnectionString = (port: number, key: string): string =>
  `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};TableEndpoint=http://${host}:${port}/${account};`

// The SDK speaks AMQP without TLS, and to a port, to what calls itself the development emulator.
const busConnectionString = (port: number, key: string): string =>
  `Endpoint=sb://${host}:${port};SharedAccessKeyName=${busRule};SharedAccessKey=${key};UseDevelopmentEmulator=true;`
