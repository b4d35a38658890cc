import type { settingsEn } from '../en/settings.ts'

export const settingsFr: typeof settingsEn = {
  maxRetries: 'nouveaux essais d’une étape après le premier, 0 à 10',
  checkIntervalSeconds: 'plus longue pause entre deux regards sur une commande ouverte, secondes, 10 à 3600',
  updateTimeoutSeconds:
    'ensuite l’agent est interrogé sur la commande, secondes, 60 à 21600 ; rien n’est tué',
  lockTimeoutSeconds:
    'combien de temps une autre campagne peut tenir le verrou d’un client avant qu’un humain soit appelé, secondes',
  createSnapshots: 'faire un point de contrôle avant d’installer, true ou false',
  autoRollback: 'revenir en arrière de soi-même où le rôle le permet, true ou false',
  requireBackup: 'refuser un serveur sans point de restauration récent, true ou false',
  backupMaxAgeHours: 'point de restauration le plus ancien encore récent, heures',
  minimumFreeBytes: 'place libre exigée sur le disque système, octets',
  successRate: 'part des serveurs comptés qui doit avoir réussi avant l’anneau suivant, 0 à 1',
  minimumSample: 'nombre minimal de serveurs comptés qui prouvent un anneau',
  breakerShare:
    'le disjoncteur saute à cette part de l’anneau, 0 à 1, ou à breakerCount, le plus grand des deux',
  breakerCount: 'échecs à partir desquels le disjoncteur peut sauter',
  soakMinutes: 'observation après les anneaux 0, 1, 2 et 3, minutes',
  autoPromote: 'démarrer l’anneau suivant de soi-même une fois le seuil passé, true ou false',
  onFailure: 'ce qu’un échec fait à son client : stopClient ou continue',
  rollbackReserveMinutes: 'réservé à la fin d’une fenêtre pour un retour en arrière, minutes',
  serverMinutes: 'durée attendue et pessimiste d’un serveur avant toute mesure, minutes',
  unknownTimeoutMinutes:
    'combien de temps un serveur peut rester inconnu avant qu’un humain soit appelé, minutes',
  offlineAfterSeconds: 'temps sans signe de vie après lequel un serveur est hors ligne, secondes',
  lateJoiners: 'serveurs entrés dans l’inventaire entre-temps : join ou ignore',
  releaseCheckpoints: 'quand un point de contrôle part : afterVerify ou afterKeep',
  checkpointKeepHours: 'âge auquel un point de contrôle part, ou est listé, heures',
  requireProof: 'un anneau ne reçoit que ce que les précédents ont installé, true ou false',
  blockAfterClients: 'clients chez qui une mise à jour doit échouer pour être bloquée partout',
  probeDependents: 'revérifier ce qui dépend d’un serveur SQL ou contrôleur de domaine, true ou false',
  wakeUnknownMinutes: 'quelqu’un est réveillé quand un serveur est inconnu depuis ce temps, minutes',
  drainMinutes:
    'combien de temps les utilisateurs d’un hôte de bureau à distance sont avertis et attendus, minutes, 0 à 240',
  logOffSessions: 'fermer ensuite les sessions restantes, true ou false ; false : le serveur est ignoré',
  jobWaitMinutes: 'combien de temps une sauvegarde en cours est attendue, à chaque essai, minutes, 0 à 240',
  topology: 'tenir compte des hôtes, invités, paires et rôles ; false seulement en répétition, true ou false',
}
