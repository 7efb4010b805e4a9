package check

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// manifests are all objects of the folder kubernetes, by kind.
type manifests struct {
	deployments  []appsv1.Deployment
	jobs         []batchv1.Job
	cronJobs     []batchv1.CronJob
	services     []corev1.Service
	secrets      []corev1.Secret
	claims       []corev1.PersistentVolumeClaim
	namespaces   []corev1.Namespace
	budgets      []policyv1.PodDisruptionBudget
	policies     []networkingv1.NetworkPolicy
	autoscalers  []autoscalingv2.HorizontalPodAutoscaler
	clusters     []spicedbCluster
	certificates []certificate
	issuers      []issuer
	monitors     []monitor
	rules        []prometheusRule
	kustomize    []kustomization
}

// The resources of operators, as far as we use them.
type (
	spicedbCluster struct {
		object
		Spec struct {
			Version    string            `json:"version"`
			SecretName string            `json:"secretName"`
			Config     map[string]any    `json:"config"`
			Patches    []json.RawMessage `json:"patches"`
		} `json:"spec"`
	}
	certificate struct {
		object
		Spec struct {
			IsCA        bool           `json:"isCA"`
			CommonName  string         `json:"commonName"`
			SecretName  string         `json:"secretName"`
			DNSNames    []string       `json:"dnsNames"`
			Duration    string         `json:"duration"`
			RenewBefore string         `json:"renewBefore"`
			PrivateKey  map[string]any `json:"privateKey"`
			IssuerRef   struct {
				Name string `json:"name"`
				Kind string `json:"kind"`
			} `json:"issuerRef"`
		} `json:"spec"`
	}
	issuer struct {
		object
		Spec struct {
			SelfSigned *struct{} `json:"selfSigned"`
			CA         *struct {
				SecretName string `json:"secretName"`
			} `json:"ca"`
		} `json:"spec"`
	}
	endpoint struct {
		Port     string `json:"port"`
		Path     string `json:"path"`
		Interval string `json:"interval"`
	}
	monitor struct {
		object
		Spec struct {
			Selector            metav1.LabelSelector `json:"selector"`
			Endpoints           []endpoint           `json:"endpoints"`
			PodMetricsEndpoints []endpoint           `json:"podMetricsEndpoints"`
		} `json:"spec"`
	}
	prometheusRule struct {
		object
		Spec map[string]any `json:"spec"`
	}
	kustomization struct {
		metav1.TypeMeta `json:",inline"`
		Namespace       string              `json:"namespace"`
		Resources       []string            `json:"resources"`
		Images          []map[string]string `json:"images"`
	}
	object struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
	}
)

const folder = "../kubernetes"

