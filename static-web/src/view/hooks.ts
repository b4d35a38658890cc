import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { systemNow } from '../clock.ts'
import { type Filters, formatAddress, parseAddress } from '../model/address.ts'
import { planNow, planOfWire } from '../model/clocks.ts'
import type { LiveState } from '../live/liveBoard.ts'
import type { Held } from '../model/merge.ts'
import { useLiveBoard } from './context.tsx'

/** Wire milliseconds, in steps of `periodMs`: only what shows a running time draws again. */
export function useNow(periodMs: number): number {
  const subscribe = useCallback(
    (changed: () => void) => {
      const timer = setInterval(changed, periodMs)
      return () => clearInterval(timer)
    },
    [periodMs],
  )
  // Rounded up, so that what happened within this step lies never in the future.
  return useSyncExternalStore(subscribe, () => Math.ceil(systemNow() / periodMs) * periodMs)
}

const nothing: LiveState = {
  held: undefined,
  heard: { line: 0, frame: 0, truth: -Infinity },
  error: undefined,
}
const never = () => () => undefined

/** The campaign's board as it is pushed; draws again with each change. */
export function useLive(): LiveState {
  const live = useLiveBoard()
  return useSyncExternalStore(live?.subscribe ?? never, live?.state ?? (() => nothing))
}

/** Plan time, running on between two frames at the speed of the clocks. */
export function usePlanNow(held: Held, periodMs = 1000): number {
  return planNow(held.board.clocks, held.clocksAt, useNow(periodMs))
}

/** Plan time at the moment of the call: for a period that begins when a button is pressed. */
export function planNowOf(held: Held | undefined): number {
  return held ? planNow(held.board.clocks, held.clocksAt, systemNow()) : systemNow()
}

/** Wire time as plan time, as all times of the page are. */
export function planAtOf(held: Held | undefined, wireAt: number): number {
  return held ? planOfWire(held.board.clocks, wireAt) : wireAt
}

const moved = 'atlas-moved'

function subscribeAddress(changed: () => void): () => void {
  addEventListener('popstate', changed)
  addEventListener(moved, changed)
  return () => {
    removeEventListener('popstate', changed)
    removeEventListener(moved, changed)
  }
}

/** The filters in the address and how to change them; opening or closing a client makes a step back. */
export function useAddress(): [Filters, (change: ChangeOf<Filters>) => void] {
  const search = useSyncExternalStore(subscribeAddress, () => location.search)
  const filters = useMemo(() => parseAddress(search), [search])
  const go = useCallback((change: ChangeOf<Filters>) => {
    const before = parseAddress(location.search)
    const next = { ...before, ...change } as Filters
    const url = location.pathname + formatAddress(next)
    const step =
      before.client !== next.client || before.page !== next.page || before.campaign !== next.campaign
    history[step ? 'pushState' : 'replaceState'](null, '', url)
    dispatchEvent(new Event(moved))
  }, [])
  return [filters, go]
}

export type ChangeOf<T> = { readonly [K in keyof T]?: T[K] | undefined }
