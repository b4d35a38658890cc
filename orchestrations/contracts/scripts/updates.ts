import { z } from 'zod'
import { HResult } from './document.ts'

/** OperationResultCode by name. Source: learn.microsoft.com, wuapi.h. */
export const OperationResult = z.enum([
  'notStarted',
  'inProgress',
  'succeeded',
  'succeededWithErrors',
  'failed',
  'aborted',
])

const ScriptUpdateResult = z.object({
  id: z.string().min(1).max(80),
  kbArticles: z.array(z.string().max(20)).max(20),
  title: z.string().max(500),
  result: OperationResult,
  hresult: HResult.optional(),
  /** Only where the script itself left it out. */
  because: z.enum(['asksForInput', 'rebootDue', 'timeOver']).optional(),
  rebootRequired: z.boolean(),
})

export const InstallResult = z.object({
  updates: z.array(ScriptUpdateResult).max(200),
  rebootRequired: z.boolean(),
  /** Approved and not offered (any more). */
  notOffered: z.array(z.string().max(80)).max(200),
  /** Installed as they say, and offered again by a search right after; asked only where no reboot is due first. */
  stillOffered: z.array(z.string().max(80)).max(200),
})

export const DownloadResult = z.object({
  downloaded: z.array(z.string().max(80)).max(200),
  missing: z.array(z.object({ id: z.string().max(80), hresult: HResult.optional() })).max(200),
  bytes: z.number().nonnegative(),
})

export const UninstallResult = z.object({
  removed: z.array(z.string().max(80)).max(200),
  /** With the reason: permanent packages and servicing stacks can't be removed. */
  notRemovable: z.array(z.object({ id: z.string().max(80), why: z.string().max(300) })).max(200),
  rebootRequired: z.boolean(),
})

/** `imageHealth`: of the component store after its repair, by the names of the DISM module. */
export const RepairResult = z.object({
  imageHealth: z.enum(['Healthy', 'Repairable', 'NonRepairable']),
  rebootRequired: z.boolean(),
})
