import { join } from 'node:path'
import { z } from 'zod'
import { assertPortFree, freePort } from '../supervisor/ports.ts'
import { readOrUndefined, writeWhole } from './files.ts'

const port = z.number().int().min(0).max(65_535)
const portsSchema = z.object({ tables: port, bus: port, busAdmin: port, pubsub: port })

export type Ports = z.infer<typeof portsSchema>

/** Option of the command line that sets each port. */
const options: Record<keyof Ports, string> = {
  tables: '--tables-port',
  bus: '--bus-port',
  busAdmin: '--bus-admin-port',
  pubsub: '--pubsub-port',
}

/**
 * The ports to listen on: those asked for, else those of the last start (connection strings outlive a
 * restart), else free ones. Throws LocalError `portInUse` naming the port and its option.
 */
export const choosePorts = async (folder: string, asked: Ports): Promise<Ports> => {
  const last = readOrUndefined(fileOf(folder), portsSchema)
  const choose = async (name: keyof Ports): Promise<number> => {
    const chosen = asked[name] === 0 ? (last?.[name] ?? (await freePort())) : asked[name]
    await assertPortFree(chosen, `stop it, or choose another with ${options[name]} N`)
    return chosen
  }
  return {
    tables: await choose('tables'),
    bus: await choose('bus'),
    busAdmin: await choose('busAdmin'),
    pubsub: await choose('pubsub'),
  }
}

export const rememberPorts = (folder: string, ports: Ports): void =>
  writeWhole(fileOf(folder), JSON.stringify(ports), 0o644)

const fileOf = (folder: string): string => join(folder, 'ports.json')
