package measure

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Machine is on what was measured.
type Machine struct {
	At       time.Time         `json:"at"`
	Cores    int               `json:"cores"`
	CPU      string            `json:"cpu,omitempty"`
	Go       string            `json:"go"`
	Versions map[string]string `json:"versions"`
	// Load is the load average of the last minute, before and after, as Linux tells it.
	Load [2]string `json:"load_average"`
}

// About reads the machine, and the versions of the modules that are named.
func About(modules ...string) Machine {
	m := Machine{
		At: time.Now().UTC().Truncate(time.Second), Cores: runtime.GOMAXPROCS(0), CPU: cpu(), Go: runtime.Version(),
		Versions: map[string]string{}, Load: [2]string{loadAverage(), ""},
	}
	info, _ := debug.ReadBuildInfo()
	for _, name := range modules {
		for _, module := range info.Deps {
			if module.Path == name {
				m.Versions[name[strings.LastIndexByte(name, '/')+1:]] = module.Version
			}
		}
	}
	return m
}

// Ended notes the load at the end.
func (m *Machine) Ended() { m.Load[1] = loadAverage() }

func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "" // no Linux
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

func cpu() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
