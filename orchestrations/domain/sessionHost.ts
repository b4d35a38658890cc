import type { Role } from './fleet.ts'

/** The feature of a remote desktop session host, as Get-WindowsFeature has it. */
const sessionHostFeature = 'RDS-RD-Server'

/**
 * Whether people work on the server by remote desktop. What is installed tells; the role of the inventory, which is
 * often guessed from a name and is a gateway's or a broker's too, counts where that can't be read.
 */
export function isSessionHost(role: Role, features: readonly string[] | undefined): boolean {
  return features === undefined ? role === 'rds' : features.includes(sessionHostFeature)
}

/** What people who are logged on read; nobody knows their language. At most 500 characters (task `drain`). */
export function drainNotice(minutes: number, logsOff: boolean): string {
  const fr = logsOff
    ? `Enregistrez votre travail : les sessions sont fermées dans ${minutes} min.`
    : 'Enregistrez votre travail et fermez votre session.'
  const en = logsOff
    ? `Save your work: sessions are closed in ${minutes} min.`
    : 'Save your work and sign out.'
  return `Maintenance : ce serveur redémarre bientôt. ${fr} / Maintenance: this server restarts soon. ${en}`
}
