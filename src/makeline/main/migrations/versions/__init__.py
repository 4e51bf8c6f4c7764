"""One file a change, named by what it means for the business."""
