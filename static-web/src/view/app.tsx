import {
  FluentProvider,
  teamsHighContrastTheme,
  type Theme,
  webDarkTheme,
  webLightTheme,
} from '@fluentui/react-components'
import { useEffect, useMemo, useState } from 'react'
import { forgetToken, keepToken, tokenOfTab } from '../session/token.ts'
import { textsOf } from '../texts/index.ts'
import { type Reader, ReaderContext } from './context.tsx'
import { usePreferences, useTheme } from './preferences.ts'
import { Session } from './session.tsx'
import { TokenForm } from './tokenForm.tsx'

const themes: Readonly<Record<'light' | 'dark' | 'contrast', Theme>> = {
  light: webLightTheme,
  dark: webDarkTheme,
  contrast: teamsHighContrastTheme,
}

export function App() {
  const [preferences, prefer] = usePreferences()
  const theme = useTheme(preferences.theme)
  const [token, setToken] = useState(tokenOfTab)
  const [refused, setRefused] = useState(false)
  const reader = useMemo<Reader>(
    () => ({
      t: textsOf[preferences.language],
      language: preferences.language,
      zone: preferences.zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone,
      preferences,
      prefer,
    }),
    [preferences],
  )
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])

  // Pasting another printed address into this tab changes only the hash: no load, but a new person.
  useEffect(() => {
    const look = () => setToken(tokenOfTab())
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [])

  const enter = (next: string) => {
    keepToken(next)
    setRefused(false)
    setToken(next)
  }
  const leave = (because: 'left' | 'refused') => {
    forgetToken()
    setRefused(because === 'refused')
    setToken(undefined)
  }

  return (
    <ReaderContext value={reader}>
      <FluentProvider theme={themes[theme]} className="provider">
        {token === undefined ? (
          <TokenForm refused={refused} onToken={enter} />
        ) : (
          <Session key={token} token={token} onLeave={leave} />
        )}
      </FluentProvider>
    </ReaderContext>
  )
}
