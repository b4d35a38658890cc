import type { NoticeKind } from '../../../orchestrations/contracts/api.ts'

/** What mails say around the reasons, which have their own words (contracts/words). */
export interface NoticeTexts {
  /** What happened: subject, heading, and a line of a digest. */
  readonly what: Readonly<Record<NoticeKind, string>>
  /** What to do now. */
  readonly next: Readonly<Record<NoticeKind, string>>
  /** Between what and where. */
  readonly colon: string
  readonly test: string
  readonly testNext: string
  readonly wholeFleet: string
  readonly ring: string
  readonly why: string
  readonly where: string
  readonly server: string
  readonly client: string
  readonly campaign: string
  readonly when: string
  readonly page: string
  /** `{count}`. */
  readonly more: string
  readonly footer: string
  readonly attachedReport: string
}
