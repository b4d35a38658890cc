import { Button, type ButtonProps } from '@fluentui/react-components'
import type { ReactElement, ReactNode } from 'react'
import { useForbidden } from './rights.ts'

interface VerbButtonProps {
  readonly children?: ReactNode
  /** Why it can't be done just now; undefined = it can. */
  readonly why?: string | undefined
  readonly onClick: () => Promise<void> | void
  readonly label?: string
  readonly icon?: ReactElement
  readonly appearance?: ButtonProps['appearance']
  readonly roles?: readonly ('operator' | 'approver')[]
}

/** A button that does something to the fleet. Who may not sees it, can reach it and learns why. */
export function VerbButton({ children, why, onClick, label, icon, appearance, roles = [] }: VerbButtonProps) {
  const forbidden = useForbidden(...roles)
  const reason = forbidden ?? why
  return (
    <Button
      size="small"
      disabledFocusable={reason !== undefined}
      {...(appearance === undefined ? {} : { appearance })}
      {...(icon === undefined ? {} : { icon })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(reason === undefined
        ? label === undefined
          ? {}
          : { title: label }
        : { title: reason, 'aria-description': reason })}
      onClick={() => void onClick()}
    >
      {children}
    </Button>
  )
}
