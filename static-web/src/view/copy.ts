import { useCommands } from './commands.tsx'
import { useReader } from './context.tsx'

/** Copies a text and says so; where the browser doesn't let the page, the text itself is shown. */
export function useCopy(): (text: string) => void {
  const { t } = useReader()
  const { run } = useCommands()
  return (text) => {
    const say = (copied: boolean) => (copied ? t.copied(text) : text)
    void run({ what: t.copyId, send: () => write(text), say })
  }
}

/** Over plain HTTP there is no clipboard for a page, and elsewhere the reader may have forbidden it. */
async function write(text: string): Promise<boolean> {
  if (!('clipboard' in navigator)) return false
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
}
