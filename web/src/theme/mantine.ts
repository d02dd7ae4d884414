/** The tokens as a Mantine theme: its components read our variables, never colours of their own. */
import { createTheme, type CSSVariablesResolver, Input, Menu, Modal, Popover, Tooltip } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "petrol",
  colors: {
    petrol: ["#EBF7F5", "#E3F4F1", "#BFE3DE", "#A9D9D3", "#5BCDC1", "#3CB3AA", "#2B918A", "#147874", "#0A6460", "#035350"],
  },
  primaryShade: { light: 8, dark: 7 },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "17px" },
  lineHeights: { xs: "16px", sm: "16px", md: "20px", lg: "20px", xl: "24px" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "10px", xl: "14px" },
  defaultRadius: "sm",
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "20px" },
  shadows: { xs: "var(--sh-1)", sm: "var(--sh-2)", md: "var(--sh-3)", lg: "var(--sh-4)", xl: "var(--sh-4)" },
  respectReducedMotion: true,
  components: {
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 500, color: "var(--inv)" } }),
    Input: Input.extend({ vars: () => ({ wrapper: { "--input-height": "32px", "--input-fz": "13px", "--input-padding": "10px" } }) }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, menuItemTabIndex: 0 } }),
    Popover: Popover.extend({ defaultProps: { portalProps: { target: "#layers" } } }),
    // Named without importing it: the first list needs none. The list itself scrolls, which its field moves by the arrows.
    Select: { defaultProps: { withScrollArea: false, styles: { options: { maxHeight: 240, overflowY: "auto" } } } },
    Modal: Modal.extend({ defaultProps: { size: 440, radius: "xl", zIndex: 50 } }),
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--text-3)",
    "--mantine-color-placeholder": "var(--text-3)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-primary-color-filled-hover": "var(--accent-hover)",
  },
  light: {},
  dark: {},
});
