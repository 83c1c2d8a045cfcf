package sim

import (
	"slices"
	"time"
)

// Scenario is everything a run depends on. The zero value is not useful:
// start from [Default], a preset or a file.
type Scenario struct {
	ID           string       `field:"id"`
	Title        string       `field:"title"`
	Client       Client       `field:"client"`
	ClientRouter Router       `field:"client_router"`
	ServerRouter Router       `field:"server_router"`
	Server       Server       `field:"server"`
	SecondServer SecondServer `field:"second_server"`
	Attacker     Attacker     `field:"attacker"`
	Link         Link         `field:"link"`
	TCP          TCP          `field:"tcp"`
	User         []string     `field:"user"` // what the person does, in order; see ftp.Wish
	Task         string       `field:"task" oneof:"list,retr,stor"`
	File         string       `field:"file"` // name of the file that task transfers
	FileBytes    int          `field:"file_bytes" min:"0" max:"1073741824"`
	Settle       float64      `field:"settle_s" min:"0" max:"86400"` // how long to go on after the client program ended
	Watch        float64      `field:"watch_s" min:"0" max:"86400"`  // the run ends when so much time has passed, whatever is going on; 0: with the client program
	Seed         uint64       `field:"seed"`
	MaxEvents    int          `field:"max_events" min:"1" max:"100000000"`
	MaxTime      float64      `field:"max_time_s" min:"1" max:"864000"`
}

// Client is the host on the left and the program that runs on it.
type Client struct {
	Program        string   `field:"program" oneof:"plain,curl,raw,lftp,tnftp"`
	Mode           string   `field:"mode" oneof:"port,pasv,eprt,epsv,auto"`
	Ports          []int    `field:"ports" min:"1" max:"65535"` // command port, then data ports; none: chosen from the seed
	SkipPasvIP     bool     `field:"skip_pasv_ip"`
	TLS            bool     `field:"tls"` // begin every session with AUTH TLS (RFC 4217)
	ConnectTimeout float64  `field:"connect_timeout_s" min:"0" max:"86400"`
	MaxTime        float64  `field:"max_time_s" min:"0" max:"86400"`
	Script         []string `field:"script"` // raw only: steps, instead of what mode and task ask for
	PortAddress    string   `field:"port_address" is:"addr"`
	PortRange      []int    `field:"port_range" min:"1" max:"65535" len:"2"`
	Firewall       Firewall `field:"host_firewall"`
}

// Router is what stands between a network and the Internet.
type Router struct {
	NAT          bool              `field:"nat"`
	Mapping      string            `field:"nat_mapping" oneof:"linux,full-cone,restricted,symmetric"`
	DNAT         string            `field:"dnat" oneof:"none,control,control+passive"`
	ForwardRange []int             `field:"forward_range" min:"1" max:"65535" len:"2"`
	Firewall     Firewall          `field:"firewall"`
	BlockWith    string            `field:"block_with" oneof:"drop,reset,icmp"`
	Helper       bool              `field:"helper"`
	HelperPorts  []int             `field:"helper_ports" min:"1" max:"65535"`
	ExtraPorts   []int             `field:"extra_ports" min:"1" max:"65535"`
	Sysctl       map[string]string `field:"sysctl"`
}

// Server is the host on the right and the FTP server on it.
type Server struct {
	Profile         string   `field:"profile" oneof:"plain,vsftpd,proftpd,pureftpd"`
	Address         string   `field:"address" oneof:"public,private,ipv6"` // ipv6: everybody speaks it; forwarded to (dnat), the server hides behind its router as a private one does
	ControlPort     int      `field:"control_port" min:"1" max:"65535"`
	DataPort        int      `field:"data_port" min:"0" max:"65535"`  // 0: any high port
	PasvPorts       []int    `field:"pasv_ports" min:"1" max:"65535"` // in this order; none: from pasv_min to pasv_max by the seed
	PasvMin         int      `field:"pasv_min" min:"1" max:"65535"`
	PasvMax         int      `field:"pasv_max" min:"1" max:"65535"`
	PasvAddress     string   `field:"pasv_address" is:"addr"`
	TLS             string   `field:"tls" oneof:"none,offered,required"`
	PortPromiscuous bool     `field:"port_promiscuous"`
	PasvPromiscuous bool     `field:"pasv_promiscuous"`
	AsyncAbor       bool     `field:"async_abor"`
	MaxRate         int      `field:"max_rate" min:"0" max:"1000000000"` // bytes a second; 0: as fast as TCP goes
	ConnectTimeout  float64  `field:"connect_timeout_s" min:"0" max:"86400"`
	AcceptTimeout   float64  `field:"accept_timeout_s" min:"0" max:"86400"`
	DataTimeout     float64  `field:"data_timeout_s" min:"0" max:"86400"`
	IdleTimeout     float64  `field:"idle_timeout_s" min:"0" max:"86400"`
	Firewall        Firewall `field:"host_firewall"`
}

