# make run      open the window (without a display: the same run as text)
# make test     every check and every test
# make build    leave the program in bin/
# make web      leave in bin/web what a web server needs to offer it in the browser
# make bench    measure what the README's table states
# make fuzz     let every fuzz target run for FUZZTIME (10m)
# make fidelity compare presets with vsftpd and curl behind real firewalls (root)
# make interop  hold serve, get, put and ls to other people's FTP programs
# make browser  take a lesson in Chromium
# make tshark   let Wireshark judge captures of the presets
#
# Each installs the system packages it needs and does not find; see .ci/packages.

GO  ?= go
EXE := $(shell $(GO) env GOEXE)

# Tests draw in software, without a display.
HEADLESS := EGL_PLATFORM=surfaceless LIBGL_ALWAYS_SOFTWARE=1

# On Linux they also open a real window, on a display of their own.
WINDOW := $(if $(filter Linux,$(shell uname -s)),-tags xvfb)

.PHONY: run build web test bench fuzz fidelity interop browser tshark

run: build
	@bin/ftpscope$(EXE)

build:
	@.ci/packages
	$(GO) build -buildvcs=false -o bin/ftpscope$(EXE) .

web:
	@mkdir -p bin/web
	GOOS=js GOARCH=wasm $(GO) build -buildvcs=false -trimpath -ldflags='-s -w' -o bin/web/ftpscope.wasm .
	@gzip -9 -f -n bin/web/ftpscope.wasm
	@cp web/*.html web/*.js "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" bin/web/

test:
	@.ci/packages test
	@unformatted=$$("$$($(GO) env GOROOT)/bin/gofmt" -l .) && [ -z "$$unformatted" ] || \
		{ echo "Not formatted, run gofmt -w on: $$unformatted" >&2; exit 1; }
	$(GO) vet $(WINDOW) ./...
	$(GO) tool staticcheck $(WINDOW) ./...
	@race=; case $$($(GO) env CGO_ENABLED) in 1) race=-race ;; esac; set -ex; \
		$(HEADLESS) $(GO) test $$race $$($(GO) list ./... | grep -v '/visual$$'); : the race detector needs cgo; \
		$(HEADLESS) $(GO) test $(WINDOW) ./visual # has one goroutine and lays out thousands of windows

bench:
	@.ci/packages test
	$(HEADLESS) $(GO) test $(WINDOW) -run '^$$' -bench . -benchmem ./...

FUZZTIME ?= 10m

fuzz:
	.ci/fuzz $(FUZZTIME)

interop:
	@.ci/interop

fidelity:
	@.ci/fidelity

browser: web
	@.ci/packages browser
	$(GO) vet -tags browser ./web
	$(GO) test -tags browser ./web

tshark:
	@.ci/captures
