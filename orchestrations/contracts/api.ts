import { z } from 'zod'
import { ClientControl } from '../domain/control.ts'
import { Plan } from '../domain/planned.ts'
import { UpdateCategory } from '../domain/updates.ts'
import { CampaignSettings } from '../domain/settings.ts'
import { CampaignId, ClientId, RingNumber, ServerId } from '../domain/ids.ts'
import { InventoryFault } from './api/faults.ts'
import { ImportNote } from './api/imports.ts'
import { Next } from './api/paging.ts'
import { CampaignHead, Clocks, LedgerLine, StopState } from './board.ts'

export * from './api/approvals.ts'
export * from './api/clients.ts'
export * from './api/enrolments.ts'
export * from './api/evidence.ts'
export * from './api/faults.ts'
export * from './api/imports.ts'
export * from './api/notices.ts'
export * from './api/paging.ts'
export * from './api/preparation.ts'
export * from './api/problems.ts'
export * from './api/report.ts'
export * from './api/servers.ts'
export * from './api/todo.ts'
export * from './api/updates.ts'

/**
 * The operator API. Every call carries `Authorization: Bearer <token>`. Errors are problem documents
 * (RFC 9457) as `Problem`, in the language of Accept-Language (en, fr). Bodies are JSON unless said otherwise. Lists
 * are paged (api/paging.ts). Reads carry an ETag; changes of one thing take If-Match (412 when it has changed since).
 * What starts something takes an Idempotency-Key: the same key and body get the same answer for 24 h. 429 carries
 * Retry-After.
 *
 * GET  /api/me                                      → Me
 * GET  /api/openapi.json                            → this API as OpenAPI 3.1
 * POST /api/inventory?dryRun=&skipInvalid=&remove=  CSV or XLSX, ImportQuery → InventoryAnswer (422 Problem.errors)
 * GET  /api/inventory                               → InventorySummary
 * GET  /api/inventory/imports/{importId}            → ImportProgress
 * POST /api/campaigns                               PlanRequest → 201 PlanAnswer (what `atlas plan` makes)
 * GET  /api/campaigns                               → CampaignList
 * GET  /api/campaigns/{id}                          → Board
 * GET  /api/campaigns/{id}/plan                     → PlanAnswer
 * POST /api/campaigns/{id}/approve                  { planHash } → CampaignHead
 * POST /api/campaigns/{id}/prepare                  PrepareBody → 202 Preparation
 * GET  /api/campaigns/{id}/preparation?client=      → Preparation
 * GET  /api/campaigns/{id}/evidence                 → CampaignEvidence (what START asks for)
 * POST /api/campaigns/{id}/start                    { planHash } → 202 CampaignHead   (START ALL)
 * POST /api/campaigns/{id}/pause|resume|cancel      ReasonBody → CampaignHead
 * GET  /api/campaigns/{id}/report?client=&format=&language=  → CampaignReport, or its text/html, text/csv
 * POST /api/campaigns/{id}/rings/{ring}/hold|promote ReasonBody → RingRow
 * GET  /api/campaigns/{id}/clients/{clientId}       → ClientDetail
 * GET  /api/exports/{list}?campaign=                → text/csv; list = orchestration|globalstatus|clientconfig
 * GET  /api/clients                                 → ClientList (of the caller's clients)
 * GET  /api/clients/{clientId}                      → ClientShow
 * POST /api/clients/{clientId}/pause                PauseBody → ControlAnswer
 * POST /api/clients/{clientId}/stop                 ReasonBody → ControlAnswer (raises the client's epoch)
 * POST /api/clients/{clientId}/resume               ReasonBody → ControlAnswer (after a pause and after a stop)
 * POST /api/clients/{clientId}/exclude              ExcludeBody → ClientShow;  /include ReasonBody takes it back
 * POST /api/clients/{clientId}/unlock               UnlockBody → ClientShow
 * POST /api/clients/{clientId}/calendar             → CalendarAnswer
 * GET  /api/calendars/{clientId}?key=               → text/calendar; the key stands for the token
 * GET  /api/servers?client=&ring=&state=&q=&campaign= → ServerList
 * GET  /api/servers/{serverId}?campaign=            → ServerShow
 * POST /api/servers/{serverId}/exclude              ExcludeBody → ServerAnswer;  /include ReasonBody takes it back
 * POST /api/servers/{serverId}/retry                RetryBody → 202 ServerAnswer
 * POST /api/servers/{serverId}/resolve              ResolveBody → ServerAnswer
 * POST /api/servers/{serverId}/trust                ReasonBody → ServerAnswer (ends a quarantine)
 * POST /api/servers/{serverId}/forget-agent         ForgetBody → ServerAnswer (its key is void, the host enrols anew)
 * GET  /api/waivers, POST /api/waivers              WaiverList; WaiverBody → 201 Waiver
 * DELETE /api/waivers/{serverId}                    → 204
 * GET  /api/evidence, POST /api/evidence            EvidenceList; EvidenceFile (a lab's) → 201 EvidenceLine
 * GET  /api/build-waivers, POST /api/build-waivers  BuildWaiverList; BuildWaiverBody → 201 BuildWaiver
 * DELETE /api/build-waivers/{build}                 → 204
 * GET  /api/updates?campaign=                       → UpdateList
 * POST /api/updates/{kb}/block|unblock              BlockBody → UpdateLine
 * GET  /api/todo?client=&kind=&mine=                → TodoList
 * POST /api/todo/{id}/take                          TakeBody → TodoItem
 * POST /api/todo/{id}/note                          NoteBody → TodoItem
 * GET  /api/notices                                 → NoticeList;  POST /api/notices/test → NoticeTest
 * POST /api/stop                                    ReasonBody (reason may be empty) → StopState  (EMERGENCY STOP)
 * POST /api/release                                 ReasonBody → StopState
 * GET  /api/stop                                    → StopState
 * GET  /api/ledger/{clientId}?after=N&limit=M       → { lines: LedgerLine[] }
 * GET  /api/ledger/{clientId}/verify                → LedgerVerdict
 *      {clientId} = atlas-fleet: what operators did to the whole fleet; only for who sees all clients
 * POST /api/enrolment-tokens                        EnrolmentTokenRequest → EnrolmentTokenAnswer
 * GET  /api/enrolment-tokens, DELETE …/{id}         → EnrolmentTokenList, 204
 * GET  /api/enrolments                              → EnrolmentList
 * POST /api/enrolments/{enrolmentId}/approve|refuse ReasonBody → 204
 * GET  /api/approvals                               → ApprovalList
 * POST /api/approvals/{approvalId}/approve|refuse   ReasonBody → Approval
 * POST /api/negotiate                               → { url, groups } for Web PubSub (json.reliable subprotocol)
 */
