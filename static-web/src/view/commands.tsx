import { Button } from '@fluentui/react-components'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import type { Problem } from '../../../orchestrations/contracts/api.ts'
import { Awaits, Refusal } from '../api/http.ts'
import type { Texts } from '../texts/index.ts'
import { type Answers, AskDialog, type Question } from './askDialog.tsx'
import { useReader } from './context.tsx'

interface Notice {
  readonly id: number
  /** Of which command: its newest answer takes the place of an older one. */
  readonly what: string
  readonly kind: 'sent' | 'accepted' | 'awaits' | 'refused'
  readonly text: string
}

interface Command<T> {
  readonly what: string
  readonly send: () => Promise<T>
  /** Says more than "accepted" when the answer does. */
  readonly say?: (answer: T) => string
}

interface Commands {
  /** Asks first; undefined when the operator thought better of it. */
  readonly ask: (question: Question) => Promise<Answers | undefined>
  /** Sends and tells accepted or refused and why. True when accepted. */
  readonly run: <T>(command: Command<T>) => Promise<boolean>
}

const CommandsContext = createContext<Commands | undefined>(undefined)

export function useCommands(): Commands {
  const commands = useContext(CommandsContext)
  if (!commands) throw new Error('useCommands belongs inside CommandRoom')
  return commands
}

/** Below this an answer comes alone; after it the operator learns that it is awaited. */
const patienceMs = 250
const acceptedShownMs = 7_000

/** Room for commands: the one dialog that asks and the notices that answer. */
export function CommandRoom({ children, onAccepted }: { children: ReactNode; onAccepted?: () => void }) {
  const { t } = useReader()
  const [notices, setNotices] = useState<readonly Notice[]>([])
  const [question, setQuestion] = useState<{ question: Question; answer: (a?: Answers) => void }>()
  const lastId = useRef(0)

  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((one) => one.id !== id)), [])
  const tell = useCallback((notice: Notice) => {
    setNotices((all) => [...all.filter(({ what }) => what !== notice.what), notice].slice(-3))
  }, [])

  const commands = useMemo<Commands>(
    () => ({
      ask: (asked) =>
        new Promise((resolve) => {
          setQuestion({
            question: asked,
            answer: (answers) => {
              setQuestion(undefined)
              resolve(answers)
            },
          })
        }),
      run: async ({ what, send, say }) => {
        lastId.current += 1
        const id = lastId.current
        const waiting = setTimeout(() => tell({ id, what, kind: 'sent', text: t.sent(what) }), patienceMs)
        try {
          const answer = await send()
          tell({ id, what, kind: 'accepted', text: say?.(answer) ?? t.accepted(what) })
          setTimeout(() => dismiss(id), acceptedShownMs)
          onAccepted?.()
          return true
        } catch (cause) {
          if (cause instanceof Awaits) {
            tell({ id, what, kind: 'awaits', text: t.awaitsSecond(what) })
            onAccepted?.()
            return false
          }
          tell({ id, what, kind: 'refused', text: t.refused(what, refusalText(cause, t)) })
          return false
        } finally {
          clearTimeout(waiting)
        }
      },
    }),
    [t, tell, dismiss, onAccepted],
  )

  return (
    <CommandsContext value={commands}>
      {children}
      {question && <AskDialog question={question.question} onAnswer={question.answer} />}
      <div className="notices" role="status" aria-live="polite">
        {notices.map((notice) => (
          <div key={notice.id} className={`notice notice-${notice.kind}`}>
            <span>{notice.text}</span>
            <Button appearance="transparent" size="small" onClick={() => dismiss(notice.id)}>
              {t.dismiss}
            </Button>
          </div>
        ))}
      </div>
    </CommandsContext>
  )
}

/** A refusal as a sentence with the next action: the server's own words where it has them. */
export function refusalText(cause: unknown, t: Texts): string {
  if (!(cause instanceof Refusal)) return t.errors.broken
  const { problem, kind, retryAfter } = cause
  if (kind === 'tooMany') return t.tooMany(retryAfter ?? 10)
  if (kind === 'changed') return t.errors.changed
  if (problem && kind !== 'tokenRefused')
    return [problem.title, problem.detail, adviceOf(problem)]
      .flatMap((text) => (text ? [ended(text)] : []))
      .join(' ')
  return t.errors[kind]
}

/** What the API advises its programmers is none for a reader of the page. */
const forPrograms = /\b(?:GET|POST|PUT|DELETE) \S|"\w+"/
const adviceOf = ({ fix }: Problem) => (fix === undefined || forPrograms.test(fix) ? undefined : fix)

const ended = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)
