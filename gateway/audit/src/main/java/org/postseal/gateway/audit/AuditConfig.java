package org.postseal.gateway.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * Where the audit log stands, how it is signed, and how long it is kept.
 *
 * @param file what became of messages: the file in use, full ones stand beside it
 * @param adminFile what was changed: policies, certificates, keys; likewise
 * @param checkpoint how its chain is signed
 * @param rotateSize octets after which a file is full
 * @param rotateEvery age at which it is
 * @param keep after which a full file is removed
 * @param journald which records systemd's journal gets too; none when empty
 * @param addressKey by which addresses in the records are hashed; empty where they can be read
 * @param timestamp who stamps checkpoints with the time; nobody when empty
 */
public record AuditConfig(
        Path file,
        Path adminFile,
        CheckpointConfig checkpoint,
        long rotateSize,
        Duration rotateEvery,
        Duration keep,
        Optional<CopiedRecords> journald,
        Optional<Secret> addressKey,
        Optional<TimestampConfig> timestamp) {
    public static final long DEFAULT_ROTATE_SIZE = 256L << 20;
    public static final Duration DEFAULT_ROTATE_EVERY = Duration.ofDays(1);
    public static final Duration DEFAULT_KEEP = Duration.ofDays(400);

    /**
     * @param key Ed25519, PKCS #8 in PEM; made when it is not there
     * @param publicKey its public half, in PEM, for who reads the log; made from the key when it is not there
     * @param records after so many
     * @param every and after so long, when there is a record since the last one
     */
    public record CheckpointConfig(Path key, Path publicKey, int records, Duration every) {
        public static final int DEFAULT_RECORDS = 1000;
        public static final Duration DEFAULT_EVERY = Duration.ofMinutes(5);

        /** With the public half beside the key. */
        public CheckpointConfig(Path key, int records, Duration every) {
            this(key, beside(key), records, every);
        }

        /** Where the public half of a key stands unless something else is said. */
        public static Path beside(Path key) {
            return key.resolveSibling(key.getFileName() + ".pub");
        }
    }

    /** With everything else as it is by default. */
    public static AuditConfig of(Path file) {
        return new AuditConfig(
                file,
                file.resolveSibling("admin.jsonl"),
                new CheckpointConfig(
                        file.resolveSibling("audit-key.pem"),
                        CheckpointConfig.DEFAULT_RECORDS,
                        CheckpointConfig.DEFAULT_EVERY),
                DEFAULT_ROTATE_SIZE,
                DEFAULT_ROTATE_EVERY,
                DEFAULT_KEEP,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The folder with what the records rest on: what validations relied on, and the texts of policies. */
    public Path evidence() {
        return file.resolveSibling(stem(file) + "-evidence");
    }

    /** The same of a log of which one file is known, the one in use or a full one, such as {@code audit-000000000001.jsonl.gz}. */
    public static Path evidenceOf(Path file) {
        String name = file.toAbsolutePath().getFileName().toString();
        String plain = name.endsWith(Segments.GZIP) ? name.substring(0, name.length() - Segments.GZIP.length()) : name;
        return file.resolveSibling(stem(plain).replaceFirst("-[0-9]{12,18}$", "") + "-evidence");
    }

    /** The folder with the stamped checkpoints of both logs. */
    public Path stamps() {
        return file.resolveSibling(stem(file) + "-stamps");
    }

    /** The name of a log without its suffix. */
    static String stem(Path log) {
        return stem(log.toAbsolutePath().getFileName().toString());
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /** What stands for addresses; empty where they can be read. */
    Optional<AddressHash> addresses() {
        return addressKey.map(AddressHash::new);
    }

    /** What of it a gateway that runs has need of. */
    public AuditConfig withoutTimestamp() {
        return new AuditConfig(
                file, adminFile, checkpoint, rotateSize, rotateEvery, keep, journald, addressKey, Optional.empty());
    }

    /** The name of one of both logs in the folder of stamps: without its suffix, and another one where both have the same, in two folders or with two suffixes. */
    public String stampName(Path log) {
        boolean isClash = !adminFile.equals(file) && stem(adminFile).equals(stem(file));
        return log.equals(adminFile) && isClash ? stem(log) + "-changes" : stem(log);
    }

    /** The log of changes, with everything else as here. */
    public AuditConfig admin() {
        return new AuditConfig(
                adminFile, adminFile, checkpoint, rotateSize, rotateEvery, keep, journald, addressKey, timestamp);
    }
}
