import { beforeAll, expect, it } from 'vitest'
import { lintPlanted, plantedFiles } from './planted.ts'

const direction = 'eslint(no-restricted-imports)'
const globals = 'eslint(no-restricted-globals)'
const properties = 'eslint(no-restricted-properties)'

/** Every planted file that breaks a rule, with that rule. All other planted files are clean. */
const violations: Record<string, string> = {
  'orchestrations/domain/imports-contracts.ts': direction,
  'orchestrations/domain/nested/imports-contracts.ts': direction,
  'orchestrations/domain/imports-type-of-contracts.ts': direction,
  'orchestrations/domain/reexports-contracts.ts': direction,
  'orchestrations/contracts/imports-steps.ts': direction,
  'orchestrations/steps/imports-campaign.ts': direction,
  'orchestrations/steps/imports-sagas.ts': direction,
  'orchestrations/steps/azure-sdk.ts': direction,
  'orchestrations/campaign/imports-functions.ts': direction,
  'orchestrations/campaign/imports-agent.ts': direction,
  'orchestrations/sagas/imports-functions.ts': direction,
  'functions/imports-agent.ts': direction,
  'functions/http/imports-infra.ts': direction,
  'agent/imports-functions.ts': direction,
  'agent/imports-infra.ts': direction,
  'agent/imports-steps.ts': direction,
  'agent/tasks/imports-sagas.ts': direction,
  'cli/imports-functions.ts': direction,
  'cli/imports-campaign.ts': direction,
  'cli/imports-agent.ts': direction,
  'static-web/src/imports-functions.ts': direction,
  'static-web/src/imports-steps.ts': direction,
  'infra/local/host/imports-functions.ts': direction,
  'infra/local/host/imports-contracts.ts': direction,
  'infra/local/host/imports-fleet.ts': direction,
  'infra/local/host/loads-functions.ts': direction,
  'infra/local/fleet/imports-functions.ts': direction,
  'infra/local/fleet/imports-steps.ts': direction,
  'infra/local/start.ts': direction,
  'functions/cycle-a.ts': 'import(no-cycle)',
  'functions/cycle-b.ts': 'import(no-cycle)',
  'orchestrations/domain/date-new.ts': globals,
  'orchestrations/campaign/date-now.ts': globals,
  'orchestrations/campaign/timer.ts': globals,
  'orchestrations/contracts/global-this.ts': globals,
  'orchestrations/sagas/random.ts': properties,
  'orchestrations/campaign/node-built-in.ts': direction,
  'orchestrations/domain/bare-built-in.ts': 'unicorn(prefer-node-protocol)',
  'functions/date-now.ts': properties,
  'agent/date-now.ts': properties,
  'cli/date-now.ts': properties,
  'static-web/src/date-now.ts': properties,
  'infra/local/host/date-now.ts': properties,
  'infra/local/fleet/date-now.ts': properties,
  'functions/floating-promise.ts': 'typescript(no-floating-promises)',
  'functions/any.ts': 'typescript(no-explicit-any)',
  'functions/non-null.ts': 'typescript(no-non-null-assertion)',
}

let reported: Map<string, string[]>
let files: string[]
beforeAll(async () => {
  reported = await lintPlanted()
  files = await plantedFiles()
})

it.each(Object.entries(violations))('%s is reported by %s', (file, rule) => {
  expect(files).toContain(file)
  expect(reported.get(file)).toEqual([rule])
})

it('reports nothing in a clean file of any layer', () => {
  const clean = files.filter((file) => violations[file] === undefined)
  expect(clean.map((file) => file.replace(/\/[^/]+$/, ''))).toEqual([
    'agent',
    'cli',
    'functions/adapters',
    'functions',
    'infra/local/fleet',
    'infra/local/host',
    'orchestrations/campaign',
    'orchestrations/contracts',
    'orchestrations/domain',
    'orchestrations/sagas',
    'orchestrations/steps',
    'static-web/src',
  ])
  expect(clean.filter((file) => reported.has(file))).toEqual([])
})
