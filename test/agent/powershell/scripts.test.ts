import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import * as backup from '../../../orchestrations/contracts/scripts/backup.ts'
import * as hyperV from '../../../orchestrations/contracts/scripts/hyperV.ts'
import * as server from '../../../orchestrations/contracts/scripts/server.ts'
import * as updates from '../../../orchestrations/contracts/scripts/updates.ts'
import { taskKinds, taskParams, type TaskKind } from '../../../orchestrations/contracts/tasks.ts'
import { checkScripts } from './check.ts'
import { readContracts } from './contracts.ts'

const root = join(import.meta.dirname, '../../..')
const scripts = globSync('agent/**/*.{ps1,psm1}', { cwd: root }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  text: readFileSync(join(root, file), 'utf8'),
}))

/** Programs that scripts start by name: nothing else on every Windows Server does these by a fixed command line. */
const programs = new Set([
  // The only restart that leaves the script time to answer and its reason in the event log.
  'shutdown.exe',
  // Where there is no connection broker, nothing else tells or ends a session without compiled code.
  'msg.exe',
  'logoff.exe',
  // Itself: the installer lets it enrol.
  'atlas-agent.exe',
])

const results: { readonly [K in TaskKind]: z.ZodType } = {
  inspect: server.InspectResult,
  scan: server.ScanResult,
  download: updates.DownloadResult,
  install: updates.InstallResult,
  uninstall: updates.UninstallResult,
  repair: updates.RepairResult,
  reboot: server.RebootResult,
  verify: server.VerifyResult,
  drain: server.DrainResult,
  undrain: server.DrainResult,
  probe: server.ProbeResult,
  checkpoint: hyperV.CheckpointResult,
  removeCheckpoint: hyperV.RemoveCheckpointResult,
  restoreCheckpoint: hyperV.RestoreCheckpointResult,
  startVm: hyperV.PowerResult,
  stopVm: hyperV.PowerResult,
  replicaState: hyperV.ReplicaStateResult,
  prepareFailover: hyperV.ReplicaStateResult,
  failOver: hyperV.ReplicaStateResult,
  reverseReplication: hyperV.ReplicaStateResult,
  cancelFailover: hyperV.ReplicaStateResult,
  testFailover: hyperV.ReplicaStateResult,
  cleanUpTestFailover: hyperV.ReplicaStateResult,
  holdJobs: backup.HoldJobsResult,
  releaseJobs: backup.ReleaseJobsResult,
}

/** Names of all fields of a schema, at any depth. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => [
    ...(key === 'properties' && typeof value === 'object' && value !== null ? Object.keys(value) : []),
    ...fieldsOf(value),
  ])
}

/** A script's own text with that of everything it loads. */
function textWithLoaded(file: string, seen = new Set<string>()): string {
  if (seen.has(file)) return ''
  seen.add(file)
  const { text = '' } = scripts.find((script) => script.file === file) ?? {}
  const loads = [...text.matchAll(/\$PSScriptRoot -ChildPath '([^']+\.psm?1)'/g)]
  const loaded = loads.map(([, path = '']) =>
    textWithLoaded(posix.join(dirname(file), path.replaceAll('\\', '/')), seen),
  )
  return [text, ...loaded].join('\n')
}

describe('the agent’s PowerShell', () => {
  it('keeps to the contracts of every cmdlet, object and function that it uses', async () => {
    expect(scripts.length).toBeGreaterThan(1)
    const findings = await checkScripts(scripts, { contracts: readContracts(), programs })
    expect(findings.map(({ file, line, rule, message }) => `${file}:${line} ${rule} ${message}`)).toEqual([])
  }, 120_000)

  it('has a script for each kind of task', () => {
    const kinds = scripts.flatMap(({ file }) => /^agent\/tasks\/([^/]+)\/\1\.ps1$/.exec(file)?.[1] ?? [])
    expect(kinds.toSorted()).toEqual(taskKinds.toSorted())
  })

  it.each(taskKinds)('writes every field that the answer of %s must have', (kind) => {
    const fields = new Set(fieldsOf(z.toJSONSchema(results[kind])))
    const text = textWithLoaded(`agent/tasks/${kind}/${kind}.ps1`)
    const written = new Set(
      [...text.matchAll(/(?:\b|\[')([a-z][A-Za-z]*)(?:'\])?\s*=/g)].map(([, name]) => name),
    )
    expect(fields.size).toBeGreaterThan(0)
    expect([...fields].filter((field) => !written.has(field))).toEqual([])
  })

  it.each(taskKinds)('reads all parameters of %s, and no others', (kind) => {
    const fields = new Set(fieldsOf(z.toJSONSchema(taskParams[kind])))
    const text = textWithLoaded(`agent/tasks/${kind}/${kind}.ps1`)
    const asked = [
      ...text.matchAll(/Get-AtlasParam -Request \$Request -Name '([^']+)'|\.params\.(?!PSObject)(\w+)/gi),
    ]
    const names = new Set(asked.map(([, byName, byMember]) => byName ?? byMember ?? ''))
    expect([...names].filter((name) => !fields.has(name))).toEqual([])
    const read = (field: string) => names.has(field) || new RegExp(`\\.${field}\\b|'${field}'`).test(text)
    expect([...fields].filter((field) => !read(field))).toEqual([])
  })
})
