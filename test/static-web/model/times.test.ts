import { describe, expect, it } from 'vitest'
import {
  age,
  clockTime,
  dayTime,
  duration,
  hours,
  percent,
  weekTime,
} from '../../../static-web/src/model/times.ts'

const saturday = Date.UTC(2026, 10, 21, 13, 20)
const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ')

describe('times', () => {
  it('are written in the zone and language that are asked for', () => {
    expect(weekTime(saturday, 'en', 'Europe/Paris')).toBe('Sat 14:20')
    expect(weekTime(saturday, 'fr', 'UTC')).toBe('sam. 13:20')
    expect(clockTime(saturday, 'fr', 'Asia/Tokyo')).toBe('22:20')
    expect(dayTime(saturday, 'en', 'UTC')).toContain('21 Nov')
  })

  it('follow the clock change in the night to Sunday', () => {
    const before = Date.UTC(2026, 9, 25, 0, 30)
    expect(clockTime(before, 'en', 'Europe/Paris')).toBe('02:30')
    expect(clockTime(before + 3_600_000, 'en', 'Europe/Paris')).toBe('02:30')
  })

  it('let a night be longer than a day and nothing be negative', () => {
    expect(hours(26 * 3_600_000 + 10 * 60_000)).toBe('26:10')
    expect(hours(-5)).toBe('00:00')
    expect([duration(40_000), duration(18 * 60_000), duration(185 * 60_000)]).toEqual([
      '40 s',
      '18 min',
      '3 h 05',
    ])
  })

  it('say ages as short as they are', () => {
    expect([age(400, 'en'), age(400, 'fr'), age(12_300, 'en'), age(200_000, 'fr')]).toEqual([
      '0.4 s',
      '0,4 s',
      '12 s',
      '3 min',
    ])
  })

  it('never round to 100 % while one is missing', () => {
    expect(plain(percent(0.9999, 'en'))).toBe('99.9%')
    expect(plain(percent(1, 'fr'))).toBe('100 %')
    expect(plain(percent(0.989, 'fr'))).toBe('98,9 %')
  })
})
