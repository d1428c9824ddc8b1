"""What a web site tells: its sitemaps, its pages, and how it says that nothing is there."""
