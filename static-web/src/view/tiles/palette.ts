import { useEffect, useState } from 'react'
import type { Role } from '../../model/vocabulary.ts'

const roles: readonly Role[] = ['neutral', 'brand', 'success', 'warning', 'danger', 'severe']

/** The colours of the style sheets as a canvas needs them: a canvas follows neither variables nor forced colours. */
export interface Palette {
  readonly ink: Readonly<Record<Role, string>>
  readonly tint: Readonly<Record<Role, string>>
  readonly surface: string
  readonly line: string
  readonly text: string
  readonly quiet: string
  readonly onSolid: string
  readonly font: string
}

const forced = '(forced-colors: active)'

/** What the document shows now; another theme or the system's own contrast colours bring a new palette. */
export function usePalette(): Palette {
  const [palette, set] = useState(readPalette)
  useEffect(() => {
    const read = () => set(readPalette())
    read()
    const themes = new MutationObserver(read)
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const list = matchMedia(forced)
    list.addEventListener('change', read)
    return () => {
      themes.disconnect()
      list.removeEventListener('change', read)
    }
  }, [])
  return palette
}

function readPalette(): Palette {
  const font = getComputedStyle(document.body).fontFamily
  return matchMedia(forced).matches ? systemPalette(font) : themePalette(font)
}

function themePalette(font: string): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const all = (prefix: string) =>
    Object.fromEntries(roles.map((role) => [role, colour(prefix + role)])) as Record<Role, string>
  return {
    ink: all(''),
    tint: all('tint-'),
    surface: colour('surface'),
    line: colour('line'),
    text: colour('text'),
    quiet: colour('quiet'),
    onSolid: colour('on-solid'),
    font,
  }
}

/** Two colours only: shape and filling tell the states apart. */
function systemPalette(font: string): Palette {
  const [ink, ground] = [systemColour('CanvasText'), systemColour('Canvas')]
  const all = (colour: string) =>
    Object.fromEntries(roles.map((role) => [role, colour])) as Record<Role, string>
  return {
    ink: all(ink),
    tint: all(ground),
    surface: ground,
    line: ink,
    text: ink,
    quiet: ink,
    onSolid: ground,
    font,
  }
}

function systemColour(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = name
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
