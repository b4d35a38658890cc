import { join } from 'node:path'
import type { Found, TaskOutcome, Work } from '../../../../agent/windows.ts'
import { createDraws } from '../draws.ts'
import type { Draws } from '../draws.ts'
import type { FleetFile, FleetServer } from '../fleetFile.ts'
import { atPlanTime } from '../planClock.ts'
import type { PlanTime } from '../planClock.ts'
import { absence } from './absence.ts'
import { outcomeOf } from './answers.ts'
import { WorkFigures } from './figures.ts'
import { EffectRecord } from './record.ts'
import { firstState } from './state.ts'
import type { MachineState } from './state.ts'
import { WindowsStore } from './store.ts'
import type { WorkRow } from './store.ts'
import { durationOf, endTask, timedKind } from './tasks.ts'

/** Told when a machine's agent goes away and that it may come back (see `agentBackAt`). */
export interface AgentWatch {
  /** `line`: whether its network connections survive, as in a restart that takes no time. */
  down(line: 'lost' | 'kept'): void
  /** Called after each `down`: start the agent when its time has come. */
  up(): void
  /** Between the two: the machine's disk is as it was last night, the agent's journal too. */
  setBack(): void
  /** A checkpoint of the machine was made, was applied, or is gone: the agent's journal lies on its disk too. */
  checkpointMade(name: string): void
  checkpointApplied(name: string): void
  checkpointGone(name: string): void
}

/**
 * All simulated machines. An effect that has begun ends at its time whatever becomes of the agent or of this
 * process, as a detached installer does. Commands are not told apart here: running one twice is two effects.
 */
export class Machines {
  readonly #servers: ReadonlyMap<string, FleetServer>
  /** Names of guests by the host that they run on, in lower case. */
  readonly #guests: ReadonlyMap<string, readonly string[]>
  readonly #draws = new Map<string, Draws>()
  readonly #states: Map<string, MachineState>
  readonly #watches = new Map<string, AgentWatch>()
  /** What ended before anybody watched: while no process ran. */
  readonly #untold = new Map<string, ((watch: AgentWatch) => void)[]>()
  readonly #timers = new Set<() => void>()
  readonly #waiting = new Map<number, PromiseWithResolvers<TaskOutcome>>()
  readonly #store: WindowsStore
  readonly #record: EffectRecord
  readonly #figures: WorkFigures
  readonly #fleet: FleetFile
  readonly #clock: PlanTime

