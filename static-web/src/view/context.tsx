import { createContext, useContext } from 'react'
import type { Me } from '../../../orchestrations/contracts/api.ts'
import type { OperatorApi } from '../api/calls.ts'
import type { LiveBoard } from '../live/liveBoard.ts'
import type { Language, Texts } from '../texts/index.ts'

export type ThemeChoice = 'system' | 'light' | 'dark' | 'contrast'
export type ZoneChoice = 'operator' | 'utc'

export interface Preferences {
  readonly language: Language
  readonly theme: ThemeChoice
  readonly zone: ZoneChoice
}

export interface Reader {
  readonly t: Texts
  readonly language: Language
  /** IANA zone in which the page writes times. */
  readonly zone: string
  readonly preferences: Preferences
  readonly prefer: (change: Partial<Preferences>) => void
}

export interface Operator {
  readonly api: OperatorApi
  readonly me: Me
  readonly signOut: () => void
}

export const ReaderContext = createContext<Reader | undefined>(undefined)
export const OperatorContext = createContext<Operator | undefined>(undefined)

export function useReader(): Reader {
  const reader = useContext(ReaderContext)
  if (!reader) throw new Error('useReader belongs inside ReaderContext')
  return reader
}

/** The live board of the campaign that is looked at; none before the first campaign. */
export const LiveContext = createContext<LiveBoard | undefined>(undefined)

export function useLiveBoard(): LiveBoard | undefined {
  return useContext(LiveContext)
}

export function useOperator(): Operator {
  const operator = useContext(OperatorContext)
  if (!operator) throw new Error('useOperator belongs inside OperatorContext')
  return operator
}
