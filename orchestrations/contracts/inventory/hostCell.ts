import { isHostName } from '../../domain/hostname.ts'

/** A host name as a cell has it: `CORP\SRV01`, `srv01.corp.local` and `SRV01$` (a computer account) are SRV01. */
export interface HostCell {
  readonly host: string
  /** What followed the name in a fully qualified one, in lower case. */
  readonly domain: string | undefined
}

/** undefined when it is no host name; an IP address is none. */
export function readHostCell(text: string): HostCell | undefined {
  const name = text
    .replaceAll(/[\u200B-\u200F\u2060\uFEFF]/g, '')
    .replace(/^[^\\]*\\/, '')
    .replace(/[$.]$/, '')
  if (!isHostName(name) || /^\d+(?:\.\d+){3}$/.test(name)) return undefined
  const dot = name.indexOf('.')
  if (dot < 0) return { host: name, domain: undefined }
  const host = name.slice(0, dot)
  return isHostName(host) ? { host, domain: name.slice(dot + 1).toLowerCase() } : undefined
}
