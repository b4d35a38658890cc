import { join } from 'node:path'

/** The agent's data folder: SYSTEM's and the administrators' alone (`install.ps1` sees to it). */
export interface AgentFolder {
  readonly root: string
  readonly configuration: string
  /** The enrolment token of a host that waits for an operator's approval; gone once it is enrolled. */
  readonly pendingToken: string
  readonly journal: string
  readonly status: string
  readonly log: string
  readonly lock: string
}

export function agentFolder(root: string): AgentFolder {
  return {
    root,
    configuration: join(root, 'agent.json'),
    pendingToken: join(root, 'enrolment.json'),
    journal: join(root, 'journal.ndjson'),
    status: join(root, 'status.json'),
    log: join(root, 'log', 'agent.log'),
    lock: join(root, 'agent.lock'),
  }
}

/** `%ProgramData%\ATLAS`; undefined where there is no Windows, and then it has to be named. */
export function usualFolder(): string | undefined {
  const programData = process.env['ProgramData']
  return process.platform === 'win32' ? join(programData ?? 'C:\\ProgramData', 'ATLAS') : undefined
}
