import { Button, Field, Input, Select } from '@fluentui/react-components'
import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react'
import { useReader } from './context.tsx'

export interface Question {
  readonly title: string
  /** One paragraph each: what will happen to whom. */
  readonly text: readonly string[]
  /** A list or table below the text. */
  readonly details?: ReactNode
  readonly confirm: string
  readonly danger?: boolean
  /** Optional unless said otherwise. */
  readonly reason?: 'required' | 'none'
  /** Other words than "Reason". */
  readonly reasonLabel?: string
  readonly caller?: boolean
  /** For how long; `empty`: what no choice means; without it one has to be chosen. */
  readonly hours?: { readonly label: string; readonly choices: readonly number[]; readonly empty?: string }
  readonly choice?: {
    readonly label: string
    readonly options: readonly { readonly value: string; readonly label: string }[]
  }
}

export interface Answers {
  readonly reason: string
  readonly caller: string
  /** Undefined = without an end. */
  readonly hours?: number
  /** Of `choice`; empty when there was none. */
  readonly choice: string
}

/**
 * Confirms a command. The confirming button has the focus unless a reason is required: two key presses are enough.
 * The browser's own modal dialog brings the focus trap, Escape and an inert page behind it.
 */
export function AskDialog({ question, onAnswer }: { question: Question; onAnswer: (a?: Answers) => void }) {
  const { t } = useReader()
  const dialog = useRef<HTMLDialogElement>(null)
  const { hours: period, choice: choices } = question
  const required = question.reason === 'required'
  const [reason, setReason] = useState('')
  const [caller, setCaller] = useState('')
  const [hours, setHours] = useState(period?.empty === undefined ? String(period?.choices[0] ?? '') : '')
  const [choice, setChoice] = useState(choices?.options[0]?.value ?? '')
  const [missing, setMissing] = useState(false)
  const title = useId()
  const text = useId()

  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    dialog.current?.querySelector<HTMLElement>(required ? '.ask-reason input' : '[type=submit]')?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (required && reason.trim() === '') {
      setMissing(true)
      dialog.current?.querySelector<HTMLElement>('.ask-reason input')?.focus()
      return
    }
    onAnswer({
      reason: reason.trim(),
      caller: caller.trim(),
      choice,
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
      <form onSubmit={submit} noValidate>
        <h2 id={title}>{question.title}</h2>
        <div id={text}>
          {question.text.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
        {question.details}
        {choices && (
          <Field label={choices.label}>
            <Select value={choice} onChange={(_, { value }) => setChoice(value)}>
              {choices.options.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {question.reason !== 'none' && (
          <Field
            className="ask-reason"
            label={question.reasonLabel ?? (required ? t.reasonRequired : t.reasonOptional)}
            required={required}
            {...(missing ? { validationMessage: t.reasonMissing } : {})}
          >
            <Input value={reason} maxLength={500} onChange={(_, { value }) => setReason(value)} />
          </Field>
        )}
        {question.caller && (
          <Field label={t.caller}>
            <Input value={caller} maxLength={200} onChange={(_, { value }) => setCaller(value)} />
          </Field>
        )}
        {period && (
          <Field label={period.label}>
            <Select value={hours} onChange={(_, { value }) => setHours(value)}>
              {period.empty !== undefined && <option value="">{period.empty}</option>}
              {period.choices.map((one) => (
                <option key={one} value={one}>
                  {one % 24 === 0 && one > 24 ? t.forDays(one / 24) : t.forHours(one)}
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
