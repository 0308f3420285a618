// Lets the Go files declare functions without bodies.
