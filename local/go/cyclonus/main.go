// cyclonus-oracle says what cyclonus expects of NetworkPolicies, for comparison with preview/reachability.
//
// `cyclonus-oracle generate` prints the situations that cyclonus' own generator makes;
// `cyclonus-oracle judge` reads situations from standard input. Both print each with its expected matrix.
// Nothing is run on a cluster: the answers are those of cyclonus' simulated probe.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/mattfenwick/cyclonus/pkg/connectivity/probe"
	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/mattfenwick/cyclonus/pkg/kube"
	"github.com/mattfenwick/cyclonus/pkg/matcher"
	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// Pod is one pod, one container a port.
type Pod struct {
	Namespace string             `json:"namespace"`
	Name      string             `json:"name"`
	Labels    map[string]string  `json:"labels"`
	IP        string             `json:"ip"`
	Ports     []v1.ContainerPort `json:"ports"`
}

// Situation is everything that decides who can talk to whom.
type Situation struct {
	Name       string                        `json:"name"`
	Namespaces map[string]map[string]string  `json:"namespaces"`
	Pods       []Pod                         `json:"pods"`
	Policies   []*networkingv1.NetworkPolicy `json:"policies"`
	// Answers holds one 1 (allowed) or 0 for each source pod, each target pod and each port of it, in this order.
	Answers string `json:"answers"`
}

func main() {
	var situations []Situation
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "generate":
		situations, err = generated()
	case len(os.Args) == 2 && os.Args[1] == "judge":
		err = json.NewDecoder(os.Stdin).Decode(&situations)
	default:
		err = fmt.Errorf("usage: cyclonus-oracle generate | judge")
	}
	if err == nil {
		for i := range situations {
			situations[i].answer()
		}
		err = json.NewEncoder(os.Stdout).Encode(situations)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s *Situation) answer() {
	resources := &probe.Resources{Namespaces: s.Namespaces}
	for _, pod := range s.Pods {
		var containers []*probe.Container
		for _, port := range pod.Ports {
			containers = append(containers, &probe.Container{
				Name: port.Name, PortName: port.Name, Port: int(port.ContainerPort), Protocol: port.Protocol,
			})
		}
		resources.Pods = append(resources.Pods, probe.NewPod(pod.Namespace, pod.Name, pod.Labels, pod.IP, containers))
	}
	builder := &probe.JobBuilder{}
	jobs := builder.GetJobsAllAvailableServers(resources, generator.ProbeModePodIP)
	runner := &probe.SimulatedJobRunner{Policies: matcher.BuildNetworkPolicies(true, s.Policies)}
	var answers strings.Builder
	for _, result := range runner.RunJobs(jobs.Valid) {
		if result.Combined == probe.ConnectivityAllowed {
			answers.WriteByte('1')
		} else {
			answers.WriteByte('0')
		}
	}
	s.Answers = answers.String()
}

// generated returns a situation for each step of each test case, of every tag, with and without rules for DNS.
func generated() ([]Situation, error) {
	var situations []Situation
	for _, allowDNS := range []bool{true, false} {
		cluster := startingCluster()
		podIP := cluster.Resources.Pods[len(cluster.Resources.Pods)-1].IP
		namespaces := []string{"x", "y", "z"}
		cases := generator.NewTestCaseGenerator(allowDNS, podIP, namespaces, nil, nil).GenerateAllTestCases()
		for number, testCase := range cases {
			state := startingCluster()
			for step, testStep := range testCase.Steps {
				for _, action := range testStep.Actions {
					if err := state.apply(action); err != nil {
						return nil, fmt.Errorf("%s: %w", testCase.Description, err)
					}
				}
				name := fmt.Sprintf("%t/%d/%s/%d", allowDNS, number, testCase.Description, step)
				situations = append(situations, state.situation(name))
			}
		}
	}
	return situations, nil
}

// startingCluster returns what cyclonus starts each test case from: three namespaces with three pods each.
func startingCluster() *cluster {
	resources := &probe.Resources{Namespaces: map[string]map[string]string{}}
	protocols := []v1.Protocol{v1.ProtocolTCP, v1.ProtocolUDP, v1.ProtocolSCTP}
	for i, namespace := range []string{"x", "y", "z"} {
		resources.Namespaces[namespace] = map[string]string{"ns": namespace, kube.DefaultNamespaceLabel: namespace}
		for j, name := range []string{"a", "b", "c"} {
			pod := probe.NewDefaultPod(namespace, name, []int{79, 80, 81, 82}, protocols, false, "")
			pod.IP = fmt.Sprintf("192.168.%d.%d", 200+i, 10+j)
			resources.Pods = append(resources.Pods, pod)
		}
	}
	return &cluster{Resources: resources}
}
