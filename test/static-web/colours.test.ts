import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../static-web/src/styles/colours.css', import.meta.url), 'utf8')
const roles = ['neutral', 'brand', 'success', 'warning', 'danger', 'severe']

function coloursOf(theme: string): Readonly<Record<string, string>> {
  const block = new RegExp(`data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  )
}

/** Contrast of WCAG 2.2, "relative luminance". */
function contrast(one = '#000000', other = '#000000'): number {
  const luminance = (hex: string) =>
    [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, index) => sum + c * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0)
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

describe.each(['light', 'dark', 'contrast'])('colours of the %s theme', (theme) => {
  const colour = coloursOf(theme)

  it.each(roles)('%s: text 4.5:1 on surface and page, sign 3:1 on its tile and cut out of it', (role) => {
    expect(contrast(colour[role], colour['surface'])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour[role], colour['page'])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour[role], colour[`tint-${role}`])).toBeGreaterThanOrEqual(3)
    expect(contrast(colour[role], colour['on-solid'])).toBeGreaterThanOrEqual(3)
  })

  it.each(['text', 'quiet'])('%s reads on every ground', (text) => {
    const grounds = ['page', 'surface', 'sunken', ...roles.map((role) => `tint-${role}`)]
    const unreadable = grounds.filter((ground) => contrast(colour[text], colour[ground]) < 4.5)
    expect(unreadable).toEqual([])
  })

  it('writes the stop so that it can be read', () => {
    for (const ground of ['stop', 'stop-hover']) {
      expect(contrast(colour['on-stop'], colour[ground])).toBeGreaterThanOrEqual(4.5)
    }
  })
})
