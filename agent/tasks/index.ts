import type { TaskKind } from '../../orchestrations/contracts/tasks.ts'
import { cancelFailover } from './cancelFailover/cancelFailover.ts'
import { checkpoint } from './checkpoint/checkpoint.ts'
import { cleanUpTestFailover } from './cleanUpTestFailover/cleanUpTestFailover.ts'
import { failOver } from './failOver/failOver.ts'
import { holdJobs } from './holdJobs/holdJobs.ts'
import { prepareFailover } from './prepareFailover/prepareFailover.ts'
import { releaseJobs } from './releaseJobs/releaseJobs.ts'
import { removeCheckpoint } from './removeCheckpoint/removeCheckpoint.ts'
import { replicaState } from './replicaState/replicaState.ts'
import { restoreCheckpoint } from './restoreCheckpoint/restoreCheckpoint.ts'
import { reverseReplication } from './reverseReplication/reverseReplication.ts'
import { startVm } from './startVm/startVm.ts'
import { stopVm } from './stopVm/stopVm.ts'
import { testFailover } from './testFailover/testFailover.ts'
import { download } from './download/download.ts'
import { drain } from './drain/drain.ts'
import { inspect } from './inspect/inspect.ts'
import { install } from './install/install.ts'
import { probe } from './probe/probe.ts'
import { reboot } from './reboot/reboot.ts'
import { repair } from './repair/repair.ts'
import { scan } from './scan/scan.ts'
import type { ScriptTask } from './scriptTask.ts'
import { undrain } from './undrain/undrain.ts'
import { uninstall } from './uninstall/uninstall.ts'
import { verify } from './verify/verify.ts'

/** What this agent can do on Windows. */
export const scriptTasks: { readonly [K in TaskKind]: ScriptTask<K> } = {
  inspect,
  scan,
  download,
  install,
  uninstall,
  repair,
  reboot,
  verify,
  drain,
  undrain,
  probe,
  checkpoint,
  removeCheckpoint,
  restoreCheckpoint,
  startVm,
  stopVm,
  replicaState,
  prepareFailover,
  failOver,
  reverseReplication,
  cancelFailover,
  testFailover,
  cleanUpTestFailover,
  holdJobs,
  releaseJobs,
}
