"""The life of a workspace: made, suspended, resumed, deleted; each step may be killed and repeated."""
