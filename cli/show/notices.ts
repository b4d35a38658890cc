import type { Delivery, NoticeList } from '../../orchestrations/contracts/api.ts'
import { wordsOf } from '../../orchestrations/contracts/words/index.ts'
import { why, type Reader } from './reader.ts'
import { table } from './table.ts'
import { dayTime } from './times.ts'

/** Who was told what, and whether it arrived. */
export function noticeLines({ notices, channels }: Pick<NoticeList, 'notices' | 'channels'>, reader: Reader) {
  const { t, paint, language, zone } = reader
  const told =
    channels.length === 0 ? t.noChannels : t.channels(channels.map((one) => t.channelNames[one]).join(', '))
  return [
    channels.length === 0 ? paint('yellow', `! ${told}`) : told,
    ...table(
      notices.map((notice) => [
        dayTime(notice.at, language, zone),
        wordsOf(language).notices[notice.kind],
        [notice.clientName ?? notice.clientId, notice.host ?? notice.serverId].filter(Boolean).join(' · '),
        notice.reason ? why(notice.reason, reader) : '',
        notice.deliveries.map((delivery) => deliveryText(delivery, reader)).join(', '),
      ]),
    ),
  ]
}

export function deliveryText(delivery: Delivery, { t, paint, language, zone }: Reader): string {
  const channel = t.channelNames[delivery.channel]
  switch (delivery.kind) {
    case 'waiting':
      return t.deliveryWaits(channel, delivery.attempts)
    case 'sent':
      return t.deliverySent(channel, dayTime(delivery.at, language, zone))
    case 'failed':
      return paint('red', t.deliveryFailed(channel, delivery.attempts, delivery.error))
    case 'capped':
      return t.deliveryCapped(channel)
  }
}
