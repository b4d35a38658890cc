import { memo } from 'react'
import type { Board, RingRow } from '../../../orchestrations/contracts/board.ts'
import { totals } from '../../../orchestrations/contracts/totals.ts'
import { percent } from '../model/times.ts'
import { Sign } from './cells.tsx'
import { useCommands } from './commands.tsx'
import { useOperator, useReader } from './context.tsx'
import { useAddress } from './hooks.ts'
import { VerbButton } from './verbButton.tsx'
import { ringSign, ringStateText } from './ringText.ts'

export const RingSteps = memo(function RingSteps({
  board,
  selected,
}: {
  board: Board
  selected: number | undefined
}) {
  const { t } = useReader()
  return (
    <ol className="rings" aria-label={t.rings}>
      {board.rings.map((ring) => (
        <RingStep key={ring.ring} ring={ring} board={board} selected={selected === ring.ring} />
      ))}
    </ol>
  )
})

function RingStep({ ring, board, selected }: { ring: RingRow; board: Board; selected: boolean }) {
  const { t, language, zone } = useReader()
  const [, go] = useAddress()
  const sum = totals(board.clients.filter((row) => row.ring === ring.ring))
  const name = t.ringNames[ring.ring] ?? ''
  const done = sum.servers === 0 ? 0 : (sum.done / sum.servers) * 100
  return (
    <li className={`ring ring-${ring.state.kind}`} {...(selected ? { 'data-selected': true } : {})}>
      <button
        type="button"
        className="ring-title"
        aria-pressed={selected}
        title={t.filterRing(`${ring.ring} ${name}`)}
        onClick={() => go({ ring: selected ? undefined : ring.ring })}
      >
        <Sign name={ringSign(ring)} />
        <b>{ring.ring}</b> <span className="ring-name">{name}</span>
        <span className="ring-count">{t.ringCounts(sum.done, sum.servers)}</span>
        {sum.successRate !== null && <span className="ring-rate">{percent(sum.successRate, language)}</span>}
      </button>
      <svg className="ring-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-all" width="100" height="4" />
        <rect className="bar-done" width={done} height="4" />
      </svg>
      <div className="ring-foot">
        <span className="ring-state">{ringStateText(ring, board, t, language, zone)}</span>
        <RingButtons ring={ring} board={board} />
      </div>
    </li>
  )
}

function RingButtons({ ring, board }: { ring: RingRow; board: Board }) {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const over = ['ended', 'cancelled', 'planned'].includes(board.campaign.state.kind)
  if (over || ring.state.kind === 'passed') return null
  const name = `${ring.ring} ${t.ringNames[ring.ring] ?? ''}`
  const verbs = {
    hold: { title: t.holdRing(name), text: [t.holdRingText], confirm: t.hold, what: t.holdOf(name) },
    resume: {
      title: t.resumeRing(name),
      text: [t.resumeRingText],
      confirm: t.resume,
      what: t.resumeRingOf(name),
    },
    promote: {
      title: t.promoteRing(name),
      text: [t.promoteRingText],
      confirm: t.promote,
      what: t.promoteOf(name),
    },
  } as const
  const control = async (verb: keyof typeof verbs) => {
    const { what, ...question } = verbs[verb]
    const answers = await ask(question)
    if (!answers) return
    const send = () => api.ringControl(board.campaign.campaignId, ring.ring, verb, answers.reason)
    await run({ what, send })
  }
  const { kind } = ring.state
  return (
    <span className="ring-buttons">
      {kind !== 'held' && kind !== 'tripped' && (
        <VerbButton label={t.holdOf(name)} onClick={() => control('hold')}>
          {t.hold}
        </VerbButton>
      )}
      {kind === 'held' && (
        <VerbButton label={t.resumeRingOf(name)} appearance="primary" onClick={() => control('resume')}>
          {t.resume}
        </VerbButton>
      )}
      {kind !== 'running' && (
        <VerbButton
          label={t.promoteOf(name)}
          appearance={kind === 'tripped' || kind === 'waitsForPromote' ? 'primary' : 'secondary'}
          onClick={() => control('promote')}
        >
          {t.promote}
        </VerbButton>
      )}
    </span>
  )
}
