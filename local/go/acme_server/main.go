// Command acme-server is an ACME server and the DNS of one zone, as one local process, for the live tests.
//
// The server is Pebble, Let's Encrypt's own for tests: it validates DNS-01 by asking this DNS, so a certificate is had
// by a record that really was there. Pebble's own main can't be asked for its root without a second certificate; this
// one writes it into a file. It deliberately leaves out what the tests don't need: OCSP, other validations, a resolver.
package main

import (
	"encoding/pem"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
)

const version = "2.10.1"

// Lives of the two profiles in seconds: that of a public CA, and the one of six days.
const usual, short = 90 * 24 * 3600, 6 * 24 * 3600

func main() {
	folder := flag.String("folder", "", "folder with tls.crt, tls.key, tsig and eab; root.pem is written into it")
	acme := flag.String("acme", "", "address of the ACME server")
	dns := flag.String("dns", "", "address of the DNS, by UDP and TCP")
	zone := flag.String("zone", "", "zone that may be changed")
	flag.Parse()
	if flag.Arg(0) == "version" {
		fmt.Println(version)
		return
	}
	if err := run(*folder, *acme, *dns, *zone); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// run serves both until one of them fails. Accounts are bound to the key "stack" that lies in the file eab.
func run(folder string, acme string, dns string, zone string) error {
	secrets := map[string]string{}
	for _, name := range []string{"tsig", "eab"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		secrets[name] = string(content)
	}
	failed := make(chan error, 3)
	if err := serveDNS(dns, zone, secrets["tsig"], failed); err != nil {
		return err
	}
	logger := log.New(os.Stdout, "", log.LstdFlags)
	store := db.NewMemoryStore()
	if err := store.AddExternalAccountKeyByID("stack", secrets["eab"]); err != nil {
		return err
	}
	profiles := map[string]ca.Profile{
		"default":    {Description: "90 days", ValidityPeriod: usual},
		"shortlived": {Description: "6 days", ValidityPeriod: short},
	}
	authority := ca.New(logger, store, "", "ecdsa", 0, 1, profiles)
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.GetRootCert(0).DER})
	if err := os.WriteFile(filepath.Join(folder, "root.pem"), root, 0o600); err != nil {
		return err
	}
	validation := va.New(logger, 0, 0, false, dns, store)
	front := wfe.New(logger, store, validation, authority, []string{"ca.example"}, false, true, 1, 1)
	listener, err := net.Listen("tcp", acme)
	if err != nil {
		return err
	}
	go func() {
		failed <- http.ServeTLS(
			listener, front.Handler(), filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"))
	}()
	return <-failed
}