export const Me = z.object({
  name: z.string(),
  roles: z.array(z.enum(['admin', 'operator', 'approver', 'observer'])),
  clients: z.union([z.literal('all'), z.array(ClientId)]),
})
export type Me = z.infer<typeof Me>

/** What an import would change, or changed. At most 500 of `changes` are listed, all are counted. */
export const InventoryAnswer = z.object({
  importId: z.string(),
  applied: z.boolean(),
  /** How the file was read: `utf-8`, `utf-16le`, `windows-1252`, …; for a workbook its sheet's name. */
  encoding: z.string().optional(),
  separator: z.string().optional(),
  sheet: z.string().optional(),
  /** Each heading of the file and what it was taken for; null: not read. */
  headings: z.array(z.object({ heading: z.string(), meaning: z.string().nullable() })).default([]),
  rows: z.int(),
  clients: z.int(),
  servers: z.int(),
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  /** In ATLAS and not in the file: only counted, or removed when that was asked for. */
  absent: z.int().default(0),
  removed: z.int().default(0),
  /** Rows left out because of their errors (`skipInvalid`); `errors` says why. */
  skipped: z.int().default(0),
  errors: z.array(InventoryFault).default([]),
  changes: z
    .array(
      z.object({
        kind: z.enum(['added', 'changed', 'removed', 'absent']),
        clientId: ClientId,
        /** Absent: the client itself. */
        serverId: ServerId.optional(),
        fields: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
      }),
    )
    .default([]),
  notes: z.array(ImportNote),
})
export type InventoryAnswer = z.infer<typeof InventoryAnswer>

