package org.postseal.gateway.admin.cli.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresSettings;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.config.FleetConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.FleetPolicies.Bundle;
import org.postseal.gateway.road.journal.JournalException;
import picocli.CommandLine.Option;

/** {@code --as} and {@code --password-file}: the role in the fleet's database to which the tables of policy belong. */
final class PolicyAdmin {
    @Option(
            names = "--as",
            required = true,
            paramLabel = "ROLE",
            description = "the role of the database to which the policies belong; the gateways have another one")
    private String role = "";

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "file whose first line is the password of that role")
    private @Nullable Path passwordFile;

    /** Returns the policies, with the rights of the admin. */
    FleetPolicies policies(Shell shell) {
        GatewayConfig config = shell.configForReviewer();
        PostgresSettings gateways = fleet(config, shell).database();
        return new FleetPolicies(new Postgres(
                new PostgresSettings(
                        gateways.address().as(role),
                        Optional.ofNullable(passwordFile),
                        gateways.isTls(),
                        gateways.trust()),
                config.journal().timeLimit()));
    }

    static FleetConfig fleet(GatewayConfig config, Shell shell) {
        return config.fleet()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.UNAVAILABLE, "this gateway is alone", "fleet in " + shell.configFile()));
    }

    /** Does something with the database. */
    @FunctionalInterface
    interface Work<T> {
        T done() throws IOException;
    }

    /** Does something with the database; if that fails, the command ends. */
    static <T> T run(Shell shell, Work<T> work) {
        try {
            return work.done();
        } catch (JournalException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    String.valueOf(e.getMessage()),
                    "fleet.database in " + shell.configFile() + ", and --as");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIG, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the policy that waits to be activated or withdrawn. */
    static Bundle waiting(Shell shell, FleetPolicies policies) {
        return run(shell, policies::bundles).stream()
                .filter(Bundle::isWaiting)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.REFUSED, "no policy waits to be activated", "see: postseal fleet policy status"));
    }
}
