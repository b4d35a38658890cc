import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { CampaignHead } from '../../orchestrations/contracts/board.ts'
import { openPlanClock } from './clock/clock.ts'
import { wireNow } from './clock/wire.ts'
import { Desk } from './start/operator/desk.ts'
import { loadScript } from './start/operator/load.ts'
import { connectApi, type Api } from './start/api.ts'
import {
  approve,
  importInventory,
  knownCampaign,
  planAndApprove,
  readPlan,
  startCampaign,
} from './start/campaign.ts'
import { appSettings, nextSaturday, openSecrets, writeSessions, type Secrets } from './start/environment.ts'
import { writeFleetFile } from './start/fleetFile.ts'
import { openRehearsal, type Rehearsal } from './start/kept.ts'
import { mondaySummary } from './start/monday.ts'
import { readOptions, type StartOptions } from './start/options.ts'
import { buildPage } from './start/page.ts'
import { follow } from './start/follow.ts'
import { fleetPart, hostPart, platformPart, platformReady } from './start/parts.ts'
import { readWork, resultOf } from './start/summary.ts'
import { lockDataFolder } from './supervisor/data-folder.ts'
import { LocalError } from './supervisor/errors.ts'
import { assertPortFree } from './supervisor/ports.ts'
import { createSupervisor, stopOnSignals, type Supervisor } from './supervisor/supervise.ts'

const root = resolve(import.meta.dirname, '../..')
const say = (text: string) => process.stderr.write(`${text}\n`)

/** Starts everything, rehearses the campaign, and stays until it is told to stop. */
async function main(options: StartOptions): Promise<number> {
  const lock = lockDataFolder(options.data)
  const rehearsal = await openRehearsal(options)
  await assertPortFree(options.port, 'Give another one: npm start -- --port N.')
  const supervisor = createSupervisor({
    dataFolder: options.data,
    now: wireNow,
    restarts: { restartsPerMinute: options.restartsPerMinute },
    onEvent: (event) => {
      if (event.kind === 'died') say(`atlas: ${event.name} ${event.how}; starting it again`)
    },
  })
  stopOnSignals(supervisor)
  const failed = supervisor.ended.then((end) => (end.kind === 'gaveUp' ? Promise.reject(end.error) : 0))
  try {
    const done = rehearse(options, rehearsal, supervisor)
    return await Promise.race([failed, done.then((code) => (options.untilDone ? code : failed))])
  } finally {
    await supervisor.stop()
    lock.release()
  }
}

async function rehearse(
  options: StartOptions,
  rehearsal: Rehearsal,
  supervisor: Supervisor,
): Promise<number> {
  const { data, port } = options
  const { source, seed } = rehearsal
  const script = loadScript({
    given: options.operator,
    scenario: rehearsal.scenario.name,
    seed,
    inventory: source.inventory,
  })
  const secrets = openSecrets(data)
  const clockFile = join(data, 'host', 'clock.json')
  const base = `http://127.0.0.1:${port}`
  const page = options.build ? await buildPage(root) : join(root, 'static-web', 'dist')
  const platform = platformReady((await supervisor.start(platformPart(root, data))).line)
  const settings = appSettings(platform, secrets, clockFile, { data, base })
  await supervisor.start(hostPart(root, options, page, nextSaturday(wireNow()), settings))
  const operator = connectApi(base, secrets.operator)
  const approver = connectApi(base, secrets.approver)
  const known = await knownCampaign(operator)
  if (!known) {
    say(
      `Importing ${source.inventory.servers.length} servers of ${source.inventory.clients.length} clients ...`,
    )
    await importInventory(operator, source)
  }
  const planned = known ?? (await planAndApprove(operator, approver, rehearsal))
  const campaign = planned.state.kind === 'planned' ? await approve(approver, planned) : planned
  await startFleet(options, supervisor, operator, base, clockFile, rehearsal)
  await start(operator, campaign, base)
  writeSessions(data, base, secrets)
  announce(base, secrets)
  const began = beginning(data)
  const plan = await readPlan(operator, campaign.campaignId)
  const planClock = openPlanClock(clockFile)
  const desk = new Desk({ data, api: operator, script, planNow: () => planClock.now(), say })
  desk.started(plan.settings)
  const board = await follow(operator, campaign, plan.settings.soakMinutes, desk)
  const result = resultOf(board, source.inventory, plan, readWork(data), began.elapsedSeconds())
  process.stdout.write(mondaySummary(board, result, plan))
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  return 0
}

async function startFleet(
  options: StartOptions,
  supervisor: Supervisor,
  operator: Api,
  base: string,
  clockFile: string,
  rehearsal: Rehearsal,
): Promise<void> {
  const file = join(options.data, 'fleet.json')
  say('Enrolling the simulated servers ...')
  await writeFleetFile(file, operator, base, clockFile, rehearsal)
  await supervisor.start(fleetPart(root, options.data, file))
}

/** START, with the plan clock released: until then it stands at Saturday 00:00. */
async function start(operator: Api, campaign: CampaignHead, base: string): Promise<void> {
  if (campaign.state.kind === 'approved') await startCampaign(operator, campaign)
  const released = await fetch(`${base}/admin/host/plan/release`, { method: 'POST' })
  if (!released.ok)
    throw new Error(`The plan clock could not be released: the host answered ${released.status}`)
}

function announce(base: string, secrets: Secrets): void {
  say(`\nThe page   ${base}/#token=${secrets.operator}`)
  say(`Operator   ${secrets.operator}`)
  say(`Approver   ${secrets.approver}`)
  say('Stop with Ctrl-C; started again on the same data, it resumes where it was.\n')
}

const Beginning = z.object({ ranSeconds: z.number() })

/** Real time since START, over restarts on the same data. */
function beginning(data: string) {
  const file = join(data, 'wall.json')
  let before = 0
  try {
    before = Beginning.parse(JSON.parse(readFileSync(file, 'utf8'))).ranSeconds
  } catch {
    before = 0
  }
  const at = wireNow()
  const elapsedSeconds = () => before + (wireNow() - at) / 1000
  const keep = setInterval(() => writeFileSync(file, JSON.stringify({ ranSeconds: elapsedSeconds() })), 1_000)
  keep.unref()
  return { elapsedSeconds }
}

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof LocalError)) throw error
  say(`atlas: ${error.message}`)
  process.exitCode = error.kind === 'badUsage' ? 2 : 1
}
