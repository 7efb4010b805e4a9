package config

import (
	"io"
	"log/slog"
)

// Level is the least severe level that is logged.
func (c *Config) Level() (slog.Level, error) {
	var level slog.Level
	err := level.UnmarshalText([]byte(c.LogLevel))
	return level, err
}

// Logger writes log lines in the chosen form.
func (c *Config) Logger(w io.Writer) *slog.Logger {
	level, err := c.Level()
	if err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
