import { useQuery } from '@tanstack/react-query'
import { type MouseEvent, useEffect, useRef } from 'react'
import { type Filters, formatAddress, pages, parseAddress } from '../model/address.ts'
import { useOperator, useReader } from './context.tsx'
import { type ChangeOf, useAddress } from './hooks.ts'

/** A new plan is begun from the plan's page or the campaign's menu. */
const shownPages = pages.filter((one) => one !== 'newPlan')
const todoEveryMs = 10_000

/** What waits for somebody, shared by the count in the bar and the list. */
export function useTodo() {
  const { api } = useOperator()
  return useQuery({ queryKey: ['now', 'todo'], queryFn: () => api.todo(), refetchInterval: todoEveryMs })
}

/** Every page of ATLAS, as links that can be opened in a tab of their own. */
export function Navigation({ page }: { page: string }) {
  const { t } = useReader()
  const todo = useTodo()
  const count = todo.data?.items.length
  const bar = useRef<HTMLElement>(null)
  // On a phone the row is longer than the screen.
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [page, count])
  return (
    <nav className="navigation" aria-label={t.navigation} ref={bar}>
      <ul>
        {shownPages.map((one) => (
          <li key={one}>
            <PageLink to={{ page: one }} current={one === page}>
              {t.pages[one]}
              {one === 'todo' && count !== undefined && count > 0 && (
                <span className="count" aria-label={t.todoCount(count)}>
                  {count}
                </span>
              )}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

interface PageLinkProps {
  readonly to: ChangeOf<Filters>
  readonly current?: boolean
  readonly className?: string
  readonly children: React.ReactNode
}

/** A link within ATLAS: the campaign stays, filters of another page don't come along. */
export function PageLink({ to, current = false, className, children }: PageLinkProps) {
  const [filters, go] = useAddress()
  const kept = filters.campaign === undefined ? '' : `?campaign=${filters.campaign}`
  const target = { ...parseAddress(kept), ...to } as Filters
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    go({ client: undefined, server: undefined, ring: undefined, ...target })
  }
  return (
    <a
      href={formatAddress(target) || '?'}
      onClick={follow}
      {...(className === undefined ? {} : { className })}
      {...(current ? { 'aria-current': 'page' } : {})}
    >
      {children}
    </a>
  )
}
