import { describe, expect, it } from 'vitest'
import { cellLetters } from '../../../orchestrations/contracts/board.ts'
import { cellAt, drawCells, pitch, shapes } from '../../../static-web/src/model/cells.ts'
import { roleOf } from '../../../static-web/src/model/vocabulary.ts'

describe('cells', () => {
  it('are one stroke per state, however many servers there are', () => {
    const { strokes } = drawCells('s'.repeat(30) + 'rpp', 20)
    expect(strokes.map(({ name }) => name)).toEqual(['succeeded', 'running', 'pending'])
    expect(strokes[0]?.line.match(/M/g)).toHaveLength(30)
  })

  it('wrap into rows and are found again under the pointer', () => {
    expect(drawCells('ssss', 2)).toMatchObject({ width: 2 * pitch - 2, height: 2 * pitch - 2 })
    expect(cellAt(pitch + 3, pitch + 3, 2, 4)).toBe(3)
    expect(cellAt(pitch + 3, pitch + 3, 2, 3)).toBeUndefined()
    expect(cellAt(2 * pitch + 3, 3, 2, 4)).toBeUndefined()
  })

  it('differ in shape wherever they differ in meaning, so that no colour is needed', () => {
    const names = Object.keys(cellLetters).filter(
      (name) => name !== 'notEnrolled',
    ) as (keyof typeof cellLetters)[]
    const drawn = names.map((name) => `${shapes[name].line} ${shapes[name].body ?? ''}`)
    expect(new Set(drawn).size).toBe(drawn.length)
    expect(names.every((name) => roleOf[name] !== undefined)).toBe(true)
  })
})
