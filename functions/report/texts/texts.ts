/** What a report says around labels and reasons (contracts/words). `{name}` is filled in. */
export interface ReportTexts {
  readonly title: string
  readonly fleet: string
  readonly period: string
  readonly generated: string
  readonly contact: string
  readonly zone: string
  readonly interim: string
  readonly serversDone: string
  readonly done: string
  readonly doneOf: string
  readonly notDone: string
  readonly open: string
  readonly installed: string
  readonly failedUpdates: string
  readonly downtime: string
  readonly perClient: string
  readonly client: string
  readonly ring: string
  readonly server: string
  readonly role: string
  readonly system: string
  readonly updates: string
  readonly build: string
  readonly finished: string
  readonly outcome: string
  readonly why: string
  readonly next: string
  readonly update: string
  readonly description: string
  readonly clients: string
  readonly matter: string
  readonly nothingDone: string
  readonly everythingDone: string
  readonly nothingOpen: string
  readonly noUpdates: string
  readonly upToDate: string
  readonly decided: string
  readonly footer: string
  /** Beside a KB. */
  readonly failedMark: string
  readonly failed: string
  readonly columns: readonly string[]
}
