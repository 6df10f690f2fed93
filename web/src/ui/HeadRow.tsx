/** The head of a table whose columns are named by their data; `corner`: its rows are named too. */
export function HeadRow({ names, corner }: { readonly names: readonly string[]; readonly corner?: boolean }) {
  return (
    <thead>
      <tr>
        {corner && <td />}
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
