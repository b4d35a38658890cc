import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from '@fluentui/react-components'
import type { Notice, NoticeList, NoticeTest } from '../../../../orchestrations/contracts/api.ts'
import { weekTime } from '../../model/times.ts'
import { reasonText } from '../../texts/reasons.ts'
import type { Texts } from '../../texts/index.ts'
import { useCommands } from '../commands.tsx'
import { useOperator, useReader } from '../context.tsx'
import { planAtOf, useLive } from '../hooks.ts'
import { PageLink } from '../navigation.tsx'
import { VerbButton } from '../verbButton.tsx'
import { Answered } from '../waiting.tsx'

type Delivery = Notice['deliveries'][number]

/** What was sent to whom, and what could not be. */
export function NoticesPage() {
  const { t } = useReader()
  const { api } = useOperator()
  const { run } = useCommands()
  const list = useInfiniteQuery({
    queryKey: ['now', 'notices'],
    queryFn: ({ pageParam }) => api.notices(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: NoticeList) => last.next,
    refetchInterval: 10_000,
  })
  const notices = list.data?.pages.flatMap((page) => page.notices) ?? []
  const channels = list.data?.pages[0]?.channels
  const failed = notices.filter(({ deliveries }) => deliveries.some(({ kind }) => kind === 'failed')).length
  const test = async () => {
    await run({ what: t.noticeTest, send: api.testNotices, say: (answer) => testText(answer, t) })
  }
  return (
    <div className="desk">
      <h1>{t.pages.notices}</h1>
      {channels?.length === 0 && (
        <p className="banner banner-polling" role="note">
          {t.noticesNobody}
        </p>
      )}
      <div className="toolbar">
        {channels !== undefined && channels.length > 0 && (
          <span>{t.noticeChannels(channels.map((one) => t.channels[one]).join(', '))}</span>
        )}
        {failed > 0 && <span className="text-failed">{t.noticesFailed(failed)}</span>}
        <VerbButton why={channels?.length === 0 ? t.noticesNoChannel : undefined} onClick={test}>
          {t.noticeTest}
        </VerbButton>
      </div>
      <Answered query={list} />
      {list.data && notices.length === 0 && <p className="nothing">{t.noticesNone}</p>}
      <ol className="lines notices-list" aria-label={t.pages.notices}>
        {notices.map((notice) => (
          <Line key={notice.id} notice={notice} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button size="small" onClick={() => void list.fetchNextPage()}>
          {t.older}
        </Button>
      )}
    </div>
  )
}

function Line({ notice }: { notice: Notice }) {
  const { t, language, zone } = useReader()
  const { held } = useLive()
  const about = [notice.clientName, notice.host].filter(Boolean).join(' · ')
  return (
    <li>
      <time className="quiet">
        {weekTime(notice.planAt, language, zone)} {zone}
      </time>{' '}
      <b>{t.noticeKinds[notice.kind]}</b>{' '}
      {notice.clientId !== undefined && (
        <PageLink
          to={{
            page: 'board',
            client: notice.clientId,
            ...(notice.campaignId === undefined ? {} : { campaign: notice.campaignId }),
            ...(notice.serverId === undefined ? {} : { server: notice.serverId }),
          }}
        >
          {about}
        </PageLink>
      )}
      {notice.ring !== undefined && ` ${t.ring} ${notice.ring}`}
      {notice.reason && <p>{reasonText(notice.reason, language, zone, notice.planAt)}</p>}
      <p className="deliveries">
        {notice.deliveries.length === 0 && <span className="quiet">{t.sentToNobody}</span>}
        {notice.deliveries.map((one) => (
          <span key={one.channel} className={one.kind === 'failed' ? 'text-failed' : 'quiet'}>
            {deliveryText(one, t, (at) => weekTime(planAtOf(held, at), language, zone))}
          </span>
        ))}
      </p>
    </li>
  )
}

function deliveryText(delivery: Delivery, t: Texts, when: (wireAt: number) => string): string {
  const channel = t.channels[delivery.channel]
  switch (delivery.kind) {
    case 'waiting':
      return t.deliveryWaits(channel, delivery.attempts)
    case 'sent':
      return t.deliverySent(channel, when(delivery.at))
    case 'failed':
      return t.deliveryFailed(channel, delivery.attempts, delivery.error)
    case 'capped':
      return t.deliveryCapped(channel)
  }
}

function testText({ deliveries }: NoticeTest, t: Texts): string {
  const said = deliveries.map((one) =>
    one.kind === 'failed'
      ? t.deliveryFailed(t.channels[one.channel], one.attempts, one.error)
      : t.deliveryTested(t.channels[one.channel]),
  )
  return said.length === 0 ? t.noticesNobody : said.join(' · ')
}
