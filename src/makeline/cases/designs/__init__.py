"""What will be printed: the design, its layout in mm, its print file and proof."""
