// Command cert-manager-controllers runs the controllers of cert-manager as one local process.
//
// cert-manager publishes its controllers as packages; its own main is no module that can be had. This main starts
// those that issue from a CA in the cluster and from an ACME server, on the clients and informers that cert-manager
// builds itself. It deliberately leaves out what needs pods: Vault, webhook, leader election.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/cert-manager/cert-manager/pkg/controller"
	"github.com/cert-manager/cert-manager/pkg/controller/acmechallenges"
	"github.com/cert-manager/cert-manager/pkg/controller/acmeorders"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/acme"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/acme"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

const version = "1.21.2"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the cluster")
	namespace := flag.String("cluster-resource-namespace", "cert-manager", "namespace of the ClusterIssuers' Secrets")
	resolvers := flag.String("dns01-recursive-nameservers", "", "what is asked whether a record is there, host:port")
	flag.Parse()
	if flag.Arg(0) == "version" {
		fmt.Println(version)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *kubeconfig, *namespace, strings.FieldsFunc(*resolvers, func(each rune) bool { return each == ',' })); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// run starts every registered controller, those for ACME where resolvers are named, and returns once all have stopped.
func run(ctx context.Context, kubeconfig string, namespace string, resolvers []string) error {
	factory, err := controller.NewContextFactory(ctx, controller.ContextOptions{
		Kubeconfig:         kubeconfig,
		KubernetesAPIQPS:   100,
		KubernetesAPIBurst: 200,
		IssuerOptions:      controller.IssuerOptions{ClusterResourceNamespace: namespace},
		// As --dns01-recursive-nameservers-only, with the default for how often it asks again.
		ACMEOptions:      controller.ACMEOptions{DNS01Nameservers: resolvers, DNS01CheckRetryPeriod: 10 * time.Second},
		SchedulerOptions: controller.SchedulerOptions{MaxConcurrentChallenges: 60},
		// The defaults of cert-manager's own command line, but for the owner, which the platform's chart sets.
		CertificateOptions: controller.CertificateOptions{
			EnableOwnerRef:                           true,
			CopiedAnnotationPrefixes:                 []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"},
			CertificateRequestMinimumBackoffDuration: time.Hour,
			CertificateRequestMaximumBackoffDuration: 32 * time.Hour,
		},
	})
	if err != nil {
		return err
	}
	base, err := factory.Build()
	if err != nil {
		return err
	}
	started := map[string]controller.Interface{}
	for name, construct := range controller.Known() {
		if len(resolvers) == 0 && (name == acmechallenges.ControllerName || name == acmeorders.ControllerName) {
			continue
		}
		if started[name], err = construct(factory); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	base.SharedInformerFactory.Start(ctx.Done())
	base.KubeSharedInformerFactory.Start(ctx.Done())
	base.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	return runAll(ctx, started)
}

func runAll(ctx context.Context, started map[string]controller.Interface) error {
	var group sync.WaitGroup
	failed := make(chan error, len(started))
	for name, each := range started {
		group.Go(func() {
			if err := each.Run(2, ctx); err != nil {
				failed <- fmt.Errorf("%s: %w", name, err)
			}
		})
	}
	fmt.Println("cert-manager controllers run:", len(started))
	group.Wait()
	close(failed)
	return <-failed
}
