import type { z } from 'zod'
import type { TaskKind } from '../tasks.ts'
import { HoldJobsResult, ReleaseJobsResult } from './backup.ts'
import {
  CheckpointResult,
  PowerResult,
  RemoveCheckpointResult,
  ReplicaStateResult,
  RestoreCheckpointResult,
  TestFailoverResult,
} from './hyperV.ts'
import { DrainResult, InspectResult, ProbeResult, RebootResult, ScanResult, VerifyResult } from './server.ts'
import { DownloadResult, InstallResult, RepairResult, UninstallResult } from './updates.ts'

/** What each kind's script answers with when it worked. */
export const scriptResults = {
  inspect: InspectResult,
  scan: ScanResult,
  checkpoint: CheckpointResult,
  removeCheckpoint: RemoveCheckpointResult,
  restoreCheckpoint: RestoreCheckpointResult,
  install: InstallResult,
  uninstall: UninstallResult,
  repair: RepairResult,
  reboot: RebootResult,
  verify: VerifyResult,
  download: DownloadResult,
  probe: ProbeResult,
  drain: DrainResult,
  undrain: DrainResult,
  holdJobs: HoldJobsResult,
  releaseJobs: ReleaseJobsResult,
  startVm: PowerResult,
  stopVm: PowerResult,
  replicaState: ReplicaStateResult,
  prepareFailover: ReplicaStateResult,
  failOver: ReplicaStateResult,
  reverseReplication: ReplicaStateResult,
  cancelFailover: ReplicaStateResult,
  testFailover: TestFailoverResult,
  cleanUpTestFailover: ReplicaStateResult,
} as const satisfies Record<TaskKind, z.ZodType>
