import { useSyncExternalStore } from 'react'
import { freshness, type Freshness } from '../model/freshness.ts'
import { age } from '../model/times.ts'
import type { LiveBoard } from '../live/liveBoard.ts'
import { systemNow } from '../clock.ts'
import { useReader } from './context.tsx'
import { useNow } from './hooks.ts'

function useFreshness(live: LiveBoard): Freshness {
  useNow(400)
  // Drawn with each frame too, so that dot and banner say the same at any moment.
  useSyncExternalStore(live.subscribe, live.state)
  return freshness(live.state().heard, systemNow())
}

export function LiveDot({ live }: { live: LiveBoard }) {
  const { t, language } = useReader()
  const fresh = useFreshness(live)
  return (
    <span className={`live live-${fresh.kind}`} data-freshness={fresh.kind}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        {fresh.kind === 'live' ? <circle cx="5" cy="5" r="4" /> : <path d="M1 1h8v8h-8z" />}
      </svg>
      {t[fresh.kind](age(fresh.ageMs, language))}
    </span>
  )
}

/** What is shown may be old: said in words as soon as it is, gone as soon as it isn't. */
export function StaleBanner({ live }: { live: LiveBoard }) {
  const { t, language } = useReader()
  const fresh = useFreshness(live)
  if (fresh.kind === 'live') return <div role="alert" className="no-banner" />
  const [before, after] = sentence(fresh.kind === 'stale' ? t.bannerStale : t.bannerPolling)
  return (
    <div role="alert" className={`banner banner-${fresh.kind}`} data-banner={fresh.kind}>
      {before}
      {/* The age counts on in silence: a screen reader says the sentence once. */}
      <span aria-live="off">{age(fresh.ageMs, language)}</span>
      {after}
    </div>
  )
}

function sentence(say: (age: string) => string): [string, string] {
  const [before = '', after = ''] = say('\u0000').split('\u0000')
  return [before, after]
}
