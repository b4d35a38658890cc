import { Button, Field, Input, Select } from '@fluentui/react-components'
import { type SyntheticEvent, useEffect, useId, useRef, useState } from 'react'
import { useReader } from './context.tsx'

export interface Question {
  readonly title: string
  /** One paragraph each. */
  readonly text: readonly string[]
  readonly confirm: string
  readonly danger?: boolean
  /** Further fields than the reason. */
  readonly fields?: readonly ('caller' | 'hours')[]
}

export interface Answers {
  readonly reason: string
  readonly caller: string
  /** Undefined = without an end. */
  readonly hours?: number
}

const choices = [1, 2, 4, 8, 24]

/**
 * Confirms a command. The confirming button has the focus: two key presses are enough, a reason is welcome.
 * The browser's own modal dialog brings the focus trap, Escape and an inert page behind it.
 */
export function AskDialog({ question, onAnswer }: { question: Question; onAnswer: (a?: Answers) => void }) {
  const { t } = useReader()
  const dialog = useRef<HTMLDialogElement>(null)
  const [reason, setReason] = useState('')
  const [caller, setCaller] = useState('')
  const [hours, setHours] = useState('')
  const title = useId()
  const text = useId()

  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    dialog.current?.querySelector<HTMLElement>('[type=submit]')?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    onAnswer({
      reason: reason.trim(),
      caller: caller.trim(),
      ...(hours === '' ? {} : { hours: Number(hours) }),
    })
  }

  return (
    <dialog
      ref={dialog}
      className={question.danger ? 'ask ask-danger' : 'ask'}
      aria-labelledby={title}
      aria-describedby={text}
      onCancel={(event) => {
        event.preventDefault()
        onAnswer()
      }}
    >
      <form onSubmit={submit}>
        <h2 id={title}>{question.title}</h2>
        <div id={text}>
          {question.text.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
        <Field label={t.reasonOptional}>
          <Input value={reason} maxLength={500} onChange={(_, { value }) => setReason(value)} />
        </Field>
        {question.fields?.includes('caller') && (
          <Field label={t.caller}>
            <Input value={caller} maxLength={200} onChange={(_, { value }) => setCaller(value)} />
          </Field>
        )}
        {question.fields?.includes('hours') && (
          <Field label={t.howLong}>
            <Select value={hours} onChange={(_, { value }) => setHours(value)}>
              <option value="">{t.untilResumed}</option>
              {choices.map((one) => (
                <option key={one} value={one}>
                  {t.forHours(one)}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <div className="ask-actions">
          <Button onClick={() => onAnswer()}>{t.cancel}</Button>
          <Button
            type="submit"
            appearance="primary"
            {...(question.danger ? { className: 'danger-button' } : {})}
          >
            {question.confirm}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
