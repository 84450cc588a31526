"""DeltaTwin: runs of Destination Earth's digital twin components, through its public API v2.0."""
