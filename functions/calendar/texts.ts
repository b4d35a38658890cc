import type { Language } from '../../orchestrations/contracts/words/index.ts'

interface CalendarTexts {
  readonly calendar: string
  readonly window: string
  readonly windowMore: string
  readonly freeze: string
  /** `{servers}`. */
  readonly campaign: string
  readonly campaignMore: string
}

export const calendarTexts: Readonly<Record<Language, CalendarTexts>> = {
  en: {
    calendar: 'Maintenance',
    window: 'Maintenance window',
    windowMore: 'Servers may be updated and restarted in this time. Nothing has to happen in each window.',
    freeze: 'No maintenance',
    campaign: 'Updates expected (servers: {servers})',
    campaignMore:
      'Expected time, from the plan: each server is restarted for a short while, one after the other.',
  },
  fr: {
    calendar: 'Maintenance',
    window: 'Fenêtre de maintenance',
    windowMore:
      'Des serveurs peuvent être mis à jour et redémarrés pendant ce temps. Toute fenêtre ne sert pas forcément.',
    freeze: 'Pas de maintenance',
    campaign: 'Mises à jour prévues (serveurs : {servers})',
    campaignMore: "Horaire prévu d'après le plan : chaque serveur redémarre brièvement, l'un après l'autre.",
  },
}
