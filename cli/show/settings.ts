import { CampaignSettings, defaultSettings } from '../../orchestrations/domain/settings.ts'
import type { Cli } from '../session.ts'
import type { SettingName } from '../texts/index.ts'

/** Every setting of a plan with its default and what it means, for `plan --help`. */
export function settingsHelp({ t }: Pick<Cli, 't'>): string[] {
  const names = Object.keys(CampaignSettings.shape) as SettingName[]
  return [
    t.settingsTitle,
    ...names.flatMap((name) => [`  ${name}=${written(defaultSettings[name])}`, `      ${t.settings[name]}`]),
  ]
}

/** As it is written after --set. */
function written(value: (typeof defaultSettings)[SettingName]): string {
  if (typeof value !== 'object') return String(value)
  return (Array.isArray(value) ? value : Object.values(value)).join(',')
}
