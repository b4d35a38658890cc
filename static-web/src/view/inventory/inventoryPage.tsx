import { Button, Checkbox } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { type InventoryAnswer, type InventoryFault } from '../../../../orchestrations/contracts/api.ts'
import { Refusal } from '../../api/http.ts'
import { refusalText, useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { VerbButton } from '../verbButton.tsx'
import { Answered } from '../waiting.tsx'
import { Faults, Preview } from './preview.tsx'

/** As many changes as an answer lists (contracts/api.ts, InventoryAnswer). */
const mostListed = 500

interface Looked {
  readonly answer?: InventoryAnswer
  readonly faults: readonly InventoryFault[]
  readonly refused?: unknown
}

/** A file of any tool's: what it was taken for, what it would change, and only then the change itself. */
export function InventoryPage() {
  const { t } = useReader()
  const { api } = useOperator()
  const { ask, run } = useCommands()
  const queries = useQueryClient()
  const summary = useQuery({ queryKey: ['now', 'inventory'], queryFn: api.inventory })
  const [file, setFile] = useState<File>()
  const [skipInvalid, setSkip] = useState(false)
  const [remove, setRemove] = useState(false)
  const [looked, setLooked] = useState<Looked>()
  const [busy, setBusy] = useState(false)
  /** A chooser of its own for each file: what was applied isn't shown as chosen any more. */
  const [visit, setVisit] = useState(0)
  const latest = useRef(0)
  const input = useId()

  const look = async (chosen: File, options: { skipInvalid: boolean; remove: boolean }) => {
    latest.current += 1
    const number = latest.current
    setBusy(true)
    let seen: Looked
    try {
      const answer = await api.importInventory(chosen, { dryRun: true, ...options })
      seen = { answer, faults: answer.errors }
    } catch (cause) {
      const faults = cause instanceof Refusal ? (cause.problem?.errors ?? []) : []
      seen = { faults, refused: cause }
    }
    if (number !== latest.current) return
    setLooked(seen)
    setBusy(false)
  }
  const again = (options: { skipInvalid: boolean; remove: boolean }) => {
    setSkip(options.skipInvalid)
    setRemove(options.remove)
    if (file) void look(file, options)
  }
  const leave = () => {
    setLooked(undefined)
    setFile(undefined)
    setVisit((number) => number + 1)
  }
  const apply = async (answer: InventoryAnswer) => {
    if (!file) return
    const { removed } = answer
    const answers = await ask({
      title: t.importTitle(file.name),
      text: [t.importText(answer.added, answer.changed, removed), ...(removed > 0 ? [t.importRemoves] : [])],
      confirm: t.importApply,
      reason: 'none',
      danger: removed > 0,
    })
    if (!answers) return
    const done = await run({
      what: t.importOf(file.name),
      send: () => api.importInventory(file, { dryRun: false, skipInvalid, remove }),
      say: (applied) => t.importDone(applied.added, applied.changed, applied.removed),
    })
    if (!done) return
    leave()
    await queries.invalidateQueries({ queryKey: ['now', 'inventory'] })
  }
  const answer = looked?.answer
  const nothing = answer && changesNothing(answer)
  return (
    <div className="desk">
      <h1>{t.pages.inventory}</h1>
      <Answered query={summary} />
      {summary.data && (
        <p>{t.planFacts(summary.data.clients, summary.data.servers, summary.data.enrolled)}</p>
      )}
      <div className="import-file">
        <label htmlFor={input}>{t.importChoose}</label>
        <input
          key={visit}
          id={input}
          type="file"
          accept=".csv,.txt,.tsv,.xlsx"
          // The same file, corrected meanwhile, is a choice as well: without this nothing would be told of it.
          onClick={({ currentTarget }) => {
            currentTarget.value = ''
          }}
          onChange={({ target }) => {
            const [chosen] = target.files ?? []
            setFile(chosen)
            setLooked(undefined)
            if (chosen) void look(chosen, { skipInvalid, remove })
          }}
        />
      </div>
      <p className="quiet">{t.importHint}</p>
      <Checkbox
        checked={skipInvalid}
        label={t.importSkip}
        onChange={(_, { checked }) => again({ skipInvalid: checked === true, remove })}
      />
      <Checkbox
        checked={remove}
        label={t.importRemove}
        onChange={(_, { checked }) => again({ skipInvalid, remove: checked === true })}
      />
      {busy && <p role="status">{t.importReading}</p>}
      {looked?.refused !== undefined && <p role="alert">{refusalText(looked.refused, t)}</p>}
      {looked && <Faults faults={looked.faults} />}
      {answer && (
        <Preview answer={answer}>
          <div className="verbs">
            <VerbButton
              appearance="primary"
              why={busy ? t.importReading : nothing ? t.importNothing : undefined}
              onClick={() => apply(answer)}
            >
              {t.importApply}
            </VerbButton>
            <Button size="small" onClick={leave}>
              {t.cancel}
            </Button>
          </div>
        </Preview>
      )}
    </div>
  )
}

/** Only servers are counted, so what becomes of clients is told by the list; a list that was cut off proves nothing. */
function changesNothing({ added, changed, removed, absent, changes }: InventoryAnswer): boolean {
  const whole = changes.length < mostListed || absent < mostListed
  return whole && added + changed + removed === 0 && changes.every(({ kind }) => kind === 'absent')
}
