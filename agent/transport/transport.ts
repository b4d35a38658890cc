import type { HeartbeatAnswer, HeartbeatBody, QueueAccess } from '../../orchestrations/contracts/agent.ts'
import type { ReportAnswer, ReportBody } from '../../orchestrations/contracts/report.ts'

/** What becomes of a message in its queue. */
export type Settlement =
  | { readonly kind: 'complete' }
  /** Not settled: this life of the agent is over, a later one gets the message again. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'deadLetter'; readonly reason: string; readonly description: string }

/** Takes a message over; settled as it answers, so it answers only when what matters is on the disk. */
export type OnMessage = (body: unknown) => Promise<Settlement>

/** Who has a connection: takes its messages and hears, at most once, that it can't go on by itself. */
export interface QueueHolder {
  readonly onMessage: OnMessage
  readonly onLost: (error: Error) => void
}

/** One open receiver. Without a holder its messages wait. */
export interface QueueConnection {
  readonly access: QueueAccess
  hold(holder: QueueHolder | undefined): void
  close(): Promise<void>
}

/** Opens receivers on the agent's queue. */
export interface QueueTransport {
  connect(access: QueueAccess): Promise<QueueConnection>
}

/** The API as an enrolled agent sees it. Rejects with ApiRefused or ApiUnreachable. */
export interface AgentApi {
  heartbeat(body: HeartbeatBody): Promise<HeartbeatAnswer>
  report(body: ReportBody): Promise<ReportAnswer>
}

/** The API answered and said no; `serverTime` (epoch ms) is what its Date header says. */
export class ApiRefused extends Error {
  override readonly name = 'ApiRefused'
  readonly status: number
  readonly serverTime: number | undefined

  constructor(status: number, message: string, serverTime: number | undefined) {
    super(`the API refused with ${status}: ${message}`)
    this.status = status
    this.serverTime = serverTime
  }
}

/** No answer, or one that makes no sense. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable'
}
