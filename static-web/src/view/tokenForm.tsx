import { Button, Field, Input } from '@fluentui/react-components'
import { type SyntheticEvent, useState } from 'react'
import { useReader } from './context.tsx'
import { LanguageSwitch } from './settings.tsx'

export function TokenForm({ refused, onToken }: { refused: boolean; onToken: (token: string) => void }) {
  const { t } = useReader()
  const [token, setToken] = useState('')
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (token.trim() !== '') onToken(token.trim())
  }
  return (
    <main className="card-page">
      <form className="card" onSubmit={submit}>
        <div className="card-head">
          <span className="brand">ATLAS</span>
          <LanguageSwitch />
        </div>
        <h1>{t.tokenTitle}</h1>
        <p>{t.tokenText}</p>
        <Field label={t.token} {...(refused ? { validationMessage: t.errors.tokenRefused } : {})}>
          <Input
            type="password"
            autoComplete="off"
            value={token}
            onChange={(_, { value }) => setToken(value)}
          />
        </Field>
        <Button type="submit" appearance="primary" disabled={token.trim() === ''}>
          {t.tokenEnter}
        </Button>
      </form>
    </main>
  )
}
