package org.postseal.gateway.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.Secret;

/**
 * Where the audit log stands, how it is signed, and how long it is kept.
 *
 * @param file the log of what became of messages: the file in use, with the full ones beside it
 * @param adminFile the log of what was changed (policies, certificates, keys), likewise
 * @param checkpoint how both chains are signed
 * @param rotateSize a file with so many octets is full
 * @param rotateEvery a file of this age is full
 * @param keep a full file is removed after this time
 * @param journald which records systemd's journal gets too; none when empty
 * @param addressKey the key by which addresses in the records are hashed; empty where they are not
 * @param timestamp the authority that stamps checkpoints with the time; none when empty
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
     * When and by which key checkpoints are signed.
     *
     * @param key Ed25519, PKCS #8 in PEM; made when it is not there
     * @param publicKey its public half, in PEM, for readers of the log; made from the key when it is not there
     * @param records a checkpoint follows after so many records
     * @param every a checkpoint follows after this time if there is a record since the last one
     */
    public record CheckpointConfig(Path key, Path publicKey, int records, Duration every) {
        public static final int DEFAULT_RECORDS = 1000;
        public static final Duration DEFAULT_EVERY = Duration.ofMinutes(5);

        /** Makes one with the public half beside the key. */
        public CheckpointConfig(Path key, int records, Duration every) {
            this(key, beside(key), records, every);
        }

        /** Returns where the public half of a key stands by default. */
        public static Path beside(Path key) {
            return key.resolveSibling(key.getFileName() + ".pub");
        }
    }

    /** Returns the configuration of a log for which nothing else is set. */
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

    /** Returns the folder with what validations relied on, and with the texts of policies. */
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

    /** Returns this without the authority, which a running gateway does not need. */
    public AuditConfig withoutTimestamp() {
        return new AuditConfig(
                file, adminFile, checkpoint, rotateSize, rotateEvery, keep, journald, addressKey, Optional.empty());
    }

    /**
     * Returns the name of one of both logs in the folder of stamps. It is the log's own without its suffix; where both
     * logs have the same, in two folders or with two suffixes, the log of changes has another one.
     */
    public String stampName(Path log) {
        boolean isClash = !adminFile.equals(file) && stem(adminFile).equals(stem(file));
        return log.equals(adminFile) && isClash ? stem(log) + "-changes" : stem(log);
    }

    /** Returns the configuration of the log of changes, with everything else as here. */
    public AuditConfig admin() {
        return new AuditConfig(
                adminFile, adminFile, checkpoint, rotateSize, rotateEvery, keep, journald, addressKey, timestamp);
    }
}
