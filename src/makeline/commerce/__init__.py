"""The core both storefronts stand on: accounts, files, orders, payments, invoices, documents."""
