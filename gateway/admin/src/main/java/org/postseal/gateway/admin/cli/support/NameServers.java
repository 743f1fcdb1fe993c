package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.time.Clock;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.smimea.ValidatedResolver;

/** The name servers that commands ask: those of {@code directory.smimea}, or those of the machine. */
public final class NameServers {
    private NameServers() {}

    public static ValidatedResolver resolver(StoreAccess store) {
        SmimeaSettings settings = store.config().directory().smimea().orElse(SmimeaSettings.DEFAULT);
        try {
            return ValidatedResolver.of(settings, Clock.systemUTC());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIG, "directory.smimea: " + Printable.line(String.valueOf(e.getMessage())));
        }
    }
}
