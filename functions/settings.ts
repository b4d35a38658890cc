import { z } from 'zod'
import { TwoPersonAction } from '../orchestrations/contracts/api/approvals.ts'

const Operator = z.object({
  name: z.string().min(1),
  roles: z.array(z.enum(['admin', 'operator', 'approver', 'observer'])).min(1),
  clients: z.union([z.literal('all'), z.array(z.string())]).default('all'),
  /** Hex SHA-256 of the token: the settings hold no secret of a person. */
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Operator = z.infer<typeof Operator>

const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((text, context) => {
    try {
      return schema.parse(JSON.parse(text))
    } catch (error) {
      // What JSON.parse says quotes the text, and the text may be a secret.
      const message = error instanceof SyntaxError ? 'it is not JSON' : String(error)
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
  })

const Mailbox = z.email().max(254)

/** `smtp://user:password@host:587`, `smtps://…`; `file:<folder>` writes messages there instead (the demo). */
const MailSettings = z.object({
  smtp: z.string().regex(/^(smtps?:\/\/|file:)./),
  /** `ATLAS <atlas@example.com>`, or the address alone. */
  from: z.string().regex(/^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/),
  to: z.array(Mailbox).min(1).max(50),
  /** Language by address; who isn't named here reads `language`. */
  languages: z.record(z.string(), z.enum(['en', 'fr'])).default({}),
  language: z.enum(['en', 'fr']).default('en'),
})
export type MailSettings = z.infer<typeof MailSettings>

const isSafeHook = (text: string): boolean => {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1')
}
const WebhookSettings = z.object({
  url: z.url().refine(isSafeHook, 'https only; http only to 127.0.0.1'),
  secret: z.string().min(16),
})
export type WebhookSettings = z.infer<typeof WebhookSettings>

/** A token bucket: it holds `burst` and gains `perSecond`. */
const Limit = z.object({ perSecond: z.number().positive(), burst: z.number().min(1) })
export type Limit = z.infer<typeof Limit>

const Limits = z.object({
  /** Of each operator. */
  reads: Limit.default({ perSecond: 50, burst: 200 }),
  writes: Limit.default({ perSecond: 10, burst: 60 }),
  /** Of each address: refused tokens of operators and of hosts that enrol. */
  failures: Limit.default({ perSecond: 2, burst: 100 }),
  /** Of each agent. */
  agents: Limit.default({ perSecond: 20, burst: 200 }),
  /** Of calendars, by address: a calendar program asks a few times a day. */
  calendars: Limit.default({ perSecond: 1, burst: 60 }),
})
export type Limits = z.infer<typeof Limits>

const Environment = z.object({
  /** Connection string, or the table endpoint's URL for managed identity. */
  ATLAS_TABLES: z.string().min(1),
  /** Connection strings of the Service Bus namespaces; clients are spread over them by hash. */
  ATLAS_SERVICE_BUS: json(z.array(z.string().min(1)).min(1)),
  ATLAS_WEB_PUBSUB: z.string().min(1),
  ATLAS_HUB: z.string().default('atlas'),
  /** PKCS#8 PEM of the P-256 key that signs commands; on Azure a Key Vault reference. */
  ATLAS_SIGNING_KEY: z.string().includes('PRIVATE KEY'),
  ATLAS_OPERATORS: json(z.array(Operator)).default([]),
  /** Entra ID: issuer and audience of operators' tokens; absent = only the operators above. */
  ATLAS_ENTRA: json(z.object({ issuer: z.url(), audience: z.string(), jwks: z.url() })).optional(),
  /** `system`, or the path of a published plan clock. */
  ATLAS_PLAN_CLOCK: z.string().default('system'),
  /** Whether starting a campaign needs a second person's approval of its hash. */
  ATLAS_APPROVAL: z.enum(['required', 'optional']).default('required'),
  /** Whether START asks for a lab's evidence of each Windows that a plan would change; `off` only where no host is real. */
  ATLAS_EVIDENCE: z.enum(['required', 'off']).default('required'),
  /** Requests that are taken at once and a second; what isn't named keeps its default. */
  ATLAS_LIMITS: json(Limits).default(Limits.parse({})),
  /** Actions for which a second person is asked. */
  ATLAS_SECOND_PERSON: json(z.array(TwoPersonAction)).default([]),
  ATLAS_ZONE: z.string().default('Europe/Paris'),
  /** Who is woken, and how (operations.md, "The night"); absent = nobody. Both hold secrets: Key Vault references. */
  ATLAS_MAIL: json(MailSettings).optional(),
  ATLAS_WEBHOOK: json(WebhookSettings).optional(),
  /** Whether clients are told a day ahead and get their own report, at their contact's mail address. */
  ATLAS_CLIENT_MAIL: z.enum(['off', 'on']).default('off'),
  ATLAS_CLIENT_LANGUAGE: z.enum(['en', 'fr']).default('en'),
  /** Notices that a channel sends in ten minutes before it puts the rest together; stop and breaker always pass. */
  ATLAS_NOTICE_CAP: z.coerce.number().int().min(2).max(1000).default(10),
  /** Of the keys in calendar addresses: changed, all of them are void. Absent: derived from the signing key. */
  ATLAS_CALENDAR_SECRET: z.string().min(16).optional(),
  /** Where the page is, for links. */
  ATLAS_PAGE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Called every minute while ATLAS is well; whoever watches there raises the alarm when it stops. */
  ATLAS_HEARTBEAT_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** How often an agent that nobody needs calls, wire seconds; none is taken for silent before two calls are missed. */
  ATLAS_AGENT_HEARTBEAT_SECONDS: z.coerce.number().int().min(5).max(60).default(60),
  /** ATLAS's own silence after which it says so once it is back, wire seconds. */
  ATLAS_SILENCE_SECONDS: z.coerce.number().int().min(30).default(300),
})

export type Settings = z.infer<typeof Environment>

/** Reads the app settings. Throws one error that names each missing or malformed setting. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = Environment.safeParse(environment)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`App settings are incomplete. ${faults.join('; ')}`)
}
