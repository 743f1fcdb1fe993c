package org.postseal.gateway.admin.cli.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.config.DirectoryConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "test",
        description = "Try directory servers step by step, and say where it fails.",
        footer = {
            "",
            "It tries every URL of a server: connection, TLS, bind, root DSE and base, and with --address a look-up."
                    + " It changes nothing.",
            "Exit code: 0 everything went well; 69 something did not.",
            "",
            "  postseal directory test corp --address alice@example.com"
        })
final class DirectoryTestCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description = "servers as named below directory.ldap, or smimea for DNS; default: all")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "look up the certificates of this address, past every cache and copy")
    private @Nullable MailAddress address;

    @Mixin
    private Options.Json json = new Options.Json();

    DirectoryTestCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        CryptoProviders.install();
        DirectoryConfig config = store.config().directory();
        Map<String, Optional<LdapSettings>> all = new LinkedHashMap<>();
        config.ldap().forEach(server -> all.put(server.name(), Optional.of(server)));
        config.smimea().ifPresent(_ -> all.put(DirectoryConfig.SMIMEA, Optional.empty()));
        if (all.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "no directory server is configured",
                    "directory.ldap in the configuration names them; see docs/config-certificates.md");
        }
        Map<String, Optional<LdapSettings>> wanted = ServerChoice.of(all, names);
        List<TriedServer> tried = new ArrayList<>();
        wanted.forEach((name, server) -> server.ifPresentOrElse(
                settings -> tried.addAll(TriedServer.ldap(store, settings, Optional.ofNullable(address))),
                () -> tried.add(TriedServer.dns(store, Optional.ofNullable(address)))));
        if (json.isWanted()) {
            store.out()
                    .println(
                            JsonText.of(tried.stream().map(TriedServer::members).toList()));
        } else {
            tell(tried);
        }
        tried.forEach(server -> server.failure()
                .ifPresent(
                        step -> store.failure(server.label() + ": " + step.name() + ": " + step.words(), step.hint())));
        return tried.stream().allMatch(server -> server.failure().isEmpty()) ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }

    private void tell(List<TriedServer> tried) {
        TextTable table =
                new TextTable(store.out(), store.terminalWidth(), "SERVER", "STEP", "RESULT", "TIME", "WHAT IS SAID");
        for (TriedServer server : tried) {
            for (TriedServer.Step step : server.steps()) {
                table.row(
                        server.label(),
                        step.name(),
                        step.isFailed() ? "FAILED" : "ok",
                        step.time().toMillis() + " ms",
                        step.words());
            }
        }
        table.flush();
    }
}
