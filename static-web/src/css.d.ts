import 'react'

declare module 'react' {
  interface CSSProperties {
    /** Width that the cells of a list take, so that its head stands above them. */
    readonly '--cells-width'?: string
  }
}
