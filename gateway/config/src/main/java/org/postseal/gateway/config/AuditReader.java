package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfig.CheckpointConfig;
import org.postseal.gateway.audit.CopiedRecords;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.policy.yaml.YamlValue;

final class AuditReader {
    private final PathReader paths;
    private final PathReader ofGateway;
    private final TlsFiles tlsFiles;

    /** @param ofGateway reads keys, which only the process that writes the log must be able to read */
    AuditReader(PathReader paths, PathReader ofGateway, TlsFiles tlsFiles) {
        this.paths = paths;
        this.ofGateway = ofGateway;
        this.tlsFiles = tlsFiles;
    }

    /**
     * @param file the log that {@code audit.file} names
     * @param node the name of this gateway in its fleet
     */
    AuditConfig read(Section audit, Path file, Optional<String> node) {
        AuditConfig standard = AuditConfig.of(file);
        Key<Path> adminFile = audit.key("adminFile", paths::writableFile);
        if (adminFile.value().equals(Optional.of(file))) {
            adminFile.error("is audit.file: each log needs a file of its own");
        }
        audit.removed("copy", SHIPPED);
        CheckpointConfig checkpoint = checkpoint(audit.section("checkpoint"), standard.checkpoint(), node);
        Section rotate = audit.section("rotate");
        return new AuditConfig(
                file,
                adminFile.or(standard.adminFile()),
                checkpoint,
                rotate.value("size", Type.whole(64L << 10, 1L << 40), standard.rotateSize()),
                rotate.value("every", Type.time(Duration.ofMinutes(1), Duration.ofDays(366)), standard.rotateEvery()),
                audit.value("keep", Type.time(Duration.ofDays(1), Duration.ofDays(36_600)), standard.keep()),
                audit.key("journald", Type.word(CopiedRecords.class)).value(),
                addressKey(audit),
                audit.key("timestamp", Type.section(new TimestampReader(paths, ofGateway, tlsFiles)::read))
                        .value());
    }

    private CheckpointConfig checkpoint(Section checkpoint, CheckpointConfig standard, Optional<String> node) {
        Path key = checkpoint.value("key", ofGateway::writableSecret, standard.key());
        return new CheckpointConfig(
                key,
                checkpoint.value("publicKey", paths::writableFile, CheckpointConfig.beside(key)),
                checkpoint.value("records", Type.whole(1, 1_000_000), standard.records()),
                checkpoint.value("every", Type.time(Duration.ofSeconds(1), Duration.ofDays(1)), standard.every()),
                node);
    }

    private Optional<Secret> addressKey(Section audit) {
        Addresses addresses = audit.value("addresses", Type.word(Addresses.class), Addresses.PLAIN);
        return switch (addresses) {
            case PLAIN -> {
                audit.key("addressKey", Optional::of).warning("has no effect unless addresses is hashed");
                yield Optional.empty();
            }
            case HASHED -> audit.required("addressKey", this::addressKey).value();
        };
    }

    private Optional<Secret> addressKey(YamlValue value) {
        Optional<Secret> key = SecretFiles.secret(
                        ofGateway::secretFile, AddressHash.LEAST, "(umask 077 && openssl rand -hex 32 > FILE)")
                .read(value);
        key.flatMap(_ -> ofGateway.secretFile(value))
                .filter(AuditReader::isForEverybody)
                .ifPresent(file -> value.warning(
                        "can be read by everybody on this machine, who can try out addresses with it: chmod o-r "
                                + YamlValue.clean(file.toString())));
        return key;
    }

    private static boolean isForEverybody(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private enum Addresses {
        PLAIN,
        HASHED
    }

    private static final String SHIPPED =
            "rsyslog or another shipper sends the log elsewhere, see docs/howto-ship-audit.md;"
                    + " audit.journald copies it to systemd's journal";
}
