package org.postseal.gateway.admin.cli.fleet;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresSettings;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.FleetPolicies.Bundle;
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
        PostgresSettings gateways = SharedDatabase.fleet(config, shell).database();
        return new FleetPolicies(new Postgres(
                new PostgresSettings(
                        gateways.address().as(role),
                        Optional.ofNullable(passwordFile),
                        gateways.isTls(),
                        gateways.trust()),
                config.journal().timeLimit()));
    }

    /** Returns the policy that waits to be activated or withdrawn. */
    static Bundle waiting(FleetPolicies policies) {
        return SharedDatabase.run(policies::bundles).stream()
                .filter(Bundle::isWaiting)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.REFUSED, "no policy waits to be activated", "see: postseal fleet policy status"));
    }
}
