/** The mark: a crane over a cloud. */
export function Crane({ size = 28 }: { readonly size?: number }) {
  return (
    <img src="/crane.svg" width={size} height={size} alt="" style={{ display: "block", flex: "none" }} />
  );
}