export const InventorySummary = z.object({
  clients: z.int(),
  servers: z.int(),
  enrolled: z.int(),
  rings: z.array(z.object({ ring: RingNumber, clients: z.int(), servers: z.int() })),
})
export type InventorySummary = z.infer<typeof InventorySummary>

export const Selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everything') }),
  z.object({ kind: z.literal('rings'), rings: z.array(RingNumber).min(1) }),
  z.object({ kind: z.literal('clients'), clients: z.array(ClientId).min(1) }),
  z.object({ kind: z.literal('servers'), servers: z.array(ServerId).min(1) }),
])
export type Selection = z.infer<typeof Selection>

export const PlanRequest = z.object({
  name: z.string().min(1).max(120),
  selection: Selection,
  /** `remove` uninstalls the updates instead (operations.md: a KB that breaks something without failing). */
  purpose: z.enum(['install', 'remove']).default('install'),
  settings: CampaignSettings.partial().optional(),
  /**
   * Ids of the approved updates; categories for what the scan may add. Drivers, previews and feature upgrades are
   * approved by id or KB alone: as a category they are refused (400).
   */
  updates: z.object({
    ids: z.array(z.string().max(80)).max(200),
    categories: z.array(UpdateCategory).max(20),
  }),
})
export type PlanRequest = z.input<typeof PlanRequest>

export const PlanAnswer = z.object({
  campaign: CampaignHead,
  plan: Plan,
})
export type PlanAnswer = z.infer<typeof PlanAnswer>

export const CampaignList = z.object({ campaigns: z.array(CampaignHead), ...Next })
export type CampaignList = z.infer<typeof CampaignList>

export const HashBody = z.object({ planHash: z.string().min(16).max(100) })
export const ReasonBody = z.object({ reason: z.string().max(500).default('') })
export const PauseBody = z.object({
  reason: z.string().max(500).default(''),
  /** Plan time, epoch ms. */
  until: z.number().optional(),
  caller: z.string().max(200).optional(),
})

/** `GET /api/clients`; without `limit` up to a thousand. */
export const ClientList = z.object({
  ...Next,
  clients: z.array(
    z.object({
      clientId: ClientId,
      name: z.string(),
      ring: RingNumber,
      servers: z.int(),
      enrolled: z.int(),
      control: ClientControl,
    }),
  ),
})
export type ClientList = z.infer<typeof ClientList>

export const ControlAnswer = z.object({
  clientId: ClientId,
  control: z.unknown(),
  /** When the server in hand is expected to be back, plan time epoch ms. */
  expectedFreeAt: z.number().optional(),
})

/** A token of one host is used once; safety.md asks for an hour at most then. */
export const EnrolmentTokenRequest = z.object({
  clients: z.array(ClientId).min(1).max(1000),
  hosts: z.int().min(1).max(10_000).default(100),
  days: z.int().min(1).max(7).default(7),
  /** In place of the days. */
  hours: z
    .int()
    .min(1)
    .max(7 * 24)
    .optional(),
})
export const EnrolmentTokenAnswer = z.object({
  tokens: z.array(z.object({ clientId: ClientId, token: z.string(), hosts: z.int(), expiresAt: z.number() })),
})

/** `GET /api/ledger/{clientId}`: `?after=<sequence>` or a cursor. */
export const LedgerLines = z.object({ lines: z.array(LedgerLine), ...Next })
export type LedgerLines = z.infer<typeof LedgerLines>

export const LedgerVerdict = z.object({
  clientId: ClientId,
  kind: z.enum(['intact', 'broken']),
  rows: z.int(),
  head: z.string(),
  /** First row that doesn't fit, when broken. */
  brokenAt: z.int().optional(),
  message: z.string(),
})
export type LedgerVerdict = z.infer<typeof LedgerVerdict>

export const NegotiateAnswer = z.object({ url: z.string(), groups: z.array(z.string()) })

/** `GET /api/status`: what a watcher polls when push is down. */
export const Status = z.object({
  clocks: Clocks,
  stop: StopState,
  campaign: CampaignHead.optional(),
  campaignId: CampaignId.optional(),
})
export type Status = z.infer<typeof Status>