// read reads all manifests. A field that its type does not have is an error, and so is a kind
// that is not known here.
func read(t *testing.T) *manifests {
	t.Helper()
	m := &manifests{}
	for _, name := range files(t) {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		for reader := utilyaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(text))); ; {
			document := make([]byte, len(text))
			n, err := reader.Read(document)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := m.add(document[:n]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	return m
}

// files are the names of all manifests below the folder.
func files(t *testing.T) (names []string) {
	t.Helper()
	for _, pattern := range []string{"*.yaml", "*/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			name, err := filepath.Rel(folder, path)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
	}
	return names
}

func (m *manifests) add(document []byte) error {
	var of metav1.TypeMeta
	if err := yaml.Unmarshal(document, &of); err != nil {
		return err
	}
	switch of.APIVersion + " " + of.Kind {
	case "v1 Namespace":
		return decode(document, &m.namespaces)
	case "v1 Secret":
		return decode(document, &m.secrets)
	case "v1 Service":
		return decode(document, &m.services)
	case "v1 PersistentVolumeClaim":
		return decode(document, &m.claims)
	case "apps/v1 Deployment":
		return decode(document, &m.deployments)
	case "batch/v1 Job":
		return decode(document, &m.jobs)
	case "batch/v1 CronJob":
		return decode(document, &m.cronJobs)
	case "policy/v1 PodDisruptionBudget":
		return decode(document, &m.budgets)
	case "networking.k8s.io/v1 NetworkPolicy":
		return decode(document, &m.policies)
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return decode(document, &m.autoscalers)
	case "authzed.com/v1alpha1 SpiceDBCluster":
		return decode(document, &m.clusters)
	case "cert-manager.io/v1 Certificate":
		return decode(document, &m.certificates)
	case "cert-manager.io/v1 Issuer":
		return decode(document, &m.issuers)
	case "monitoring.coreos.com/v1 ServiceMonitor", "monitoring.coreos.com/v1 PodMonitor":
		return decode(document, &m.monitors)
	case "monitoring.coreos.com/v1 PrometheusRule":
		return decode(document, &m.rules)
	case "kustomize.config.k8s.io/v1beta1 Kustomization":
		return decode(document, &m.kustomize)
	}
	return &unknownKind{of}
}

func decode[T any](document []byte, to *[]T) error {
	var one T
	err := yaml.UnmarshalStrict(document, &one)
	*to = append(*to, one)
	return err
}

type unknownKind struct{ of metav1.TypeMeta }

func (e *unknownKind) Error() string { return e.of.APIVersion + " " + e.of.Kind + " is not known here" }

// pods are the pods that our own objects make, by the object's name.
func (m *manifests) pods() map[string]corev1.PodTemplateSpec {
	pods := map[string]corev1.PodTemplateSpec{}
	for _, d := range m.deployments {
		pods[d.Name] = d.Spec.Template
	}
	for _, j := range m.jobs {
		pods[j.Name] = j.Spec.Template
	}
	for _, c := range m.cronJobs {
		pods[c.Name] = c.Spec.JobTemplate.Spec.Template
	}
	return pods
}

func TestKustomizationNamesEveryFile(t *testing.T) {
	m := read(t)
	if len(m.kustomize) != 1 {
		t.Fatalf("there are %d kustomizations", len(m.kustomize))
	}
	named := m.kustomize[0].Resources
	for _, name := range files(t) {
		left := name == "kustomization.yaml" || name == "secrets.example.yaml" || strings.HasPrefix(name, "optional/")
		if slices.Contains(named, name) == left {
			t.Errorf("%s: named %v, and is to be left out %v", name, !left, left)
		}
	}
	for _, name := range named {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	for _, namespace := range m.namespaces {
		if namespace.Name != m.kustomize[0].Namespace {
			t.Errorf("the namespace %s is made, and %s is used", namespace.Name, m.kustomize[0].Namespace)
		}
	}
}

// Pods fit into a namespace that enforces the restricted profile.
func TestPodsAreRestricted(t *testing.T) {
	m := read(t)
	if m.namespaces[0].Labels["pod-security.kubernetes.io/enforce"] != "restricted" {
		t.Error("the namespace does not enforce the restricted profile")
	}
	for name, pod := range m.pods() {
		p := pod.Spec.SecurityContext
		if p == nil || p.RunAsNonRoot == nil || !*p.RunAsNonRoot || p.SeccompProfile == nil || p.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
			t.Errorf("%s: its pods may run as root, or make every system call", name)
		}
		if token := pod.Spec.AutomountServiceAccountToken; token == nil || *token {
			t.Errorf("%s: its pods get a token for Kubernetes, which they do not need", name)
		}
		for _, c := range pod.Spec.Containers {
			s := c.SecurityContext
			if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation ||
				s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
				s.Capabilities == nil || !slices.Contains(s.Capabilities.Drop, "ALL") || len(s.Capabilities.Add) > 0 {
				t.Errorf("%s: its container has more than it needs", name)
			}
			if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
				t.Errorf("%s: its container requests nothing, or is not bounded", name)
			}
		}
	}
}

