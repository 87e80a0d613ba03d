/** Templates to be tried here and with the real client: what tutorials use, and every corner of the language. */

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/^ {2}/, ''))
    .filter((line) => line !== '');

/** Of a container that runs on two networks, publishes ports and has most of what can be asked for. */
export const CONTAINER_TEMPLATES: readonly string[] = lines(String.raw`
  {{.Id}}
  {{.ID}}
  {{.Name}}
  {{.Created}}
  {{.State.Status}}
  {{.State.Pid}}
  {{.State}}
  {{.State.Health}}
  {{.State.Health.Log}}
  {{json .State}}
  {{json .State.Health.Status}}
  {{.Config.Hostname}}
  {{.Config.Env}}
  {{range .Config.Env}}{{println .}}{{end}}
  {{range $i, $e := .Config.Env}}{{$i}}={{$e}};{{end}}
  {{index .Config.Env 0}}
  {{.Config.Labels}}
  {{json .Config.Labels}}
  {{index .Config.Labels "a.b"}}
  {{.Config.Labels.x}}
  {{.Config.Labels.nosuch}}
  {{index .Config.Labels "nosuch"}}
  {{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}
  {{.Config.ExposedPorts}}
  {{json .Config.ExposedPorts}}
  {{range $p, $conf := .Config.ExposedPorts}}{{$p}} {{$conf}} {{end}}
  {{.Config.Volumes}}
  {{.Config.Cmd}}
  {{json .Config.Cmd}}
  {{join .Config.Cmd " "}}
  {{.Config.Entrypoint}}
  {{json .Config.Entrypoint}}
  {{.Config.Healthcheck}}
  {{.Config.Healthcheck.Interval}}
  {{json .Config.Healthcheck}}
  {{.Config.StopTimeout}}
  {{printf "%+v" .Config}}
  {{.Args}}
  {{join .Args ","}}
  {{.Path}} {{join .Args " "}}
  {{.ExecIDs}}
  {{len .ExecIDs}}
  {{.Image}}
  {{.Platform}}
  {{.HostConfig.NetworkMode}}
  {{.HostConfig.NetworkMode.IsHost}}
  {{with .HostConfig.NetworkMode}}{{.IsUserDefined}} {{.UserDefined}} {{.NetworkName}}{{end}}
  {{.HostConfig.IpcMode.IsPrivate}} {{.HostConfig.IpcMode.Valid}} {{.HostConfig.PidMode.IsPrivate}}
  {{.HostConfig.CgroupnsMode.IsHost}} {{.HostConfig.Isolation.IsDefault}} {{.HostConfig.Cgroup.Valid}}
  {{.HostConfig.RestartPolicy}}
  {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}
  {{.HostConfig.RestartPolicy.IsOnFailure}} {{.HostConfig.RestartPolicy.IsNone}}
  {{.HostConfig.PortBindings}}
  {{json .HostConfig.PortBindings}}
  {{.HostConfig.Binds}}
  {{.HostConfig.Tmpfs}}
  {{.HostConfig.LogConfig}}
  {{.HostConfig.LogConfig.Type}}
  {{.HostConfig.Dns}}
  {{.HostConfig.DNS}}
  {{.HostConfig.Memory}} {{.HostConfig.CPUShares}} {{.HostConfig.CpuShares}}
  {{.HostConfig.NanoCpus}}
  {{.HostConfig.NanoCPUs}}
  {{.HostConfig.ShmSize}}
  {{.HostConfig.ConsoleSize}}
  {{index .HostConfig.ConsoleSize 0}}
  {{slice .HostConfig.ConsoleSize 0 1}}
  {{.HostConfig.Ulimits}}
  {{range .HostConfig.Ulimits}}{{.}} {{.Name}} {{.Soft}}{{end}}
  {{index .HostConfig.Ulimits 0}}
  {{json .HostConfig.Ulimits}}
  {{.HostConfig.MemorySwappiness}}
  {{.HostConfig.Init}}
  {{.HostConfig.PidsLimit}}
  {{if .HostConfig.Init}}init{{else}}no init{{end}}
  {{.HostConfig.CapAdd}}
  {{json .HostConfig.CapAdd}}
  {{.HostConfig.ReadonlyPaths}}
  {{range .HostConfig.MaskedPaths}}{{.}}{{"\n"}}{{end}}
  {{json .HostConfig}}
  {{json .}}
  {{.GraphDriver}}
  {{.GraphDriver.Name}} {{.GraphDriver.Data.WorkDir}}
  {{.Mounts}}
  {{json .Mounts}}
  {{range .Mounts}}{{.Type}} {{.Source}} -> {{.Destination}} {{.RW}}{{"\n"}}{{end}}
  {{(index .Mounts 0).Destination}}
  {{range .Mounts}}{{if eq .Type "bind"}}{{.Source}}{{end}}{{end}}
  {{.NetworkSettings.IPAddress}}
  {{.NetworkSettings.Networks.bridge.IPAddress}}
  {{.NetworkSettings.Networks.n1.Aliases}}
  {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}
  {{range $net, $conf := .NetworkSettings.Networks}}{{$net}} {{$conf.IPAddress}}/{{$conf.IPPrefixLen}}{{"\n"}}{{end}}
  {{range $k, $v := .NetworkSettings.Networks}}{{printf "%s\n" $k}}{{end}}
  {{with .NetworkSettings.Networks.n1}}{{.IPAddress}} via {{.Gateway}}{{end}}
  {{with index .NetworkSettings.Networks "nosuch"}}there{{else}}not there{{end}}
  {{with index .NetworkSettings.Networks "n1"}}{{.MacAddress}}{{end}}
  {{(index .NetworkSettings.Networks "n1").IPAddress}}
  {{.NetworkSettings.Networks.nosuch}}
  {{.NetworkSettings.Networks.nosuch.IPAddress}}
  {{(index .NetworkSettings.Networks "nosuch").IPAddress}}
  {{json .NetworkSettings.Networks}}
  {{json .NetworkSettings}}
  {{.NetworkSettings.Ports}}
  {{json .NetworkSettings.Ports}}
  {{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}
  {{(index (index .NetworkSettings.Ports "80/tcp") 0).HostIp}}
  {{index .NetworkSettings.Ports "80/tcp"}}
  {{range $p, $conf := .NetworkSettings.Ports}}{{$p}} -> {{(index $conf 0).HostPort}} {{end}}
  {{range $p, $conf := .NetworkSettings.Ports}}{{$p}} {{range $conf}}{{.HostIp}}:{{.HostPort}} {{end}}{{end}}
  {{range $p, $conf := .NetworkSettings.Ports}}{{$p}} {{range $conf}}{{.HostIP}}:{{.HostPort}} {{end}}{{end}}
  {{range $p, $conf := .NetworkSettings.Ports}}{{$p.Port}} {{$p.Proto}} {{$p.Int}};{{end}}
  {{range $p, $conf := .NetworkSettings.Ports}}{{if $conf}}{{$p}}{{end}}{{end}}
  {{.NetworkSettings.SandboxKey}}
  {{.NetworkSettings.SecondaryIPAddresses}}
  {{.NetworkSettings.Networks.n1.IPAMConfig}}
  {{.NetworkSettings.Networks.bridge.IPAMConfig}}
  {{.NetworkSettings.Networks.bridge.DriverOpts}} {{.NetworkSettings.Networks.bridge.Links}}
  {{.SizeRw}} {{.SizeRootFs}}
  {{.Foo}}
  {{.State.Foo}}
  {{.State.Foo.Bar}}
  {{.Name.Foo}}
  {{.Id.Foo}}
  {{.State.Pid.Foo}}
  {{.Id}} {{.State.Pid.Int64}} {{.State.Pid.String}}
  {{.Id}} {{json .}}
  {{.Id}} {{.State}}
  {{.Id}} {{.Config.ExposedPorts}} {{.ExecIDs}} {{.HostConfig.Binds}}
  {{.Id}} {{.ExecIDs.Foo}}
  {{.Id}} {{if eq .State.Pid 1}}{{end}}
  {{.Id}} {{len .Args}} {{slice .Args 0 2}}
  {{.Id}} {{join .Args ","}}
  {{.Id}} {{printf "%v %s %q" .RestartCount .RestartCount .RestartCount}}
  {{.Id}} {{range .Args}}{{.}},{{end}}{{index .Args 1}}
  {{.Id}} {{range .ExecIDs}}{{.}}{{else}}none{{end}}
  {{.Id}} {{printf "%T %T %T %T" .State .Args .RestartCount .Name}}
  {{.Id}} {{.Config.Labels.nosuch}}
  {{.ContainerJSONBase.Name}}
  {{.NetworkSettings.DefaultNetworkSettings.IPAddress}}
  {{.NetworkSettings.NetworkSettingsBase.SandboxKey}}
  {{printf "%T" .}}
  {{printf "%T %T %T" .State .Args .NetworkSettings.Ports}}
  {{printf "%T %T %T" .HostConfig.NetworkMode .Config.Cmd .HostConfig.PidsLimit}}
  {{printf "%#v" .State.Health.Status}}
  {{printf "%#v" .Config.Cmd}} {{printf "%#v" .Config.Labels}} {{printf "%#v" .NetworkSettings.Ports}}
  {{printf "%#v" .HostConfig.ConsoleSize}} {{printf "%+v" .HostConfig.RestartPolicy}}
  {{printf "%d %s %v %x" .State.Pid .Name .State.Running .Name}}
  {{printf "%d" .Name}}
  {{printf "%s" .RestartCount}}
  {{printf "%d %d" .RestartCount}}
  {{printf "%d" .RestartCount .Name}}
  {{printf "%s" .HostConfig.RestartPolicy}}
  {{printf "%d" .HostConfig.RestartPolicy}}
  {{printf "%v" .ExecIDs}} {{printf "%v" .HostConfig.Init}} {{printf "%v" nil}} {{printf "%s" nil}}
  {{printf "%v %+v" .NetworkSettings.Networks.bridge.IPAMConfig .Config.Healthcheck}}
  {{eq .State.Status "running"}}
  {{eq .State.Pid 1}} {{eq .RestartCount 0}} {{gt .RestartCount 0}} {{ge 3 2}}
  {{eq .HostConfig.NetworkMode "n1"}}
  {{eq .State.Status 1}}
  {{eq .State .State}}
  {{eq .Args .Args}}
  {{eq .Args nil}}
  {{eq .HostConfig.Init nil}} {{eq .State.Health nil}} {{ne .State.Health nil}}
  {{eq .HostConfig.RestartPolicy .HostConfig.RestartPolicy}}
  {{eq .Config.Healthcheck.Interval 90000000000}}
  {{lt .State.Status "z"}} {{lt .State.Running true}}
  {{lt .Args .Args}}
  {{eq .State.Status "a" "b" "running"}}
  {{eq .State.Status}}
  {{ne .State.Status "a" "b"}}
  {{split .HostConfig.NetworkMode "1"}}
  {{split .Image ":"}}
  {{index (split .Image ":") 0}}
  {{join (split .Path "") "-"}}
  {{upper .Name}} {{lower .Config.Hostname}} {{title .State.Status}}
  {{upper .RestartCount}}
  {{truncate .Id 12}}
  {{truncate .ID 12}} {{slice .ID 0 12}}
  {{truncate .ID -1}}
  {{pad .Path 2 3}}|
  {{pad .Path 2}}
  {{.Name | printf "%s-%s" "x"}}
  {{.Name | len}}
  {{.Name | upper | printf "%q"}}
  {{len .Config.Env}} {{len .Config.Labels}} {{len .Name}} {{len .NetworkSettings.Ports}}
  {{len .State}}
  {{len .State.Pid}}
  {{len .HostConfig.Init}}
  {{len nil}}
  {{len}}
  {{len .Args .Args}}
  {{index .Args 5}}
  {{index .Args 2}}
  {{index .Args -1}}
  {{index .Args "a"}}
  {{index .Args nil}}
  {{index .State 0}}
  {{index .Name 0}}
  {{index nil 0}}
  {{index .Config.Labels 0}}
  {{index .Config.Labels nil}}
  {{index .HostConfig.Init 0}}
  {{slice .Args 0 3}}
  {{slice .Args 1}} {{slice .Args 0 4}} {{slice .Args 0 1 2}}
  {{slice .Args 5}}
  {{slice .Args 2 1}}
  {{slice .Name 0 100}}
  {{slice .Name 0 1 2}}
  {{slice .State 0}}
  {{call .Name}}
  {{call nil}}
  {{html .Config.Env}}
  {{js .Config.Env}} {{js "a='b'\n<\x01é"}}
  {{urlquery .Config.Env}}
  {{html .HostConfig.Init}} {{html nil}} {{html .State.Health.Status "<" 3}}
  {{and .State.Running .Name}} {{or .ExecIDs .Name}} {{not .State.Running}} {{and 0 .Foo}}
  {{or .Foo 1}}
  {{print .Name .RestartCount .RestartCount .Name}} {{println 1 2}}
  {{if and .State.Running (eq .RestartCount 0)}}fine{{else if .State.Dead}}dead{{else}}bad{{end}}
  {{$x := .Name}}{{$x}} {{$x = "y"}}{{$x}} {{$.Name}}
  {{$x := 1}}{{range .Args}}{{$x = .}}{{end}}{{$x}}
  {{with $x := .Name}}{{$x}}{{end}}
  {{range $x := .Args}}{{$x}},{{end}}
  {{range .Args}}{{break}}{{end}}{{range .Args}}{{if eq . "-c"}}{{continue}}{{end}}{{.}}{{end}}
  {{range .Name}}{{end}}
  {{range .State}}{{end}}
  {{range .RestartCount}}{{end}}
  {{range .ExecIDs}}x{{else}}none{{end}}
  {{range nil}}{{end}}
  {{define "a"}}[{{.}}]{{end}}{{template "a" .Name}}{{template "a"}}
  {{block "b" .Name}}<{{.}}>{{end}}
  {{template "nosuch"}}
  {{define "r"}}{{template "r"}}{{end}}{{template "r"}}
  {{define "x"}}{{.Foo}}{{end}}{{template "x" .State}}
  a {{- .Name -}} b
  a {{/* comment */}} b {{- /* c */ -}} d
  {{"quoted \"string\" é\t\x41\u00e9\101"}} {{${'`raw`'}}} {{'a'}} {{'\n'}}
  {{1}} {{0x1F}} {{0b11}} {{0o17}} {{017}} {{1_000}}
  {{1.5}} {{1e3}} {{1e21}} {{.5}} {{-1}} {{+1}} {{1i}} {{1+2i}} {{0x1p4}} {{1.0}} {{1e-7}} {{100000000.0}}
  {{true}} {{false}} {{not true}}
  {{printf "%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U|%#x|%#U" 42 42 42 42 255 255 8 5 65 65 65 255 65}}
  {{printf "%f|%.2f|%8.3f|%-8.1f|%e|%g|%G|%6.2f%%" 1.5 2.345 3.14159 2.0 12345.678 0.00001 1e20 99.5}}
  {{printf "%s|%10s|%-10s|%.2s|%q|%x|%X|% x|%#q" "abc" "abc" "abc" "abc" "a\"b" "hi" "hi" "hi" "a"}}
  {{printf "%t|%v|%5t" true false true}} {{printf "%v %v" 1 "a"}} {{printf "%[2]d %[1]d" 1 2}} {{printf "%*d" 5 42}}
  {{printf "%d%%" 50}} {{printf "%!"}} {{printf "%z" 1}} {{printf "%"}} {{printf "%[3]d" 1}} {{printf "%.*f" 2 3.14159}}
  {{printf "%+q %#v %#v %T %T" "é" "a" 1 1.5 true}} {{printf "%v" 1i}} {{printf "%x" 3.5}} {{printf "%b" 1.0}}
  {{printf 1}}
  {{printf}}
  {{printf "%v"}}
  {{.Name 1}}
  {{.Config.Labels.x 1}}
  {{.Name | .Path}}
  {{1 2}}
  {{"a" "b"}}
  {{1 | 2}}
  {{nil}}
  {{nil | len}}
  {{(nil).Foo}}
  {{nil.Foo}}
  {{1.Foo}}
  {{"a".Foo}}
  {{len.Foo}}
  {{(len .Args).Foo}}
  {{(.State).Status}} {{(index .Args 0)}} {{(.Config.Labels).x}}
  {{json}}
  {{json 1 2}}
  {{json nil}} {{json "<é>"}} {{json 1.5}} {{json 1e21}} {{json true}} {{json 1i}}
  {{join "a" ","}}
  {{split 1 ","}}
  {{lower nil}}
  {{pad "a" "b" 1}}
  {{truncate "abc" 1.5}} {{truncate "abc" 1.0}}
  {{truncate "abc" .RestartCount}}|{{truncate "é" 1}}
  {{pad "a" -1 0}}
  {{title "hello wOrld foo-bar a_b été"}} {{upper "straße"}} {{split "a,b" ","}} {{split "" ","}} {{len (split "" ",")}}
  {{99999999999999999999}}
  {{9223372036854775808}}
  {{printf "%d" 18446744073709551615}}
  {{foo}}
  {{.Name | foo}}
  {{
  {{.Name
  {{}}
  {{ }}
  {{-}}
  {{- }}
  {{.Name}
  {{.Name}}}
  }}
  {{end}}
  {{else}}
  {{if}}x{{end}}
  {{if .Name}}
  {{if .Name}}x{{else}}y{{else}}z{{end}}
  {{range .Args}}
  {{with}}{{end}}
  {{range $a, $b, $c := .Args}}{{end}}
  {{range $a, .}}{{end}}
  {{$a, $b := .Args}}
  {{$x}}
  {{$x := }}
  {{$x = 1}}
  {{break}}
  {{continue}}
  {{define}}x{{end}}
  {{define "a"}}x
  {{define "a"}}x{{end}}{{define "a"}}y{{end}}
  {{define "a" .}}x{{end}}
  {{if .Name}}{{define "a"}}{{end}}{{end}}
  {{template}}
  {{template foo}}
  {{block "a"}}{{end}}
  {{"abc}}
  {{'a}}
  {{'ab'}}
  {{''}}
  {{"\q"}}
  {{${'`abc'}}}
  {{/* comment}}
  {{/* comment */ }}
  {{.Name /* c */}}
  {{(.Name}}
  {{.Name)}}
  {{( }}
  {{(1 -}}
  {{.Name | }}
  {{| .Name}}
  {{.Name || .Path}}
  {{.Name.}}
  {{..Name}}
  {{.Name + 1}}
  {{1a}}
  {{0x}}
  {{1e}}
  {{1..2}}
  {{1+2}}
  {{1+i}}
  {{0x1+1i}}
  {{1+1e999i}}
  {{1e+2-3e-1i}}
  {{range $x = .Args}}{{$x}}{{end}}
  {{$x := 1}}{{range $x = .Args}}{{$x}}{{end}}{{$x}}
  {{.}} {{@}}
  {{.Name @}}
  {{.é}}
  {{$.}}
  {{$é := 1}}{{$é}}
  {{.Name:}}
  {{.Name := 1}}
  {{.Name,}}
  {{if .Name}}{{end}}{{end}}
  {{range .Args}}{{else if .Name}}{{end}}
  {{if .Name}}{{else if .Path}}x{{else}}{{end}}{{else}}
  {{printf "%v" (printf "%d" (len (printf "%s" "abc")))}}
  {{with .State}}{{with .Health}}{{.Status}}{{end}}{{$.Name}}{{end}}
  {{block "x" .State}}{{block "y" .Health}}{{.Status}}{{end}}{{end}}{{template "y" .State.Health}}
  {{println "a" 1 2 "b" true}}{{print "a" 1 2 "b"}}{{print 1 2}}{{print nil}}{{print}}
  {{"a\nb"}}{{"\n"}}
  no template
  \t{{.Name}}\n
  {{.Name}}{{"{{"}}{{"}}"}}
`);

/** With line ends inside: complaints name the line. */
export const MULTI_LINE_TEMPLATES: readonly string[] = [
  '{{.Name}}\n{{.Foo}}',
  '{{.Name}}\n  {{foo}}',
  '\n\n{{if .Name}}\n{{end',
  '{{.Name\n',
  '{{ "a\nb" }}',
  '{{ `a\nb` }}|{{.Foo}}',
  'a\n{{/* c\nd */}}{{foo}}',
  '{{- .Name -}}\n\n{{.State.Foo}}',
  '{{.Name\n}}',
  '{{range .Args}}\n{{.}}\n{{end}}',
  '{{range .Args -}}\n{{.}}\n{{- end}}',
  '{{if .Name}}\n',
  '{{(\n1',
  '{{"a" |\n',
  'é{{.Foo}}',
  '{{define "a"}}\n{{.Foo}}{{end}}\n\n{{template "a" .}}',
  '{{define "a"}}\n{{foo}}{{end}}',
];

/** Of a network with an endpoint. */
export const NETWORK_TEMPLATES: readonly string[] = lines(String.raw`
  {{.Name}} {{.Driver}} {{.Scope}}
  {{.Id}}
  {{.ID}}
  {{.Created}}
  {{json .Created}}
  {{.Created.Year}} {{.Created.Month}} {{.Created.Weekday}} {{.Created.YearDay}}
  {{.Created.Format "2006-01-02 15:04:05.000 Mon Jan _2 3PM MST -0700"}} {{.Created.Unix}} {{.Created.IsZero}}
  {{.Created.Format "January 2, 06 03:04:05.999999999 pm Z07:00 Monday 002 __2 -07"}} {{.Created.UnixNano}}
  {{.Created.Format}}
  {{.Created.Foo}}
  {{.Created.wall}}
  {{.Created.Add 1}} {{.Created.Sub .Created}} {{.Created.Before .Created}}
  {{.Created.Date}}
  {{.Created.Equal 1}}
  {{printf "%d" .Created}} {{printf "%s" .Created.Month}} {{printf "%d" .Created.Month}} {{printf "%T" .Created}}
  {{.IPAM}}
  {{json .IPAM}}
  {{.IPAM.Config}}
  {{(index .IPAM.Config 0).Subnet}}
  {{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}
  {{json .IPAM.Config}}
  {{.IPAM.Options}} {{json .IPAM.Options}}
  {{.Containers}}
  {{range .Containers}}{{.Name}} {{.IPv4Address}}{{"\n"}}{{end}}
  {{range $id, $c := .Containers}}{{slice $id 0 12}} {{$c.MacAddress}}{{end}}
  {{json .Containers}}
  {{len .Containers}}
  {{.Options}} {{.Labels}} {{.Labels.foo}}
  {{json .}}
  {{.}}
  {{printf "%+v" .}}
  {{.EnableIPv6}} {{.Internal}} {{.Ingress}} {{.ConfigOnly}} {{.ConfigFrom}} {{.ConfigFrom.Network}}
  {{.Peers}} {{.Services}} {{len .Peers}}
  {{.Id}} {{json .}}
  {{.Id}} {{.}}
  {{.Id}} {{.Created.Year}}
  {{.Id}} {{.Peers}}
  {{eq .IPAM .IPAM}}
  {{eq .Created .Created}} {{eq .ConfigFrom .ConfigFrom}}
  {{eq .IPAM .Name}}
  {{eq .IPAM .Created}}
  {{eq .IPAM .Labels}}
  {{.Labels.foo.bar}}
  {{.Foo}}
`);
