import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// No test may read or write the operator's own configuration: every process of the run gets an empty home.
const home = mkdtempSync(join(tmpdir(), 'wheelhouse-home-'))
process.env.HOME = home
process.env.USERPROFILE = home
process.env.XDG_CONFIG_HOME = join(home, '.config')
process.env.XDG_DATA_HOME = join(home, '.local/share')
process.env.GIT_CONFIG_GLOBAL = join(home, '.gitconfig')
process.env.GIT_CONFIG_NOSYSTEM = '1'
delete process.env.KUBECONFIG
