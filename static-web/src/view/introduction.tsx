import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useReader } from './context.tsx'

const key = 'atlas.introduced'

/** First visit: the page explains itself in three lines that can be dismissed. */
export function Introduction() {
  const { t } = useReader()
  const [seen, setSeen] = useState(() => localStorage.getItem(key) !== null)
  if (seen) return null
  const dismiss = () => {
    localStorage.setItem(key, 'yes')
    setSeen(true)
  }
  return (
    <section className="introduction" aria-label={t.introTitle}>
      <ol>
        {t.intro.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <Button size="small" onClick={dismiss}>
        {t.introDone}
      </Button>
    </section>
  )
}
