package org.postseal.gateway.admin.cli.support;

import java.util.Optional;
import org.postseal.certstore.database.Postgres;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.journal.JournalException;

/**
 * The database that a gateway shares with others, for commands that read it.
 *
 * @param configFile for hints
 */
public record SharedDatabase(FleetView view, String configFile) {
    /** Returns empty if the configuration is that of a gateway that is alone. */
    public static Optional<SharedDatabase> of(Shell shell) {
        GatewayConfig config = shell.config();
        return config.fleet()
                .map(fleet -> new SharedDatabase(
                        new FleetView(
                                new Postgres(fleet.database(), config.journal().timeLimit())),
                        shell.configFile().toString()));
    }

    @FunctionalInterface
    public interface Reading<T> {
        T of(FleetView view) throws JournalException;
    }

    /** Reads something; if that fails, the command ends with {@link ExitCode#UNAVAILABLE}. */
    public <T> T read(Reading<T> reading) {
        try {
            return reading.of(view);
        } catch (JournalException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), "fleet.database in " + configFile);
        }
    }
}
