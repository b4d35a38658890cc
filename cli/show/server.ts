import type { ServerRun, ServerShow } from '../../orchestrations/contracts/api.ts'
import { writeProbes } from '../../orchestrations/contracts/inventory/probeText.ts'
import type { StepRow } from '../../orchestrations/contracts/board.ts'
import { machineLines, stateLabel, wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { checkpointLines, waivedText } from './waivers.ts'
import { why, type Reader } from './reader.ts'
import { causeText, roleName, stateSign, stepOf } from './serverList.ts'
import { table } from './table.ts'
import { dayTime, duration } from './times.ts'

/** One server: what it is, what stands in its way, and its place in each campaign with every step. */
export function serverLines(server: ServerShow, reader: Reader): string[] {
  const { t, paint } = reader
  return [
    `${paint('bold', server.host)}  ${server.serverId}`,
    ...table(facts(server, reader)),
    ...(server.quarantined ? [paint('red', `! ${why(server.quarantined, reader)}`)] : []),
    ...checkpointLines(server.checkpoints, reader),
    ...(server.runs.length === 0 ? ['', t.inNoCampaign] : []),
    ...server.runs.flatMap((run) => ['', ...runLines(run, reader)]),
  ]
}

function facts(server: ServerShow, reader: Reader): string[][] {
  const { t, language, zone } = reader
  const { kind, role, heardAt, excluded, waiver, machine } = server
  const agent = [
    server.enrolled ? (server.agentVersion ?? t.yesWord) : wordsOf(language).states.notEnrolled,
    heardAt === undefined ? '' : t.heardAt(dayTime(heardAt, language, zone)),
  ]
  const rows: (readonly [string, string | undefined])[] = [
    [t.client, `${server.clientName} (${server.clientId})`],
    [t.role, `${roleName(role, language)}, ${wordsOf(language).kinds[kind]}`],
    [t.system, [server.os, server.build].filter(Boolean).join(', ') || undefined],
    [t.site, server.site],
    [t.host, server.runsOn],
    [t.backupServer, server.backupServer],
    [t.partner, server.partner],
    [t.probes, server.probes && writeProbes(server.probes)],
    [t.agent, agent.filter(Boolean).join(', ')],
    [
      t.exclusion,
      excluded &&
        t.excludedBy(
          excluded.actor,
          excluded.reason,
          excluded.until && dayTime(excluded.until, language, zone),
        ),
    ],
    [t.waiver, waiver && waivedText(waiver, reader)],
    ...(machine ? machineLines(machine, language) : []),
    [t.lookedAt, machine && dayTime(machine.lookedAt, language, zone)],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[`  ${name}`, value]]))
}

function runLines(run: ServerRun, reader: Reader): string[] {
  const { t, paint, language } = reader
  const { state, updates } = run
  const cause = causeText(state, reader)
  return [
    `${stateSign(state, reader)} ${paint('bold', run.campaignId)}  ${stateLabel(state, language)}${stepOf(state, reader)}  ${t.attempts(run.attempts)}`,
    ...(cause === '' ? [] : [`  ${cause}`]),
    ...(run.build === undefined ? [] : [`  ${t.build(run.build)}`]),
    ...table(run.steps.map((step) => stepCells(step, reader))),
    ...table(
      updates.map(({ kb, title, result, hresult }) => [
        `  ${kb}`,
        wordsOf(language).updateResults[result],
        hresult ?? '',
        title,
      ]),
    ),
  ]
}

/** When, what, at which attempt, where, how long it took and how it ended. */
function stepCells(step: StepRow, { t, language, zone }: Reader): string[] {
  const { issuedAt, endedAt, attempt, outcome, message } = step
  return [
    `  ${dayTime(issuedAt, language, zone)}`,
    wordsOf(language).steps[step.step],
    attempt > 1 ? t.attempt(attempt) : '',
    step.on,
    endedAt === undefined ? t.open : duration(endedAt - issuedAt),
    [outcome, message].filter(Boolean).join(': '),
  ]
}
