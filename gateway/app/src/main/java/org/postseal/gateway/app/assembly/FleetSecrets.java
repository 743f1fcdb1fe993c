package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postseal.certstore.Secret;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.LoopConfig;
import org.postseal.gateway.road.fleet.Fingerprints;

/** Names the secrets of a configuration that must be the same on all nodes of a fleet. */
public final class FleetSecrets {
    private FleetSecrets() {}

    /**
     * Returns their fingerprints by the keys of the configuration.
     *
     * @throws IOException if the file of the master key cannot be read
     */
    public static Map<String, String> of(GatewayConfig config) throws IOException {
        LoopConfig loops = config.loops();
        Map<String, String> secrets = new TreeMap<>();
        // A file that cannot be looked at may be there: only its absence is "none".
        Optional<Path> masterKey = config.directory().masterKey().filter(file -> !Files.notExists(file));
        secrets.put(
                "directory.masterKey",
                Fingerprints.of(
                        masterKey.isEmpty() ? Optional.empty() : Optional.of(Files.readAllBytes(masterKey.get()))));
        secrets.put("loops.keyFile", Fingerprints.of(loops.key().map(Secret::octets)));
        secrets.put(
                "loops.exchangeHeader",
                Fingerprints.of(
                        loops.exchangeHeader().map(header -> header.value().octets())));
        secrets.put(
                "audit.addressKey", Fingerprints.of(config.audit().addressKey().map(Secret::octets)));
        secrets.put(
                "held.key", Fingerprints.of(config.held().map(held -> held.key().octets())));
        return secrets;
    }
}
