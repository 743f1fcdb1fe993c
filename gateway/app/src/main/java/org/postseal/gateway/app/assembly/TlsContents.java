package org.postseal.gateway.app.assembly;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyFile;

/** Reads the TLS files that a configuration names, since their content may change while their names stay. */
final class TlsContents {
    private TlsContents() {}

    /** Returns fingerprints that differ whenever the content of one of the files differs. */
    static List<String> of(GatewayConfig config) {
        Stream<Path> ofListeners = config.listeners().stream()
                .flatMap(listener -> listener.tls().stream())
                .flatMap(tls -> Stream.concat(Stream.of(tls.certificate(), tls.key()), tls.clients().stream()));
        Stream<Path> ofHops = config.nextHops().hops().stream()
                .flatMap(hop -> Stream.concat(
                        hop.trust().stream(),
                        hop.client().stream().flatMap(client -> Stream.of(client.certificate(), client.key()))));
        return Stream.concat(ofListeners, ofHops)
                .map(file -> PolicyFile.read(file).fingerprint())
                .collect(Collectors.toUnmodifiableList());
    }
}
