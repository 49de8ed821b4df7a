// Package rest has the one name of client-go that Helm's template engine passes around.
package rest

// Config is never filled in: there is no cluster behind a render.
type Config struct{}
