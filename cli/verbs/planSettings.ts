import { CampaignSettings } from '../../orchestrations/domain/settings.ts'
import type { PlanRequest } from '../../orchestrations/contracts/api.ts'
import { jsonOf } from '../connect.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'
import { readNamedFile } from './files.ts'

const Some = CampaignSettings.partial().strict()

/** Settings that differ from the defaults, from a JSON file; one that isn't known is refused, not ignored. */
export async function readSettings(
  session: Session,
  name: string,
): Promise<NonNullable<PlanRequest['settings']>> {
  const { t } = session
  const value = jsonOf(new TextDecoder().decode(await readNamedFile(session, name)))
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput(
      t.errors.notJson(name),
      t.errors.settingsFix(Object.keys(CampaignSettings.shape).join(', ')),
    )
  const parsed = Some.safeParse(value)
  if (parsed.success) return value
  const faults = parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': '))
  throw badInput(
    t.errors.badSettings(name, faults.join('; ')),
    t.errors.settingsFix(Object.keys(CampaignSettings.shape).join(', ')),
  )
}
