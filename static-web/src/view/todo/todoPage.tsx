import type { TodoItem } from '../../../../orchestrations/contracts/api.ts'
import { useOperator, useReader } from '../context.tsx'
import { useAddress } from '../hooks.ts'
import { useTodo } from '../navigation.tsx'
import { fold } from '../../../../orchestrations/contracts/words/measures.ts'
import { Answered } from '../waiting.tsx'
import { SearchBox } from '../searchBox.tsx'
import { Approvals } from './approvals.tsx'
import { Enrolments } from './enrolments.tsx'
import type { Texts } from '../../texts/index.ts'
import { aboutOf, TodoLine } from './todoLine.tsx'

/** What waits for somebody, the most urgent first: the list that one shift hands to the next. */
export function TodoPage() {
  const { t } = useReader()
  const { me } = useOperator()
  const [filters, go] = useAddress()
  const todo = useTodo()
  const all = todo.data?.items ?? []
  const wanted = fold(filters.search)
  const items = all
    .filter((item) => !filters.mine || item.takenBy === me.name)
    .filter((item) => wanted === '' || fold(searchable(item, t)).includes(wanted))
  return (
    <div className="desk">
      <h1>{t.pages.todo}</h1>
      <p className="quiet">{t.todoHint}</p>
      <div className="toolbar">
        <SearchBox label={t.searchTodo} />
        <div className="segments" role="group" aria-label={t.whose}>
          {[false, true].map((mine) => (
            <button
              key={String(mine)}
              type="button"
              aria-pressed={filters.mine === mine}
              onClick={() => go({ mine })}
            >
              {mine ? t.todoMine : t.todoAll}
            </button>
          ))}
        </div>
        <span className="shown">{t.todoShown(items.length, all.length)}</span>
      </div>
      <Answered query={todo} />
      {todo.data && items.length === 0 && (
        <p className="nothing">{all.length === 0 ? t.todoNothing : t.todoNothingFits}</p>
      )}
      <ol className="todo" aria-label={t.pages.todo}>
        {items.map((item) => (
          <TodoLine key={item.id} item={item} />
        ))}
      </ol>
      <Approvals />
      <Enrolments />
    </div>
  )
}

function searchable(item: TodoItem, t: Texts): string {
  const { kind, reason, takenBy, notes } = item
  const said = notes.map(({ text }) => text)
  return [aboutOf(item, t), t.todoKinds[kind], t.sentence(reason), takenBy, ...said].join(' ')
}
