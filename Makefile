# argosy: make help lists the targets.
GO      ?= go
BIN     := bin/argosy
DEMO    := demo
LDFLAGS := -s -w
FUZZTIME ?= 30s
DECODERS = $(addprefix ./,$(sort $(dir $(shell grep -l 'formattest\.Cases' ingest/*/*_test.go))))

.PHONY: help build demo test bench soak fuzz golden lint tools clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

tools: ## check that Go and a C/C++ compiler are there
	@command -v $(GO) >/dev/null 2>&1 || { echo "make: Go is missing. Install Go 1.26.3 or newer from https://go.dev/dl/ and try again." >&2; exit 1; }
	@command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 || { echo "make: a C compiler is missing. Install one: 'apt-get install build-essential' on Debian and Ubuntu, 'dnf install gcc-c++' on Fedora, 'xcode-select --install' on macOS." >&2; exit 1; }
	@command -v c++ >/dev/null 2>&1 || command -v g++ >/dev/null 2>&1 || command -v clang++ >/dev/null 2>&1 || { echo "make: a C++ compiler is missing. Install one: 'apt-get install build-essential' on Debian and Ubuntu, 'dnf install gcc-c++' on Fedora, 'xcode-select --install' on macOS." >&2; exit 1; }

build: tools ## build bin/argosy
	CGO_ENABLED=1 $(GO) build -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/argosy

demo: build ## make a demo fleet, ingest it, run the reference query, write a workbook
	@rm -rf $(DEMO)
	@mkdir -p $(DEMO)
	@$(BIN) demo --dir $(DEMO)/reports --cluster $(DEMO)/cluster.json --owners $(DEMO)/argosy.yaml
	@$(BIN) ingest --db $(DEMO)/argosy.db $(DEMO)/reports
	@$(BIN) k8s sync --db $(DEMO)/argosy.db --cluster production $(DEMO)/cluster.json
	@$(BIN) config apply --db $(DEMO)/argosy.db $(DEMO)/argosy.yaml
	@echo
	@$(BIN) report run arg-custom-vulnerability-assessment --db $(DEMO)/argosy.db --limit 8 --color never
	@echo
	@$(BIN) report run arg-custom-vulnerability-assessment --db $(DEMO)/argosy.db --export $(DEMO)/argosy.xlsx
	@echo
	@$(BIN) export --db $(DEMO)/argosy.db $(DEMO)/risk.xlsx $(DEMO)/risk.html
	@echo
	@echo "Try next:"
	@echo "  $(BIN) --db $(DEMO)/argosy.db"
	@echo "  $(BIN) report run severity-summary --db $(DEMO)/argosy.db"
	@echo "  $(BIN) query --db $(DEMO)/argosy.db \"select vulnerability, count(*) as findings from subassessments where status = 'Unhealthy' group by 1 order by 2 desc limit 10\""
	@echo "  $(BIN) report run fixable --db $(DEMO)/argosy.db -p severity=Critical --export fixable.xlsx"

test: tools ## run all tests
	CGO_ENABLED=1 $(GO) test -timeout 30m ./...

bench: build ## print the measured ratios
	CGO_ENABLED=1 $(GO) run ./cmd/bench

soak: build ## press keys without sense in the terminal screens of the demo, for an hour (needs tmux)
	CGO_ENABLED=1 $(GO) run ./cmd/soak -argosy $(BIN) -db $(DEMO)/argosy.db -for 1h

fuzz: tools ## fuzz every decoder, each for FUZZTIME (30s)
	@for p in $(DECODERS); do for f in $$(grep -ho 'func Fuzz[A-Za-z0-9]*' $$p*_test.go | cut -c6-); do \
		echo "$$p $$f"; CGO_ENABLED=1 $(GO) test $$p -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -parallel=1 || exit 1; done; done

golden: tools ## rewrite the wanted files of the tests; read the diff before you commit it
	CGO_ENABLED=1 $(GO) test $(DECODERS) ./queries/kql/... ./export/timer ./cmd -run "Case|Format|Examples|Screens|KeyMap|KEV|EPSS" -update

lint: tools ## gofmt, vet, staticcheck, tidy
	@out=$$(gofmt -l .); test -z "$$out" || { echo "gofmt is needed for:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

clean: ## remove what was built and the demo
	rm -rf bin $(DEMO)