  /** `folder`: `<data>/fleet`. Takes up effects that a killed process left under way. */
  constructor(folder: string, fleet: FleetFile, clock: PlanTime) {
    this.#fleet = fleet
    this.#clock = clock
    this.#servers = new Map(fleet.servers.map((server) => [server.serverId, server]))
    this.#guests = guestsByHost(fleet.servers)
    this.#store = new WindowsStore(join(folder, 'windows.db'))
    this.#states = this.#store.machines()
    this.#createMissing()
    this.#record = new EffectRecord(
      join(folder, 'effects.ndjson'),
      this.#servers,
      this.#store.allWork(),
      (serverId) => this.drawsOf(serverId),
    )
    this.#figures = new WorkFigures(join(folder, 'work.ndjson'))
    for (const row of this.#store.openWork()) {
      this.#agentGoes(row)
      void this.#endInTime(row)
    }
  }

  state(serverId: string): MachineState {
    const state = this.#states.get(serverId)
    if (state === undefined) throw new Error(`${serverId} is not a machine of this fleet`)
    return state
  }

  drawsOf(serverId: string): Draws {
    const known = this.#draws.get(serverId)
    if (known !== undefined) return known
    const draws = createDraws(this.#fleet.seed, this.#server(serverId), this.#fleet.scenario)
    this.#draws.set(serverId, draws)
    return draws
  }

  watch(serverId: string, watch: AgentWatch): void {
    this.#watches.set(serverId, watch)
    for (const tell of this.#untold.get(serverId) ?? []) tell(watch)
    this.#untold.delete(serverId)
  }

  /** Begins a task; resolves when it has ended, if the agent that asked is still there. */
  begin(runsOn: string, work: Work): Promise<TaskOutcome> {
    const about = this.#targetOf(runsOn, work)
    const begunAt = this.#clock.now()
    const attempt = this.#store.attempt(about, timedKind(work.task), work.commandId)
    const job = this.#job(about, work.task, attempt)
    const endsAt = begunAt + durationOf(this.state(about), job, begunAt)
    const acceptMs = work.acceptedAt - work.issuedAt
    const row = {
      commandId: work.commandId,
      runsOn,
      about,
      task: work.task,
      attempt,
      begunAt,
      endsAt,
      acceptMs,
    }
    if (endsAt === begunAt) return this.#beginAndEnd(row)

    const begun = this.#store.insertWork(timedKind(work.task), row)
    this.#record.begun(begun)
    this.#agentGoes(begun)
    return this.#endInTime(begun)
  }

  find(runsOn: string, commandId: string): Found {
    const row = this.#store.findWork(commandId, runsOn)
    if (row === undefined) return { kind: 'neverBegun' }
    if (row.outcome !== undefined) return { kind: 'ended', outcome: row.outcome }
    return { kind: 'running', ended: this.#waitFor(row) }
  }

  /** Stops the timers; effects under way stay under way. */
  close(): void {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#figures.flush()
    this.#record.close()
    this.#store.close()
  }

  #endInTime(row: WorkRow): Promise<TaskOutcome> {
    const outcome = this.#waitFor(row)
    this.#later(row.endsAt, () => this.#end(row))
    return outcome
  }

  #end(row: WorkRow): void {
    const { state, outcome } = this.#ending(row)
    this.#tellOfCheckpoint(row, outcome)
    this.#store.together(() => {
      this.#store.endWork(row, outcome)
      this.#store.saveMachine(row.about, state)
    })
    this.#states.set(row.about, state)
    this.#record.ended({ ...row, outcome })
    this.#figures.add(this.#server(row.about), row)
    this.#waiting.get(row.id)?.resolve(outcome)
    this.#waiting.delete(row.id)
  }

  /** What takes no time begins and ends in one write. */
  #beginAndEnd(row: Omit<WorkRow, 'id' | 'outcome'>): Promise<TaskOutcome> {
    const { state, outcome } = this.#ending(row)
    const changed = state !== this.state(row.about)
    this.#tellOfCheckpoint(row, outcome)
    const insert = (): WorkRow => this.#store.insertWork(timedKind(row.task), { ...row, outcome })
    const ended = changed
      ? this.#store.together(() => {
          this.#store.saveMachine(row.about, state)
          return insert()
        })
      : insert()
    this.#states.set(row.about, state)
    this.#record.begunAndEnded(ended)
    this.#figures.add(this.#server(row.about), ended)
    if (row.task.kind !== 'reboot') return Promise.resolve(outcome)
    // The agent's life ends with the boot: it never hears of the end, its next life asks.
    this.#watches.get(row.about)?.down('kept')
    this.#watches.get(row.about)?.up()
    return new Promise(() => undefined)
  }

  /** Before the end is written down: a process that dies in between does it again. */
  #tellOfCheckpoint({ about, task }: Pick<WorkRow, 'about' | 'task'>, outcome: TaskOutcome): void {
    const tell = outcome.kind === 'succeeded' ? newsOf(task) : undefined
    if (tell === undefined) return
    const watch = this.#watches.get(about)
    if (watch !== undefined) tell(watch)
    else this.#untold.set(about, [...(this.#untold.get(about) ?? []), tell])
  }

  #ending(row: Omit<WorkRow, 'id' | 'outcome'>) {
    const guests = this.#guests.get(this.#server(row.about).host.toLowerCase()) ?? []
    const job = { ...this.#job(row.about, row.task, row.attempt), guests, endsAt: row.endsAt }
    const { state, answer } = endTask(this.state(row.about), job)
    return { state, outcome: outcomeOf(row.task, answer) }
  }

  #agentGoes(row: WorkRow): void {
    const away = absence(row, this.drawsOf(row.about))
    if (away === undefined) return
    this.#later(away.from, () => {
      const gone = { ...this.state(row.about), agentBackAt: away.until, silence: away.silence }
      const state = away.setBack
        ? { ...gone, installed: [], pendingReboot: [], serviceDown: false, probesDown: false }
        : gone
      this.#store.saveMachine(row.about, state)
      this.#states.set(row.about, state)
      const watch = this.#watches.get(row.about)
      watch?.down('lost')
      if (away.setBack) watch?.setBack()
      watch?.up()
    })
  }

  #waitFor(row: WorkRow): Promise<TaskOutcome> {
    const known = this.#waiting.get(row.id)
    if (known !== undefined) return known.promise
    const waiter = Promise.withResolvers<TaskOutcome>()
    this.#waiting.set(row.id, waiter)
    return waiter.promise
  }

  #later(planMs: number, callback: () => void): void {
    if (this.#clock.now() >= planMs) return callback()
    const cancel = atPlanTime(this.#clock, planMs, () => {
      this.#timers.delete(cancel)
      callback()
    })
    this.#timers.add(cancel)
  }

  #job(about: string, task: Work['task'], attempt: number) {
    const { scenario } = this.#fleet
    return { server: this.#server(about), scenario, draws: this.drawsOf(about), task, attempt }
  }

  /** The machine that a task is about: a host acts on its guests, a backup server looks up another one. */
  #targetOf(runsOn: string, { subject, task }: Work): string {
    const acts = 'vm' in task.params || 'target' in task.params
    return this.#server(acts ? subject.serverId : runsOn).serverId
  }

  #server(serverId: string): FleetServer {
    const server = this.#servers.get(serverId)
    if (server === undefined) throw new Error(`${serverId} is not a machine of this fleet`)
    return server
  }

  #createMissing(): void {
    this.#store.together(() => {
      for (const { serverId } of this.#fleet.servers) {
        if (this.#states.has(serverId)) continue
        const state = firstState(this.drawsOf(serverId), this.#clock.now())
        this.#states.set(serverId, state)
        this.#store.saveMachine(serverId, state)
      }
    })
  }
}

function guestsByHost(servers: readonly FleetServer[]): Map<string, string[]> {
  const guests = new Map<string, string[]>()
  for (const { host, runsOn } of servers) {
    if (runsOn === undefined) continue
    const name = runsOn.toLowerCase()
    const known = guests.get(name)
    if (known) known.push(host)
    else guests.set(name, [host])
  }
  return guests
}

/** What becomes of the agent's journal, which lies on the machine's disk. */
function newsOf(task: WorkRow['task']): ((watch: AgentWatch) => void) | undefined {
  switch (task.kind) {
    case 'checkpoint':
      return (watch) => watch.checkpointMade(task.params.name)
    case 'removeCheckpoint':
      return (watch) => watch.checkpointGone(task.params.name)
    case 'restoreCheckpoint':
      return (watch) => {
        watch.down('lost')
        watch.checkpointApplied(task.params.name)
        watch.up()
      }
    default:
      return undefined
  }
}
