import { Autocomplete, Button, Checkbox, createTheme, Modal, Switch, TextInput, Tooltip } from '@mantine/core'

/** Mantine's components in the colours of tokens.css: small, calm, with one accent. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  primaryColor: 'helm',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: false,
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  colors: {
    helm: [
      '#e4f5f3',
      '#cdeae7',
      '#a0d6d1',
      '#70c1ba',
      '#4aafa7',
      '#32a39b',
      '#22938c',
      '#0d7771',
      '#0a6661',
      '#00544f',
    ],
    dark: [
      '#e4e8ee',
      '#a5afbd',
      '#8490a1',
      '#4b5563',
      '#2a303a',
      '#252b34',
      '#20252e',
      '#191d24',
      '#13161b',
      '#0e1014',
    ],
  },
  components: {
    Autocomplete: Autocomplete.extend({ defaultProps: { size: 'xs' } }),
    Button: Button.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, transitionProps: { duration: 0 } } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }),
  },
})
