"""Who is who: accounts, their sessions, and the gate that every request passes."""
