import { Button, Checkbox, Field, Input, Select, Textarea } from '@fluentui/react-components'
import { type SyntheticEvent, useState } from 'react'
import { type InventorySummary, Selection } from '../../../../orchestrations/contracts/api.ts'
import { wordsOf } from '../../../../orchestrations/contracts/words/index.ts'
import {
  approvableCategories,
  usualCategories,
  type UpdateCategory,
} from '../../../../orchestrations/domain/updates.ts'
import { systemNow } from '../../clock.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { PageLink } from '../navigation.tsx'
import { useForbidden } from '../rights.ts'

interface PlanFormProps {
  readonly inventory: InventorySummary
  readonly onPlanned: (campaignId: string) => void
}

/** Which rings and which updates; the plan itself is computed by the server. */
export function PlanForm({ inventory, onPlanned }: PlanFormProps) {
  const { t, language } = useReader()
  const { api } = useOperator()
  const { run } = useCommands()
  const forbidden = useForbidden()
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric' }).format(systemNow())
  const [name, setName] = useState(t.planNameDefault(month))
  const [rings, setRings] = useState<readonly number[]>(inventory.rings.map(({ ring }) => ring))
  const [categories, setCategories] = useState<readonly UpdateCategory[]>(usualCategories)
  const [ids, setIds] = useState('')
  const [purpose, setPurpose] = useState<'install' | 'remove'>('install')
  if (inventory.servers === 0) {
    return (
      <p>
        {t.planEmpty} <PageLink to={{ page: 'inventory' }}>{t.pages.inventory}</PageLink>
      </p>
    )
  }

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault()
    const everything = rings.length === inventory.rings.length
    const selection = everything ? { kind: 'everything' } : { kind: 'rings', rings }
    await run({
      what: t.planMake,
      say: () => t.acceptedPlain(t.planMake),
      send: async () => {
        const answer = await api.makePlan({
          name: name.trim(),
          purpose,
          selection: Selection.parse(selection),
          updates: { ids: linesOf(ids), categories: purpose === 'remove' ? [] : [...categories] },
        })
        onPlanned(answer.campaign.campaignId)
      },
    })
  }
  const { updateCategories } = wordsOf(language)

  return (
    <form className="plan-form" onSubmit={(event) => void submit(event)}>
      <p>{t.planFacts(inventory.clients, inventory.servers, inventory.enrolled)}</p>
      <Field label={t.planName} required>
        <Input value={name} maxLength={120} onChange={(_, { value }) => setName(value)} />
      </Field>
      <fieldset>
        <legend>{t.planRings}</legend>
        {inventory.rings.map(({ ring, clients, servers }) => (
          <Checkbox
            key={ring}
            checked={rings.includes(ring)}
            onChange={() => setRings((all) => toggled(all, ring).sort((a, b) => a - b))}
            label={`${ring} ${t.ringNames[ring] ?? ''} · ${t.ringActive(clients)} · ${servers} ${t.serversWord(servers)}`}
          />
        ))}
        {rings.length === 0 && <p role="alert">{t.planChoose}</p>}
      </fieldset>
      <Field label={t.planPurpose}>
        <Select
          value={purpose}
          onChange={(_, { value }) => setPurpose(value === 'remove' ? 'remove' : 'install')}
        >
          <option value="install">{t.purposes.install}</option>
          <option value="remove">{t.purposes.remove}</option>
        </Select>
      </Field>
      {purpose === 'install' && (
        <fieldset>
          <legend>{t.planCategories}</legend>
          {approvableCategories.map((category) => (
            <Checkbox
              key={category}
              checked={categories.includes(category)}
              onChange={() => setCategories((all) => toggled(all, category))}
              label={updateCategories[category]}
            />
          ))}
        </fieldset>
      )}
      <Field label={t.planIds}>
        <Textarea rows={2} value={ids} onChange={(_, { value }) => setIds(value)} />
      </Field>
      <Button
        type="submit"
        appearance="primary"
        disabledFocusable={rings.length === 0 || name.trim() === '' || forbidden !== undefined}
        {...(forbidden === undefined ? {} : { title: forbidden, 'aria-description': forbidden })}
      >
        {t.planMake}
      </Button>
    </form>
  )
}

function toggled<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one]
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
