import type { z } from 'zod'
import type { ScriptUpdate } from '../../orchestrations/contracts/scripts/server.ts'
import type { OfferedUpdate } from '../../orchestrations/contracts/tasks.ts'
import type { UpdateCategory } from '../../orchestrations/domain/updates.ts'

/** Ids of classifications: names are in the machine's language. Source: learn.microsoft.com, "WSUS Classification GUIDs". */
const classifications: ReadonlyMap<string, UpdateCategory> = new Map([
  ['0fa1201d-4330-4fa8-8ae9-b877473b6441', 'security'],
  ['e6cf1350-c01b-414d-a61f-263d14d133b4', 'critical'],
  ['28bc880e-0592-4cbf-8f95-c79b17911d5f', 'updateRollup'],
  ['e0789628-ce08-4437-be74-2495b842f43b', 'definition'],
  ['3689bdc8-b205-4af4-8d4a-a63924c5e9d5', 'featureUpgrade'],
  ['b54e7d24-7add-428f-8b75-90a396fa584f', 'featureUpgrade'],
  ['ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0', 'driver'],
])

/** `kb` as people write it; the first one where an update has several. */
export function kbOf(articles: readonly string[]): string {
  const [first] = articles
  if (first === undefined) return ''
  return /^kb/i.test(first) ? first.toUpperCase() : `KB${first}`
}

/**
 * What kind of update it is. Drivers and feature upgrades first: whatever else they claim to be, they are approved
 * by name alone. Of the rest, what Windows only shows and never chooses is a preview.
 */
function categoryOf({ type, categoryIds, browseOnly }: ScriptUpdate): UpdateCategory {
  const known = new Set(categoryIds.map((id) => classifications.get(id.toLowerCase())))
  if (type === 'driver' || known.has('driver')) return 'driver'
  if (known.has('featureUpgrade')) return 'featureUpgrade'
  if (browseOnly) return 'preview'
  for (const category of ['security', 'critical', 'updateRollup', 'definition'] as const)
    if (known.has(category)) return category
  return 'other'
}

/** As many as a report holds; scripts put what a plan can approve by category first. */
export const maxOffered = 200

/** Offered updates as the server is told. What waits for a click can't be installed by anybody here: it isn't offered. */
export function offeredOf(updates: readonly ScriptUpdate[]): z.infer<typeof OfferedUpdate>[] {
  return updates
    .filter(({ canRequestUserInput }) => !canRequestUserInput)
    .slice(0, maxOffered)
    .map((update) => ({
      id: update.id,
      kb: kbOf(update.kbArticles),
      title: update.title,
      category: categoryOf(update),
      sizeBytes: update.maxDownloadBytes,
      downloaded: update.isDownloaded,
    }))
}
