import type { ClientControl } from '../../domain/control.ts'
import type { Role, ServerKind } from '../../domain/fleet.ts'
import type { UpdateResult, UpdateStep } from '../../domain/outcomes.ts'
import type { ReasonCode } from '../../domain/reasons.ts'
import type { RingStatus } from '../../domain/ring.ts'
import type { UpdateCategory } from '../../domain/updates.ts'
import type { TwoPersonAction } from '../api/approvals.ts'
import type { InventoryFaultCode } from '../api/faults.ts'
import type { ImportNoteCode } from '../api/imports.ts'
import type { NoticeKind } from '../api/notices.ts'
import type { Verdict } from '../api/preparation.ts'
import type { TodoKind } from '../api/todo.ts'
import type { CampaignState, CellName, ClientState, RingState } from '../board.ts'

export type RingKind = RingState['kind'] | RingStatus['kind']
export type ClientKind = ClientState['kind'] | ClientControl['kind']

/** All that ATLAS says in one language; total records, so that the compiler finds what is missing. */
export interface Words {
  /** Sentences; see fill() for `{param}` and `[optional part]`. */
  readonly reasons: Readonly<Record<ReasonCode, string>>
  /** Run states and outcomes. */
  readonly states: Readonly<Record<CellName, string>>
  readonly steps: Readonly<Record<UpdateStep, string>>
  /** Short: for a line that says what happens now. */
  readonly rings: Readonly<Record<RingKind, string>>
  readonly clients: Readonly<Record<ClientKind, string>>
  readonly campaigns: Readonly<Record<CampaignState['kind'], string>>
  readonly ringNames: Readonly<Record<0 | 1 | 2 | 3, string>>
  readonly roles: Readonly<Record<Role, string>>
  readonly kinds: Readonly<Record<ServerKind, string>>
  /** How one update ended on a server. */
  readonly updateResults: Readonly<Record<UpdateResult['result'], string>>
  /** What an import notes: of one, and of several. */
  readonly importNotes: Readonly<Record<ImportNoteCode, readonly [one: string, many: string]>>
  /** Why an import refuses a file, a row or a cell, and what to do about it: whole sentences. */
  readonly inventoryFaults: Readonly<Record<InventoryFaultCode, readonly [what: string, fix: string]>>
  readonly updateCategories: Readonly<Record<UpdateCategory, string>>
  /** What prepare says of a server or a client. */
  readonly verdicts: Readonly<Record<Verdict, string>>
  /** Short names of what waits for a human, and of what wakes one. */
  readonly todo: Readonly<Record<TodoKind, string>>
  readonly notices: Readonly<Record<NoticeKind, string>>
  /** What a second person can be asked for. */
  readonly actions: Readonly<Record<TwoPersonAction, string>>
}

/** What is said alike of one and of several. */
export const same = (text: string): readonly [one: string, many: string] => [text, text]