// What pods mount and read is there: Secrets with the keys that are read, and volumes.
func TestPodsFindWhatTheyRead(t *testing.T) {
	m := read(t)
	keys := m.secretKeys()
	for name, pod := range m.pods() {
		mounted := map[string]map[string]bool{} // path → keys
		volumes := map[string]corev1.Volume{}
		for _, v := range pod.Spec.Volumes {
			volumes[v.Name] = v
		}
		for _, mount := range pod.Spec.Containers[0].VolumeMounts {
			v, ok := volumes[mount.Name]
			switch {
			case !ok:
				t.Errorf("%s: there is no volume %s", name, mount.Name)
			case v.Secret != nil:
				if keys[v.Secret.SecretName] == nil {
					t.Errorf("%s: nothing makes the Secret %s", name, v.Secret.SecretName)
				}
				mounted[mount.MountPath] = projected(v.Secret, keys)
			case v.PersistentVolumeClaim != nil:
				if !slices.ContainsFunc(m.claims, func(c corev1.PersistentVolumeClaim) bool { return c.Name == v.PersistentVolumeClaim.ClaimName }) {
					t.Errorf("%s: nothing claims %s", name, v.PersistentVolumeClaim.ClaimName)
				}
			}
		}
		for _, path := range m.filesRead(pod) {
			if !mounted[filepath.Dir(path)][filepath.Base(path)] {
				t.Errorf("%s: nothing mounts %s", name, path)
			}
		}
	}
}

// secretKeys are the keys of all Secrets that are made.
func (m *manifests) secretKeys() map[string]map[string]bool {
	keys := map[string]map[string]bool{}
	for _, s := range m.secrets {
		keys[s.Name] = map[string]bool{}
		for key := range s.StringData {
			keys[s.Name][key] = true
		}
	}
	for _, c := range m.certificates {
		keys[c.Spec.SecretName] = map[string]bool{"ca.crt": true, "tls.crt": true, "tls.key": true}
	}
	return keys
}

// projected are the files of a volume.
func projected(source *corev1.SecretVolumeSource, keys map[string]map[string]bool) map[string]bool {
	if len(source.Items) == 0 {
		return keys[source.SecretName]
	}
	chosen := map[string]bool{}
	for _, item := range source.Items {
		chosen[item.Path] = keys[source.SecretName][item.Key]
	}
	return chosen
}

// filesRead are the files that a pod is told to read, also by the URL of the database.
func (m *manifests) filesRead(pod corev1.PodTemplateSpec) (paths []string) {
	for _, variable := range pod.Spec.Containers[0].Env {
		if strings.HasPrefix(variable.Value, "/etc/") {
			paths = append(paths, variable.Value)
		}
	}
	for _, s := range m.secrets {
		if _, authority, ok := strings.Cut(s.StringData["database-url"], "sslrootcert="); ok {
			paths = append(paths, authority)
		}
	}
	return paths
}

// A node is asked at a port that it has, is sent nothing while it stops, and has time to
// finish.
func TestNodes(t *testing.T) {
	m := read(t)
	if len(m.deployments) != 1 {
		t.Fatalf("there are %d deployments", len(m.deployments))
	}
	d := m.deployments[0]
	pod := d.Spec.Template
	c := pod.Spec.Containers[0]
	for what, probe := range map[string]*corev1.Probe{"/healthz": c.LivenessProbe, "/readyz": c.ReadinessProbe} {
		if probe.HTTPGet.Path != what || probe.HTTPGet.Port.StrVal != c.Ports[0].Name {
			t.Errorf("a probe asks %s at %s", probe.HTTPGet.Path, probe.HTTPGet.Port.String())
		}
	}
	if c.StartupProbe.HTTPGet.Path != "/healthz" || c.StartupProbe.HTTPGet.Port.StrVal != c.Ports[0].Name {
		t.Error("the startup probe asks for more than that the node lives")
	}
	drain := duration(t, flag(c.Args, "--drain-timeout"))
	if needs := c.Lifecycle.PreStop.Sleep.Seconds + int64(drain.Seconds()); *pod.Spec.TerminationGracePeriodSeconds <= needs {
		t.Errorf("a node that stops needs more than %d s, and has %d", needs, *pod.Spec.TerminationGracePeriodSeconds)
	}
	if _, port, _ := strings.Cut(flag(c.Args, "--listen"), ":"); port != portOf(c) {
		t.Errorf("it listens at %s, and its port is %s", port, portOf(c))
	}
	for _, s := range append([]metav1.LabelSelector{*d.Spec.Selector, *m.budgets[0].Spec.Selector, {MatchLabels: m.services[0].Spec.Selector}}, spread(pod)...) {
		if !matches(t, s, pod.Labels) {
			t.Errorf("the selector %v does not find the nodes", s)
		}
	}
	for name, other := range m.pods() {
		if name != d.Name && matches(t, *d.Spec.Selector, other.Labels) {
			t.Errorf("the nodes' selector finds %s too", name)
		}
	}
	if m.services[0].Spec.Ports[0].TargetPort.StrVal != c.Ports[0].Name {
		t.Error("the service leads to no port of the nodes")
	}
	if *d.Spec.Replicas <= int32(m.budgets[0].Spec.MaxUnavailable.IntValue()) {
		t.Error("a disruption may take all nodes")
	}
	for _, a := range m.autoscalers {
		if a.Spec.ScaleTargetRef.Name != d.Name {
			t.Errorf("the autoscaler scales %s", a.Spec.ScaleTargetRef.Name)
		}
	}
}

