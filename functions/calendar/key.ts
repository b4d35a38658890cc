import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { ClientId } from '../../orchestrations/domain/ids.ts'
import type { Settings } from '../settings.ts'

/** The key that stands for a token in the address of a client's calendar; a new secret makes all of them void. */
export function calendarKey(settings: Settings, clientId: ClientId): string {
  return createHmac('sha256', secretOf(settings)).update(`calendar ${clientId}`).digest('base64url')
}

/** Compared in constant time, whatever was given. */
export function isCalendarKey(settings: Settings, clientId: ClientId, given: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(calendarKey(settings, clientId)), hash(given))
}

function secretOf({ ATLAS_CALENDAR_SECRET: own, ATLAS_SIGNING_KEY: signing }: Settings): Uint8Array {
  if (own !== undefined) return Buffer.from(own)
  return new Uint8Array(hkdfSync('sha256', signing, '', 'atlas calendar', 32))
}
