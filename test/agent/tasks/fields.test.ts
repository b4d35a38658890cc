import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HoldJobsResult, ReleaseJobsResult } from '../../../orchestrations/contracts/scripts/backup.ts'
import {
  CheckpointResult,
  PowerResult,
  RemoveCheckpointResult,
  ReplicaStateResult,
  RestoreCheckpointResult,
} from '../../../orchestrations/contracts/scripts/hyperV.ts'
import { EvidenceFile } from '../../../orchestrations/contracts/scripts/evidence.ts'
import { InspectBackupResult } from '../../../orchestrations/contracts/scripts/server.ts'
import { childrenOf, descendants, innermost, parsePowerShell } from '../powershell/syntax.ts'

const BackupJob = InspectBackupResult.shape.jobs.unwrap().element
const agent = join(import.meta.dirname, '../../../agent')

/** Fields of the hash literals in a script that have the given one among them. */
async function fieldsWith(file: string, field: string): Promise<string[][]> {
  const { rootNode } = await parsePowerShell(readFileSync(join(agent, file), 'utf8'))
  return [...descendants(rootNode)]
    .filter(({ type }) => type === 'hash_literal_expression')
    .map((literal) =>
      [...descendants(literal)]
        .filter((node) => node.type === 'hash_entry' && node.parent?.parent?.id === literal.id)
        .flatMap((entry) => childrenOf(entry).slice(0, 1))
        .map((key) => innermost(key).text),
    )
    .filter((keys) => keys.includes(field))
}

/** PowerShell can't run here: what a script writes is compared with what is read by its fields' names. */
describe('the fields that a script writes are those of its contract', () => {
  it.each([
    ['tasks/checkpoint/checkpoint.ps1', 'createdAt', CheckpointResult],
    ['tasks/removeCheckpoint/removeCheckpoint.ps1', 'merged', RemoveCheckpointResult],
    ['tasks/restoreCheckpoint/restoreCheckpoint.ps1', 'heartbeat', RestoreCheckpointResult],
    ['tasks/holdJobs/holdJobs.ps1', 'held', HoldJobsResult],
    ['tasks/releaseJobs/releaseJobs.ps1', 'released', ReleaseJobsResult],
    ['tasks/inspect/backup.ps1', 'what', InspectBackupResult],
    ['powershell/HyperV.psm1', 'uptimeSeconds', PowerResult],
    ['powershell/HyperV.psm1', 'lastReplicationAt', ReplicaStateResult],
    ['powershell/veeam.ps1', 'running', BackupJob.omit({ held: true, nextRunAt: true })],
    // When it begins next is left out where nobody can tell.
    ['tasks/inspect/backup.ps1', 'running', BackupJob.omit({ nextRunAt: true })],
    ['lab/verify.ps1', 'scripts', EvidenceFile],
  ] as const)('%s: %s', async (file, field, schema) => {
    const found = (await fieldsWith(file, field)).map((keys) => keys.toSorted())
    expect(found).toEqual([Object.keys(schema.shape).toSorted()])
  })
})
