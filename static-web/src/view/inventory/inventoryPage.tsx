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

interface Looked {
  readonly answer?: InventoryAnswer
  readonly faults: readonly InventoryFault[]
  readonly refused?: string
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
      seen = { faults, refused: refusalText(cause, t) }
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
  const apply = async (answer: InventoryAnswer) => {
    if (!file) return
    const removed = remove ? answer.absent : 0
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
    setLooked(undefined)
    setFile(undefined)
    await queries.invalidateQueries({ queryKey: ['now', 'inventory'] })
  }
  const answer = looked?.answer
  const nothing = answer && answer.added + answer.changed + (remove ? answer.absent : 0) === 0
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
          id={input}
          type="file"
          accept=".csv,.txt,.tsv,.xlsx"
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
      {looked?.refused !== undefined && <p role="alert">{looked.refused}</p>}
      {looked && <Faults faults={looked.faults} />}
      {answer && <Preview answer={answer} />}
      {answer && (
        <div className="verbs">
          <VerbButton
            appearance="primary"
            why={nothing ? t.importNothing : undefined}
            onClick={() => apply(answer)}
          >
            {t.importApply}
          </VerbButton>
          <Button size="small" onClick={() => setLooked(undefined)}>
            {t.cancel}
          </Button>
        </div>
      )}
    </div>
  )
}
