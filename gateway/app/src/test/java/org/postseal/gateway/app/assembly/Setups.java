package org.postseal.gateway.app.assembly;

import java.nio.file.Path;
import org.postseal.gateway.config.Checked;

/** Reads setups that must be sound. */
final class Setups {
    private Setups() {}

    static Setup of(Path config) {
        return read(new SetupReader(new GatewayAssembly()), config);
    }

    static Setup read(SetupReader reader, Path config) {
        Checked<Setup> checked = reader.read(config);
        return checked.value()
                .orElseThrow(() -> new AssertionError(checked.problems().toString()));
    }
}
