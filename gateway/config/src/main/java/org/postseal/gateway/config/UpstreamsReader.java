package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.postseal.certstore.AddressRange;
import org.postseal.gateway.config.ListenerReader.Found;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code upstreams}. Two of them that one peer could fit are an error, so their order never counts. */
final class UpstreamsReader {
    private final List<Found> known;
    private final Type<InetSocketAddress> listener;

    UpstreamsReader(List<Found> known) {
        this.known = known;
        this.listener = HostPort.address("127.0.0.1:10024")
                .refusing(
                        address -> known.stream()
                                .noneMatch(one -> one.listener().address().equals(address)),
                        "is the address of no listener");
    }

    List<UpstreamConfig> read(Section root) {
        List<Named> read = root.value("upstreams", Type.named(this::named), List.of());
        List<Named> apart = new ArrayList<>();
        for (Named each : read) {
            apart.stream()
                    .filter(earlier -> earlier.upstream.overlaps(each.upstream))
                    .findFirst()
                    .ifPresent(earlier -> each.place.error("one peer could be this one and " + earlier.upstream.name()
                            + " of line " + earlier.place.line() + ": tell them apart"));
            apart.add(each);
        }
        return apart.stream().map(Named::upstream).toList();
    }

    private Type<Named> named(String name) {
        return value -> {
            NextHopsReader.requireName(name, value);
            if (name.equals(RELEASE)) {
                value.error("is the name of the gateway's own releases of held mail");
            }
            return Type.section(upstream -> upstream(name, upstream))
                    .read(value)
                    .map(read -> new Named(read, value));
        };
    }

    private Optional<UpstreamConfig> upstream(String name, Section upstream) {
        Key<List<InetSocketAddress>> listeners = upstream.key("listeners", Type.distinct(listener));
        Key<List<AddressRange>> networks = upstream.key("networks", Type.distinct(NETWORK));
        Key<List<String>> certificates = upstream.key("certificates", Type.distinct(SUBJECT));
        if (!listeners.isWritten() && !networks.isWritten() && !certificates.isWritten()) {
            upstream.error("needs listeners, networks or certificates");
            return Optional.empty();
        }
        if (known.stream()
                .filter(Found::asksForCertificates)
                .map(one -> one.listener().address())
                .noneMatch(address -> listeners.or(List.of(address)).contains(address))) {
            certificates.error("are asked for by no listener where it comes in: tls.clients");
        }
        if (listeners.isWrong() || networks.isWrong() || certificates.isWrong()) {
            // Without the key that could not be read, the upstream would seem to take in more than it does
            return Optional.empty();
        }
        return Optional.of(
                new UpstreamConfig(name, listeners.or(List.of()), networks.or(List.of()), certificates.or(List.of())));
    }

    private static Optional<String> subject(String text) {
        try {
            return Optional.of(new X500Principal(text).getName());
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }

    private record Named(UpstreamConfig upstream, YamlValue place) {}

    private static final String RELEASE = "release";

    private static final Type<AddressRange> NETWORK = Type.addressRange()
            .warning(range -> range.bits() == 0, "is every address: all mail servers would be one upstream");
    private static final Type<String> SUBJECT =
            Type.text("the subject of a certificate such as CN=mx.example.com,O=Example", UpstreamsReader::subject);
}
