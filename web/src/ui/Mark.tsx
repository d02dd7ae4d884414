/** The sign of Relata: two nodes on a thread. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="7" fill="var(--accent)" />
      <path d="M8.5 8.5l7 7" stroke="#7FDCD1" strokeWidth="2.4" />
      <circle cx="8.5" cy="8.5" r="3.2" fill="#fff" />
      <circle cx="15.5" cy="15.5" r="3.2" fill="#fff" />
    </svg>
  );
}
