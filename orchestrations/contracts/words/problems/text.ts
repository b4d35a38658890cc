import type { CampaignState, CellName } from '../../board.ts'
import type { Reason } from '../../../domain/reasons.ts'
import type { Me } from '../../api.ts'
import type { Language } from '../format.ts'

/** A refusal in one language; see fill() for `{param}` and `[optional part]`. */
export interface ProblemText {
  readonly title: string
  readonly detail?: string
  /** What to do about it. */
  readonly fix?: string
}

export type RoleName = Me['roles'][number]

/** What a part of a path should have named. */
export type PathPart =
  | 'approval'
  | 'build'
  | 'campaign'
  | 'client'
  | 'enrolment'
  | 'enrolmentToken'
  | 'export'
  | 'import'
  | 'kb'
  | 'ring'
  | 'server'
  | 'todo'

/** Parameters that are translated themselves, by their names. All others are texts and numbers. */
export interface TranslatedParams {
  readonly campaignState: CampaignState['kind']
  /** A server's state. */
  readonly cell: CellName
  readonly part: PathPart
  readonly reason: Reason
  /** The roles that somebody has, and those of which a call takes one. */
  readonly has: readonly RoleName[]
  readonly takes: readonly RoleName[]
  /** Written in each language where they arise. */
  readonly faults: Readonly<Record<Language, string>>
  readonly lacking: Readonly<Record<Language, string>>
}

/** The names between braces. */
type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Named<Rest>
  : never

/** Without its optional parts. */
type Bare<Text extends string> = Text extends `${infer Before}[${string}]${infer Rest}`
  ? `${Before}${Bare<Rest>}`
  : Text

type Sentences<T> = Extract<T[keyof T], string>
type ValueOf<Name> = Name extends keyof TranslatedParams ? TranslatedParams[Name] : string | number

/** All the names that a text is filled with. */
export type NamesIn<T> = Named<Sentences<T>>
type NeededIn<T> = Named<Bare<Sentences<T>>>

/** What a refusal with this text must be given, and what it may be. */
export type ParamsIn<T> = { readonly [Name in NeededIn<T>]: ValueOf<Name> } & {
  readonly [Name in Exclude<NamesIn<T>, NeededIn<T>>]?: ValueOf<Name>
}
