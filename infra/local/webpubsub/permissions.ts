export type PermissionKind = 'joinLeaveGroup' | 'sendToGroup'

/**
 * What one connection may do with groups: first from its token's roles, later by grant and revoke.
 * Source: learn.microsoft.com/azure/azure-web-pubsub/reference-json-webpubsub-subprotocol (permissions).
 */
export type Permissions = {
  allows(kind: PermissionKind, group: string): boolean
  /** `group` undefined means every group. */
  grant(kind: PermissionKind, group: string | undefined): void
  revoke(kind: PermissionKind, group: string | undefined): void
  holds(kind: PermissionKind, group: string | undefined): boolean
}

export const permissionsOfRoles = (roles: readonly string[]): Permissions => {
  const held = new Set(roles)
  const role = (kind: PermissionKind, group: string | undefined): string =>
    group === undefined ? `webpubsub.${kind}` : `webpubsub.${kind}.${group}`
  const holds = (kind: PermissionKind, group: string | undefined): boolean =>
    held.has(role(kind, undefined)) || held.has(role(kind, group))
  return {
    allows: holds,
    holds,
    grant: (kind, group) => void held.add(role(kind, group)),
    revoke: (kind, group) => void held.delete(role(kind, group)),
  }
}
