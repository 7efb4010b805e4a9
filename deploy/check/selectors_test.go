package check

import (
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func matches(t *testing.T, selector metav1.LabelSelector, of map[string]string) bool {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(&selector)
	if err != nil {
		t.Fatal(err)
	}
	return s.Matches(labels.Set(of))
}

// spread are the selectors by which pods are spread over machines.
func spread(pod corev1.PodTemplateSpec) (selectors []metav1.LabelSelector) {
	for _, c := range pod.Spec.TopologySpreadConstraints {
		selectors = append(selectors, *c.LabelSelector)
	}
	return selectors
}

// flag is the value of a flag in arguments.
func flag(args []string, name string) string {
	for _, arg := range args {
		if value, ok := strings.CutPrefix(arg, name+"="); ok {
			return value
		}
	}
	return ""
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func portOf(c corev1.Container) string {
	return strconv.Itoa(int(c.Ports[0].ContainerPort))
}
