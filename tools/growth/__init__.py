"""What work costs in a shop that has done a lot of it: databases of many sizes, the same operations on each."""
