import { type ReactNode, useState } from 'react'
import type { InventoryAnswer, InventoryFault } from '../../../../orchestrations/contracts/api.ts'
import { importNote, inventoryFault } from '../../../../orchestrations/contracts/words/index.ts'
import { useReader } from '../context.tsx'
import { ShowMore } from '../showMore.tsx'

const firstLines = 40
/** What stays as it is comes last. */
const weights = { removed: 0, added: 1, changed: 2, absent: 3 } as const

interface PreviewProps {
  readonly answer: InventoryAnswer
  /** What can be done with it: above the lists, which may be long. */
  readonly children: ReactNode
}

/** How the file was read and what it would change. */
export function Preview({ answer, children }: PreviewProps) {
  const { t, language } = useReader()
  const read = [answer.sheet, answer.encoding, answer.separator && t.separator(answer.separator)]
  return (
    <section aria-label={t.importPreview}>
      <h2>{t.importPreview}</h2>
      <p>{t.importCounts(answer.rows, answer.clients, answer.servers)}</p>
      <p>{t.importChanges(answer.added, answer.changed, answer.unchanged, answer.absent, answer.skipped)}</p>
      {children}
      {read.some(Boolean) && <p className="quiet">{t.importRead(read.filter(Boolean).join(' · '))}</p>}
      {answer.headings.length > 0 && (
        <>
          <h3>{t.importHeadings}</h3>
          <ul className="headings">
            {answer.headings.map(({ heading, meaning }, place) => (
              <li key={`${place} ${heading}`} className={meaning === null ? 'quiet' : ''}>
                <b>{heading === '' ? t.noHeading : heading}</b> →{' '}
                {meaning === null ? t.notRead : (t.meanings[meaning] ?? meaning)}
              </li>
            ))}
          </ul>
        </>
      )}
      {answer.notes.length > 0 && (
        <ul className="lines">
          {answer.notes.map((note) => (
            <li key={note.code}>{importNote(note, language)}</li>
          ))}
        </ul>
      )}
      <Changes changes={answer.changes} />
    </section>
  )
}

function Changes({ changes }: { changes: InventoryAnswer['changes'] }) {
  const { t } = useReader()
  const [count, setCount] = useState(firstLines)
  if (changes.length === 0) return null
  const sorted = changes.toSorted((a, b) => weights[a.kind] - weights[b.kind])
  return (
    <>
      <h3>{t.importDifference}</h3>
      <ul className="lines">
        {sorted.slice(0, count).map((one) => (
          <li key={`${one.kind} ${one.serverId ?? one.clientId}`}>
            <b>{t.changeKinds[one.kind]}</b> {one.serverId ?? one.clientId}
            {one.fields.length > 0 && (
              <span className="quiet">
                {' '}
                {one.fields
                  .map(
                    ({ name, before, after }) =>
                      `${t.meanings[name] ?? name}: ${before || '–'} → ${after || '–'}`,
                  )
                  .join(' · ')}
              </span>
            )}
          </li>
        ))}
      </ul>
      <ShowMore
        shown={Math.min(count, changes.length)}
        all={changes.length}
        onMore={() => setCount(count + 200)}
      />
    </>
  )
}

/** Each refusal of the file: where, what, and what to do about it. */
export function Faults({ faults }: { faults: readonly InventoryFault[] }) {
  const { t, language } = useReader()
  const [count, setCount] = useState(firstLines)
  if (faults.length === 0) return null
  return (
    <section aria-label={t.importFaults}>
      <h2>{t.importFaults}</h2>
      <p>{t.importFaultCount(faults.length)}</p>
      <ul className="lines">
        {faults.slice(0, count).map((one) => {
          const { what, fix } = inventoryFault(one, language)
          return (
            <li key={`${one.file} ${one.line} ${one.column} ${one.code}`}>
              <b>{t.lineOf(one.line, one.column)}</b> {what} <span className="quiet">{fix}</span>
            </li>
          )
        })}
      </ul>
      <ShowMore
        shown={Math.min(count, faults.length)}
        all={faults.length}
        onMore={() => setCount(count + 200)}
      />
    </section>
  )
}
