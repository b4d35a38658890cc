import { CampaignSettings } from '../../orchestrations/domain/settings.ts'
import type { PlanRequest } from '../../orchestrations/contracts/api.ts'
import { jsonOf } from '../connect.ts'
import { badInput } from '../failure.ts'
import type { Session } from '../session.ts'
import type { SettingName, Texts } from '../texts/index.ts'
import { readNamedFile } from './files.ts'

type Settings = NonNullable<PlanRequest['settings']>

const Some = CampaignSettings.partial().strict()
const isName = (text: string): text is SettingName => Object.hasOwn(CampaignSettings.shape, text)
const names = Object.keys(CampaignSettings.shape).join(', ')

/** Settings that differ from the defaults, from a JSON file; one that isn't known is refused, not ignored. */
export async function readSettings(session: Session, name: string): Promise<Settings> {
  const { t } = session
  const value = jsonOf(new TextDecoder().decode(await readNamedFile(session, name)))
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput(t.errors.notJson(name), t.errors.settingsFix(names))
  const parsed = Some.safeParse(value)
  // As written: what the file doesn't say is the server's default, not this program's.
  if (parsed.success) return value
  const faults = parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': '))
  throw badInput(t.errors.badSettings(name, faults.join('; ')), t.errors.settingsFix(names))
}

/** `--set maxRetries=1 --set soakMinutes=0,60,0,0`. */
export function settingsOf(said: readonly string[], t: Texts): Settings {
  const settings: Record<string, unknown> = {}
  for (const text of said) {
    const at = text.indexOf('=')
    const name = text.slice(0, Math.max(0, at)).trim()
    if (at < 0 || !isName(name))
      throw badInput(t.errors.noSetting(at < 0 ? text : name), t.errors.settingsFix(names))
    const value = valueOf(name, text.slice(at + 1).trim())
    const parsed = CampaignSettings.shape[name].safeParse(value)
    if (!parsed.success) throw badInput(t.errors.badSetting(name, text.slice(at + 1)), t.settings[name])
    settings[name] = value
  }
  return settings
}

/** Numbers, yes and no, lists and the pair of durations as their text says; whether they fit is the schema's. */
function valueOf(name: SettingName, text: string): unknown {
  const parts = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (name === 'serverMinutes') return { p50: parts[0], p95: parts[1] }
  if (name === 'soakMinutes') return parts
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
