import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { DarkTheme20Regular } from '@fluentui/react-icons'
import { languages } from '../texts/index.ts'
import { type ThemeChoice, useReader, type ZoneChoice } from './context.tsx'

const languageNames = { en: 'English', fr: 'Français' }

export function LanguageSwitch() {
  const { t, language, prefer } = useReader()
  return (
    <div className="segments" role="group" aria-label={t.language}>
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === language}
          aria-label={`${one.toUpperCase()} ${languageNames[one]}`}
          onClick={() => prefer({ language: one })}
        >
          {one.toUpperCase()}
        </button>
      ))}
    </div>
  )
}

/** Theme, zone of times, and who is signed in. */
export function SettingsMenu({ name, onSignOut }: { name: string; onSignOut: () => void }) {
  const { t, preferences, prefer } = useReader()
  const checked = { theme: [preferences.theme], zone: [preferences.zone] }
  return (
    <Menu
      checkedValues={checked}
      onCheckedValueChange={(_, { name: group, checkedItems: [chosen] }) => {
        if (group === 'theme') prefer({ theme: chosen as ThemeChoice })
        else prefer({ zone: chosen as ZoneChoice })
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<DarkTheme20Regular />} aria-label={`${t.theme}, ${t.zone}`} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{t.theme}</MenuGroupHeader>
            {(['system', 'light', 'dark', 'contrast'] as const).map((one) => (
              <MenuItemRadio key={one} name="theme" value={one}>
                {t.themes[one]}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{t.zone}</MenuGroupHeader>
            {(['operator', 'utc'] as const).map((one) => (
              <MenuItemRadio key={one} name="zone" value={one}>
                {t.zones[one]}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{t.signedInAs(name)}</MenuGroupHeader>
            <MenuItem onClick={onSignOut}>{t.signOut}</MenuItem>
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
