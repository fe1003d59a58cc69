"""What can be measured, each by name. A scenario takes the rig and returns figures that JSON holds."""