// SecondServer is another FTP server, on the Internet: users move files between
// the two without these passing by them (RFC 959 §5.2), and PORT can name it.
// Its accounts, files and patience are the server's.
type SecondServer struct {
	On              bool   `field:"on"`
	Profile         string `field:"profile" oneof:"plain,vsftpd,proftpd,pureftpd"`
	ControlPort     int    `field:"control_port" min:"1" max:"65535"`
	PasvPorts       []int  `field:"pasv_ports" min:"1" max:"65535"` // in this order; none: from the server's range by the seed
	PortPromiscuous bool   `field:"port_promiscuous"`
	PasvPromiscuous bool   `field:"pasv_promiscuous"`
}

// Attacker is a host that nobody asked.
type Attacker struct {
	Place  string   `field:"place" oneof:"none,internet,client-lan"` // client-lan: behind the client's router, and its NAT
	Script []string `field:"script"`                                 // steps as in client.script, each once the one before is done, or at "@1.5s"
}

// Link is the Internet between the routers, and the cables on either side of it.
type Link struct {
	Delay    time.Duration `field:"delay" min:"0" max:"60000000000"`     // one way, between the routers
	LANDelay time.Duration `field:"lan_delay" min:"0" max:"60000000000"` // one way, between a host and its router
	Rate     int           `field:"rate" min:"0" max:"100000000000"`     // bytes a second between the routers; 0: no limit
	Loss     float64       `field:"loss" min:"0" max:"1"`                // probability that a packet between the routers is lost
}

// TCP is how the hosts' kernels behave.
type TCP struct {
	SYNTiming  string `field:"syn_timing" oneof:"classic,linux"`
	Timestamps bool   `field:"timestamps"`
	Window     int    `field:"window" min:"1" max:"65535"`
}

// Default is the scenario in which nothing is in the way and every field has
// the value that the recordings of real runs use.
func Default() Scenario {
	router := Router{
		Mapping: "linux", DNAT: "none", Firewall: Firewall{Preset: "none"}, BlockWith: "drop", HelperPorts: []int{21},
	}
	return Scenario{
		Client: Client{
			Program: "curl", Mode: "pasv", SkipPasvIP: true, ConnectTimeout: 10, MaxTime: 90,
			Firewall: Firewall{Preset: "none"},
		},
		ClientRouter: router,
		ServerRouter: router,
		Server: Server{
			Profile: "vsftpd", Address: "public", TLS: "none", ControlPort: 21, DataPort: 20, PasvMin: 30000, PasvMax: 30999,
			ConnectTimeout: 60, AcceptTimeout: 60, DataTimeout: 300, IdleTimeout: 300,
			Firewall: Firewall{Preset: "none"},
		},
		SecondServer: SecondServer{Profile: "vsftpd", ControlPort: 21},
		Attacker:     Attacker{Place: "none", Script: []string{"call 1234", "read all"}},
		Link:         Link{Delay: 20 * time.Millisecond},
		TCP:          TCP{SYNTiming: "linux", Timestamps: true, Window: 65535},
		Task:         "retr",
		File:         "file.bin",
		FileBytes:    12288,
		Settle:       0.7,
		Seed:         1,
		MaxEvents:    2_000_000,
		MaxTime:      86_400,
	}
}

// Clone returns a copy that shares nothing with s.
func (s Scenario) Clone() Scenario {
	s.User = slices.Clone(s.User)
	s.Client.Ports = slices.Clone(s.Client.Ports)
	s.Client.Script = slices.Clone(s.Client.Script)
	s.Client.PortRange = slices.Clone(s.Client.PortRange)
	s.Client.Firewall = s.Client.Firewall.Clone()
	s.Server.PasvPorts = slices.Clone(s.Server.PasvPorts)
	s.Server.Firewall = s.Server.Firewall.Clone()
	s.SecondServer.PasvPorts = slices.Clone(s.SecondServer.PasvPorts)
	s.Attacker.Script = slices.Clone(s.Attacker.Script)
	s.ClientRouter = s.ClientRouter.clone()
	s.ServerRouter = s.ServerRouter.clone()
	return s
}

func (r Router) clone() Router {
	r.ForwardRange = slices.Clone(r.ForwardRange)
	r.HelperPorts = slices.Clone(r.HelperPorts)
	r.ExtraPorts = slices.Clone(r.ExtraPorts)
	r.Firewall = r.Firewall.Clone()
	sysctl := make(map[string]string, len(r.Sysctl))
	for k, v := range r.Sysctl {
		sysctl[k] = v
	}
	r.Sysctl = sysctl
	return r
}
