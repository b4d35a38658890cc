import type { RunningWindows } from '../../orchestrations/contracts/agent.ts'
import type { Windows } from '../windows.ts'
import type { AgentConfiguration } from './configuration.ts'
import type { AgentFolder } from './folder.ts'
import type { Log } from './log.ts'
import type { Protection } from './protection.ts'
import type { Alarm } from './tell.ts'

export interface OpenMachine {
  readonly windows: Windows
  readonly protection: Protection
  /** To the Windows event log; what can't be written there is in the agent's own log all the same. */
  alarm(alarm: Alarm, text: string): void
  /** Ends what it runs for the agent; work that outlives the agent goes on. */
  close(): void
}

/** What the program is built on: real Windows, or what stands in for it. */
export interface Surroundings {
  readonly version: string
  /** This host's name, as the inventory has it. */
  readonly host: string
  /** Absent where there is no Windows. */
  readonly runs?: RunningWindows | undefined
  open(context: {
    readonly folder: AgentFolder
    readonly configuration: AgentConfiguration
    readonly log: Log
  }): OpenMachine
}
