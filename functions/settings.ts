import { z } from 'zod'

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
      context.addIssue({ code: 'custom', message: String(error) })
      return z.NEVER
    }
  })

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
  ATLAS_ZONE: z.string().default('Europe/Paris'),
})

export type Settings = z.infer<typeof Environment>

/** Reads the app settings. Throws one error that names each missing or malformed setting. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = Environment.safeParse(environment)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`App settings are incomplete. ${faults.join('; ')}`)
}
