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
  knownServers,
  planAndApprove,
  readPlan,
  startCampaign,
} from './start/campaign.ts'
import {
  appSettings,
  eveningBefore,
  nextSaturday,
  openSecrets,
  writeSessions,
  type Secrets,
} from './start/environment.ts'
import { mailOfEnd } from './start/endMail.ts'
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
  const stage = await openStage(options, rehearsal, supervisor)
  const run = rehearsal.byHand ? atTheDesk : play
  return run(options, rehearsal, supervisor, stage)
}

interface Stage {
  readonly secrets: Secrets
  readonly clockFile: string
  readonly base: string
  readonly operator: Api
  readonly approver: Api
}

/** The platform, the host and the inventory. The plan clock is held. */
async function openStage(
  options: StartOptions,
  { source, byHand }: Rehearsal,
  supervisor: Supervisor,
): Promise<Stage> {
  const { data, port } = options
  const secrets = openSecrets(data)
  const clockFile = join(data, 'host', 'clock.json')
  const base = `http://127.0.0.1:${port}`
  const page = options.build ? await buildPage(root) : join(root, 'static-web', 'dist')
  const platform = platformReady((await supervisor.start(platformPart(root, data))).line)
  const settings = appSettings(platform, secrets, clockFile, {
    data,
    base,
    servers: source.inventory.servers.length,
  })
  const saturday = nextSaturday(wireNow())
  const from = byHand ? eveningBefore(saturday) : saturday
  await supervisor.start(hostPart(root, options, page, from, settings))
  const operator = connectApi(base, secrets.operator)
  // Fewer: a start before this one was cut off. Importing again changes nothing that is there.
  if ((await knownServers(operator)) < source.inventory.servers.length) {
    say(
      `Importing ${source.inventory.servers.length} servers of ${source.inventory.clients.length} clients ...`,
    )
    await importInventory(operator, source)
  }
  return { secrets, clockFile, base, operator, approver: connectApi(base, secrets.approver) }
}

/** Everything runs and nothing is begun: the night belongs to whoever reads this. */
async function atTheDesk(
  options: StartOptions,
  rehearsal: Rehearsal,
  supervisor: Supervisor,
  stage: Stage,
): Promise<number> {
  const { base, secrets } = stage
  await startFleet(options, supervisor, stage, rehearsal)
  await releasePlanClock(base)
  writeSessions(options.data, base, secrets)
  announce(base, secrets)
  say('Plan, prepare, approve and start it yourself: on the page, or npm run atlas -- --help.')
  return 0
}

/** Plans, approves and starts the campaign, plays the operator's script, and sums up at the end. */
async function play(
  options: StartOptions,
  rehearsal: Rehearsal,
  supervisor: Supervisor,
  stage: Stage,
): Promise<number> {
  const { data } = options
  const { source, seed, scenario } = rehearsal
  const { operator, approver, base, secrets, clockFile } = stage
  const script = loadScript({
    given: options.operator,
    scenario: scenario.name,
    seed,
    inventory: source.inventory,
  })
  const known = await knownCampaign(operator)
  const planned = known ?? (await planAndApprove(operator, approver, rehearsal))
  const campaign = planned.state.kind === 'planned' ? await approve(approver, planned) : planned
  await startFleet(options, supervisor, stage, rehearsal)
  if (campaign.state.kind === 'approved') await startCampaign(operator, campaign)
  await releasePlanClock(base)
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
  if (options.untilDone) await seeEndMailed(operator, board.campaign, data)
  return 0
}

/** The host is ended after this, and would send nothing more. */
async function seeEndMailed(operator: Api, campaign: CampaignHead, data: string): Promise<void> {
  const inbox = join(data, 'inbox')
  const mail = await mailOfEnd(operator, campaign)
  say(
    mail === 'sent'
      ? `The mail about the end, with the fleet's report, is in ${inbox}.`
      : `atlas: the mail about the end, with the fleet's report, is not in ${inbox}: ${mail}.`,
  )
}

async function startFleet(
  options: StartOptions,
  supervisor: Supervisor,
  { operator, base, clockFile }: Stage,
  rehearsal: Rehearsal,
): Promise<void> {
  const file = join(options.data, 'fleet.json')
  say('Enrolling the simulated servers ...')
  await writeFleetFile(file, operator, base, clockFile, rehearsal)
  await supervisor.start(fleetPart(root, options.data, file))
}

/** Until then it stands still: preparing the stage costs no plan time. */
async function releasePlanClock(base: string): Promise<void> {
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
