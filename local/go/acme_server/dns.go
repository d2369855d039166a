package main

import (
	"net"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// keyName is the name of the TSIG key that may change records.
const keyName = "acme."

// records are the TXT records of one zone; nothing else can be written.
type records struct {
	zone  string
	mutex sync.Mutex
	texts map[string][]*dns.TXT
}

// serveDNS answers for one zone, and takes changes that are signed by the key. What fails later goes to failed.
func serveDNS(address string, zone string, secret string, failed chan<- error) error {
	held := &records{zone: dns.CanonicalName(zone), texts: map[string][]*dns.TXT{}}
	packets, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for _, server := range []*dns.Server{{PacketConn: packets}, {Listener: listener}} {
		server.Handler = held
		server.TsigSecret = map[string]string{keyName: secret}
		server.MsgAcceptFunc = func(dns.Header) dns.MsgAcceptAction { return dns.MsgAccept }
		go func() { failed <- server.ActivateAndServe() }()
	}
	return nil
}

// ServeDNS answers one message.
func (r *records) ServeDNS(writer dns.ResponseWriter, asked *dns.Msg) {
	answer := new(dns.Msg).SetReply(asked)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if asked.Opcode != dns.OpcodeUpdate {
		r.answer(asked.Question[0], answer)
	} else if key := asked.IsTsig(); key == nil || writer.TsigStatus() != nil {
		answer.Rcode = dns.RcodeRefused
	} else {
		r.change(asked.Ns)
		answer.SetTsig(key.Hdr.Name, key.Algorithm, key.Fudge, int64(key.TimeSigned))
	}
	_ = writer.WriteMsg(answer)
}

// answer writes what there is of a name and a type into the message.
func (r *records) answer(question dns.Question, answer *dns.Msg) {
	name := dns.CanonicalName(question.Name)
	head := dns.RR_Header{Name: question.Name, Class: dns.ClassINET, Rrtype: question.Qtype, Ttl: 1}
	switch {
	case name == r.zone && question.Qtype == dns.TypeSOA:
		server := "ns." + r.zone
		answer.Answer = append(answer.Answer, &dns.SOA{Hdr: head, Ns: server, Mbox: server, Minttl: 1})
	case name == r.zone:
	case len(r.texts[name]) == 0:
		answer.Rcode = dns.RcodeNameError
	case question.Qtype == dns.TypeTXT:
		for _, each := range r.texts[name] {
			answer.Answer = append(answer.Answer, each)
		}
	}
}

// change takes records away and adds others, as RFC 2136 says.
func (r *records) change(updates []dns.RR) {
	for _, update := range updates {
		name := dns.CanonicalName(update.Header().Name)
		if !strings.HasSuffix(name, "."+r.zone) {
			continue
		}
		text, isText := update.(*dns.TXT)
		switch {
		case update.Header().Class == dns.ClassANY:
			delete(r.texts, name)
		case isText && update.Header().Class == dns.ClassNONE:
			r.texts[name] = without(r.texts[name], text)
		case isText && update.Header().Class == dns.ClassINET:
			r.texts[name] = append(without(r.texts[name], text), text)
		}
	}
}

// without returns the records but for those with this text.
func without(held []*dns.TXT, gone *dns.TXT) []*dns.TXT {
	kept := []*dns.TXT{}
	for _, each := range held {
		if strings.Join(each.Txt, "") != strings.Join(gone.Txt, "") {
			kept = append(kept, each)
		}
	}
	return kept
}
