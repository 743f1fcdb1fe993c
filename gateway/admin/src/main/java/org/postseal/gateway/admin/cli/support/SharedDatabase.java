package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.util.Optional;
import org.postseal.certstore.database.Postgres;
import org.postseal.gateway.config.FleetConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.journal.JournalException;

/** What a gateway shares with others, for commands that read it. */
public record SharedDatabase(FleetView view) {
    /** Returns empty if the configuration is that of a gateway that is alone. */
    public static Optional<SharedDatabase> of(Shell shell) {
        GatewayConfig config = shell.config();
        return config.fleet().map(fleet -> of(fleet, config));
    }

    /** Does the same, and ends the command if the gateway is alone. */
    public static SharedDatabase required(Shell shell) {
        GatewayConfig config = shell.config();
        return of(fleet(config, shell), config);
    }

    private static SharedDatabase of(FleetConfig fleet, GatewayConfig config) {
        return new SharedDatabase(
                new FleetView(new Postgres(fleet.database(), config.journal().timeLimit())));
    }

    /** Returns the fleet; if the configuration is that of a gateway that is alone, the command ends. */
    public static FleetConfig fleet(GatewayConfig config, Shell shell) {
        return config.fleet()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.UNAVAILABLE, "this gateway is alone", "fleet in " + shell.configFile()));
    }

    /** Does something with the database. */
    @FunctionalInterface
    public interface Work<T> {
        T done() throws IOException;
    }

    /** Does something with the database; if that fails, the command ends. */
    public static <T> T run(Work<T> work) {
        try {
            return work.done();
        } catch (JournalException e) {
            throw CommandFailure.of(e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIG, String.valueOf(e.getMessage()));
        }
    }

    @FunctionalInterface
    public interface Reading<T> {
        T of(FleetView view) throws JournalException;
    }

    /** Does something with what the gateways share; if that fails, the command ends. */
    public <T> T read(Reading<T> reading) {
        return run(() -> reading.of(view));
    }
}
