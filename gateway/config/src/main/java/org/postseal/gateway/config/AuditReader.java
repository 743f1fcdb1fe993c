package org.postseal.gateway.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.gateway.audit.AddressHash;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfig.CheckpointConfig;
import org.postseal.gateway.audit.CopyConfig;
import org.postseal.gateway.audit.CopyConfig.Records;
import org.postseal.gateway.audit.CopyConfig.Transport;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code audit}. */
final class AuditReader {
    private final PathReader paths;
    private final PathReader ofGateway;
    private final TlsFiles tlsFiles;
    private final String hostName;

    /**
     * @param ofGateway for what only who writes the log must be able to read: keys, and who is trusted to get a copy
     * @param hostName ours, for messages of syslog
     */
    AuditReader(PathReader paths, PathReader ofGateway, TlsFiles tlsFiles, String hostName) {
        this.paths = paths;
        this.ofGateway = ofGateway;
        this.tlsFiles = tlsFiles;
        this.hostName = hostName;
    }

    /**
     * @param section empty when there is none
     * @param file the log; a mistake in it is told already
     */
    Optional<AuditConfig> read(Optional<YamlMapping> section, Optional<Path> file) {
        if (section.isEmpty()) {
            return file.map(AuditConfig::of);
        }
        Optional<YamlValue> adminValue = section.get().value("adminFile");
        Optional<Path> admin = adminValue.flatMap(paths::writableFile);
        if (admin.isPresent() && admin.equals(file)) {
            adminValue.ifPresent(value -> value.error("is audit.file: each log needs a file of its own"));
        }
        Optional<YamlMapping> checkpoint = section.get().mapping("checkpoint");
        Optional<YamlValue> keyValue = checkpoint.flatMap(mapping -> mapping.value("key"));
        Optional<Path> key = keyValue.flatMap(ofGateway::writableFile);
        key.ifPresent(found -> keyValue.ifPresent(value -> ofGateway.guard(value, found, Use.SECRET)));
        Optional<Path> publicKey =
                checkpoint.flatMap(mapping -> mapping.value("publicKey")).flatMap(paths::writableFile);
        Optional<Integer> records = checkpoint.flatMap(mapping -> mapping.integer("records", 1, MOST_RECORDS));
        Optional<Duration> every =
                checkpoint.flatMap(mapping -> mapping.duration("every", Duration.ofSeconds(1), Duration.ofDays(1)));
        checkpoint.ifPresent(YamlMapping::refuseOthers);
        Optional<YamlMapping> rotate = section.get().mapping("rotate");
        Optional<Long> size = rotate.flatMap(mapping -> mapping.number("size", LEAST_SIZE, MOST_SIZE));
        Optional<Duration> age =
                rotate.flatMap(mapping -> mapping.duration("every", Duration.ofMinutes(1), Duration.ofDays(366)));
        rotate.ifPresent(YamlMapping::refuseOthers);
        Optional<Duration> keep = section.get().duration("keep", Duration.ofDays(1), Duration.ofDays(36_600));
        Optional<CopyConfig> copy = section.get().mapping("copy").flatMap(this::copy);
        Optional<Records> journald = section.get().word("journald", Records.class);
        Optional<Secret> addressKey = addressKey(section.get());
        Optional<TimestampConfig> timestamp =
                section.get().mapping("timestamp").flatMap(new TimestampReader(paths, ofGateway, tlsFiles)::read);
        section.get().refuseOthers();
        return file.map(AuditConfig::of)
                .map(standard -> new AuditConfig(
                        standard.file(),
                        admin.orElse(standard.adminFile()),
                        new CheckpointConfig(
                                key.orElse(standard.checkpoint().key()),
                                publicKey.orElseGet(() -> CheckpointConfig.beside(
                                        key.orElse(standard.checkpoint().key()))),
                                records.orElse(standard.checkpoint().records()),
                                every.orElse(standard.checkpoint().every())),
                        size.orElse(standard.rotateSize()),
                        age.orElse(standard.rotateEvery()),
                        keep.orElse(standard.keep()),
                        copy,
                        journald,
                        addressKey,
                        timestamp));
    }

    private Optional<Secret> addressKey(YamlMapping section) {
        boolean isHashed = section.word("addresses", Addresses.class).orElse(Addresses.PLAIN) == Addresses.HASHED;
        if (!isHashed) {
            section.value("addressKey").ifPresent(value -> value.warning("has no effect unless addresses is hashed"));
            return Optional.empty();
        }
        return section.required("addressKey")
                .flatMap(value -> ofGateway.secretFile(value).flatMap(file -> key(file, value)));
    }

    private static Optional<Secret> key(Path file, YamlValue value) {
        try {
            Secret key = Secret.read(file);
            if (key.octets().length >= AddressHash.LEAST) {
                if (isForEverybody(file)) {
                    value.warning(
                            "can be read by everybody on this machine, who can try out addresses with it: chmod o-r "
                                    + YamlValue.clean(file.toString()));
                }
                return Optional.of(key);
            }
            value.error("holds fewer than " + AddressHash.LEAST
                    + " octets: make it with `(umask 077 && openssl rand -hex 32 > FILE)`");
        } catch (IOException unreadable) {
            value.error("cannot be used: " + YamlValue.clean(String.valueOf(unreadable.getMessage())));
        }
        return Optional.empty();
    }

    private static boolean isForEverybody(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException withoutModes) {
            return false;
        }
    }

    /** How they stand in records. */
    private enum Addresses {
        PLAIN,
        HASHED
    }

    private Optional<CopyConfig> copy(YamlMapping mapping) {
        Optional<InetSocketAddress> server =
                mapping.required("server").flatMap(value -> value.parsed(SERVER, HostPort::remote));
        Optional<Transport> transport = mapping.required("transport").flatMap(value -> value.word(Transport.class));
        Records records = mapping.word("records", Records.class).orElse(Records.ALL);
        Optional<YamlValue> trustValue = mapping.value("trust");
        Optional<Path> trust = trustValue.flatMap(ofGateway::existingFile);
        mapping.refuseOthers();
        if (transport.isPresent() && transport.get() != Transport.TLS) {
            trustValue.ifPresent(value -> value.warning("has no effect unless transport is tls"));
        } else {
            trust.ifPresent(file -> trustValue.ifPresent(value -> requireTrust(file, value)));
        }
        return server.flatMap(where -> transport.map(how -> new CopyConfig(where, how, trust, records, hostName)));
    }

    private void requireTrust(Path anchors, YamlValue value) {
        try {
            tlsFiles.requireTrust(anchors);
        } catch (IOException unusable) {
            value.error(TlsFiles.reason(unusable));
        }
    }

    private static final String SERVER = "host:port such as logs.example.com:6514 or [2001:db8::1]:514";
    private static final int MOST_RECORDS = 1_000_000;
    private static final long LEAST_SIZE = 64 << 10;
    private static final long MOST_SIZE = 1L << 40;
}
