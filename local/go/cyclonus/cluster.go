package main

import (
	"fmt"
	"slices"

	"github.com/mattfenwick/cyclonus/pkg/connectivity/probe"
	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/mattfenwick/cyclonus/pkg/kube"
	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// cluster is what the steps of a test case change; cyclonus' own state needs a Kubernetes client.
type cluster struct {
	Resources *probe.Resources
	Policies  []*networkingv1.NetworkPolicy
}

func (c *cluster) apply(action *generator.Action) error {
	var err error
	switch {
	case action.CreatePolicy != nil:
		c.Policies = append(c.Policies, action.CreatePolicy.Policy)
	case action.UpdatePolicy != nil:
		policy := action.UpdatePolicy.Policy
		err = c.removePolicy(policy.Namespace, policy.Name)
		c.Policies = append(c.Policies, policy)
	case action.DeletePolicy != nil:
		err = c.removePolicy(action.DeletePolicy.Namespace, action.DeletePolicy.Name)
	case action.CreateNamespace != nil:
		c.Resources, err = c.Resources.CreateNamespace(named(action.CreateNamespace.Namespace, action.CreateNamespace.Labels))
	case action.SetNamespaceLabels != nil:
		c.Resources, err = c.Resources.UpdateNamespaceLabels(named(action.SetNamespaceLabels.Namespace, action.SetNamespaceLabels.Labels))
	case action.DeleteNamespace != nil:
		c.Resources, err = c.Resources.DeleteNamespace(action.DeleteNamespace.Namespace)
	case action.CreatePod != nil:
		c.Resources, err = c.Resources.CreatePod(action.CreatePod.Namespace, action.CreatePod.Pod, action.CreatePod.Labels)
		if err == nil {
			c.Resources.Pods[len(c.Resources.Pods)-1].IP = "192.168.210.1"
		}
	case action.SetPodLabels != nil:
		set := action.SetPodLabels
		c.Resources, err = c.Resources.SetPodLabels(set.Namespace, set.Pod, set.Labels)
	case action.DeletePod != nil:
		c.Resources, err = c.Resources.DeletePod(action.DeletePod.Namespace, action.DeletePod.Pod)
	case action.ReadNetworkPolicies != nil:
		// Every policy is in c.Policies already.
	default:
		err = fmt.Errorf("unknown action %+v", action)
	}
	return err
}

// named adds the label that the API server sets on every namespace.
func named(name string, labels map[string]string) (string, map[string]string) {
	all := map[string]string{kube.DefaultNamespaceLabel: name}
	for key, value := range labels {
		all[key] = value
	}
	return name, all
}

func (c *cluster) removePolicy(namespace string, name string) error {
	index := slices.IndexFunc(c.Policies, func(each *networkingv1.NetworkPolicy) bool {
		return each.Namespace == namespace && each.Name == name
	})
	if index < 0 {
		return fmt.Errorf("no policy %s/%s", namespace, name)
	}
	c.Policies = slices.Delete(slices.Clone(c.Policies), index, index+1)
	return nil
}

func (c *cluster) situation(name string) Situation {
	situation := Situation{Name: name, Namespaces: c.Resources.Namespaces, Policies: slices.Clone(c.Policies)}
	for _, pod := range c.Resources.Pods {
		var ports []v1.ContainerPort
		for _, container := range pod.Containers {
			ports = append(ports, v1.ContainerPort{
				Name: container.PortName, ContainerPort: int32(container.Port), Protocol: container.Protocol,
			})
		}
		situation.Pods = append(situation.Pods, Pod{
			Namespace: pod.Namespace, Name: pod.Name, Labels: pod.Labels, IP: pod.IP, Ports: ports,
		})
	}
	return situation
}
