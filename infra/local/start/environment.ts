import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Secrets = z.object({ signingKey: z.string(), operator: z.string(), approver: z.string() })
export type Secrets = z.infer<typeof Secrets>

export const operatorName = 'M. Durand'
export const approverName = 'Mme Lefèvre'

/** Keys and tokens of one data folder, made once. */
export function openSecrets(data: string): Secrets {
  const file = join(data, 'secrets.json')
  try {
    return Secrets.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secrets: Secrets = {
    signingKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    operator: randomBytes(24).toString('base64url'),
    approver: randomBytes(24).toString('base64url'),
  }
  mkdirSync(data, { recursive: true })
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}

/** For the command line: where the API is and who asks. */
export function writeSessions(data: string, server: string, secrets: Secrets): void {
  for (const [name, token] of [
    ['operator', secrets.operator],
    ['approver', secrets.approver],
  ] as const)
    writeFileSync(join(data, `${name}.json`), JSON.stringify({ server, token }), { mode: 0o600 })
}

export const PlatformReady = z.object({
  kind: z.literal('ready'),
  tables: z.string(),
  serviceBus: z.string(),
  webPubSub: z.string(),
})
export type PlatformReady = z.infer<typeof PlatformReady>

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The function app's settings, as they would be on Azure but for where the services are. */
export function appSettings(
  platform: PlatformReady,
  secrets: Secrets,
  clockFile: string,
  { data, base, servers }: { readonly data: string; readonly base: string; readonly servers: number },
): Record<string, string> {
  const operators = [
    { name: operatorName, roles: ['operator', 'observer'], tokenSha256: sha256(secrets.operator) },
    { name: approverName, roles: ['approver', 'observer'], tokenSha256: sha256(secrets.approver) },
  ]
  return {
    ATLAS_TABLES: platform.tables,
    ATLAS_SERVICE_BUS: JSON.stringify([platform.serviceBus]),
    ATLAS_WEB_PUBSUB: platform.webPubSub,
    ATLAS_SIGNING_KEY: secrets.signingKey,
    ATLAS_OPERATORS: JSON.stringify(operators),
    ATLAS_PLAN_CLOCK: clockFile,
    ATLAS_APPROVAL: 'required',
    // Its Windows is simulated: there is nothing that a lab could prove.
    ATLAS_EVIDENCE: 'off',
    ATLAS_ZONE: defaultZone,
    ATLAS_PAGE_URL: base,
    ATLAS_AGENT_HEARTBEAT_SECONDS: String(heartbeatSeconds(servers)),
    ATLAS_MAIL: JSON.stringify({
      smtp: `file:${join(data, 'inbox')}`,
      from: 'ATLAS <atlas@demo.example>',
      to: ['night.shift@demo.example'],
    }),
  }
}

/** A call a minute, as outside; a rehearsal of few servers doesn't make its operator wait so long to be heard. */
const heartbeatSeconds = (servers: number): number => Math.min(60, Math.max(5, Math.ceil(servers / 10)))

export const defaultZone = 'Europe/Paris'

const hourMs = 3_600_000

/** The next Saturday, 00:00 in the default zone, after `now` (epoch ms). */
export function nextSaturday(now: number): number {
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: defaultZone,
    weekday: 'short',
    hour: '2-digit',
    hour12: false,
  })
  const isStart = (at: number): boolean => {
    const parts = Object.fromEntries(local.formatToParts(at).map(({ type, value }) => [type, value]))
    return parts['weekday'] === 'Sat' && Number(parts['hour']) % 24 === 0
  }
  let at = Math.ceil(now / hourMs) * hourMs
  while (!isStart(at)) at += hourMs
  return at
}

/** An evening before the window opens: time to prepare, and to see the night begin. */
export const eveningBefore = (saturday: number): number => saturday - 4 * hourMs
