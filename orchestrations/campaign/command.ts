import type { OrchestrationContext } from 'durable-functions'
import type { Failure } from '../domain/failures.ts'
import { CommandId, type ServerId } from '../domain/ids.ts'
import type { UpdateStep } from '../domain/outcomes.ts'
import { reason, type Reason } from '../domain/reasons.ts'
import { hourMs } from '../domain/time.ts'
import type { RefusalReason } from '../contracts/report.ts'
import type { Task, TaskResult } from '../contracts/tasks.ts'
import {
  issueCommand,
  lookAtCommand,
  markUnknown,
  type CommandEnd,
  type CommandSpec,
  type ServerInput,
} from '../steps/catalogue.ts'
import { call, planNow, timerAt, type Story } from '../steps/step.ts'
import { waitName, type WaitInput } from './wait.ts'

export interface Ask {
  readonly step: UpdateStep
  readonly on: ServerId
  readonly task: Task
  readonly timeoutSeconds: number
  /** Of another server than the story's own; its place in a campaign is then not touched. */
  readonly about?: ServerId
  /** Plan time after which it is not begun any more: what a stop held up until its window had closed. */
  readonly notAfter?: number
  /** Its silence says nothing about the server that is updated: it is not waited for. */
  readonly brief?: true
  /** Backup jobs that it may disable. */
  readonly holds?: CommandSpec['holds']
}

