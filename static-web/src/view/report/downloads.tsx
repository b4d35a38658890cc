import { Button, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { reportPath } from '../../api/deskCalls.ts'
import { type Language, languages } from '../../texts/index.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'

const formats = ['html', 'csv', 'json'] as const
const lists = ['orchestration', 'globalstatus', 'clientconfig'] as const

interface DownloadsProps {
  readonly campaignId: string
  readonly client: string | undefined
}

/** The same report as a file, in either language; the three lists as CSV. */
export function Downloads({ campaignId, client }: DownloadsProps) {
  const { t, language: reader } = useReader()
  const { api } = useOperator()
  const { run } = useCommands()
  const [language, setLanguage] = useState<Language>(reader)
  const keep = async (path: string, name: string) => {
    const send = async () => saveFile(await api.download(path), name)
    await run({ what: name, send, say: () => t.downloaded(name) })
  }
  const about = client ?? 'all'
  return (
    <div className="downloads" role="group" aria-label={t.downloads}>
      <span className="quiet">{t.downloads}</span>
      <Select
        size="small"
        aria-label={t.reportLanguage}
        value={language}
        onChange={(_, { value }) => setLanguage(value === 'fr' ? 'fr' : 'en')}
      >
        {languages.map((one) => (
          <option key={one} value={one}>
            {one.toUpperCase()}
          </option>
        ))}
      </Select>
      {formats.map((format) => (
        <Button
          key={format}
          size="small"
          aria-label={t.downloadReport(format.toUpperCase())}
          onClick={() =>
            void keep(
              reportPath(campaignId, { format, client, language }),
              `${campaignId}-${about}-${language}.${format}`,
            )
          }
        >
          {format.toUpperCase()}
        </Button>
      ))}
      {lists.map((list) => (
        <Button
          key={list}
          size="small"
          appearance="subtle"
          onClick={() => void keep(`api/exports/${list}?campaign=${campaignId}`, `${campaignId}-${list}.csv`)}
        >
          {t.exportLists[list]}
        </Button>
      ))}
    </div>
  )
}

/** The token travels in a header, so a plain link could not fetch it. */
function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
