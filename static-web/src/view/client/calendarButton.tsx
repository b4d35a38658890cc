import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'

/** The address of the client's iCalendar feed: whoever has it may read it, so it is made only when asked for. */
export function CalendarButton({ clientId, name }: { clientId: string; name: string }) {
  const { t } = useReader()
  const { api } = useOperator()
  const { run } = useCommands()
  const [url, setUrl] = useState<string>()
  const ask = () =>
    run({
      what: t.calendarOf(name),
      send: () => api.calendar(clientId),
      say: (answer) => {
        setUrl(answer.url)
        return t.calendarSays
      },
    })
  if (url === undefined) {
    return (
      <Button size="small" onClick={() => void ask()}>
        {t.calendar}
      </Button>
    )
  }
  return (
    <p>
      {t.calendarSays} <code className="hash">{url}</code>
    </p>
  )
}
