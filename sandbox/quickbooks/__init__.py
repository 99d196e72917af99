"""A stand-in for QuickBooks Online: companies, their books, the Accounting API v3 and OAuth."""
