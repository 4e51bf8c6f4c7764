"""Reading customers' pictures and drawing prints, with libvips in confined processes."""
