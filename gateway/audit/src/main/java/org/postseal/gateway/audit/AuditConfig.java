package org.postseal.gateway.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * Says where the audit log stands, how it is signed, and how long it is kept.
 *
 * @param file the file in use of the log of messages; the full files stand beside it
 * @param adminFile the file in use of the log of changes (policies, certificates, keys); the full files stand beside it
 * @param checkpoint how both chains are signed
 * @param rotateSize a file is full when it has so many octets
 * @param rotateEvery a file is full when it has this age
 * @param keep a full file is removed after this time
 * @param journald the records that systemd's journal gets too; empty if it gets none
 * @param addressKey the key that hashes the addresses in the records; empty if they are not hashed
 * @param timestamp the authority that stamps checkpoints with the time; empty if there is none
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
     * When checkpoints are signed, and by which key.
     *
     * @param key the private key: Ed25519, PKCS #8 in PEM; made if it is not there
     * @param publicKey the public key in PEM, for readers of the log; made from the private key if it is not there
     * @param records a checkpoint follows after so many records
     * @param every a checkpoint follows after this time if there is a record since the last one
     * @param node the name of this gateway in its fleet, which each checkpoint says; empty if it is in none
     */
    public record CheckpointConfig(Path key, Path publicKey, int records, Duration every, Optional<String> node) {
        public static final int DEFAULT_RECORDS = 1000;
        public static final Duration DEFAULT_EVERY = Duration.ofMinutes(5);

        public CheckpointConfig(Path key, int records, Duration every) {
            this(key, beside(key), records, every, Optional.empty());
        }

        /** Returns where the public half of a key stands by default. */
        public static Path beside(Path key) {
            return key.resolveSibling(key.getFileName() + ".pub");
        }
    }

    /** Returns the configuration of a log with defaults for everything but its file. */
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

    /** Returns the same log where it was gathered: in another folder, in which all its files have their names. */
    public AuditConfig in(Path folder) {
        CheckpointConfig signed = new CheckpointConfig(
                folder.resolve(checkpoint.key().getFileName()),
                folder.resolve(checkpoint.publicKey().getFileName()),
                checkpoint.records(),
                checkpoint.every(),
                Optional.of(folder.getFileName().toString()));
        return new AuditConfig(
                folder.resolve(file.getFileName()),
                folder.resolve(adminFile.getFileName()),
                signed,
                rotateSize,
                rotateEvery,
                keep,
                Optional.empty(),
                addressKey,
                timestamp);
    }

    /** Returns the folder with the evidence: what validations relied on, and the texts of policies. */
    public Path evidence() {
        return file.resolveSibling(stem(file) + "-evidence");
    }

    /** Returns the folder with the stamped checkpoints of both logs. */
    public Path stamps() {
        return file.resolveSibling(stem(file) + "-stamps");
    }

    /** Returns the name of a log without its suffix. */
    private static String stem(Path log) {
        String name = log.toAbsolutePath().getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /** Returns this configuration without the time stamp authority, which a running gateway does not need. */
    public AuditConfig withoutTimestamp() {
        return new AuditConfig(
                file, adminFile, checkpoint, rotateSize, rotateEvery, keep, journald, addressKey, Optional.empty());
    }

    /**
     * Returns the name that one of the two logs has in the folder of stamps: the name of its file without the suffix.
     * Both logs may have the same name, in two folders or with two suffixes. Then the log of changes gets another one.
     */
    public String stampName(Path log) {
        boolean isClash = !adminFile.equals(file) && stem(adminFile).equals(stem(file));
        return log.equals(adminFile) && isClash ? stem(log) + "-changes" : stem(log);
    }

    /** Returns the configuration of the log of changes; everything but the file is the same. */
    public AuditConfig admin() {
        return new AuditConfig(
                adminFile, adminFile, checkpoint, rotateSize, rotateEvery, keep, journald, addressKey, timestamp);
    }
}
