"""What answers over HTTP: one factory, blueprints by audience."""
