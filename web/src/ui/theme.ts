import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Deep water blue: the ground on which the crane stands. */
const water: MantineColorsTuple = [
  "#eaf5f8",
  "#d5e8ee",
  "#a9d0dc",
  "#7ab7ca",
  "#54a1b9",
  "#3a8ea9",
  "#23778f",
  "#196479",
  "#14566b",
  "#0d4253",
];

/** The crane's crown: danger, and nothing else. */
const crown: MantineColorsTuple = [
  "#fdeeeb",
  "#f8d9d3",
  "#f0b0a5",
  "#e88575",
  "#e2634f",
  "#de4d37",
  "#c93a26",
  "#b0301e",
  "#972818",
  "#7d1f12",
];

/** Blue-grey, from paper to night. */
const dark: MantineColorsTuple = [
  "#d5dde1",
  "#b3bfc5",
  "#8b9aa2",
  "#64747d",
  "#3d4b53",
  "#2b373e",
  "#1d272d",
  "#151d22",
  "#10171b",
  "#0b1013",
];

export const theme = createTheme({
  primaryColor: "water",
  primaryShade: { light: 7, dark: 5 },
  colors: { water, crown, dark },
  autoContrast: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", comboboxProps: { withinPortal: true } } },
    Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: false } } },
    Modal: { defaultProps: { centered: true, radius: "md" } },
  },
});
