import type { LedgerLine } from '../../../orchestrations/contracts/board.ts'
import { type Language, type Texts, textsOf } from './index.ts'
import { reasonIn } from './reasons.ts'

/** A ledger line in words: which machine, what; ids stay in the ledger itself. */
export function actionText(line: LedgerLine, language: Language): string {
  const t = textsOf[language]
  return [machineOf(line), doneText(line, t)].filter((part) => part !== '').join(' ')
}

function doneText(line: LedgerLine, t: Texts): string {
  const [subject = '', verb = ''] = line.action.split('.')
  if (subject === 'command') {
    const step = stepOf(line, t)
    const said = t.commandVerbs[verb] ?? spaced(verb)
    return step === '' ? said : `${step} ${said}`
  }
  if (subject === 'server' && verb in t.states) return t.states[verb as keyof Texts['states']]
  return t.ledgerActions[line.action] ?? spaced(line.action)
}

/** The host name out of `client.host`: the object's (or several), else the machine that was told or that reports. */
function machineOf(line: LedgerLine): string {
  const on = line.detail?.['on']
  const [kind, agent] = line.actor.split(':')
  const told = typeof on === 'string' ? on : kind === 'agent' ? agent : undefined
  const servers = line.action.startsWith('command.') ? told : line.object
  if (servers === undefined || line.action.startsWith('lock.')) return ''
  return servers
    .split(' ')
    .filter((id) => id.includes('.'))
    .map((id) => id.slice(id.indexOf('.') + 1).toUpperCase())
    .join(', ')
}

/** A command's id ends in `.step.attempt`; a download belongs to the preparation. */
function stepOf(line: LedgerLine, t: Texts): string {
  const last = line.object.split('.').at(-2) ?? ''
  const step = last === 'download' ? 'prepare' : last
  return step in t.stepNames ? t.stepNames[step as keyof Texts['stepNames']] : ''
}

/** Why it was done: an operator's own words, or a reason's sentence. */
export function whyText(line: LedgerLine, t: Texts): string {
  const why = line.detail?.['reason']
  if (typeof why !== 'string') return ''
  const reason = reasonIn(why)
  return reason ? t.sentence(reason) : why
}

/** Who did it, as a name: `agent:client.host` is the machine's own agent. */
export function actorText(actor: string, t: Texts): string {
  if (actor === 'atlas') return 'ATLAS'
  return actor.startsWith('agent') ? t.agent : actor
}

function spaced(code: string): string {
  return code
    .replaceAll(/[._-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
}
