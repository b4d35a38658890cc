/** What `--help` says of one verb. */
export interface VerbHelp {
  /** One line, without a full stop. */
  readonly what: string
  readonly more?: string
  readonly examples: readonly (readonly [command: string, comment: string])[]
}

export const verbNames = [
  'inventoryImport',
  'inventoryShow',
  'plan',
  'campaignList',
  'campaignShow',
  'campaignApprove',
  'campaignStart',
  'campaignPause',
  'campaignResume',
  'ringHold',
  'ringPromote',
  'clientList',
  'clientShow',
  'clientPause',
  'clientResume',
  'stop',
  'release',
  'status',
  'ledgerShow',
  'ledgerVerify',
  'tokenEnrol',
] as const
export type VerbName = (typeof verbNames)[number]
export type VerbTexts = Readonly<Record<VerbName, VerbHelp>>
