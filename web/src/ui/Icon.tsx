/** Line icons on a grid of 24, drawn for the console. */
const paths = {
  fleet: "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
  tasks: "M4 6h2M4 12h2M4 18h2M9 6h11M9 12h11M9 18h11",
  plus: "M12 5v14M5 12h14",
  queue: "M4 7h16M4 12h11M4 17h6",
  volume:
    "M5 6c0-1.7 3.1-3 7-3s7 1.3 7 3-3.1 3-7 3-7-1.3-7-3zM5 6v12c0 1.7 3.1 3 7 3s7-1.3 7-3V6M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3",
  pool: "M7 18h10a4 4 0 0 0 .5-8A6 6 0 0 0 6.3 9.1 4.5 4.5 0 0 0 7 18z",
  node: "M4 5h16v6H4zM4 13h16v6H4zM7 8h.01M7 16h.01M11 8h6M11 16h6",
  kinds: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
  projects: "M3 6h7l2 2h9v11H3z",
  members:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 15c2 .7 3.200 2.500 3.500 5",
  token: "M14.500 9.500a4 4 0 1 1-4.500 3.900M10 13.500l-6 6M4 19.500v-3h3M14.500 9.500h.01",
  audit: "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600L19 19M19 5l-1.400 1.400M6.400 17.600L5 19",
  moon: "M20 14.500A8 8 0 0 1 9.500 4a8 8 0 1 0 10.500 10.500z",
  screen: "M3 5h18v11H3zM9 20h6M12 16v4",
  language:
    "M4 6h9M8.500 4v2M11.500 6c-1 4-3.500 6.500-7 8M6 9c1.200 2.300 3 4 5.500 5M12 20l4-9 4 9M13.500 17h5",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.7-4 3.500-6 7.500-6s6.800 2 7.500 6",
  menu: "M4 7h16M4 12h16M4 17h16",
  check: "M5 12.500l4.500 4.500L19 7.500",
  cross: "M6 6l12 12M18 6L6 18",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
  play: "M8 5l11 7-11 7z",
  stop: "M7 7h10v10H7z",
  spark: "M12 3v5M12 16v5M3 12h5M16 12h5",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.500h.01",
  minus: "M6 12h12",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
  retry: "M4 12a8 8 0 0 1 14-5.300L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.300L4 15M4 20v-5h5",
  download: "M12 4v11M7.500 11L12 15.500 16.500 11M5 20h14",
  upload: "M12 16V5M7.500 9.500L12 5l4.500 4.500M5 20h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  right: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  up: "M5 15l7-7 7 7",
  back: "M15 5l-7 7 7 7",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9",
  file: "M6 3h9l4 4v14H6zM14 3v5h5",
  shield: "M12 3l8 3v6c0 4.500-3.300 7.700-8 9-4.700-1.300-8-4.500-8-9V6z",
  key: "M8 15a4 4 0 1 1 3.500-6H21v3h-3v3h-3v-3h-3.500A4 4 0 0 1 8 15zM8 11h.01",
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside a text: hidden from screen readers. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: "none" }}
    >
      <path d={paths[name]} />
    </svg>
  );
}
