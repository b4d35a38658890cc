import type { Task, TaskKind } from '../../orchestrations/contracts/tasks.ts'

const vm = 'SRV02'
const name = 'atlas-1'
const updates = ['kb1']

/** One task of each kind. */
export const sampleTasks: { readonly [K in TaskKind]: Extract<Task, { kind: K }> } = {
  inspect: { kind: 'inspect', params: { what: 'server' } },
  scan: { kind: 'scan', params: {} },
  checkpoint: { kind: 'checkpoint', params: { vm, name } },
  removeCheckpoint: { kind: 'removeCheckpoint', params: { vm, name } },
  restoreCheckpoint: { kind: 'restoreCheckpoint', params: { vm, name } },
  install: { kind: 'install', params: { updates } },
  uninstall: { kind: 'uninstall', params: { updates } },
  repair: { kind: 'repair', params: {} },
  reboot: { kind: 'reboot', params: { reason: 'updates' } },
  verify: { kind: 'verify', params: { updates } },
  download: { kind: 'download', params: { updates } },
  probe: { kind: 'probe', params: { target: vm, vm: true } },
  drain: { kind: 'drain', params: { notice: 'Save your work', waitMinutes: 15, forceLogoff: false } },
  undrain: { kind: 'undrain', params: {} },
  holdJobs: { kind: 'holdJobs', params: { target: vm, waitMinutes: 30 } },
  releaseJobs: { kind: 'releaseJobs', params: { target: vm, jobs: [] } },
  startVm: { kind: 'startVm', params: { vm } },
  stopVm: { kind: 'stopVm', params: { vm } },
  replicaState: { kind: 'replicaState', params: { vm } },
  prepareFailover: { kind: 'prepareFailover', params: { vm } },
  failOver: { kind: 'failOver', params: { vm, planned: true } },
  reverseReplication: {
    kind: 'reverseReplication',
    params: { vm, replicaServer: 'hv1.example', thumbprint: '0123456789ABCDEF0123456789ABCDEF01234567' },
  },
  cancelFailover: { kind: 'cancelFailover', params: { vm } },
  testFailover: { kind: 'testFailover', params: { vm, switchName: 'isolated' } },
  cleanUpTestFailover: { kind: 'cleanUpTestFailover', params: { vm } },
}
