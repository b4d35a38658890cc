import { randomUUID } from 'node:crypto'
import type { DurableClient } from 'durable-functions'
import type { Clocks } from './adapters/clock.ts'
import type { CommandBus } from './adapters/bus.ts'
import type { Push } from './adapters/push.ts'
import type { Signer } from './adapters/signing.ts'
import type { CampaignStore } from './adapters/tables/campaignStore.ts'
import type { ClientStore } from './adapters/tables/clientStore.ts'
import type { FleetStore } from './adapters/tables/fleetStore.ts'
import type { ApprovalRow } from './adapters/tables/approvalRows.ts'
import type { KeptAnswer } from './adapters/tables/keptAnswers.ts'
import type { KeyedRows } from './adapters/tables/keyedRows.ts'
import type { BuildWaiver } from '../orchestrations/contracts/api.ts'
import type { EvidenceRow } from './adapters/tables/evidence.ts'
import type { EnrolmentRow } from './adapters/tables/enrolments.ts'
import type { TodoNotes } from './adapters/tables/todoNotes.ts'
import type { History } from './adapters/tables/history.ts'
import type { Heartbeats } from './adapters/tables/heartbeats.ts'
import type { NoticeStore } from './adapters/tables/noticeStore.ts'
import type { UpdateStore } from './adapters/tables/updateStore.ts'
import type { Live } from './board/live.ts'
import type { Viewers } from './board/viewers.ts'
import type { Settings } from './settings.ts'

/** Everything that activities and HTTP functions work with; made once, in app.ts. */
export interface Services {
  readonly settings: Settings
  readonly clocks: Clocks
  readonly clients: ClientStore
  readonly campaigns: CampaignStore
  readonly fleet: FleetStore
  readonly updates: UpdateStore
  readonly heartbeats: Heartbeats
  readonly history: History
  readonly notices: NoticeStore
  readonly todoNotes: KeyedRows<TodoNotes>
  readonly enrolments: KeyedRows<EnrolmentRow>
  readonly approvals: KeyedRows<ApprovalRow>
  readonly keptAnswers: KeyedRows<KeptAnswer>
  readonly evidence: KeyedRows<EvidenceRow>
  readonly buildWaivers: KeyedRows<BuildWaiver>
  readonly bus: CommandBus
  readonly signer: Signer
  readonly push: Push
  readonly live: Live
  readonly viewers: Viewers
  readonly newId: () => string
}

export type Durable = Pick<DurableClient, 'startNew' | 'raiseEvent' | 'getStatus'>

export const newId = (): string => randomUUID()
