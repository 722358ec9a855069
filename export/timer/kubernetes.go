package timer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// data is where the volume is mounted: the database, the runs' files and
// relative folders of the file of schedules lie there.
const data = "/data"

// InPod is the path of a file of schedules in the pod; its relative paths count
// from the volume.
func InPod(name string) string { return path.Join(data, name) }

// kubernetes writes a ConfigMap with the file of schedules, a claim for the
// volume and a CronJob. Secrets are references to a Secret of the same name.
func kubernetes(s Spec) (*Units, error) {
	if s.Image == "" {
		return nil, errors.New("a CronJob needs an image of argosy; name it with --image")
	}
	if !utf8.ValidString(s.Text) {
		return nil, errors.New("the file of schedules is not UTF-8, which a ConfigMap must be")
	}
	name := strings.Trim(strings.ToLower(strings.ReplaceAll(s.Name, "_", "-")), "-")
	key := configKey(s.File)
	named := quote(name) // a name such as on or 7 is no text to YAML otherwise
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("apiVersion: v1")
	line("kind: ConfigMap")
	line("metadata:")
	line("  name: %s", named)
	line("data:")
	line("  %s: %s", quote(key), block(s.Text, 4))
	line("---")
	line("apiVersion: v1")
	line("kind: PersistentVolumeClaim")
	line("metadata:")
	line("  name: %s", named)
	line("spec:")
	line("  accessModes: [ReadWriteOnce]")
	line("  resources:")
	line("    requests:")
	line("      storage: 10Gi")
	line("---")
	line("apiVersion: batch/v1")
	line("kind: CronJob")
	line("metadata:")
	line("  name: %s", named)
	line("spec:")
	line(`  schedule: "* * * * *"`)
	line("  concurrencyPolicy: Forbid")
	line("  startingDeadlineSeconds: 100")
	line("  successfulJobsHistoryLimit: 1")
	line("  failedJobsHistoryLimit: 5")
	line("  jobTemplate:")
	line("    spec:")
	line("      backoffLimit: 0")
	line("      template:")
	line("        spec:")
	line("          restartPolicy: Never")
	line("          automountServiceAccountToken: false")
	line("          securityContext:")
	line("            runAsNonRoot: true")
	line("            runAsUser: 65532")
	line("            runAsGroup: 65532")
	line("            fsGroup: 65532")
	line("            seccompProfile:")
	line("              type: RuntimeDefault")
	line("          containers:")
	line("          - name: argosy")
	line("            image: %s", quote(s.Image))
	line("            workingDir: %s", data)
	line("            command:")
	for _, w := range append([]string{s.Program}, s.arguments()...) {
		line("            - %s", quote(w))
	}
	line("            env:")
	line("            - name: HOME")
	line("              value: /tmp")
	for _, v := range s.Variables {
		line("            - name: %s", quote(v))
		line("              valueFrom:")
		line("                secretKeyRef:")
		line("                  name: %s", named)
		line("                  key: %s", quote(v))
	}
	line("            resources:")
	line("              requests:")
	line("                cpu: 100m")
	line("                memory: 256Mi")
	line("            securityContext:")
	line("              allowPrivilegeEscalation: false")
	line("              readOnlyRootFilesystem: true")
	line("              capabilities:")
	line("                drop: [ALL]")
	line("            volumeMounts:")
	mount := func(volume, path, sub string) {
		line("            - name: %s", volume)
		line("              mountPath: %s", quote(path))
		if sub != "" {
			line("              subPath: %s", quote(sub))
			line("              readOnly: true")
		}
	}
	mount("data", data, "")
	mount("tmp", "/tmp", "")
	mount("schedules", s.File, key)
	for _, f := range s.SecretFiles {
		mount("secrets", f, configKey(f))
	}
	line("          volumes:")
	line("          - name: data")
	line("            persistentVolumeClaim:")
	line("              claimName: %s", named)
	line("          - name: tmp")
	line("            emptyDir: {}")
	line("          - name: schedules")
	line("            configMap:")
	line("              name: %s", named)
	if len(s.SecretFiles) > 0 {
		line("          - name: secrets")
		line("            secret:")
		line("              secretName: %s", named)
	}
	steps := []string{"kubectl apply -f " + s.written(s.Name+".yaml"), "kubectl get cronjob " + name}
	if len(s.Variables)+len(s.SecretFiles) > 0 {
		secret := "kubectl create secret generic " + name
		for _, v := range s.Variables {
			secret += " --from-literal=" + shell(v+"=...")
		}
		for _, f := range s.SecretFiles {
			secret += " --from-file=" + shell(configKey(f)+"=...")
		}
		steps = append([]string{secret}, steps...)
	}
	for _, w := range s.Writable {
		if w != data && !strings.HasPrefix(w, data+"/") {
			steps = append(steps, fmt.Sprintf("mount a volume at %s, which the file of schedules writes to and the CronJob does not have", w))
		}
	}
	return &Units{Files: []File{{Name: s.Name + ".yaml", Text: b.String()}}, Steps: steps}, nil
}

// configKey is the base name of a path as a key of a ConfigMap or Secret.
func configKey(p string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '.') {
			return r
		}
		return '-'
	}, path.Base(p))
}

// quote is a double-quoted scalar of YAML; JSON's are.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // text always encodes
		panic(err)
	}
	return strings.TrimRight(b.String(), "\n")
}

// block is a text as a literal block, which stays readable, or quoted where it
// has characters that no block can hold.
func block(text string, indent int) string {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }) {
		return quote(text)
	}
	var b strings.Builder
	b.WriteString("|2")
	for _, l := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		b.WriteByte('\n')
		if l != "" {
			b.WriteString(strings.Repeat(" ", indent) + l)
		}
	}
	return b.String()
}