// The policies let pass what has to, and every rule of them finds somebody.
func TestNetworkPolicies(t *testing.T) {
	m := read(t)
	var open []string
	for _, p := range m.policies {
		for _, rule := range p.Spec.Ingress {
			for _, port := range rule.Ports {
				open = append(open, p.Name+":"+port.Port.String())
			}
		}
		for _, rule := range p.Spec.Egress {
			for _, port := range rule.Ports {
				open = append(open, p.Name+"→"+port.Port.String())
			}
		}
	}
	node := m.deployments[0].Spec.Template
	for _, needed := range []string{"tenantry:" + portOf(node.Spec.Containers[0]), "tenantry→50051", "tenantry→5432", "spicedb:50051", "spicedb:50053", "spicedb→50053", "spicedb→5432", "spicedb:9090"} {
		if !slices.Contains(open, needed) {
			t.Errorf("the policies do not let pass %s", needed)
		}
	}
	for name, pod := range m.pods() {
		if !slices.ContainsFunc(m.policies, func(p networkingv1.NetworkPolicy) bool {
			return len(p.Spec.PodSelector.MatchLabels) > 0 && matches(t, p.Spec.PodSelector, pod.Labels)
		}) {
			t.Errorf("no policy lets %s reach anything", name)
		}
	}
}

// SpiceDB's certificate has the names by which it is called, and all use the same key.
func TestSpiceDB(t *testing.T) {
	m := read(t)
	cluster := m.clusters[0]
	keys := m.secretKeys()
	for _, name := range []any{cluster.Spec.SecretName, cluster.Spec.Config["tlsSecretName"], cluster.Spec.Config["dispatchUpstreamCASecretName"], cluster.Spec.Config["datastoreTLSSecretName"]} {
		if keys[name.(string)] == nil {
			t.Errorf("nothing makes the Secret %s", name)
		}
	}
	for _, key := range []string{"preshared_key", "datastore_uri"} {
		if !keys[cluster.Spec.SecretName][key] {
			t.Errorf("the Secret of SpiceDB has no %s", key)
		}
	}
	var names []string
	for _, c := range m.certificates {
		if c.Spec.SecretName == cluster.Spec.Config["tlsSecretName"] {
			names = c.Spec.DNSNames
		}
		if !slices.ContainsFunc(m.issuers, func(i issuer) bool { return i.Name == c.Spec.IssuerRef.Name }) {
			t.Errorf("nobody issues the certificate %s", c.Name)
		}
	}
	for what, pod := range m.pods() {
		for _, variable := range pod.Spec.Containers[0].Env {
			host, _, _ := strings.Cut(variable.Value, ":")
			if variable.Name == "TENANTRY_SPICEDB_ENDPOINT" && !slices.Contains(names, host) {
				t.Errorf("%s calls SpiceDB %s, which its certificate does not name", what, host)
			}
		}
	}
	if ring := cluster.Name + "." + m.namespaces[0].Name; !slices.Contains(names, ring) {
		t.Errorf("SpiceDB's nodes call each other %s, which their certificate does not name", ring)
	}
}

func TestMonitorsFindTheirPorts(t *testing.T) {
	m := read(t)
	for _, monitor := range m.monitors {
		for _, e := range monitor.Spec.Endpoints {
			if !matches(t, monitor.Spec.Selector, m.services[0].Labels) || e.Port != m.services[0].Spec.Ports[0].Name {
				t.Errorf("%s finds no service with a port %s", monitor.Name, e.Port)
			}
		}
	}
}
