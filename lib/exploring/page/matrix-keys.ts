/** The cell of the matrix that an event is about; `null` for a heading. */
export function cellOf(target: EventTarget | null): HTMLTableCellElement | null {
  return target instanceof Element ? target.closest('td') : null;
}

/** The cell that a key leads to; `null` if it leads nowhere. Hidden rows are passed over. */
export function neighbourOf(cell: HTMLTableCellElement, key: string): HTMLTableCellElement | null {
  const row = cell.parentElement as HTMLTableRowElement;
  switch (key) {
    case 'ArrowLeft':
      return cell.cellIndex === 1 ? null : (row.cells[cell.cellIndex - 1] ?? null);
    case 'ArrowRight':
      return row.cells[cell.cellIndex + 1] ?? null;
    case 'ArrowUp':
      return visibleFrom(row, 'previousElementSibling')?.cells[cell.cellIndex] ?? null;
    case 'ArrowDown':
      return visibleFrom(row, 'nextElementSibling')?.cells[cell.cellIndex] ?? null;
    case 'Home':
      return row.cells[1] ?? null;
    case 'End':
      return row.cells[row.cells.length - 1] ?? null;
    default:
      return null;
  }
}

function visibleFrom(
  row: HTMLTableRowElement,
  side: 'previousElementSibling' | 'nextElementSibling',
): HTMLTableRowElement | null {
  let next = row[side] as HTMLTableRowElement | null;
  while (next?.hidden) next = next[side] as HTMLTableRowElement | null;
  return next;
}
