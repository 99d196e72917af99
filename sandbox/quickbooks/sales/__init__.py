"""What invoices and credit memos have in common: lines, tax, totals, numbers, due dates."""