export type Answer =
  | { readonly kind: 'succeeded'; readonly result: TaskResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The agent is back, but can't tell whether the effect happened: look at the machine. */
  | { readonly kind: 'interrupted'; readonly message: string }
  /** No answer within the bound of `unknown`: only a human can tell. */
  | { readonly kind: 'lost' }
  /** It was not begun: its window has closed meanwhile. */
  | { readonly kind: 'tooLate' }
  /** The client's lock changed hands: nothing more may be done. */
  | { readonly kind: 'fenced' }
  /** The machine that was to do it is not to be trusted: see quarantine. */
  | { readonly kind: 'quarantined'; readonly reason: Reason }

/** Poll rounds of one command before the server counts as unknown (architecture.md, section 5). */
const rounds = 12
/** How often a command that never began may be issued anew. */
const reissues = 3
/** So often a command may meet an agent that knows a newer epoch; then ATLAS is behind and a human is asked. */
const staleEpochs = 12

const neverBegan: ReadonlySet<RefusalReason> = new Set(['expired', 'busy', 'journalUnwritable', 'tombstoned'])

/** Whose commands they are; `server`: the one whose story it is, where it is one's. */
export type Errand = Pick<ServerInput, 'campaignId' | 'clientId' | 'fence' | 'settings'> & {
  readonly server?: Pick<ServerInput, 'serverId' | 'ring' | 'round'>
}

/** Issues a server's commands, numbers their attempts, and waits for their ends. */
export class Commander {
  readonly #context: OrchestrationContext
  readonly #job: Errand
  readonly #attempts = new Map<UpdateStep, number>()
  readonly #silent = new Set<ServerId>()
  #waits = 0

  constructor(context: OrchestrationContext, job: Errand) {
    this.#context = context
    this.#job = job
  }

  /** Machines that were waited for in vain, to the bound of `unknown`. */
  get silent(): ReadonlySet<ServerId> {
    return this.#silent
  }

  /** Carries out one task and answers how it ended; a stop is waited out, a lost command issued again. */
  *ask(ask: Ask): Story<Answer> {
    const answer = yield* this.#begun(ask)
    if (answer.kind === 'lost' && ask.brief !== true) this.#silent.add(ask.on)
    return answer
  }

  *#begun(ask: Ask): Story<Answer> {
    let stale = 0
    for (let left = reissues; ; left--) {
      const end = yield* this.#once(ask)
      switch (end.kind) {
        case 'tombstone':
          if (left > 0) continue
          return refused('tombstoned', 'The agent never received it')
        case 'refused':
          // Its window closed while it was on its way: the agent has not begun it and never will.
          if (end.reason === 'pastLatestStart' && ask.notAfter !== undefined) return { kind: 'tooLate' }
          if (end.reason === 'staleEpoch' && stale++ < staleEpochs) {
            yield* this.#waitForRelease()
            continue
          }
          if (neverBegan.has(end.reason) && left > 0) continue
          return refused(end.reason, end.message)
        default:
          return end
      }
    }
  }

  *#once(ask: Ask): Story<CommandEnd | Answer> {
    const spec = this.#spec(ask)
    const brief = ask.brief ?? false
    for (;;) {
      if (ask.notAfter !== undefined && planNow(this.#context) > ask.notAfter) return { kind: 'tooLate' }
      const issued = yield* call(this.#context, issueCommand, spec)
      switch (issued.kind) {
        case 'stopped':
          yield* this.#waitForRelease()
          continue
        case 'fenced':
          return { kind: 'fenced' }
        case 'quarantined':
          return issued
        case 'ended':
          return issued.end
        case 'open':
          return yield* this.#awaitEnd(spec, issued.pollAt, brief)
      }
    }
  }

  /**
   * One wait per command, created once: its event is a hint, the row is the truth. A fresh wait per round
   * would swallow an event that arrives during the read.
   */
  *#awaitEnd(spec: CommandSpec, firstPollAt: number, brief: boolean): Story<CommandEnd | Answer> {
    const { clientId, commandId, timeoutSeconds, checkSeconds } = spec
    const hint = this.#context.df.waitForExternalEvent(commandId)
    let pollAt = firstPollAt
    let heard = false
    for (let round = 1; round <= rounds; round++) {
      // A hint that came during the last look is heeded at once.
      if (heard || !hint.isCompleted) {
        const poll = timerAt(this.#context, pollAt)
        yield hint.isCompleted ? poll : this.#context.df.Task.any([hint, poll])
        if (!poll.isCompleted) poll.cancel()
      }
      heard = hint.isCompleted
      const looked = yield* call(this.#context, lookAtCommand, {
        clientId,
        commandId,
        round,
        timeoutSeconds,
        checkSeconds,
      })
      if (looked.kind === 'ended') return looked.end
      if (looked.overdue) break
      pollAt = looked.pollAt
    }
    return brief ? { kind: 'lost' } : yield* this.#unknown(spec)
  }

  /** Unknown is no end: a late report resumes, until the bound after which a human is asked. */
  *#unknown(spec: CommandSpec): Story<CommandEnd | Answer> {
    const { campaignId, clientId, commandId, serverId, step, timeoutSeconds, checkSeconds } = spec
    const why = reason('noAnswer', { step })
    const { server } = this.#job
    // Nobody's story: nobody counts as unknown.
    if (!server) return { kind: 'lost' }
    const { ring, round } = server
    const about = { campaignId, clientId, ring, serverId, round, step, reason: why }
    const { until } = yield* call(this.#context, markUnknown, about)
    yield* this.#wait({ campaignId, subject: { kind: 'command', clientId, commandId, until } })
    const looked = yield* call(this.#context, lookAtCommand, {
      clientId,
      commandId,
      round: rounds,
      timeoutSeconds,
      checkSeconds,
    })
    return looked.kind === 'ended' ? looked.end : { kind: 'lost' }
  }

  *#waitForRelease(): Story<void> {
    const { campaignId, clientId } = this.#job
    yield* this.#wait({ campaignId, subject: { kind: 'stop', clientId } })
  }

  *#wait(input: WaitInput): Story<void> {
    yield this.#context.df.callSubOrchestrator(
      waitName,
      input,
      `${this.#context.df.instanceId}:wait${this.#waits++}`,
    )
  }

  #spec(ask: Ask): CommandSpec {
    const attempt = (this.#attempts.get(ask.step) ?? 0) + 1
    this.#attempts.set(ask.step, attempt)
    const { campaignId, clientId, fence, settings, server } = this.#job
    const checkSeconds = settings.checkIntervalSeconds
    const { instanceId } = this.#context.df
    const commandId = CommandId.parse(`${instanceId.replaceAll(':', '.')}.${ask.step}.${attempt}`)
    const { step, on, task, timeoutSeconds, notAfter, about, holds } = ask
    const serverId = about ?? server?.serverId
    if (serverId === undefined) throw new Error(`Command ${commandId} is about no server`)
    const keepCheckpointMs = settings.checkpointKeepHours * hourMs
    return {
      campaignId,
      clientId,
      serverId,
      fence,
      step,
      on,
      task,
      timeoutSeconds,
      ...(notAfter === undefined ? {} : { notAfter }),
      attempt,
      commandId,
      checkSeconds,
      instanceId,
      ...(server === undefined ? { aside: true as const } : {}),
      ...(task.kind === 'checkpoint' ? { keepCheckpointMs } : {}),
      ...(holds === undefined ? {} : { holds }),
    }
  }
}

function refused(code: RefusalReason, message: string): Answer {
  return { kind: 'failed', failure: { code: `refused.${code}`, message, remedy: 'giveUp' } }
}
