"""Work that waits for a worker (后台任务): a queue in the database, its handlers, and what runs them."""
