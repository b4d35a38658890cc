import { join } from 'node:path'

/** What is started, with the arguments that come before all others. */
export interface Program {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * Windows PowerShell 5.1, a part of every Windows Server since 2016. `Bypass`: the agent has checked the
 * file's hash itself; `AllSigned` where all scripts are signed.
 * Source: about_PowerShell_exe, about_Execution_Policies.
 */
export function windowsPowerShell(policy: 'Bypass' | 'AllSigned' = 'Bypass'): Program {
  return {
    file: join(systemFolder(), 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
    // Without `-InputFormat None` PowerShell itself may take the script's standard input.
    args: [
      '-NoLogo',
      '-NoProfile',
      '-NonInteractive',
      '-InputFormat',
      'None',
      '-ExecutionPolicy',
      policy,
      '-File',
    ],
  }
}

/** By its full path: what else is called so and lies in a folder of PATH must not be run as SYSTEM. */
export function systemFolder(): string {
  return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')
}

const inherited = [
  'ALLUSERSPROFILE',
  'APPDATA',
  'CommonProgramFiles',
  'CommonProgramFiles(x86)',
  'CommonProgramW6432',
  'COMPUTERNAME',
  'ComSpec',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'OS',
  'PATH',
  'Path',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'ProgramData',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'ProgramW6432',
  'PSModulePath',
  'PUBLIC',
  'SystemDrive',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'USERDOMAIN',
  'USERNAME',
  'USERPROFILE',
  'windir',
] as const

/** What Windows itself needs, and nothing that somebody may have given to the agent alone. */
export function scriptEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}
