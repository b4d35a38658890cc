import type { Message } from './messages.ts'
import type { Session } from './session.ts'

/** The connections of one hub, found by id, by user and by group. */
export class Hub {
  readonly #sessions = new Map<string, Session>()
  readonly #users = new Map<string, Set<Session>>()
  readonly #groups = new Map<string, Set<Session>>()

  add(session: Session): void {
    this.#sessions.set(session.id, session)
    if (session.userId !== undefined) addTo(this.#users, session.userId, session)
  }

  remove(session: Session): void {
    this.#sessions.delete(session.id)
    if (session.userId !== undefined) removeFrom(this.#users, session.userId, session)
    for (const group of session.groups) removeFrom(this.#groups, group, session)
    session.groups.clear()
  }

  join(session: Session, group: string): void {
    session.groups.add(group)
    addTo(this.#groups, group, session)
  }

  leave(session: Session, group: string): void {
    session.groups.delete(group)
    removeFrom(this.#groups, group, session)
  }

  leaveAll(session: Session): void {
    for (const group of session.groups) this.leave(session, group)
  }

  connection(id: string): Session | undefined {
    return this.#sessions.get(id)
  }

  everyone(): Session[] {
    return [...this.#sessions.values()]
  }

  ofUser(userId: string): Session[] {
    return [...(this.#users.get(userId) ?? [])]
  }

  inGroup(group: string): Session[] {
    return [...(this.#groups.get(group) ?? [])]
  }
}

/** Delivers to each receiver but the excluded connection ids. */
export const deliverTo = (
  receivers: readonly Session[],
  message: Message,
  excluded: readonly string[],
): void => {
  for (const session of receivers) {
    if (!excluded.includes(session.id)) session.deliver(message)
  }
}

const addTo = (index: Map<string, Set<Session>>, key: string, session: Session): void => {
  const members = index.get(key)
  if (members === undefined) index.set(key, new Set([session]))
  else members.add(session)
}

const removeFrom = (index: Map<string, Set<Session>>, key: string, session: Session): void => {
  const members = index.get(key)
  if (members?.delete(session) === true && members.size === 0) index.delete(key)
}
