import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import { preferredLanguage } from '../texts/index.ts'
import type { Preferences, ThemeChoice } from './context.tsx'

const key = 'atlas.preferences'

function read(): Preferences {
  const fallback: Preferences = {
    language: preferredLanguage(navigator.languages),
    theme: 'system',
    zone: 'operator',
  }
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>
    return {
      language: kept.language === 'fr' || kept.language === 'en' ? kept.language : fallback.language,
      theme: (['light', 'dark', 'contrast'] as const).find((one) => one === kept.theme) ?? 'system',
      zone: kept.zone === 'utc' ? 'utc' : 'operator',
    }
  } catch {
    // Preferences that can't be read are no reason not to show the board.
    return fallback
  }
}

/** Language, theme and zone of this browser; `lang` and the colour scheme of the document follow. */
export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const [preferences, set] = useState(read)
  // Before anything is asked of the server, which answers in this language.
  useLayoutEffect(() => {
    document.documentElement.lang = preferences.language
  }, [preferences.language])
  useEffect(() => {
    localStorage.setItem(key, JSON.stringify(preferences))
  }, [preferences])
  return [preferences, (change) => set((before) => ({ ...before, ...change }))]
}

/** What "as the system" means at this moment. */
export function useTheme(choice: ThemeChoice): Exclude<ThemeChoice, 'system'> {
  const dark = useMedia('(prefers-color-scheme: dark)')
  const contrast = useMedia('(forced-colors: active)')
  if (choice !== 'system') return choice
  if (contrast) return 'contrast'
  return dark ? 'dark' : 'light'
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}
